"""A statement file → movements on record.

A file is read whole before anything of it is stored, and is known again by its bytes. It is taken
in some lines at a time, so that nobody waits long; after a break the next run goes on where it
ended.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Set
from pathlib import Path
from typing import NamedTuple

from db import partners, tellings
from db import transfers as transfer_records
from db.connection import write
from services.errors import UnknownPartner
from services.privacy import Vault
from services.transfers import booking, bundles, credits, identity, reversals
from services.transfers.bundles import Bundle
from services.transfers.incoming import Incoming
from services.transfers.statements import reading
from services.transfers.statements.columns import Columns
from services.transfers.statements.lines import LeftOut, Statement, StatementLine

KEYS = ("matched", "under", "over", "already_paid", "unmatched", "known", "held", "reversed",
        "left_out", "conflict")
DOUBTFUL = ("held", "reversed", "conflict")
_TOGETHER = 100  # movements in one transaction
# A sum without its details is nobody's yet; whether money after a void is new, an officer tells.
_COUNTED_AS = {transfer_records.BUNDLE: "unmatched", transfer_records.AFTER_VOID: "held"}


class Report(NamedTuple):
    """What a file holds: how many movements fell to which of KEYS, and what was left out."""

    counts: dict[str, int]
    left_out: list[LeftOut]

    @property
    def is_doubtful(self) -> bool:
        """Something waits because it is not certain which money it is."""
        return any(self.counts[key] for key in DOUBTFUL)


class _Document(NamedTuple):
    id: int
    bank: str
    title: str
    kind: str  # "camt" or "csv"


class _DryRun(Exception):
    """Carries the report out of the transaction that it undoes."""

    def __init__(self, report: Report):
        super().__init__()
        self.report = report


def run(bank: str, path: Path, columns: Columns | None, ours: Set[str], vault: Vault,
        now: int, dry_run: bool = False) -> Report:
    """Take in the file's movements as told by the partner `bank`; a dry run does the same and
    undoes it. Raises UnknownPartner, InvalidStatement or OSError."""
    title = partners.title_of(bank)
    if title is None:
        raise UnknownPartner(bank)
    parsed = reading.read(path, columns, ours, now)
    document = _Document(0, bank, title, "camt" if reading.is_xml(path) else "csv")
    if not dry_run:
        return _take_in(document, parsed, vault, now)

    def rehearse() -> None:
        raise _DryRun(_take_in(document, parsed, vault, now))
    try:
        write(rehearse)
    except _DryRun as rehearsed:
        return rehearsed.report
    raise AssertionError("unreachable")


def _take_in(document: _Document, parsed: Statement, vault: Vault, now: int) -> Report:
    number, counts = write(lambda: tellings.begin(document.bank, parsed.digest, document.kind,
                                                  now))
    if counts is not None:
        return _known(json.loads(counts), parsed.left_out)
    document = document._replace(id=number)
    counted: Counter[str] = Counter()
    left_out = list(parsed.left_out)
    movements = _in_order(list(_movements(document, parsed)))
    for first in range(0, len(movements), _TOGETHER):
        take = functools.partial(_take_together, movements[first:first + _TOGETHER], vault, now)
        counted += credits.again(take)
    for told in _outgoing(document, parsed):
        word = credits.again(functools.partial(_take_outgoing, told, vault, now))
        counted[word] += 1
        if word == "left_out":
            left_out.append(LeftOut(f"entry {told.bank_ref}", "outgoing", str(told.amount)))
    counted["left_out"] = len(left_out)
    report = Report({key: counted[key] for key in KEYS}, left_out)
    taken = sum(counted.values()) - len(left_out)
    write(lambda: tellings.finish(number, taken, len(left_out), json.dumps(report.counts), now))
    return report


def _known(counts: dict[str, int], left_out: list[LeftOut]) -> Report:
    taken = sum(counts.values()) - counts["left_out"]
    return Report(dict.fromkeys(KEYS, 0) | {"known": taken, "left_out": counts["left_out"]},
                  left_out)


def _movements(document: _Document, parsed: Statement) -> Iterator[Incoming | Bundle]:
    """What came in and what was taken back, the details of a sum together."""
    group: list[StatementLine] = []
    for place, line in enumerate([*parsed.lines, None]):
        if group and (line is None or not _belongs(line, group)):
            yield _bundle(document, group, place - len(group))
            group = []
        if line is not None and line.bundle_amount and not line.reverses:
            group.append(line)
        elif line is not None:
            yield _told(document, line, place)


def _belongs(line: StatementLine, group: list[StatementLine]) -> bool:
    first = group[0]
    same = ((line.account, line.bundle, line.bundle_amount, line.day, line.reverses)
            == (first.account, first.bundle, first.bundle_amount, first.day, False))
    return same and sum(part.amount for part in group) < first.bundle_amount


def _bundle(document: _Document, group: list[StatementLine], place: int) -> Bundle:
    first = group[0]
    whole = first._replace(amount=first.bundle_amount, text="", number=first.bundle, payer="",
                           evidence="", bundle_amount=0, parts=len(group))
    told = _told(document, whole, place)
    return Bundle(told._replace(key=f"{told.key}s"),
                  [_told(document, line, place + number) for number, line in enumerate(group)])


def _told(document: _Document, line: StatementLine, place: int) -> Incoming:
    facts = f"{line.number}|{line.account}|{line.day}|{line.amount}|{line.text}|{line.reverses}"
    return Incoming(
        document.bank, document.title, line.number, line.amount, line.text, line.paid_at,
        hashlib.sha256(facts.encode()).hexdigest(), line.payer, line.account, line.number, "bank",
        line.day, line.evidence, line.parts, document.id, f"d{document.id}:{place}",
        returned=line.returned, reverses=line.reverses,
        is_entry=document.kind == "camt" and not line.bundle_amount)


def _outgoing(document: _Document, parsed: Statement) -> list[Incoming]:
    return [_told(document, line, len(parsed.lines) + place)
            for place, line in enumerate(parsed.outgoing)]


def _in_order(movements: list[Incoming | Bundle]) -> list[Incoming | Bundle]:
    """What is known by its number goes first: then the rest is compared with what is left, what
    may be a sum after what may be in it. What was taken back goes last."""
    def rank(movement: Incoming | Bundle) -> int:
        if isinstance(movement, Bundle):
            return 1
        if movement.reverses:
            return 3
        if identity.by_number(movement):
            return 0
        return 2 if bundles.is_perhaps_several(movement) else 1
    return sorted(movements, key=rank)


def _take_together(movements: list[Incoming | Bundle], vault: Vault,
                   now: int) -> Counter[str]:
    tellings.lock()
    return Counter(word for movement in movements for word in _take(movement, vault, now))


def _take(movement: Incoming | Bundle, vault: Vault, now: int) -> list[str]:
    if isinstance(movement, Bundle):
        if _was_taken(movement.parts[0]):
            return ["known"] * len(movement.parts)
        return [_word(outcome.counted_as)
                for outcome in credits.take_bundle(movement, vault, now)]
    if _was_taken(movement):
        return ["known"]
    if movement.reverses:
        return [reversals.take(movement, vault, now)[1]]
    return [_word(credits.take(movement, vault, now).counted_as)]


def _was_taken(told: Incoming) -> bool:
    """An earlier run of this document came so far."""
    return bool(tellings.get(told.source, booking.key_of(told)))


def _word(word: str) -> str:
    return _COUNTED_AS.get(word, word)


def _take_outgoing(told: Incoming, vault: Vault, now: int) -> str:
    tellings.lock()
    if _was_taken(told):
        return "known"
    found = reversals.note_outgoing(told, vault, now)
    return found[1] if found else "left_out"
