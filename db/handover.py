"""Links by which a signed contract is handed over, and its copies on paper."""

from __future__ import annotations

import peewee as pw

from db.connection import Model, fetch_row, run


class ContractLink(Model):
    """Opens one signed contract to whoever also shows a second proof. Only a hash of its token
    is kept."""

    token_hash = pw.CharField(max_length=64, primary_key=True)  # hex SHA-256
    ticket = pw.CharField(max_length=12, index=True)
    way = pw.CharField(max_length=8)  # text, desk, kiosk
    made_by = pw.CharField(max_length=40)  # officer, "" = the program
    created_at = pw.BigIntegerField()
    expires_at = pw.BigIntegerField()
    tries = pw.IntegerField(default=0)  # proofs that failed, since one held
    opened = pw.IntegerField(default=0)  # times the file was given out
    opened_at = pw.BigIntegerField(null=True)
    revoked_at = pw.BigIntegerField(null=True)


class ContractCopy(Model):
    """A signed contract was printed."""

    ticket = pw.CharField(max_length=12, index=True)
    officer = pw.CharField(max_length=40)
    at = pw.BigIntegerField()


def add_link(token_hash: str, ticket: str, way: str, made_by: str, now: int,
             expires_at: int) -> None:
    """Store a new link."""
    run("INSERT INTO contract_link (token_hash, ticket, way, made_by, created_at, expires_at,"
        " tries, opened) VALUES (?, ?, ?, ?, ?, ?, 0, 0)",
        token_hash, ticket, way, made_by, now, expires_at)


def add_copy(ticket: str, officer: str, now: int) -> None:
    """Note that an officer printed a signed contract."""
    run("INSERT INTO contract_copy (ticket, officer, at) VALUES (?, ?, ?)", ticket, officer, now)


def get(token_hash: str) -> ContractLink | None:
    """The link behind a token's hash, or None."""
    return ContractLink.get_or_none(ContractLink.token_hash == token_hash)


def links(ticket: str) -> list[ContractLink]:
    """All links of a ticket, newest first."""
    return list(ContractLink.select().where(ContractLink.ticket == ticket)
                .order_by(ContractLink.created_at.desc()))


def count_since(ticket: str, way: str, since: int) -> int:
    """Links of this ticket that went this way since (ms)."""
    return fetch_row("SELECT COUNT(*) FROM contract_link WHERE ticket = ? AND way = ?"
                     " AND created_at > ?", ticket, way, since)[0]


def count_try(token_hash: str, now: int, most: int) -> bool:
    """Count a proof before its outcome is known; False when the link opens nothing any more."""
    return run("UPDATE contract_link SET tries = tries + 1 WHERE token_hash = ? AND tries < ?"
               " AND revoked_at IS NULL AND expires_at > ?", token_hash, most, now) == 1


def forgive(token_hash: str) -> bool:
    """A proof held: the failed ones before it no longer count."""
    return run("UPDATE contract_link SET tries = 0 WHERE token_hash = ? AND revoked_at IS NULL",
               token_hash) == 1


def note_opened(token_hash: str, now: int) -> bool:
    """The file is given out; False when the link opens nothing any more."""
    return run("UPDATE contract_link SET opened = opened + 1, opened_at = ? WHERE token_hash = ?"
               " AND revoked_at IS NULL AND expires_at > ?", now, token_hash, now) == 1


def revoke(ticket: str, now: int) -> int:
    """No link of this ticket opens anything any more; returns how many could until now."""
    return run("UPDATE contract_link SET revoked_at = ? WHERE ticket = ? AND revoked_at IS NULL"
               " AND expires_at > ?", now, ticket, now)


def last_copy(ticket: str) -> tuple[int, ContractCopy | None]:
    """(copies printed, the last of them)."""
    rows = ContractCopy.select().where(ContractCopy.ticket == ticket)
    return rows.count(), rows.order_by(ContractCopy.at.desc()).first()
