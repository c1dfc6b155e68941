"""Browsers on which an officer once signed in fully."""

from __future__ import annotations

import peewee as pw

from db.connection import Model, fetch_one, run
from db.officers import Officer


class KnownDevice(Model):
    """A browser and one officer who signed in on it. Only a hash of the cookie's id is kept."""

    id_hash = pw.CharField(max_length=64)
    officer = pw.ForeignKeyField(Officer, column_name="officer", on_delete="CASCADE")
    seen_at = pw.BigIntegerField()  # the last full sign-in

    class Meta:
        primary_key = pw.CompositeKey("id_hash", "officer")


def knows(id_hash: str, officer: str, seen_after: int) -> bool:
    """Whether this officer signed in fully on that browser since a moment."""
    return fetch_one("SELECT 1 FROM known_device WHERE id_hash = ? AND officer = ?"
                     " AND seen_at > ?", id_hash, officer, seen_after) is not None


def rename(old: str, new: str) -> None:
    """The browser has a new id, for all who are known on it."""
    run("UPDATE known_device SET id_hash = ? WHERE id_hash = ?", new, old)
    run("UPDATE officer_session SET device = ? WHERE device = ?", new, old)


def add(id_hash: str, officer: str, now: int) -> None:
    """Somebody signed in fully on this browser."""
    run("INSERT INTO known_device (id_hash, officer, seen_at) VALUES (?, ?, ?)"
        " ON CONFLICT (id_hash, officer) DO UPDATE SET seen_at = excluded.seen_at",
        id_hash, officer, now)


def forget(officer: str, id_hash: str = "") -> None:
    """This officer is known on that browser no more, or on none ("")."""
    run("DELETE FROM known_device WHERE officer = ? AND (? = '' OR id_hash = ?)",
        officer, id_hash, id_hash)


def drop_old(seen_before: int) -> None:
    """Forget browsers that nobody signed in on for long."""
    run("DELETE FROM known_device WHERE seen_at <= ?", seen_before)
