"""The papers of a contract file and their pages. What a page shows lies sealed in a folder."""

from __future__ import annotations

from typing import NamedTuple

import peewee as pw

from db.connection import Model, fetch, fetch_one, fetch_row, is_sqlite, require_write, run

MISSING, RECEIVED, ACCEPTED, REFUSED = "missing", "received", "accepted", "refused"


class ContractPaper(Model):
    """One paper asked for, once something came of it: no row means that it is missing."""

    ticket = pw.CharField(max_length=12)
    kind = pw.CharField(max_length=20)  # of services/contracts/checklists
    state = pw.CharField(max_length=10)
    reason = pw.CharField(max_length=20, default="")  # why it was refused
    original_seen = pw.IntegerField(default=0)
    decided_by = pw.CharField(max_length=40, default="")
    changed_at = pw.BigIntegerField()

    class Meta:
        indexes = ((("ticket", "kind"), True),)


class ContractPage(Model):
    """One photograph. `id` seals its file; `file_name` is random and says nothing."""

    id = pw.CharField(max_length=32, primary_key=True)
    ticket = pw.CharField(max_length=12)
    kind = pw.CharField(max_length=20)
    file_name = pw.CharField(max_length=64, unique=True)
    size = pw.IntegerField()  # bytes of the picture
    digest = pw.CharField(max_length=64)  # hex SHA-256 of the picture
    channel = pw.CharField(max_length=8)  # desk, kiosk
    added_by = pw.CharField(max_length=40)  # officer, "" = the customer
    added_at = pw.BigIntegerField()

    class Meta:
        indexes = ((("ticket", "kind", "added_at"), False),)


class PaperLook(Model):
    """An officer had a page before their eyes, at reading size."""

    page_id = pw.CharField(max_length=32)
    officer = pw.CharField(max_length=40)
    at = pw.BigIntegerField()  # ms, the first time

    class Meta:
        indexes = ((("page_id", "officer"), True),)


class PaperRow(NamedTuple):
    """How one paper stands."""

    kind: str
    state: str
    reason: str = ""
    original_seen: int = 0
    decided_by: str = ""
    changed_at: int = 0


class PageRow(NamedTuple):
    """One page; `file_name` lies in the folder of papers."""

    id: str
    ticket: str
    kind: str
    file_name: str
    size: int
    digest: str
    channel: str
    added_at: int


def papers(ticket: str) -> dict[str, PaperRow]:
    """What came of each paper, by kind."""
    rows = fetch("SELECT kind, state, reason, original_seen, decided_by, changed_at"
                 " FROM contract_paper WHERE ticket = ?", ticket)
    return {row[0]: PaperRow._make(row) for row in rows}


def pages(ticket: str) -> list[PageRow]:
    """All pages of a file, in the order in which they came."""
    return [PageRow._make(row) for row in fetch(
        "SELECT id, ticket, kind, file_name, size, digest, channel, added_at FROM contract_page"
        " WHERE ticket = ? ORDER BY added_at, id", ticket)]


def page(page_id: str) -> PageRow | None:
    """One page, or None."""
    row = fetch_one("SELECT id, ticket, kind, file_name, size, digest, channel, added_at"
                    " FROM contract_page WHERE id = ?", page_id)
    return PageRow._make(row) if row else None


def stored(ticket: str) -> tuple[int, int]:
    """(pages, bytes) of a whole file. Call inside `write`: until its end no other upload counts
    them."""
    require_write()
    hold = "" if is_sqlite() else " FOR UPDATE"
    fetch(f"SELECT ticket FROM contract_request WHERE ticket = ?{hold}", ticket)
    return fetch_row("SELECT COUNT(*), COALESCE(SUM(size), 0) FROM contract_page"
                     " WHERE ticket = ?", ticket)


def add_page(page: PageRow, officer: str) -> None:
    """Write down a page whose file is on disk."""
    ContractPage.create(**page._asdict(), added_by=officer)


def receive(ticket: str, kind: str, now: int) -> bool:
    """A page came: the paper is received, whatever it was, unless it is accepted already."""
    return run("INSERT INTO contract_paper (ticket, kind, state, reason, original_seen,"
               " decided_by, changed_at) VALUES (?, ?, 'received', '', 0, '', ?)"
               " ON CONFLICT (ticket, kind) DO UPDATE SET state = 'received', reason = '',"
               " decided_by = '', changed_at = excluded.changed_at"
               " WHERE contract_paper.state <> 'accepted'", ticket, kind, now) == 1


class Decision(NamedTuple):
    """An officer's word on a paper as it stood at `seen` (its changed_at)."""

    state: str  # ACCEPTED or REFUSED
    reason: str
    original_seen: int
    officer: str
    seen: int


def decide(ticket: str, kind: str, decision: Decision, now: int) -> bool:
    """Received → accepted or refused, once, and only as it was seen; True when this did it."""
    return run("UPDATE contract_paper SET state = ?, reason = ?, original_seen = ?,"
               " decided_by = ?, changed_at = ? WHERE ticket = ? AND kind = ?"
               " AND state = 'received' AND changed_at = ?", *decision[:4], now, ticket, kind,
               decision.seen) == 1


def note_original(ticket: str, kind: str) -> bool:
    """An accepted paper was compared with its original; True when this call noted it."""
    return run("UPDATE contract_paper SET original_seen = 1 WHERE ticket = ? AND kind = ?"
               " AND state = 'accepted' AND original_seen = 0", ticket, kind) == 1


def reopen(ticket: str, kind: str, reason: str, officer: str, now: int) -> bool:
    """Accepted → refused: who had to agree to the contract wants it anew. True when this did it."""
    return run("UPDATE contract_paper SET state = 'refused', reason = ?, original_seen = 0,"
               " decided_by = ?, changed_at = ? WHERE ticket = ? AND kind = ?"
               " AND state = 'accepted'", reason, officer, now, ticket, kind) == 1


def note_look(page_id: str, officer: str, now: int) -> None:
    """This officer has seen this page; the first time counts."""
    run("INSERT INTO paper_look (page_id, officer, at) VALUES (?, ?, ?)"
        " ON CONFLICT (page_id, officer) DO NOTHING", page_id, officer, now)


def unseen_by(ticket: str, officer: str) -> set[str]:
    """The kinds of paper with a page that this officer has not seen."""
    rows = fetch("SELECT DISTINCT p.kind FROM contract_page p WHERE p.ticket = ? AND NOT EXISTS"
                 " (SELECT 1 FROM paper_look l WHERE l.page_id = p.id AND l.officer = ?)",
                 ticket, officer)
    return {kind for (kind,) in rows}


def looks(ticket: str) -> list[tuple[str, str, int]]:
    """(officer, kind of paper, when its last page was first seen) by the time."""
    rows = fetch("SELECT l.officer, p.kind, MAX(l.at) FROM paper_look l JOIN contract_page p"
                 " ON p.id = l.page_id WHERE p.ticket = ? GROUP BY l.officer, p.kind"
                 " ORDER BY MAX(l.at), l.officer, p.kind", ticket)
    return [(officer, kind, at) for officer, kind, at in rows]


def drop_pages(ticket: str, kind: str) -> list[str]:
    """Forget the pages of a refused paper; returns the names of their files. Call inside
    `write`."""
    require_write()
    names = [name for (name,) in fetch(
        "SELECT file_name FROM contract_page WHERE ticket = ? AND kind = ?", ticket, kind)]
    run("DELETE FROM paper_look WHERE page_id IN"
        " (SELECT id FROM contract_page WHERE ticket = ? AND kind = ?)", ticket, kind)
    run("DELETE FROM contract_page WHERE ticket = ? AND kind = ?", ticket, kind)
    return names
