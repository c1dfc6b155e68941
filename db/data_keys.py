"""Check values of DATA_KEY: known words sealed with it, by which a wrong key is told at once."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import peewee as pw

from db.connection import Model, fetch, run

# Where telephone numbers stand sealed, by table.
_SEALED = {"customer_phone": "phone_sealed", "inbound_message": "phone_sealed",
           "outbox_message": "to_sealed", "call": "phone_sealed",
           "contract_request": "phone_sealed"}
_OF_EACH = 5


class DataKey(Model):
    """One key: 1 is the one with which the records began."""

    id = pw.IntegerField(primary_key=True)
    sealed = pw.BlobField()
    made_at = pw.BigIntegerField()


def add_first(sealed: bytes, now: int) -> bool:
    """Note the first key's check value; False when somebody else was first."""
    return run("INSERT INTO data_key (id, sealed, made_at) VALUES (1, ?, ?)"
               " ON CONFLICT (id) DO NOTHING", sealed, now) == 1


def checks(fetched: Callable[..., list] = fetch) -> list[bytes]:
    """The check values, newest key first. `fetched` asks the database, or another one."""
    return [bytes(sealed) for (sealed,) in
            fetched("SELECT sealed FROM data_key ORDER BY id DESC")]


def sealed_phones(fetched: Callable[..., list] = fetch) -> list[bytes]:
    """Some sealed telephone numbers of each kind of record, the oldest that are easily found."""
    found = (fetched(f'SELECT {column} FROM "{table}" WHERE {column} IS NOT NULL'
                     f" ORDER BY id LIMIT {_OF_EACH}") for table, column in _SEALED.items())
    return [bytes(sealed) for (sealed,) in itertools.chain.from_iterable(found)]
