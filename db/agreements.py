"""Agreements: drafts of a contract, what the customer confirmed, and the sealed file."""

from __future__ import annotations

import peewee as pw

from db.connection import Model, fetch, fetch_one, fetch_row, require_write, run

DRAFT, VOID, SEALING, SIGNED = "draft", "void", "sealing", "signed"
WAITING = "waiting"  # confirmed by the customer; a second officer must agree to the seal


class Agreement(Model):
    """One draft of a request's contract. The texts lie in files; `number` counts the drafts."""

    ticket = pw.CharField(max_length=12)
    number = pw.IntegerField()
    # The ticket while this draft counts, NULL once it is void: a ticket has one that counts.
    live = pw.CharField(max_length=12, unique=True, null=True)
    state = pw.CharField(max_length=8, default=DRAFT)
    digest = pw.CharField(max_length=64)  # hex SHA-256 of the PDF that the customer reads
    pages = pw.IntegerField()
    size = pw.IntegerField()  # bytes of that PDF
    template = pw.CharField(max_length=80)  # version and digest of the company's template
    facts_sealed = pw.BlobField()  # what was filled in, and the template's words; JSON
    file_name = pw.CharField(max_length=64)  # of the draft, in the folder of sealed files
    drafted_by = pw.CharField(max_length=40)
    drafted_at = pw.BigIntegerField()
    code_sent_at = pw.BigIntegerField(null=True)
    # Who answered for a changed number, before a second officer agreed to the seal itself.
    released_by = pw.CharField(max_length=40, default="")
    clauses_sealed = pw.BlobField(null=True)  # the same as text, to be read and heard; JSON
    evidence_sealed = pw.BlobField(null=True)  # JSON, once the customer has confirmed
    confirmed_at = pw.BigIntegerField(null=True)
    sealed_digest = pw.CharField(max_length=64, default="")  # of the file with the seal
    signed_at = pw.BigIntegerField(null=True)
    confirmed_by = pw.CharField(max_length=40, default="")  # before whom the customer confirmed
    approved_by = pw.CharField(max_length=40, default="")  # the second officer, where one is needed
    approved_at = pw.BigIntegerField(null=True)
    refused_by = pw.CharField(max_length=40, default="")  # who did not agree, and why
    refused_why = pw.CharField(max_length=200, default="")

    class Meta:
        indexes = ((("ticket", "number"), True), (("state", "confirmed_at"), False))


def current(ticket: str) -> Agreement | None:
    """The draft or contract that counts for this ticket, or None."""
    return Agreement.get_or_none(Agreement.live == ticket)


def add(ticket: str, **values) -> bool:
    """A new draft takes the place of the one before; False when the customer has already
    confirmed that one. Call inside `write`."""
    require_write()
    run("UPDATE agreement SET state = 'void', live = NULL WHERE live = ? AND state = 'draft'",
        ticket)
    if fetch_one("SELECT 1 FROM agreement WHERE live = ?", ticket):
        return False
    last = fetch_row("SELECT COALESCE(MAX(number), 0) FROM agreement WHERE ticket = ?", ticket)[0]
    Agreement.create(ticket=ticket, number=last + 1, live=ticket, **values)
    return True


def note_code(ticket: str, digest: str, now: int) -> bool:
    """A code for exactly this draft went out; False when the draft is another by now."""
    return run("UPDATE agreement SET code_sent_at = ? WHERE live = ? AND digest = ?"
               " AND state = 'draft'", now, ticket, digest) == 1


def confirm(ticket: str, digest: str, after: str, evidence_sealed: bytes, officer: str,
            now: int) -> bool:
    """Draft → `after` (sealing or waiting): the customer has confirmed exactly this draft before
    this officer. True for one call only."""
    return run("UPDATE agreement SET state = ?, evidence_sealed = ?, confirmed_by = ?,"
               " confirmed_at = ? WHERE live = ? AND digest = ? AND state = 'draft'",
               after, evidence_sealed, officer, now, ticket, digest) == 1


def approve(ticket: str, digest: str, evidence_sealed: bytes, officer: str, now: int) -> bool:
    """Waiting → sealing: a second officer agrees to what another one confirmed. True for one call
    only."""
    return run("UPDATE agreement SET state = 'sealing', evidence_sealed = ?, approved_by = ?,"
               " approved_at = ? WHERE live = ? AND digest = ? AND state = 'waiting'"
               " AND confirmed_by <> ?", evidence_sealed, officer, now, ticket, digest,
               officer) == 1


def turn_down(ticket: str, digest: str, officer: str, why: str) -> bool:
    """Waiting → void: what the customer confirmed gets no seal. True for one call only."""
    return run("UPDATE agreement SET state = 'void', live = NULL, refused_by = ?, refused_why = ?"
               " WHERE live = ? AND digest = ? AND state = 'waiting'",
               officer, why, ticket, digest) == 1


def last_refusal(ticket: str) -> tuple[str, str] | None:
    """(who, why) when the newest draft of this ticket was not agreed to, else None."""
    row = fetch_one("SELECT refused_by, refused_why FROM agreement WHERE ticket = ?"
                    " ORDER BY number DESC LIMIT 1", ticket)
    return (row[0], row[1]) if row and row[0] else None


def finish(ticket: str, sealed_digest: str, now: int) -> bool:
    """Sealing → signed, once the sealed file is on the disk. True for one call only."""
    return run("UPDATE agreement SET state = 'signed', sealed_digest = ?, signed_at = ?"
               " WHERE live = ? AND state = 'sealing'", sealed_digest, now, ticket) == 1


def sealed_digest(ticket: str) -> str:
    """Hex SHA-256 of this ticket's sealed file; "" when none is signed."""
    row = fetch_one("SELECT sealed_digest FROM agreement WHERE live = ? AND state = 'signed'",
                    ticket)
    return row[0] if row else ""


def unfinished(before: int, most: int = 50) -> list[str]:
    """Tickets confirmed, and approved, before this time (ms) whose seal is still owing, oldest
    first."""
    rows = fetch("SELECT ticket FROM agreement WHERE state = 'sealing'"
                 " AND confirmed_at < ? AND COALESCE(approved_at, 0) < ?"
                 f" ORDER BY confirmed_at LIMIT {most:d}", before, before)
    return [ticket for (ticket,) in rows]


def old_files(ticket: str) -> list[str]:
    """File names of this ticket's drafts that no longer count."""
    rows = fetch("SELECT file_name FROM agreement WHERE ticket = ? AND state = 'void'", ticket)
    return [name for (name,) in rows]
