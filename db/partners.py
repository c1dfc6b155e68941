"""Payment intermediaries and banks, and their API keys."""

from __future__ import annotations

import peewee as pw

from db import reference
from db.connection import Model, fetch, fetch_one, require_write, run


class Partner(Model):
    """A payment intermediary or bank; all 17 are data, not code."""

    name = pw.CharField(max_length=20, primary_key=True)
    title = pw.CharField(max_length=60)
    kind = pw.CharField(max_length=12)  # "intermediary", "bank", "counter"; "shop": cash for a code


class PartnerKey(Model):
    """An API key of a partner. The secret is sealed with DATA_KEY: signing needs it whole."""

    key_id = pw.CharField(max_length=24, primary_key=True)
    partner = pw.ForeignKeyField(Partner, column_name="partner", index=True)
    secret_sealed = pw.BlobField()
    created_at = pw.BigIntegerField()
    expires_at = pw.BigIntegerField(null=True)


def add_known() -> int:
    """Add the partners of `db/data/partners.csv` that are missing; returns how many."""
    return sum(run("INSERT INTO partner (name, title, kind) VALUES (?, ?, ?)"
                   " ON CONFLICT (name) DO NOTHING", *row) for row in reference.partners())


def find_key(partner: str, key_id: str, now: int) -> bytes | None:
    """The sealed secret of a live key of this partner, or None."""
    row = fetch_one(
        "SELECT secret_sealed FROM partner_key WHERE key_id = ? AND partner = ?"
        " AND (expires_at IS NULL OR expires_at > ?)", key_id, partner, now)
    return bytes(row[0]) if row else None


def title_of(name: str) -> str | None:
    """A partner's name in print, or None when there is no such partner."""
    row = fetch_one("SELECT title FROM partner WHERE name = ?", name)
    return row[0] if row else None


def kind_of(name: str) -> str:
    """What a partner is ("bank", "intermediary", …), "" when there is no such partner."""
    row = fetch_one("SELECT kind FROM partner WHERE name = ?", name)
    return row[0] if row else ""


def names() -> list[tuple[str, str]]:
    """(name, title) of everybody who collects for us, by title."""
    return fetch("SELECT name, title FROM partner WHERE kind <> 'counter' ORDER BY title")


def titles() -> dict[str, str]:
    """Every partner's name in print, by its short name; also the company's own cash desk."""
    return dict(fetch("SELECT name, title FROM partner"))


def ensure(name: str, title: str, kind: str) -> None:
    """The partner's row is there, made now if need be."""
    run("INSERT INTO partner (name, title, kind) VALUES (?, ?, ?)"
        " ON CONFLICT (name) DO NOTHING", name, title, kind)


def lock(name: str) -> bool:
    """Hold a partner's row until the transaction ends; False when there is no such partner. Call
    inside `write`."""
    require_write()
    return run("UPDATE partner SET name = name WHERE name = ?", name) == 1


def current_key(partner: str) -> tuple[str, bytes] | None:
    """(key_id, sealed secret) of the key without an end, or None."""
    row = fetch_one("SELECT key_id, secret_sealed FROM partner_key"
                    " WHERE partner = ? AND expires_at IS NULL", partner)
    return (row[0], bytes(row[1])) if row else None


def add_key(partner: str, key_id: str, secret_sealed: bytes, now: int) -> None:
    """Store a key without an end."""
    run("INSERT INTO partner_key (key_id, partner, secret_sealed, created_at)"
        " VALUES (?, ?, ?, ?)", key_id, partner, secret_sealed, now)


def end_older_keys(partner: str, now: int, current_ends_at: int) -> list[str]:
    """The key without an end ends at `current_ends_at`, those already ending end now.

    Returns the ids of the keys that changed. Call inside `write`.
    """
    require_write()
    changed = fetch("UPDATE partner_key SET expires_at = ? WHERE partner = ?"
                    " AND expires_at > ? RETURNING key_id", now, partner, now)
    changed += fetch("UPDATE partner_key SET expires_at = ? WHERE partner = ?"
                     " AND expires_at IS NULL RETURNING key_id", current_ends_at, partner)
    return [key_id for (key_id,) in changed]
