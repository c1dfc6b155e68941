"""The same movements in any form that a bank may choose are read as the same movements."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import NamedTuple
from xml.sax.saxutils import escape

from hypothesis import given
from hypothesis import strategies as st

from services.notation import values
from services.transfers.statements import csv_file
from services.transfers.statements.columns import Columns
from services.transfers.statements.lines import Statement
from tests.services.transfers.statement_files import ACCOUNT, details, document, entry, read
from tests.villagers import NOON


class Movement(NamedTuple):
    """What really happened on the account."""

    amount: int  # đ
    text: str
    day: str
    number: str  # "" when the bank gives none
    out: bool


# Words as people type them into a bank's app, with signs that some readers take for line ends.
_WORDS = st.text(st.sampled_from("PA04DH0000017 tien điện,;\"'\v\f\x85\u2028\u2029\t"),
                 max_size=30)
TEXTS = _WORDS.map(lambda words: " ".join(words.split(" ")).strip())
XML_TEXTS = TEXTS.map(lambda text: text.replace("\v", " ").replace("\f", " ").strip())
DAYS = st.integers(1, 15).map(lambda number: f"2026-11-{number:02}")


def movements(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[Movement]]:
    numbers = st.integers(0, 99).map(lambda number: f"FT{number}" if number else "")
    one = st.builds(Movement, st.integers(1, 10**12), texts, DAYS, numbers, st.booleans())
    return st.lists(one, min_size=1, max_size=6)


def told(found: Statement) -> tuple[list[Movement], list[Movement], int]:
    """(coming in, going out under a number, how many more went out)."""
    coming = [Movement(line.amount, line.text, line.day, line.number, False)
              for line in found.lines]
    going = [Movement(line.amount, line.text, line.day, line.number, True)
             for line in found.outgoing]
    assert {left.why for left in found.left_out} <= {"outgoing"}
    return coming, going, len(found.left_out)


def expected(happened: list[Movement]) -> tuple[list[Movement], list[Movement], int]:
    happened = [one._replace(text=values.text(one.text, 1000)) for one in happened]
    out = [one for one in happened if one.out]
    return ([one for one in happened if not one.out], [one for one in out if one.number],
            sum(not one.number for one in out))


# CSV

AMOUNTS: list[Callable[[int], str]] = [
    str, lambda amount: f"{amount:,}", lambda amount: f"{amount:,}.00",
    lambda amount: f"{amount:,}".replace(",", ".") + ",00",
    lambda amount: f"{amount:,}".replace(",", " "),
    lambda amount: f"{amount:,}".replace(",", "\N{NO-BREAK SPACE}"),
    lambda amount: f"{amount:,}".replace(",", "\N{NARROW NO-BREAK SPACE}"),
    lambda amount: f"{amount:,}".replace(",", "'")]
MINUSES: list[Callable[[str], str]] = [
    lambda amount: f"-{amount}", lambda amount: f"({amount})", lambda amount: f"{amount}-",
    lambda amount: f"\N{MINUS SIGN}{amount}"]
DATES: list[Callable[[str], str]] = [
    str, lambda day: "/".join(reversed(day.split("-"))), lambda day: f"{day}T10:00:00+07:00",
    lambda day: "-".join(reversed(day.split("-"))), lambda day: f"{day} 23:59:59"]


@given(movements(TEXTS), st.sampled_from(AMOUNTS), st.sampled_from([*MINUSES, None]),
       st.sampled_from(DATES), st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n"]),
       st.sampled_from(["", "\ufeff"]))
def test_a_csv_in_any_form(happened: list[Movement], amount, minus, day, delimiter: str, end: str,
                           bom: str) -> None:
    file = io.StringIO()
    rows = csv.writer(file, delimiter=delimiter, lineterminator=end)
    rows.writerow(["Số", "Ngày", "Tiền", "Chữ", "Loại"])
    for one in happened:
        money = amount(one.amount)
        rows.writerow([one.number, day(one.day), minus(money) if minus and one.out else money,
                       one.text, "D" if one.out else "C"])
    chosen = Columns("Ngày", "Tiền", "Chữ", "Số",
                     **({} if minus else {"direction": "Loại", "out": "D"}))
    found = csv_file.parse((bom + file.getvalue()).encode(), chosen, {ACCOUNT}, NOON)
    assert told(found) == expected(happened)


# camt


def alone(one: Movement, new: bool) -> str:
    """An entry with one detail; `new` as from version 08 on."""
    inner = details(escape(one.text), one.number, payer="A")
    return entry(f"{one.amount}.00" if new else str(one.amount), inner if new or one.text else "",
                 side="DBIT" if one.out else "CRDT", wrapped=new, date=f"<Dt>{one.day}</Dt>",
                 reference="" if new else one.number)


@given(movements(XML_TEXTS), st.booleans(), st.sampled_from(["053", "054"]),
       st.sampled_from(["UTF-8", "UTF-16"]))
def test_a_camt_in_any_form(happened: list[Movement], new: bool, kind: str, code: str) -> None:
    content = document(*(alone(one, new) for one in happened), kind=kind,
                       version="08" if new else "02").replace("UTF-8", code)
    assert told(read(content.encode(code))) == expected(happened)


@given(movements(XML_TEXTS), st.booleans())
def test_a_bundle_is_its_parts(happened: list[Movement], named: bool) -> None:
    happened = [one._replace(out=False, day="2026-11-15", number=f"FT{place}" if named else "",
                             text=values.text(one.text, 1000))
                for place, one in enumerate(happened)]
    inner = "".join(details(escape(one.text), one.number, str(one.amount)) for one in happened)
    total = sum(one.amount for one in happened)
    found = read(document(entry(str(total), inner, reference="E1", batch=len(happened))))
    several = len(happened) > 1
    assert told(found)[0] == [
        one if named else one._replace(number=f"E1/{place}" if several else "E1")
        for place, one in enumerate(happened, 1)]
    assert sum(line.amount for line in found.lines) == total
    assert {line.bundle_amount for line in found.lines} == ({total} if several or named else {0})
