"""The kiosks that are ours, and what one remembers of the person in front of it."""

from __future__ import annotations

import peewee as pw

from db.connection import Model, fetch, fetch_one, require_write, run


class KioskSession(Model):
    """One visit at a kiosk. Only a hash of the cookie's id is kept."""

    id_hash = pw.CharField(max_length=64, primary_key=True)
    data = pw.TextField()  # JSON
    expires_at = pw.BigIntegerField(index=True)


class KioskDevice(Model):
    """A screen in a hall. It identifies itself by a key in a cookie; only hashes are kept."""

    name = pw.CharField(max_length=40, unique=True)
    commune_code = pw.CharField(max_length=5)
    place = pw.CharField(max_length=80, default="")  # the hall, as officers call it
    printer = pw.CharField(max_length=120, default="")  # "" = as KIOSK_PRINTER says
    enrol_hash = pw.CharField(max_length=64, index=True)
    key_hash = pw.CharField(max_length=64, index=True, default="")  # "" = not enrolled yet
    created_at = pw.BigIntegerField()
    enrolled_at = pw.BigIntegerField(null=True)
    enrol_until = pw.BigIntegerField(default=0)  # the enrolment word is good before this moment


def add(name: str, commune_code: str, place: str, printer: str, enrol_hash: str, until: int,
        now: int) -> bool:
    """Record a kiosk that is still to be enrolled, before `until`; False when a machine of this
    name is enrolled. One that waits for its machine gets the new word instead of its old one."""
    return run("INSERT INTO kiosk_device (name, commune_code, place, printer, enrol_hash, key_hash,"
               " enrol_until, created_at) VALUES (?, ?, ?, ?, ?, '', ?, ?)"
               " ON CONFLICT (name) DO UPDATE SET commune_code = excluded.commune_code,"
               " place = excluded.place, printer = excluded.printer,"
               " enrol_hash = excluded.enrol_hash, enrol_until = excluded.enrol_until"
               " WHERE kiosk_device.key_hash = ''",
               name, commune_code, place, printer, enrol_hash, until, now) == 1


def devices() -> list[KioskDevice]:
    """All kiosks by name."""
    return list(KioskDevice.select().order_by(KioskDevice.name))


def remove(name: str) -> bool:
    """Forget a kiosk; False when there is none of this name."""
    return run("DELETE FROM kiosk_device WHERE name = ?", name) == 1


def enrol(enrol_hash: str, key_hash: str, now: int) -> str:
    """Use up an enrolment word; returns the kiosk's name, "" for an unknown, used or late one."""
    row = fetch_one("UPDATE kiosk_device SET key_hash = ?, enrolled_at = ? WHERE enrol_hash = ?"
                    " AND key_hash = '' AND enrol_until > ? RETURNING name",
                    key_hash, now, enrol_hash, now)
    return row[0] if row else ""


def device(key_hash: str) -> KioskDevice | None:
    """The enrolled kiosk with this key, or None."""
    return KioskDevice.get_or_none(KioskDevice.key_hash == key_hash)


def load(id_hash: str, now: int) -> tuple[str, int] | None:
    """(JSON, expires_at) of a live visit, or None."""
    return fetch_one("SELECT data, expires_at FROM kiosk_session"
                     " WHERE id_hash = ? AND expires_at > ?", id_hash, now)


def lengthen(id_hash: str, now: int, until: int) -> str | None:
    """Let a live visit run until `until`; returns its JSON, or None when it ran out.

    Call inside `write`: the row stays locked until its end, so that two changes take turns.
    """
    require_write()
    rows = fetch("UPDATE kiosk_session SET expires_at = ? WHERE id_hash = ? AND expires_at > ?"
                 " RETURNING data", until, id_hash, now)
    return rows[0][0] if rows else None


def keep(id_hash: str, data: str, expires_at: int) -> None:
    """Store a visit until `expires_at`."""
    run("INSERT INTO kiosk_session (id_hash, data, expires_at) VALUES (?, ?, ?)"
        " ON CONFLICT (id_hash) DO UPDATE SET data = excluded.data,"
        " expires_at = excluded.expires_at", id_hash, data, expires_at)


def forget(id_hash: str) -> None:
    """End a visit."""
    run("DELETE FROM kiosk_session WHERE id_hash = ?", id_hash)


def drop_expired(now: int) -> int:
    """Forget visits whose time ran out."""
    return run("DELETE FROM kiosk_session WHERE expires_at <= ?", now)
