"""The bench's own database in a folder of its own: the demo, and people who will pay."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bench.servers import ROOT
from db import connection
from services import clock
from services.privacy import Vault

PARTNER = "viettel"
ACCOUNT_SID, AUTH_TOKEN = "AC" + "b" * 32, "bench-only-token"
_BILL = ("code, year, month, ky, from_date, to_date, old_index, new_index, kwh, subtotal, vat,"
         " total, due_on, bill_no, state")


class Person(NamedTuple):
    """A customer of the demo with a phone and one unpaid bill."""

    code: str
    phone: str
    amount: int


class World(NamedTuple):
    """What the cases need to know of the prepared data."""

    environ: dict[str, str]  # for both servers
    people: list[Person]
    bills: Iterator[tuple[str, int]]  # (public bill id, amount), each to be paid once
    key_id: str
    secret: str


def prepare(folder: Path, customers: int, payers: int) -> World:
    """Make both databases (ours and the bare copy) and tell what is in them."""
    ours, bare = folder / "ours.db", folder / "bare.db"
    environ = {"DEMO": "1", "LIMITS": "off", "DATABASE_URL": f"sqlite:///{ours}",
               "SECRET_KEY": "bench-only-cookies", "DATA_KEY": "bench-only-data",
               "DEMO_PASSWORD": "bench-only-password", "SMS_GATEWAY": "log",
               "TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
               "BENCH_BARE_DB": str(bare)}
    flask(environ, "db", "migrate")
    flask(environ, "db", "demo", "--customers", str(customers))
    key = json.loads(flask(environ, "partners", "key", PARTNER))
    environ["BENCH_SECRET"] = key["secret"]
    connection.init(environ["DATABASE_URL"])
    vault = Vault(environ["DATA_KEY"])
    bills = connection.write(lambda: _add_payers(payers, vault))
    people = _people(vault)
    connection.fetch("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.database.close()
    _copy_for_bare(ours, bare)
    return World(environ, people, iter(bills), key["key_id"], key["secret"])


def flask(environ: dict[str, str], *words: str) -> str:
    """Run one of our commands and return what it printed."""
    done = subprocess.run([sys.executable, "-m", "flask", "--app", "app", *words], cwd=ROOT,
                          env={**os.environ, **environ}, capture_output=True, text=True)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no word"]
        raise RuntimeError(f"flask {' '.join(words)}: {said[-1]}")
    return done.stdout


def _add_payers(count: int, vault: Vault) -> list[tuple[str, int]]:
    """Customers with a phone and one unpaid bill each; returns (public bill id, amount)."""
    codes = [f"PB99QD{number:07}" for number in range(count)]
    phones = [vault.seal_phone(f"+8479{number:07}") for number in range(count)]
    now = clock.now_ms()
    many = connection.database.obj.connection().executemany
    many("INSERT INTO customer (code, name, search, given_search, address, commune_code,"
         " households, meter_no, meter_point, purpose, contract_no, contract_signed_on,"
         " contract_medium, updated_at) VALUES (?, 'Payer', 'payer', 'payer', 'X', '05569', 1,"
         f" 'M', 'M', 'household', '', '', 'paper', {now})", ((code,) for code in codes))
    many("INSERT INTO customer_phone (code, phone_hash, phone_sealed, source, registered_at)"
         f" VALUES (?, ?, ?, 'billing', {now})",
         ((code, *phone) for code, phone in zip(codes, phones, strict=True)))
    many(f"INSERT INTO bill ({_BILL}) VALUES (?, 2026, 10, 1, '2026-09-22', '2026-10-21', 0, 222,"
         " 222, 505656, 40452, 546108, '2026-11-20', '1', 'unpaid')", ((code,) for code in codes))
    return [(f"{code}-202610-1", 546_108) for code in codes]


def _people(vault: Vault) -> list[Person]:
    rows = connection.fetch(
        "SELECT b.code, MIN(p.phone_sealed), SUM(b.total) FROM bill b"
        " JOIN customer_phone p ON p.code = b.code"
        " WHERE b.state = 'unpaid' AND b.code NOT LIKE 'PB99QD%'"
        " GROUP BY b.code HAVING COUNT(*) = 1 ORDER BY b.code")
    return [Person(code, vault.open_phone(sealed), total) for code, sealed, total in rows]


def _copy_for_bare(ours: Path, bare: Path) -> None:
    shutil.copy(ours, bare)
    with sqlite3.connect(bare) as copy:
        copy.execute("PRAGMA journal_mode=WAL")
        copy.execute("CREATE TABLE bench_payment (txn TEXT, bill TEXT, amount INTEGER)")
        copy.execute("CREATE TABLE bench_message"
                     " (sid TEXT PRIMARY KEY, sender TEXT, body TEXT, reply TEXT)")
