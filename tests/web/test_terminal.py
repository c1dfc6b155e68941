"""Trouble with the database, as a command tells it."""

from __future__ import annotations

import peewee
import pytest

from web.terminal import Unavailable, answering


@pytest.mark.parametrize(("said", "told"), [
    ("no such table: customer", "flask db migrate"),
    ("table customer has no column named code", "flask db migrate"),
    ('relation "customer" does not exist LINE 1: SELECT', "flask db migrate"),
    ('column "code" of relation "customer" does not exist', "flask db migrate"),
    ('FATAL: database "quay" does not exist', 'database "quay" does not exist'),
    ('FATAL: role "quay" does not exist', 'role "quay" does not exist'),
    ("database is locked", "database is locked"),
    ('in URI: "postgresql://us:pass@[h"', "cannot be used: in URI: "),
])
def test_trouble_with_the_database_names_what_helps(said: str, told: str) -> None:
    with pytest.raises(Unavailable) as raised, answering():
        raise peewee.OperationalError(said)
    assert told in raised.value.message and "pass" not in raised.value.message
    assert ("migrate" in raised.value.message) == ("migrate" in told)
