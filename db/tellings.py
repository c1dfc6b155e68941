"""Who told of a movement on our bank account, in which document, in whose words.

One movement is told by a feed at once, by a notice in the evening, by a statement next morning:
each is a telling of one credit (`db/transfers.py`).
"""

from __future__ import annotations

from typing import NamedTuple

import peewee as pw

from db.connection import Model, fetch, fetch_one, is_sqlite, require_write, run
from db.partners import Partner
from db.transfers import BankCredit

# What a telling says: money came, it was taken back, it is a sum told in parts; and of money that
# went out, which is nobody's yet: perhaps a credit taken back before we heard of it.
CAME, BACK, SUM, OUT = "credit", "reversal", "bundle", "out"
_LOCK_NUMBER = 4_181_013  # any number, the same for all of us


class BankStatement(Model):
    """A document of a bank, known by its bytes. Kept for ever."""

    bank = pw.ForeignKeyField(Partner, column_name="bank", index=False)
    digest = pw.CharField(max_length=64, unique=True)
    kind = pw.CharField(max_length=8)  # "camt": tells entries of the account; "csv"
    lines = pw.IntegerField()  # movements in it that count, or wait
    left_out = pw.IntegerField()
    counts = pw.TextField(default="")  # JSON: how many fell to which state
    taken_at = pw.BigIntegerField(index=True)
    finished_at = pw.BigIntegerField(null=True)  # null: the taking in broke off, or still runs


class CreditTelling(Model):
    """One telling of one movement. `key` is the source's own number of it (a feed's id, the line
    of a document); the same key with another body is a row of its own."""

    source = pw.ForeignKeyField(Partner, column_name="source", index=False)
    key = pw.CharField(max_length=64)
    says = pw.CharField(max_length=8)
    credit = pw.ForeignKeyField(BankCredit, null=True, index=True)
    document = pw.ForeignKeyField(BankStatement, null=True, index=True)
    account = pw.CharField(max_length=40, default="")
    number = pw.CharField(max_length=64, default="", index=True)  # as it was told
    body_digest = pw.CharField(max_length=64)
    amount = pw.BigIntegerField()
    told_at = pw.BigIntegerField()
    words_sealed = pw.BlobField(null=True)  # JSON [text, payer, evidence] as told here

    class Meta:
        indexes = ((("source", "key", "body_digest"), True),)


class TellingRow(NamedTuple):
    """A telling as the officer's page shows it; `kind` is its source's: "bank" or another."""

    id: int
    source: str
    key: str
    says: str
    credit_id: int | None
    document_id: int | None
    number: str
    body_digest: str
    amount: int
    told_at: int
    words_sealed: bytes


_COLUMNS = ", ".join(f"t.{name}" for name in TellingRow._fields)


def _row(row: tuple) -> TellingRow:
    return TellingRow._make((*row[:-1], bytes(row[-1] or b"")))


def lock() -> None:
    """One after the other from here to the commit: whose money this is depends on all that is on
    record. On SQLite who writes is alone anyway."""
    require_write()
    if not is_sqlite():
        fetch("SELECT pg_advisory_xact_lock(?)", _LOCK_NUMBER)


def add(source: str, key: str, says: str, credit_id: int | None, document: int | None,
        account: str, number: str, body_digest: str, amount: int, words_sealed: bytes | None,
        now: int) -> None:
    """Record a telling."""
    run("INSERT INTO credit_telling (source, key, says, credit_id, document_id, account, number,"
        " body_digest, amount, words_sealed, told_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        source, key, says, credit_id, document, account, number, body_digest, amount,
        words_sealed, now)


def get(source: str, key: str) -> list[TellingRow]:
    """What a source told under its own number: the first body, then what contradicted it."""
    return [_row(row) for row in fetch(
        f"SELECT {_COLUMNS} FROM credit_telling t WHERE t.source = ? AND t.key = ?"
        " ORDER BY t.id", source, key)]


def of_credit(credit_id: int) -> list[TellingRow]:
    """Everything told of a credit, in the order in which it came."""
    return [_row(row) for row in fetch(
        f"SELECT {_COLUMNS} FROM credit_telling t WHERE t.credit_id = ? ORDER BY t.id",
        credit_id)]


def says(credit_id: int, word: str, document: int | None = None) -> bool:
    """True when somebody (this document) told this of the credit."""
    return fetch_one("SELECT 1 FROM credit_telling WHERE credit_id = ? AND says = ?"
                     + (f" AND document_id = {document:d}" if document is not None else "")
                     + " LIMIT 1", credit_id, word) is not None


def told_by(credit_id: int, source: str, document: int | None) -> bool:
    """True when this document, or this feed, told of the credit."""
    if document is not None:
        found = fetch_one("SELECT 1 FROM credit_telling WHERE credit_id = ? AND document_id = ?"
                          " LIMIT 1", credit_id, document)
    else:
        found = fetch_one("SELECT 1 FROM credit_telling WHERE credit_id = ? AND source = ?"
                          " AND document_id IS NULL LIMIT 1", credit_id, source)
    return found is not None


def went_out(account: str, number: str, amount: int) -> int | None:
    """A telling, tied to no credit yet, that this money left the account under this number."""
    row = fetch_one("SELECT id FROM credit_telling WHERE number = ? AND account = ?"
                    " AND amount = ? AND says = 'out' AND credit_id IS NULL ORDER BY id LIMIT 1",
                    number, account, amount)
    return row[0] if row else None


def tie(telling_id: int, credit_id: int) -> None:
    """What went out was this credit, taken back."""
    run("UPDATE credit_telling SET credit_id = ?, says = 'reversal' WHERE id = ?"
        " AND credit_id IS NULL", credit_id, telling_id)


def begin(bank: str, digest: str, kind: str, now: int) -> tuple[int, str | None]:
    """(id of the document, its counts as JSON; None when it is new or its taking in broke off)."""
    require_write()
    made = fetch("INSERT INTO bank_statement (bank, digest, kind, lines, left_out, counts,"
                 " taken_at) VALUES (?, ?, ?, 0, 0, '', ?) ON CONFLICT DO NOTHING RETURNING id",
                 bank, digest, kind, now)
    if made:
        return made[0][0], None
    row = fetch("SELECT id, counts, finished_at FROM bank_statement WHERE digest = ?", digest)[0]
    return row[0], row[1] if row[2] is not None else None


def finish(document: int, lines: int, left_out: int, counts: str, now: int) -> None:
    """The document is taken in, all of it."""
    run("UPDATE bank_statement SET lines = ?, left_out = ?, counts = ?, finished_at = ?"
        " WHERE id = ?", lines, left_out, counts, now, document)


def document(document_id: int) -> tuple[str, str, int] | None:
    """(bank, digest, when it was taken in) of a document, or None."""
    row = fetch_one("SELECT bank, digest, taken_at FROM bank_statement WHERE id = ?", document_id)
    return (row[0], row[1], row[2]) if row else None
