"""A contract read by its customer at a kiosk: who may, page by page, and how it sounds.

The text is what the template gave when the contract was drafted, so what is read and heard is what
is signed.
"""

from __future__ import annotations

import hashlib
import math
import re
import textwrap
from typing import NamedTuple

from db import agreements as agreement_records
from db import audit
from db import messages as message_records
from db.agreements import Agreement
from db.connection import write
from services import clock
from services.contracts import agreements, handover, requests
from services.errors import TooManyCodes, TooManyLookups, WrongCode
from services.kiosks.visits import Visit
from services.notation.number_words import in_words
from services.outbox import otp
from services.privacy import Vault

PURPOSE = "read"
MOST_SENT = 3  # codes a visit
CARDS_A_DAY = 5  # different citizen numbers tried for one ticket
# What a page holds at the smallest screen with large text: lines of so many letters.
_LETTERS, _LINES = 52, 9
_LONGEST = _LETTERS * (_LINES - 1)


class Page(NamedTuple):
    """One page: the first holds the summary, [name, words] each; the others lines of a clause."""

    title: str
    summary: list[list[str]]
    lines: list[str]


class Text(NamedTuple):
    """A contract to be read."""

    ticket: str
    short: str  # of the digest
    signed: bool
    pages: list[Page]


def current(ticket: str) -> Agreement | None:
    """The contract of a ticket that may be read: drafted, being sealed, or signed. Raises
    UnknownTicket."""
    row, found = requests.status(ticket), agreement_records.current(ticket)
    drafted = found is not None and found.state == agreement_records.DRAFT
    return None if drafted and row.stage != "drafted" else found


def phone_of(ticket: str, vault: Vault) -> str:
    """The number on the contract, masked; "" for none."""
    return vault.masked_phone(requests.status(ticket).phone_sealed)


def send_code(ticket: str, visit: Visit, sent: int, vault: Vault, now: int) -> None:
    """Text a code to the number on the contract, for this visit alone.

    `sent`: codes of this visit so far. Raises TooManyCodes.
    """
    row = requests.status(ticket)
    if sent >= MOST_SENT or not row.phone_sealed:
        raise TooManyCodes("visit")
    otp.send(vault, (row.phone_hash, bytes(row.phone_sealed)), PURPOSE, _subject(ticket, visit),
             now)


def prove(ticket: str, typed: str, visit: Visit, vault: Vault, now: int) -> None:
    """The code of the text, or the citizen number where there is no phone; on the record.

    Raises WrongCode, CodeExpired, TooManyLookups for a ticket with too many numbers tried.
    """
    row = requests.status(ticket)
    if row.phone_sealed:
        otp.confirm(vault, PURPOSE, _subject(ticket, visit), typed, now)
    elif not _is_card(ticket, typed, vault, now):
        raise WrongCode("card")
    found = current(ticket)
    write(lambda: audit.append(now, [("kiosk", "contract.read", ticket,
                                      found.digest if found else "")]))


def _is_card(ticket: str, typed: str, vault: Vault, now: int) -> bool:
    tried = vault.keyed_hash(typed, "citizen typed")[:13]
    # Counted before it is known, so that a transaction that fails takes nothing back.
    if not write(lambda: message_records.note_lookup(f"card:{ticket}", clock.local_day(now), tried,
                                                     CARDS_A_DAY)):
        raise TooManyLookups(ticket)
    return handover.is_card(requests.status(ticket), typed, vault)


def _subject(ticket: str, visit: Visit) -> str:
    return f"{hashlib.sha256(visit.id.encode()).hexdigest()[:32]}:{ticket}"


def text(found: Agreement, vault: Vault) -> Text:
    """The contract's pages; none when its template has no marks."""
    told = agreements.clauses(found, vault)
    pages = [Page("", told["summary"], [])] if told["summary"] else []
    for clause in told["clauses"]:
        pages += _paged(clause["title"], [" ".join(line.split()) for line in clause["lines"]])
    return Text(found.ticket, agreements.short(found.digest),
                found.state == agreement_records.SIGNED, pages)


def _paged(title: str, lines: list[str]) -> list[Page]:
    """As many lines a page as surely fit; one that is too long for any page is cut at a word."""
    pages: list[list[str]] = [[]]
    for part in (part for line in lines for part in textwrap.wrap(line, _LONGEST)):
        if pages[-1] and _height([*pages[-1], part]) > _LINES:
            pages.append([])
        pages[-1].append(part)
    return [Page(title, [], page) for page in pages]


def _height(lines: list[str]) -> float:
    return sum(math.ceil(len(line) / _LETTERS) + 0.25 for line in lines)


def spoken(line: str) -> str:
    """A line as a voice reads it: days and numbers in words, long numbers digit by digit."""
    line = re.sub(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b",
                  lambda day: f"ngày {int(day[1])} tháng {int(day[2])} năm {day[3]}", line)
    line = re.sub(r"\b\d{1,3}(?:\.\d{3})+\b",
                  lambda number: in_words(int(number[0].replace(".", ""))), line)
    line = re.sub(r"\b\d{6,}\b", lambda number: " ".join(number[0]), line)
    return line.replace("kWh", "ki lô oát giờ").replace("HD-", "H D ")
