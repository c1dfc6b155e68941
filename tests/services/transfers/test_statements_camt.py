"""camt.053 and camt.054: what counts as a credit, and what a hostile file may not do."""

from __future__ import annotations

import pytest

from services import clock
from services.transfers.statements import reading
from services.transfers.statements.lines import InvalidStatement, LeftOut, StatementLine
from tests.services.transfers.statement_files import (
    ACCOUNT,
    SECOND_ACCOUNT,
    details,
    document,
    entry,
    file,
    message,
    read,
    report,
)
from tests.villagers import NOON

TEXT = "CT DEN:123 PA04DH00000171026 GD 456"
DAY = 1794675600000  # 2026-11-15, local midnight
SEVEN = entry("7000", details("y", "FT7"))


@pytest.mark.parametrize(("kind", "version"), [
    *(("053", f"{number:02}") for number in range(2, 14)),
    *(("054", f"{number:02}") for number in range(2, 14))])
def test_a_booked_credit_in_each_version(kind: str, version: str) -> None:
    found = read(document(entry("546108.00", details(TEXT)), kind=kind, version=version))
    assert found.lines == [StatementLine(546108, TEXT, DAY, "2026-11-15", ACCOUNT, "FT26319000001",
                                         payer="HOA")]
    assert (found.outgoing, found.left_out, found.accounts) == ([], [], [ACCOUNT])


LEFT_OUT = {
    "money going out": (entry("5000", details("x", ""), side="DBIT"), "outgoing", "5000"),
    "not yet booked": (entry("5000", details("x"), status="PDNG"), "not_booked", "PDNG"),
    "not yet booked, old form": (entry("5000", details("x"), status="PDNG", wrapped=False),
                                 "not_booked", "PDNG"),
    "for information": (entry("5000", status="INFO"), "not_booked", "INFO"),
    "of tomorrow": (entry("5000", status="FUTR"), "not_booked", "FUTR"),
    "a bank's own word": (entry("5000", status="<Prtry>PENDING</Prtry>", wrapped=False),
                          "not_booked", "proprietary PENDING"),
    "a bank's own word for booked": (entry("5000", status="<Prtry>BOOK</Prtry>", wrapped=False),
                                     "not_booked", "proprietary BOOK"),
    "no status": (entry("5000", status=""), "not_booked", "no status"),
    "an empty status": (entry("5000", status=" ", wrapped=False), "not_booked", "no status"),
    "dollars": (entry("5.50", details("x"), currency="USD"), "currency", "USD"),
    "nothing": (entry("0.00", details("x")), "zero", "0"),
    "a part of a đồng": (entry("5.50", details("x")), "fraction", "5.50"),
    "no day": (entry("5", details("x"), date=""), "no_date", "5"),
    "a day of nowhere": (entry("5", details("x"), date="<Dt>2026-13-45</Dt>"), "no_date",
                         "2026-13-45"),
    "the year 9999": (entry("5", details("x"), date="<Dt>9999-12-31</Dt>"), "far_date",
                      "9999-12-31"),
    "the year 1": (entry("5", details("x"), date="<Dt>0001-01-01</Dt>"), "far_date", "0001-01-01"),
}


@pytest.mark.parametrize("case", LEFT_OUT)
def test_what_does_not_count_is_named_and_holds_up_nothing(case: str) -> None:
    content, why, what = LEFT_OUT[case]
    found = read(document(content, SEVEN))
    assert [line.amount for line in found.lines] == [7000]
    assert [(left.why, left.what) for left in found.left_out] == [(why, what)]


def test_what_is_left_out_is_named_by_its_number_or_its_line() -> None:
    found = read(document(entry("5", status="PDNG", reference="FT9"),
                          entry("6", status="PDNG", more="<NtryRef>2</NtryRef>"),
                          "\n" + entry("8", status="PDNG")))
    assert [left.where for left in found.left_out] == ["entry FT9", "entry 2", "entry on line 2"]


# Accounts


def test_each_account_has_its_own_numbers() -> None:
    both = message(report(entry("1000", reference="20261115-1")),
                   report(entry("2000", reference="20261115-1"), account=SECOND_ACCOUNT))
    found = read(both, ACCOUNT, SECOND_ACCOUNT)
    assert [(line.account, line.number, line.amount) for line in found.lines] == [
        (ACCOUNT, "20261115-1", 1000), (SECOND_ACCOUNT, "20261115-1", 2000)]


def test_another_s_account_is_named_and_left_out() -> None:
    found = read(message(report(SEVEN), report(entry("12.50", reference="FT1", currency="USD"),
                                               account="99USD", currency="USD")))
    assert [line.amount for line in found.lines] == [7000]
    assert found.left_out == [LeftOut("entry FT1", "foreign_account", "99USD")]
    assert found.accounts == [ACCOUNT, "99USD"]


@pytest.mark.parametrize("written", ["1133 6666 8888", " 113366668888 ", "1133-6666-8888"])
def test_an_account_is_compared_without_spaces(written: str) -> None:
    assert read(message(report(SEVEN, account=written))).lines[0].account == ACCOUNT


def test_an_iban_is_an_account_too() -> None:
    content = document(SEVEN).replace(f"<Othr><Id>{ACCOUNT}</Id></Othr>",
                                      "<IBAN>gb29 NWBK 6016 1331 9268 19</IBAN>")
    assert read(content, "GB29NWBK60161331926819").lines[0].amount == 7000


def test_a_statement_that_names_no_account_is_ours() -> None:
    assert read(message(report(SEVEN, account=""))).lines[0].account == ""


@pytest.mark.parametrize("accounts", [[SECOND_ACCOUNT], [SECOND_ACCOUNT, "77"]])
def test_a_file_in_which_nothing_is_ours_is_refused_by_its_accounts(tmp_path, accounts) -> None:
    content = message(*(report(SEVEN, account=account) for account in accounts))
    with pytest.raises(InvalidStatement, match="account " + ", ".join(accounts)):
        reading.read(file(tmp_path, content), None, {ACCOUNT}, NOON)


def test_an_amount_without_currency_is_in_the_account_s() -> None:
    bare = entry("7000", reference="FT7", currency="")
    assert read(message(report(bare))).lines[0].amount == 7000
    assert read(message(report(bare, currency="USD"))).left_out[0].what == "USD"


# Refused as a whole

REFUSED = {
    "not XML": ("Ntry;Amt", "not well-formed"),
    "empty": ("", "not well-formed"),
    "cut off": (document(entry("5", details("x")))[:-30], "not well-formed"),
    "another document": ("<Document/>", "neither a camt.053 nor"),
    "a report of the day": (document(SEVEN, kind="052"), "camt.052 tells of a day that is not"),
    "an unknown encoding": ('<?xml version="1.0" encoding="no-such"?><a/>', "not well-formed"),
    "entities": (document(entry("5", details("&pay;")),
                          head='<!DOCTYPE x [<!ENTITY pay SYSTEM "file:///etc/passwd">]>'),
                 "document type"),
    "a bomb of entities": (document(entry("5", details("&b;")), head="<!DOCTYPE x [<!ENTITY a '"
                           + "x" * 1000 + "'><!ENTITY b '" + "&a;" * 1000 + "'>]>"),
                           "amplification"),
    "an amount in words": (document(entry("five", details("x"))), "no amount"),
    "an amount below 0": (document(entry("-5", details("x"))), "no amount"),
    "an amount beyond all bills": (document(entry("1" + "0" * 13, details("x"))), "no amount"),
    "no side": (document(entry("5", details("x"), side="")), "neither CRDT nor DBIT"),
    "a number without end": (document(entry("5", reference="F" * 47)), "too long"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused_with_a_reason(case: str) -> None:
    content, reason = REFUSED[case]
    with pytest.raises(InvalidStatement, match=reason) as refused:
        read(content)
    assert "\n" not in str(refused.value)


def test_a_file_beyond_the_cap_is_not_even_read(tmp_path) -> None:
    path = tmp_path / "huge.xml"
    with open(path, "wb") as huge:
        huge.truncate(reading.MOST_BYTES + 1)
    with pytest.raises(InvalidStatement, match="larger than"):
        reading.read(path, None, {ACCOUNT}, NOON)


def test_the_same_bytes_have_the_same_digest(tmp_path) -> None:
    first, second, other = (
        reading.read(file(tmp_path, document(content), name), None, {ACCOUNT}, NOON).digest
        for content, name in ((SEVEN, "a"), (SEVEN, "b"), (SEVEN + SEVEN, "c")))
    assert first == second != other and len(first) == 64


def test_times_are_local_where_they_have_no_zone() -> None:
    found = read(document(entry("5", date="<DtTm>2026-11-15T03:00:00Z</DtTm>", reference="F1"),
                          entry("5", date="<DtTm>2026-11-15T10:00:00</DtTm>", reference="F2")))
    assert [clock.local(line.paid_at).isoformat() for line in found.lines] == [
        "2026-11-15T10:00:00+07:00"] * 2
