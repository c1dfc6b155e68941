"""Wrong tries to sign in, by where they come from and at whom they aim."""

from __future__ import annotations

import peewee as pw

from db.connection import Model, fetch_one, require_write, run


class SignInTry(Model):
    """How many tries in a row `who` made, and until when further ones are refused."""

    who = pw.CharField(max_length=64, primary_key=True)
    tries = pw.IntegerField()
    locked_until = pw.BigIntegerField()
    seen_at = pw.BigIntegerField(index=True)


def is_locked(whos: list[str], now: int, longest: int) -> bool:
    """True while any of them must wait. A lock further ahead than the `longest` wait (ms) was set
    by a clock that ran ahead, and holds nobody."""
    marks = ", ".join("?" * len(whos))
    return fetch_one(f"SELECT 1 FROM sign_in_try WHERE who IN ({marks}) AND locked_until > ?"
                     " AND locked_until <= ? LIMIT 1", *whos, now, now + longest) is not None


def count(who: str, now: int, waits: tuple[int, ...], forget_after: int) -> int | None:
    """Count one try before its outcome is known; returns how many in a row that makes, or None
    while `who` must wait. Call inside `write`.

    The n-th try in a row locks for `waits[n - 1]` ms; the last entry holds for all later ones. The
    count begins anew when nobody tried for `forget_after` ms.
    """
    require_write()
    run("UPDATE sign_in_try SET tries = 0 WHERE who = ? AND seen_at < ?", who, now - forget_after)
    ends = [now + wait if wait else 0 for wait in waits]
    steps = " ".join(f"WHEN {n} THEN {end}" for n, end in enumerate(ends[:-1]))
    row = fetch_one(
        "INSERT INTO sign_in_try (who, tries, locked_until, seen_at) VALUES (?, 1, ?, ?)"
        " ON CONFLICT (who) DO UPDATE SET tries = sign_in_try.tries + 1,"
        " seen_at = excluded.seen_at,"
        f" locked_until = CASE sign_in_try.tries {steps} ELSE {ends[-1]} END"
        " WHERE sign_in_try.locked_until <= ? OR sign_in_try.locked_until > ? RETURNING tries",
        who, ends[0], now, now, now + max(waits))
    return row[0] if row else None


def take_back(who: str, tries: int) -> None:
    """Uncount one try that made `tries`, with the wait that it alone brought."""
    run("UPDATE sign_in_try SET locked_until = CASE tries WHEN ? THEN 0 ELSE locked_until END,"
        " tries = tries - 1 WHERE who = ? AND tries > 0", tries, who)


def forgive(who: str) -> None:
    """Start counting from nothing after a full sign-in."""
    run("DELETE FROM sign_in_try WHERE who = ?", who)


def drop_old(before: int) -> None:
    """Forget what was counted before a moment."""
    run("DELETE FROM sign_in_try WHERE seen_at < ? AND locked_until < ?", before, before)
