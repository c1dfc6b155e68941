"""Short-lived payment links: a token for /q/… and a slip number for kiosks."""

from __future__ import annotations

import peewee as pw

from db.connection import Model, fetch_one, run


class PayLink(Model):
    """Opens one customer's payment page: by token on a phone, by slip number at a kiosk."""

    token = pw.CharField(max_length=10, primary_key=True)
    slip = pw.CharField(max_length=6, unique=True)
    code = pw.CharField(max_length=13, index=True)
    created_at = pw.BigIntegerField()
    expires_at = pw.BigIntegerField(index=True)


def live(code: str, now: int) -> tuple[str, str] | None:
    """(token, slip) of the customer's live link, or None."""
    return fetch_one("SELECT token, slip FROM pay_link WHERE code = ? AND expires_at > ?"
                     " ORDER BY expires_at DESC LIMIT 1", code, now)


def add(token: str, slip: str, code: str, now: int, expires_at: int) -> bool:
    """Store a link; False when the token or the slip number is taken."""
    return run("INSERT INTO pay_link (token, slip, code, created_at, expires_at)"
               " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
               token, slip, code, now, expires_at) == 1


def drop_expired(now: int) -> int:
    """Forget links that ran out, so that their slip numbers are free again."""
    return run("DELETE FROM pay_link WHERE expires_at <= ?", now)


def expires_at(token: str) -> int | None:
    """When a link runs out (ms), or None for an unknown one."""
    row = fetch_one("SELECT expires_at FROM pay_link WHERE token = ?", token)
    return row[0] if row else None


def code_of_token(token: str, now: int) -> str | None:
    """Customer code behind a live token, or None."""
    row = fetch_one("SELECT code FROM pay_link WHERE token = ? AND expires_at > ?", token, now)
    return row[0] if row else None


def code_of_slip(slip: str, now: int) -> str | None:
    """Customer code behind a live slip number, or None."""
    row = fetch_one("SELECT code FROM pay_link WHERE slip = ? AND expires_at > ?", slip, now)
    return row[0] if row else None
