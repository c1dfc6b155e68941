"""The papers of a contract file: asked for, received as photographs, accepted or refused."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from db import audit
from db import contracts as contract_records
from db import papers as paper_records
from db.connection import write
from db.contracts import ContractRequest
from db.papers import ACCEPTED, MISSING, REFUSED, Decision, PageRow, PaperRow
from services import clock
from services.contracts import contract_files, looks, photos, requests
from services.contracts.checklists import papers_for
from services.contracts.requests import ContractFile
from services.errors import AlreadyDecided, InvalidInput
from services.limits import rules
from services.outbox import outbox
from services.sealed_files import SealedFiles

MOST_PAGES = 10  # of one paper
_MOST_STORED = rules.most("pictures.ticket"), rules.most("bytes.ticket")  # in one contract's file
REASONS = ("blurred", "incomplete", "wrong", "expired", "mismatch")
MOST_BODY = 64 * 1024 * 1024  # bytes of one upload; below that, a page says what is too large


class Paper(NamedTuple):
    """One line of a checklist."""

    row: PaperRow
    pages: list[PageRow]


class Sender(NamedTuple):
    """Who puts pages into a file: an officer, or "" and the machine that a customer stands at."""

    officer: str
    machine: str = ""


def checklist(row: ContractRequest) -> list[Paper]:
    """Every paper that the request needs, with what came of it."""
    pages = paper_records.pages(row.ticket)
    return [Paper(paper, [page for page in pages if page.kind == paper.kind])
            for paper in _needed(row)]


def _needed(row: ContractRequest) -> list[PaperRow]:
    rows = paper_records.papers(row.ticket)
    return [rows.get(kind, PaperRow(kind, MISSING))
            for kind in papers_for(row.kind, row.holder_case)]


def still_missing(row: ContractRequest) -> list[str]:
    """The papers that the customer has yet to bring."""
    return to_bring(_needed(row))


def to_bring(papers: Iterable[PaperRow]) -> list[str]:
    """The kinds of those that are missing, or refused."""
    return [paper.kind for paper in papers if paper.state in (MISSING, REFUSED)]


def upload(file: ContractFile, kind: str, photographs: Sequence[bytes], store: SealedFiles,
           now: int) -> None:
    """An officer puts pages into a file that they hold; all of them or none.

    Raises NotYours, InvalidInput("photo", …) or AlreadyDecided for a paper that is accepted.
    """
    file.need_hold()
    _add(file.row, kind, photographs, Sender(file.who.name), store, now)
    looks.note_shown(file, kind, now)


def send(row: ContractRequest, kind: str, photographs: Sequence[bytes], machine: str,
         store: SealedFiles, now: int) -> None:
    """A customer puts pages into their own file at a kiosk; as `upload`. `machine` is counted,
    unless it is "": raises TooManyActs."""
    _add(row, kind, photographs, Sender("", machine), store, now)


def _add(row: ContractRequest, kind: str, photographs: Sequence[bytes], sender: Sender,
         store: SealedFiles, now: int) -> None:
    if kind not in papers_for(row.kind, row.holder_case):
        raise InvalidInput("paper")
    if not photographs:
        raise InvalidInput("photo", "none")
    _need_room(row.ticket, kind, len(photographs))
    pages: list[PageRow] = []
    try:
        for data in photos.made_anew(photographs, sender.machine, now):
            pages.append(_store(row.ticket, kind, data, sender.officer, store, now))
        old = write(lambda: _record(row.ticket, pages, sender.officer, now))
    except OSError:
        _drop(store, [page.file_name for page in pages])
        raise InvalidInput("photo", "storage") from None
    except Exception:
        _drop(store, [page.file_name for page in pages])
        raise
    _drop(store, old)


def _need_room(ticket: str, kind: str, more: int) -> None:
    """Before anything is decoded. What replaces a refused paper takes its place. Raises
    InvalidInput("photo", "many" or "ticket")."""
    paper = paper_records.papers(ticket).get(kind)
    refused = paper is not None and paper.state == REFUSED
    kept = [page for page in paper_records.pages(ticket)
            if not (refused and page.kind == kind)]
    if more + sum(page.kind == kind for page in kept) > MOST_PAGES:
        raise InvalidInput("photo", "many")
    _check_room(len(kept) + more, sum(page.size for page in kept) + 1)


def _check_room(pages: int, size: int) -> None:
    """Raises InvalidInput("photo", "ticket") where a file would hold more pages or bytes."""
    most_pages, most_bytes = _MOST_STORED
    if pages > most_pages or size > most_bytes:
        raise InvalidInput("photo", "ticket")


def _store(ticket: str, kind: str, data: bytes, officer: str, store: SealedFiles,
           now: int) -> PageRow:
    page_id = uuid.uuid4().hex
    return PageRow(page_id, ticket, kind, store.put(data, page_id), len(data),
                   hashlib.sha256(data).hexdigest(), "desk" if officer else "kiosk", now)


def _record(ticket: str, pages: list[PageRow], officer: str, now: int) -> list[str]:
    """Write the pages down, if the file may still change by now; returns the files of a refused
    paper whose place they take."""
    kind = pages[0].kind
    row = requests.status(ticket)
    at_work = row.state in (contract_records.OPEN, contract_records.TAKEN)
    if row.stage not in contract_records.UNSIGNED or not at_work:
        raise AlreadyDecided(ticket)
    before = paper_records.papers(ticket).get(kind)
    refused = before is not None and before.state == REFUSED
    old = paper_records.drop_pages(ticket, kind) if refused else []
    if not paper_records.receive(ticket, kind, now):
        raise AlreadyDecided(ticket)
    for page in pages:
        paper_records.add_page(page, officer)
    _check_room(*paper_records.stored(ticket))
    audit.append(now, [(officer or "kiosk", "paper.upload", ticket, f"{kind} {len(pages)}")])
    return old


def _drop(store: SealedFiles, names: Sequence[str]) -> None:
    for name in names:
        store.drop(name)


def accept(file: ContractFile, kind: str, seen: int, original_seen: bool | None,
           now: int) -> None:
    """Accept a paper as it was `seen` (its changed_at), once the officer has had all of its pages
    before their eyes and said whether the original was there too.

    Raises NotYours, AlreadyDecided, InvalidInput: "original" (None: no answer), "look".
    """
    file.need_hold()
    if original_seen is None:
        raise InvalidInput("original", "missing")
    _decide(file, kind, Decision(ACCEPTED, "", int(original_seen), file.who.name, seen), now)


def refuse(file: ContractFile, kind: str, seen: int, reason: str, now: int) -> None:
    """Refuse a paper; the customer is texted which one is missing. Raises as `accept`, and
    InvalidInput("reason")."""
    if reason not in REASONS:
        raise InvalidInput("reason")
    _decide(file, kind, Decision(REFUSED, reason, 0, file.who.name, seen), now)


def _decide(file: ContractFile, kind: str, decision: Decision, now: int) -> None:
    file.need_hold()

    def work() -> bool:
        if not paper_records.decide(file.ticket, kind, decision, now):
            return False
        unseen = paper_records.unseen_by(file.ticket, file.who.name)
        if decision.state == ACCEPTED and kind in unseen:
            raise InvalidInput("look", "missing")  # undoes all of it
        row = contract_files.advance(file.ticket)
        audit.append(now, [(file.who.name, f"paper.{decision.state}", file.ticket,
                            f"{kind} {decision.reason}".strip())])
        if decision.state == REFUSED:
            _tell_missing(row, now)
        return True
    if not write(work):
        raise AlreadyDecided(file.ticket)


def note_original(file: ContractFile, kind: str, now: int) -> None:
    """The accepted photographs agree with the original; raises NotYours or AlreadyDecided."""
    file.need_hold()

    def work() -> bool:
        if not paper_records.note_original(file.ticket, kind):
            return False
        audit.append(now, [(file.who.name, "paper.original", file.ticket, kind)])
        return True
    if not write(work):
        raise AlreadyDecided(file.ticket)


def tell_missing(file: ContractFile, now: int) -> None:
    """Text the customer what is missing, at most once a day for the same papers.

    Raises NotYours, or InvalidInput("tell", "nobody" or "again").
    """
    file.need_hold()
    if not file.row.phone_sealed or not still_missing(file.row):
        raise InvalidInput("tell", "nobody")
    if not write(lambda: _tell_missing(file.row, now)):
        raise InvalidInput("tell", "again")


def _tell_missing(row: ContractRequest, now: int) -> bool:
    phone = requests.phone_of(row)
    if phone is None:
        return False
    missing = still_missing(row)
    return outbox.queue("papers", f"{row.ticket}:{clock.local_day(now)}:{','.join(missing)}",
                        phone, {"ticket": row.ticket, "papers": missing}, now)
