"""A filled database of before 0006 comes through: each credit keeps its meaning, and the check
agrees."""

from __future__ import annotations

import pytest

from db import checking as checking_records
from db import connection, schema
from db.connection import fetch, run, write

NOON = 1794718800000  # 2026-11-15 12:00 in Vietnam
PARTNERS = (("sepay", "intermediary"), ("casso", "intermediary"), ("vietinbank", "bank"))
# source, number, account, bank_ref, paid at, state, same_as, left
BEFORE = (
    ("sepay", "77", "1133 6666", "FT26319000001", NOON, "unmatched", None, 5_000),
    ("casso", "78", "11336666", "FT26319000001", NOON, "duplicate", 1, 0),
    ("sepay", "79", "11336666", "FT1", NOON, "over", None, 5_000),
    ("sepay", "80", "", "FT26319000002", NOON, "kept", None, 5_000),
    ("vietinbank", "PA04DH0000017", "11336666", "PA04DH0000017", NOON, "unmatched", None, 5_000),
    ("sepay", "81", "11336666", "FT26319000001", NOON, "unmatched", None, 5_000),
    ("sepay", "82", "11336666", "FT26319000009", 253402300799000, "unmatched", None, 5_000),
)


@pytest.fixture(autouse=True)
def filled(bare_url):
    """A database as it was before, with credits in it."""
    connection.init(bare_url)
    schema.build(schema.known()[:5])
    write(_fill)
    yield
    connection.database.close()


def _fill() -> None:
    for name, kind in PARTNERS:
        run("INSERT INTO partner (name, title, kind) VALUES (?, ?, ?)", name, name, kind)
    for number, row in enumerate(BEFORE, 1):
        source, txn_id, account, bank_ref, paid_at, state, same_as, left = row
        run("INSERT INTO bank_credit (source, txn_id, body_digest, amount, account, bank_ref,"
            " paid_at, received_at, state, same_as, \"left\", code, officer, note, owed)"
            " VALUES (?, ?, ?, 5000, ?, ?, ?, ?, ?, ?, ?, '', '', '', 0)",
            source, txn_id, "d" * 64, account, bank_ref, paid_at, NOON, state, same_as, left)
        if left:
            run("INSERT INTO ledger_entry (credit_id, account, amount, at) VALUES (?, ?, ?, ?)",
                number, f"partner:{source}", left, NOON)
            run("INSERT INTO ledger_entry (credit_id, account, amount, at) VALUES (?, ?, ?, ?)",
                number, "unapplied:credits", -left, NOON)


def test_each_credit_keeps_its_meaning_and_gets_its_identity() -> None:
    schema.migrate()
    assert fetch("SELECT identity, day, state, same_as FROM bank_credit ORDER BY id") == [
        ("11336666 FT26319000001", "2026-11-15", "unmatched", None),
        (None, "2026-11-15", "duplicate", 1),
        (None, "2026-11-15", "over", None),  # too short to be one transaction's
        (None, "2026-11-15", "kept", None),  # on which account is not told
        (None, "2026-11-15", "unmatched", None),  # perhaps the payer's own number
        (None, "2026-11-15", "unmatched", None),  # the first one has it
        ("11336666 FT26319000009", "", "unmatched", None)]  # a time of no calendar
    assert fetch("SELECT source, key, says, credit_id FROM credit_telling ORDER BY id") == [
        (row[0], row[1], "credit", number) for number, row in enumerate(BEFORE, 1)]
    assert list(checking_records.problems()) == ["bank_credit 7: its paid_at is no moment"]


def test_two_repetitions_of_one_credit_may_stand() -> None:
    schema.migrate()
    write(lambda: run("UPDATE bank_credit SET same_as = 1, state = 'duplicate' WHERE id = 6"))
    assert fetch("SELECT COUNT(*) FROM bank_credit WHERE same_as = 1")[0][0] == 2
