"""The second factor of officers: the sealed secret of their app, steps that are spent, recovery
codes."""

from __future__ import annotations

import peewee as pw

from db.connection import Model, fetch_one, fetch_row, require_write, run
from db.officers import Officer

_STEPS_KEPT = 200  # of an officer; none of them can come again within its half minute


class TotpStep(Model):
    """A time step whose code was used. Kept whatever the clock says, so that a clock which jumps
    makes none of them good again."""

    officer = pw.ForeignKeyField(Officer, column_name="officer", on_delete="CASCADE")
    step = pw.BigIntegerField()

    class Meta:
        indexes = ((("officer", "step"), True),)


class RecoveryCode(Model):
    """A word from the printed list, in place of the app's code, once. Only a keyed hash is kept."""

    officer = pw.ForeignKeyField(Officer, column_name="officer", on_delete="CASCADE")
    code_hash = pw.CharField(max_length=32)
    made_at = pw.BigIntegerField()
    used_at = pw.BigIntegerField(null=True)

    class Meta:
        indexes = ((("officer", "code_hash"), True),)


def secret(officer: str) -> bytes | None:
    """The sealed TOTP secret of an enrolled officer, or None."""
    row = fetch_one("SELECT totp_sealed FROM officer WHERE name = ?", officer)
    return bytes(row[0]) if row and row[0] is not None else None


def enrol(officer: str, totp_sealed: bytes, mark: str) -> bool:
    """Store a confirmed TOTP secret and its keyed hash. False when one is there already."""
    return run("UPDATE officer SET totp_sealed = ?, totp_mark = ?"
               " WHERE name = ? AND totp_sealed IS NULL", totp_sealed, mark, officer) == 1


def mark(officer: str, text: str) -> None:
    """Note the keyed hash of a secret that was enrolled before there were any."""
    run("UPDATE officer SET totp_mark = ? WHERE name = ? AND totp_mark = ''", text, officer)


def use_step(officer: str, step: int, latest: int) -> bool:
    """Spend a time step. False when it was used before, or a later one up to `latest`: steps beyond
    that were used while a clock ran ahead, and lock nobody out. Call inside `write`."""
    require_write()
    if not run("INSERT INTO totp_step (officer, step) SELECT ?, ? WHERE NOT EXISTS (SELECT 1"
               " FROM totp_step WHERE officer = ? AND step >= ? AND step <= ?)"
               " ON CONFLICT (officer, step) DO NOTHING", officer, step, officer, step, latest):
        return False
    run("DELETE FROM totp_step WHERE officer = ? AND id NOT IN (SELECT id FROM totp_step"
        " WHERE officer = ? ORDER BY id DESC LIMIT ?)", officer, officer, _STEPS_KEPT)
    return True


def forget(officer: str) -> bool:
    """Have the officer enrol again; False for an unknown name."""
    run("DELETE FROM recovery_code WHERE officer = ?", officer)
    run("DELETE FROM totp_step WHERE officer = ?", officer)
    return run("UPDATE officer SET totp_sealed = NULL, totp_mark = '' WHERE name = ?",
               officer) == 1


def replace_codes(officer: str, hashes: list[str], now: int) -> None:
    """A new list; no code of an older one is good any more. Call inside `write`."""
    require_write()
    run("DELETE FROM recovery_code WHERE officer = ?", officer)
    for code_hash in hashes:
        run("INSERT INTO recovery_code (officer, code_hash, made_at) VALUES (?, ?, ?)",
            officer, code_hash, now)


def use_code(officer: str, code_hash: str, now: int) -> bool:
    """Use a recovery code up; False for an unknown or used one."""
    return run("UPDATE recovery_code SET used_at = ? WHERE officer = ? AND code_hash = ?"
               " AND used_at IS NULL", now, officer, code_hash) == 1


def codes_left(officer: str) -> int:
    """How many recovery codes are still good."""
    return fetch_row("SELECT COUNT(*) FROM recovery_code WHERE officer = ? AND used_at IS NULL",
                     officer)[0]


def marks(officer: str) -> tuple[str, str] | None:
    """(keyed hash of the TOTP secret, of the telephone) of an officer, "" for none; None for an
    unknown name."""
    return fetch_one("SELECT totp_mark, phone_hash FROM officer WHERE name = ?", officer)
