"""When the processes in the background last said that they live."""

from __future__ import annotations

import peewee as pw

from db.connection import Model, fetch_one, run


class Heartbeat(Model):
    """When a background process last said it lives."""

    name = pw.CharField(max_length=20, primary_key=True)
    at = pw.BigIntegerField()


def beat(name: str, now: int) -> None:
    """Note that the background process `name` lives."""
    run("INSERT INTO heartbeat (name, at) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET at = excluded.at", name, now)


def last_beat(name: str) -> int | None:
    """When `name` last said it lives (ms), or None."""
    row = fetch_one("SELECT at FROM heartbeat WHERE name = ?", name)
    return row[0] if row else None
