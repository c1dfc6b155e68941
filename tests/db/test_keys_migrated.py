"""Migration 0015: a database of before keeps its audit chain, and says so if the demo filled it."""

from __future__ import annotations

import pytest

from db import audit, backup, connection, house_state, schema
from db.connection import fetch, run, write
from db.postgres_backup import Arrival
from services.demo import people
from services.payments import receipt_numbers
from tests.villagers import NOON

STEP = "0015_keys"
OFFICER = ("INSERT INTO officer (name, role, communes, password_hash, totp_last_step, failures,"
           " locked_until, created_at) VALUES (?, ?, '', '', 0, 0, 0, ?)")
CUSTOMER = ("INSERT INTO customer (code, name, search, given_search, address, commune_code,"
            " households, meter_no, meter_point, purpose, contract_no, contract_signed_on,"
            " contract_medium, updated_at) VALUES (?, ?, '', '', '', '05569', 1, '', '', '', '',"
            " '', '', 0)")


@pytest.fixture
def before(bare_url):
    """A database as it was before the step, with an audit chain of three rows."""
    connection.init(bare_url)
    audit.use_key(b"the key of these tests")
    names = schema.known()
    schema.build(names[:names.index(STEP)])
    prev = audit.GENESIS
    for number in range(3):
        row = (NOON, "canbo", "customer.view", f"PA04DH000001{number}", "")
        digest = audit.plain_link(prev, *row)
        run("INSERT INTO audit_entry (at, actor, action, subject, detail, prev_hash, hash)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)", *row, prev, digest)
        prev = digest
    run("UPDATE audit_head SET hash = ?, count = 3", prev)
    yield
    connection.database.close()


@pytest.fixture
def joined(before) -> None:
    """The same brought up, with two keyed rows more."""
    schema.migrate()
    write(lambda: audit.append(NOON, [("canbo", "signin", "canbo", "")] * 2))


def ids() -> list[int]:
    return [number for (number,) in fetch("SELECT id FROM audit_entry ORDER BY id")]


def test_the_old_rows_hold_and_the_new_ones_follow(joined) -> None:
    assert audit.first_bad_row() is None and audit.head()[1] == 5


@pytest.mark.parametrize("place", range(5))
def test_a_changed_row_of_either_part_is_named(joined, place: int) -> None:
    victim = ids()[place]
    run("UPDATE audit_entry SET subject = 'PA04DH0000099' WHERE id = ?", victim)
    assert audit.first_bad_row() == f"audit row {victim}"


def test_the_plain_part_computed_anew_is_named_at_its_end(joined) -> None:
    rows = fetch("SELECT id, at, actor, action, detail FROM audit_entry ORDER BY id LIMIT 3")
    prev = audit.GENESIS
    for number, at, actor, action, detail in rows:
        digest = audit.plain_link(prev, at, actor, action, "forged", detail)
        run("UPDATE audit_entry SET subject = 'forged', prev_hash = ?, hash = ? WHERE id = ?",
            prev, digest, number)
        prev = digest
    assert audit.first_bad_row() == f"audit row {ids()[2]}"


@pytest.mark.parametrize(("change", "named"), [
    ("plain_count = 2", "row number 2, where the keyed part is said to begin"),
    ("plain_count = 5", "row number 5, where the keyed part is said to begin"),
    ("plain_hash = hash", "row number 3, where the keyed part is said to begin"),
    ("joint = seal", "row number 3, where the keyed part is said to begin"),
    ("joint = ''", "audit row 1"),
])
def test_the_joint_cannot_be_moved(joined, change: str, named: str) -> None:
    run(f"UPDATE audit_head SET {change}")
    assert audit.first_bad_row() == named


def test_an_old_backup_comes_back_keyed_and_paused(before, tmp_path) -> None:
    backup.save(tmp_path / "old")
    schema.migrate()
    arrival = Arrival(lambda fetched: "", house_state.noting(house_state.PAUSED, "restored", NOON))
    backup.restore(tmp_path / "old", receipt_numbers.skip(NOON), arrival)
    assert house_state.get(house_state.PAUSED) == (NOON, "restored")
    write(lambda: audit.append(NOON, [("canbo", "signin", "canbo", "")]))
    assert audit.first_bad_row() is None and audit.head()[1] == 4


def test_a_step_taken_back_seals_no_forgery(before) -> None:
    """Whoever writes the database says that the step is still to come, and waits for a start."""
    run("INSERT INTO schema_migration (name, applied) VALUES (?, ?)", schema.known()[-1],
        "2026-01-01 00:00:00")
    schema.migrate()
    assert audit.first_bad_row() == f"audit row {ids()[0]}"


def test_a_step_without_the_key_changes_nothing(before) -> None:
    audit.use_key(b"")
    with pytest.raises(audit.NoKey):
        schema.migrate()
    assert STEP not in schema.applied()


@pytest.mark.parametrize(("officers", "count", "is_demo"), [
    ([("canbo", "officer", 1), ("giamsat", "supervisor", 1)], 0, True),
    ([("canbo", "officer", 1), ("giamsat", "supervisor", 2)], 0, False),  # a company's own
    ([("canbo", "officer", 1), ("lan", "supervisor", 1)], 4, False),
    ([], 5, True),
], ids=str)
def test_a_database_that_the_demo_filled_is_recognised(before, officers, count: int,
                                                       is_demo: bool) -> None:
    for officer in officers:
        run(OFFICER, *officer)
    for person in people.KNOWN[:count]:
        run(CUSTOMER, person.code, person.name)
    schema.migrate()
    assert house_state.is_there(house_state.DEMO) is is_demo
