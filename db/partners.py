"""Payment intermediaries and banks, and their API keys."""

from __future__ import annotations

import peewee as pw

from db.connection import Model, fetch_one


class Partner(Model):
    """A payment intermediary or bank; all 17 are data, not code."""

    name = pw.CharField(max_length=20, primary_key=True)
    title = pw.CharField(max_length=60)
    kind = pw.CharField(max_length=12)  # "intermediary" or "bank"


class PartnerKey(Model):
    """An API key of a partner. The secret is sealed with DATA_KEY: signing needs it whole."""

    key_id = pw.CharField(max_length=24, primary_key=True)
    partner = pw.ForeignKeyField(Partner, column_name="partner", index=True)
    secret_sealed = pw.BlobField()
    created_at = pw.BigIntegerField()
    expires_at = pw.BigIntegerField(null=True)


def find_key(partner: str, key_id: str, now: int) -> bytes | None:
    """The sealed secret of a live key of this partner, or None."""
    row = fetch_one(
        "SELECT secret_sealed FROM partner_key WHERE key_id = ? AND partner = ?"
        " AND (expires_at IS NULL OR expires_at > ?)", key_id, partner, now)
    return bytes(row[0]) if row else None
