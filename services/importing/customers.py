"""Customers of the billing system: `code,name,address,commune_code,phone,…,contract_medium`.

A known customer follows the file. The phone of the file replaces the one that
an earlier file brought; a number that the customer registered at the desk stays.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from db import audit, reference
from db.incoming import incoming_customers
from db.incoming.incoming_customers import CONTENT, Change
from services.contracts import requests
from services.errors import InvalidInput
from services.importing import running
from services.importing.checking import (
    Among,
    CheckedRows,
    Day,
    Each,
    FreeText,
    Kind,
    Number,
    OneOf,
    Pattern,
)
from services.importing.faults import Notes
from services.importing.subjects import ACTOR, Report, Rule, Subject
from services.notation import codes, folding, phones
from services.privacy import Vault

COLUMNS = ("code", "name", "address", "commune_code", "phone", "households", "meter_no",
           "purpose", "contract_no", "contract_signed_on", "contract_medium")
_LANDLINE = re.compile(r"(?:\+84|84|0)2\d{9}", re.ASCII)  # ten digits after the trunk 0
_NO_MOBILE = "a landline cannot be texted and is left out"
_UNUSUAL_CODE = "the code does not begin as usual here"


def phone(text: str) -> str | None:
    """ "" for none, a mobile number as +84…, None for a landline; raises ValueError."""
    if not text:
        return ""
    try:
        return phones.normalise(text)
    except InvalidInput:
        if _LANDLINE.fullmatch(re.sub(r"[\s.\-()]", "", text)):
            return None
        raise ValueError(text) from None


CODE = Pattern(codes.CODE, "a customer code such as PA04DH0000017 expected")
_RULES = (Rule("contract_signed_on", "missing, although there is a contract_no",
               incoming_customers.UNDATED_CONTRACT),)


def _kinds() -> dict[str, Kind]:
    communes, purposes = frozenset(reference.communes()), frozenset(requests.PURPOSES)
    return {
        "code": CODE, "name": FreeText(120), "address": FreeText(200),
        "commune_code": OneOf(communes, "a commune code of today's 92 communes expected"),
        "phone": Each(phone, "empty or a Vietnamese telephone number expected"),
        "households": Among(1, 999), "meter_no": Number(40),
        "purpose": OneOf(purposes, f"one of {', '.join(requests.PURPOSES)} expected"),
        "contract_no": Number(40, may_be_empty=True),
        "contract_signed_on": Day(may_be_empty=True),
        "contract_medium": OneOf(frozenset({"electronic", "paper"}),
                                 "electronic or paper expected"),
    }


# Names are made of few words.
_folded_word = functools.lru_cache(maxsize=20_000)(folding.folded)


def _subject(vault: Vault, prefixes: tuple[str, ...]) -> Subject:
    rows = functools.partial(_rows, vault=vault, prefixes=prefixes)
    return Subject("customers", _kinds(), _RULES, incoming_customers.STAGING,
                   incoming_customers.COLUMNS, incoming_customers.KEY, rows,
                   incoming_customers.stage, _compare, _store)


def _rows(checked: CheckedRows, notes: Notes, vault: Vault,
          prefixes: tuple[str, ...]) -> Iterable[Sequence]:
    unusual = [line for line, code in zip(checked.lines, checked.values["code"], strict=True)
               if not code.startswith(prefixes)]
    landlines = [line for line, number in zip(checked.lines, checked.values["phone"], strict=True)
                 if number is None]
    for reason, lines in ((_UNUSUAL_CODE, unusual), (_NO_MOBILE, landlines)):
        notes.add(reason, len(lines), next(iter(lines), None))
    return _staging_rows(checked, vault)


def _staging_rows(checked: CheckedRows, vault: Vault) -> Iterator[tuple]:
    columns = (checked.values[name] for name in COLUMNS)
    for line, code, name, address, commune, number, households, meter, *contract in zip(
            checked.lines, *columns, strict=True):
        folded = " ".join(filter(None, map(_folded_word, name.split(" "))))
        phone = vault.seal_phone(number) if number else ("", b"")
        yield (line, code, name, folded, folding.given_name_first(folded), address, commune,
               households, meter, codes.meter_point(code), *contract, *phone)


def run(vault: Vault, prefixes: tuple[str, ...], path: Path, now: int,
        progress: Callable[[int], None], dry_run: bool) -> Report:
    """Import a file of customers; raises what `running.run` raises.

    `prefixes`: how codes usually begin here.
    """
    return running.run(_subject(vault, prefixes), path, now, progress, dry_run)


def _compare() -> Report:
    return Report(*incoming_customers.compare())


def _store(now: int) -> None:
    for page in incoming_customers.changes():
        audit.append(now, map(_entry, page))
    incoming_customers.store(now)


def _entry(change: Change) -> tuple[str, str, str, str]:
    # Which fields, not what they say: the chain is kept for ever, personal data is not.
    fields = [name for name, old, new in zip(CONTENT, change.old, change.new, strict=True)
              if old != new and name not in ("search", "given_search")]
    fields += ["phone"] if change.other_phone else []
    return (ACTOR, "customer.changed", change.code,
            json.dumps({"line": change.line, "fields": fields}))
