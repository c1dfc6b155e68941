"""A contract read by its customer at a kiosk: who may, page by page, and how it sounds.

The text is what the template gave when the contract was drafted, so what is read and heard is what
is signed.
"""

from __future__ import annotations

import math
import re
import textwrap
from typing import NamedTuple

from db import agreements as agreement_records
from db import audit
from db.agreements import Agreement
from db.connection import write
from db.contracts import ContractRequest
from services.contracts import agreements, requests, second_proof
from services.contracts.second_proof import Proof
from services.kiosks import proofs
from services.kiosks.visits import Visit
from services.limits.limits import Asker
from services.notation.number_words import in_words
from services.privacy import Vault

PURPOSE = "read"
# What a page holds on the smallest screen with large text: so many lines of so many letters.
_LETTERS, _LINES = 52, 9
_LONGEST = _LETTERS * (_LINES - 1)


class Page(NamedTuple):
    """One page: the first holds the summary, [name, words] each; the others, lines of a clause."""

    title: str
    summary: list[list[str]]
    lines: list[str]


class ContractText(NamedTuple):
    """A contract to be read."""

    ticket: str
    short: str  # of the digest
    signed: bool
    pages: list[Page]


def current(ticket: str) -> Agreement | None:
    """The contract of a ticket that may be read: drafted, being sealed, or signed. Raises
    UnknownTicket."""
    return _current(requests.status(ticket))


def _current(row: ContractRequest) -> Agreement | None:
    found = agreement_records.current(row.ticket)
    drafted = found is not None and found.state == agreement_records.DRAFT
    return None if drafted and row.stage != "drafted" else found


def send_code(row: ContractRequest, visit: Visit, sent: int, vault: Vault, now: int,
              asker: Asker | None = None) -> None:
    """Text a code to the number on the contract, for this visit alone.

    `sent`: codes of this visit so far; `asker`: who is limited, None for nobody. Raises
    TooManyCodes, or InvalidInput("phone") when there is no number.
    """
    proofs.count_sent(sent, asker, now)
    quota = proofs.quota(asker)
    second_proof.send_code(_proof(row, visit), vault, now, "read" if quota == "kiosk" else quota)


def prove(row: ContractRequest, typed: str, visit: Visit, vault: Vault, now: int) -> None:
    """The code of the text, or the citizen number where there is no phone; on the record.

    Raises WrongCode, CodeExpired, TooManyLookups for a ticket with too many numbers tried.
    """
    proof = _proof(row, visit)
    if proof.by_card:
        proofs.count_card(row.ticket, typed, vault, now)
    second_proof.check(proof, typed, vault, now)
    found = _current(row)
    write(lambda: audit.append(now, [("kiosk", "contract.read", row.ticket,
                                      found.digest if found else "")]))


def _proof(row: ContractRequest, visit: Visit) -> Proof:
    return Proof(row, PURPOSE, proofs.subject_of(visit, row.ticket))


def text(found: Agreement, vault: Vault) -> ContractText:
    """The contract's pages; none when its template has no marks."""
    words = agreements.clauses(found, vault)
    pages = [Page("", words["summary"], [])] if words["summary"] else []
    for clause in words["clauses"]:
        pages += _paginate(clause["title"], [" ".join(line.split()) for line in clause["lines"]])
    return ContractText(found.ticket, agreements.short(found.digest),
                        found.state == agreement_records.SIGNED, pages)


def _paginate(title: str, lines: list[str]) -> list[Page]:
    """As many lines a page as surely fit; one too long for any page is cut between words."""
    pages: list[list[str]] = [[]]
    for part in (part for line in lines for part in textwrap.wrap(line, _LONGEST)):
        if pages[-1] and _height([*pages[-1], part]) > _LINES:
            pages.append([])
        pages[-1].append(part)
    return [Page(title, [], page) for page in pages]


def _height(lines: list[str]) -> float:
    return sum(math.ceil(len(line) / _LETTERS) + 0.25 for line in lines)


def spell_out(line: str) -> str:
    """A line as a voice reads it: days and numbers in words, long numbers digit by digit."""
    line = re.sub(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b",
                  lambda day: f"ngày {int(day[1])} tháng {int(day[2])} năm {day[3]}", line)
    line = re.sub(r"\b\d{1,3}(?:\.\d{3})+\b",
                  lambda number: in_words(int(number[0].replace(".", ""))), line)
    line = re.sub(r"\b\d{6,}\b", lambda number: " ".join(number[0]), line)
    return line.replace("kWh", "ki lô oát giờ").replace("HD-", "H D ")
