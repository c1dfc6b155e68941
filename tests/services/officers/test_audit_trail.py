"""The audit chain: every break is found and named (fault test 17)."""

from __future__ import annotations

import dataclasses
import threading

import pytest

from db import audit
from db.connection import fetch, fetch_row, run, write
from services.data_key import RecordsRefused
from services.officers import audit_trail
from tests.villagers import NOON

pytestmark = pytest.mark.usefixtures("chain")


@pytest.fixture
def chain(app) -> None:
    """Five rows: 1 to 5."""
    for number in range(5):
        audit_trail.record(NOON + number, "canbo", "customer.view", f"PA04DH000001{number}", "x")


def ids():
    return [row[0] for row in fetch("SELECT id FROM audit_entry ORDER BY id")]


def test_an_untouched_chain_is_intact():
    assert audit_trail.check() is None and audit_trail.head()[1] == 5


def put_back(digest: str, count: int, seal: str) -> None:
    run("UPDATE audit_head SET hash = ?, count = ?, seal = ?", digest, count, seal)


def test_an_emptied_chain_is_found_by_the_seal_of_its_head_or_a_noted_one():
    noted = audit_trail.head()[0]
    run("DELETE FROM audit_entry")
    run("UPDATE audit_head SET hash = ?, count = 0", audit.GENESIS)
    missing = "the row after audit row 0, which is missing"
    assert audit_trail.check() == missing
    put_back(audit.GENESIS, 0, "")  # as a new database is
    assert (audit_trail.check(), audit_trail.check(noted)) == (None, missing)


@pytest.mark.parametrize("column", ["at", "actor", "action", "subject", "detail", "prev_hash",
                                    "hash"])
@pytest.mark.parametrize("position", [0, 2, 4])
def test_a_changed_row_is_named(column, position):
    victim = ids()[position]
    value = fetch_row(f"SELECT {column} FROM audit_entry WHERE id = ?", victim)[0]
    changed = value + 1 if column == "at" else chr(ord(value[0]) ^ 1) + value[1:]
    run(f"UPDATE audit_entry SET {column} = ? WHERE id = ?", changed, victim)
    assert audit_trail.check() == f"audit row {victim}"


def test_letters_moved_between_fields_are_seen():
    victim = ids()[1]
    run("UPDATE audit_entry SET actor = 'canboc', action = 'ustomer.view' WHERE id = ?", victim)
    assert audit_trail.check() == f"audit row {victim}"


def test_a_chain_without_its_head_is_told():
    run("DELETE FROM audit_head")
    assert audit_trail.check() == "the head of the chain, which is missing"


def test_a_deleted_last_row_is_named_after_its_neighbour():
    *_rest, before, last = ids()
    run("DELETE FROM audit_entry WHERE id = ?", last)
    assert audit_trail.check() == f"the row after audit row {before}, which is missing"


def test_a_deleted_middle_row_is_found_at_the_next_one():
    _first, second, third, *_rest = ids()
    run("DELETE FROM audit_entry WHERE id = ?", second)
    assert audit_trail.check() == f"audit row {third}"


def test_a_tail_cut_together_with_the_head_is_found_by_the_head_s_seal():
    *_rest, before, last = ids()
    run("DELETE FROM audit_entry WHERE id = ?", last)
    digest = fetch_row("SELECT hash FROM audit_entry WHERE id = ?", before)[0]
    run("UPDATE audit_head SET hash = ?, count = 4", digest)
    assert audit_trail.check() == f"the row after audit row {before}, which is missing"


def test_a_chain_put_back_to_an_earlier_state_is_found_by_a_head_noted_elsewhere():
    earlier = fetch_row("SELECT hash, count, seal FROM audit_head")
    audit_trail.record(NOON, "vo", "customer.view", "PA04DH0000017")
    noted, (*_rest, before, last) = audit_trail.head(), ids()
    run("DELETE FROM audit_entry WHERE id = ?", last)
    put_back(*earlier)
    missing = f"the row after audit row {before}, which is missing"
    assert audit_trail.check() is None
    assert audit_trail.check(noted[0]) == audit_trail.check(noted={6: noted[0]}) == missing


def test_swapped_rows_are_named():
    _first, second, third, *_rest = ids()
    for was, becomes in ((second, -1), (third, second), (-1, third)):
        run("UPDATE audit_entry SET id = ? WHERE id = ?", becomes, was)
    assert audit_trail.check() == f"audit row {second}"


def recompute(hashing, from_place: int = 0) -> str:
    """Who writes the database changes a row and computes the chain anew; the last hash."""
    victim = ids()[from_place]
    run("UPDATE audit_entry SET subject = 'PA04PY0000041' WHERE id = ?", victim)
    prev = fetch_row("SELECT prev_hash FROM audit_entry WHERE id = ?", victim)[0]
    for number, *row in fetch("SELECT id, at, actor, action, subject, detail FROM audit_entry"
                              " WHERE id >= ? ORDER BY id", victim):
        digest = hashing(prev, *row)
        run("UPDATE audit_entry SET prev_hash = ?, hash = ? WHERE id = ?", prev, digest, number)
        prev = digest
    run("UPDATE audit_head SET hash = ?", prev)
    return prev


@pytest.mark.parametrize("place", [0, 3])
def test_a_chain_computed_anew_without_the_key_is_named_at_the_first_such_row(place):
    recompute(audit.plain_link, place)
    assert audit_trail.check() == f"audit row {ids()[place]}"


def test_a_chain_computed_anew_cannot_be_passed_off_as_an_old_plain_one():
    digest = recompute(audit.plain_link)
    run("UPDATE audit_head SET plain_count = 5, plain_hash = ?, seal = ''", digest)
    assert audit_trail.check() == f"audit row {ids()[0]}"
    run("UPDATE audit_head SET joint = ?", "0" * 64)
    assert audit_trail.check() == "row number 5, where the keyed part is said to begin"


def test_a_chain_of_another_key_is_named_at_its_first_row(app):
    audit.use_key(b"somebody else's")
    recompute(audit.link)
    audit.use_key(audit_trail.key_of(app.extensions["office"].settings))
    assert audit_trail.check() == f"audit row {ids()[0]}"


@pytest.mark.parametrize("changed", [
    {"data_key": "another data key"}, {"audit_key": "a key of its own"}], ids=str)
def test_another_key_is_refused_before_it_adds_a_row(app, changed):
    mine = app.extensions["office"].settings
    audit_trail.check_key(mine)
    other = dataclasses.replace(mine, **changed)
    audit.use_key(audit_trail.key_of(other))
    with pytest.raises(RecordsRefused, match="AUDIT_KEY"):
        audit_trail.check_key(other)
    audit.use_key(audit_trail.key_of(mine))
    audit_trail.check_key(mine)


def test_a_head_noted_earlier_is_still_in_a_chain_that_grew():
    noted = audit_trail.head()[0]
    audit_trail.record(NOON, "canbo", "signin", "canbo")
    assert audit_trail.check(noted) is None and audit_trail.check(audit.GENESIS) is None


def test_a_last_row_forged_with_a_fitting_hash_is_named():
    victim, prev = fetch_row("SELECT id, prev_hash FROM audit_entry ORDER BY id DESC LIMIT 1")
    digest = audit.link(prev, NOON, "vo", "customer.view", "x", "")
    run("UPDATE audit_entry SET at = ?, actor = 'vo', subject = 'x', detail = '', hash = ?"
        " WHERE id = ?", NOON, digest, victim)
    assert audit_trail.check() == f"audit row {victim}"


def test_a_row_slipped_in_behind_the_head_is_named():
    head = audit_trail.head()[0]
    digest = audit.link(head, NOON, "vo", "x", "y", "")
    run("INSERT INTO audit_entry (at, actor, action, subject, detail, prev_hash, hash)"
        " VALUES (?, 'vo', 'x', 'y', '', ?, ?)", NOON, head, digest)
    assert audit_trail.check() == f"audit row {ids()[-1]}, which the head does not know"


def test_a_chain_rewritten_with_the_key_is_found_by_a_noted_head():
    noted, rows = audit_trail.head()[0], ids()
    run("DELETE FROM audit_entry WHERE id >= ?", rows[3])
    kept = fetch_row("SELECT hash FROM audit_entry WHERE id = ?", rows[2])[0]
    run("UPDATE audit_head SET hash = ?, count = 3", kept)
    write(lambda: audit.append(NOON, [("canbo", "nothing", "to", "see")] * 2))
    assert audit_trail.check() is None and audit_trail.check(noted) is not None
    assert audit_trail.check(noted={5: noted}) == f"audit row {ids()[4]}"


def test_rows_written_at_once_make_one_chain():
    threads = [threading.Thread(target=audit_trail.record, args=(NOON, f"o{n}", "view", "x"))
               for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert audit_trail.check() is None and audit_trail.head()[1] == 21
