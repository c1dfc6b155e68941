"""Planned outages by commune."""

from __future__ import annotations

import peewee as pw

from db.connection import Model, run


class Outage(Model):
    """The power is planned to be off in a part of a commune."""

    commune_code = pw.CharField(max_length=5)
    area = pw.CharField(max_length=200)  # "Xóm Nà Mao, xóm Bản Piềng"
    starts_at = pw.BigIntegerField()
    ends_at = pw.BigIntegerField()
    reason = pw.CharField(max_length=200)

    class Meta:
        indexes = ((("commune_code", "starts_at", "area"), True),)


def upcoming(commune_code: str, now: int, until: int) -> list[Outage]:
    """Outages of a commune that end after `now` and start before `until`, soonest first."""
    query = Outage.select().where(
        (Outage.commune_code == commune_code) & (Outage.ends_at > now)
        & (Outage.starts_at < until))
    return list(query.order_by(Outage.starts_at, Outage.area))


def add(commune_code: str, area: str, starts_at: int, ends_at: int, reason: str) -> bool:
    """Plan an outage; False when one of this commune, beginning and area is known."""
    return run("INSERT INTO outage (commune_code, area, starts_at, ends_at, reason)"
               " VALUES (?, ?, ?, ?, ?) ON CONFLICT (commune_code, starts_at, area) DO NOTHING",
               commune_code, area, starts_at, ends_at, reason) == 1
