"""Migrations: once, by one or by two at once, and never on a newer database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from playhouse.schema_diff import diff_models

from db import connection, models, schema
from db import orders as order_records
from db.bills import Bill
from db.connection import run, write
from db.strays import Stray
from services.limits import limits
from tests.villagers import MAY, NOON

ROOT = Path(__file__).resolve().parent.parent.parent
_MIGRATE = """
import sys
from db import connection, schema
connection.init(sys.argv[1])
sys.stdin.readline()
print(len(schema.migrate()))
"""


@pytest.fixture(autouse=True)
def empty(bare_url):
    """A database without tables, open."""
    connection.init(bare_url)
    yield bare_url
    connection.database.close()


def test_all_migrations_are_applied_once() -> None:
    assert schema.migrate() == schema.known() == schema.applied()
    assert schema.migrate() == []
    assert (schema.pending(), schema.missing()) == ([], "")


def test_two_at_once_end_well(empty) -> None:
    both = [subprocess.Popen([sys.executable, "-c", _MIGRATE, empty], cwd=ROOT, text=True,
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(2)]
    for process in both:
        process.stdin.write("go\n")
        process.stdin.flush()
    counts = sorted(int(process.communicate(timeout=60)[0]) for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert counts == [0, len(schema.known())]
    assert schema.missing() == ""


def test_the_migrations_make_what_the_models_say() -> None:
    schema.migrate()
    found = diff_models(connection.database.obj, models.ALL)
    # Indexes that only SQL can describe; the models do not know them.
    assert {index.name for index in found.drop_indexes} == {
        "customer_search", "customer_given_search", "bill_open", "cash_shift_one_open",
        "refund_one_a_payment", "outbox_of_campaign", "bill_adjustment_credit", "payment_voided"}
    assert not any(changes for name, changes in found._asdict().items() if name != "drop_indexes")


def test_a_database_that_lacks_migrations_is_not_ready(database_kind) -> None:
    if database_kind == "sqlite":
        assert schema.missing().startswith("there is no database at ")
    schema.build(schema.known()[:3])
    assert schema.missing() == (
        f"the database is not up to date: {len(schema.known()) - 3} migrations to apply")


def test_a_database_of_a_newer_program_is_not_ready() -> None:
    schema.migrate()
    write(lambda: run("INSERT INTO schema_migration (name, applied) VALUES"
                      " ('9999_tomorrow', '2030-01-01 00:00:00')"))
    assert schema.missing() == "the database is newer than this program: 9999_tomorrow"


@pytest.mark.parametrize("step", ["0001_customers_and_money", "0002_messages"])
def test_a_database_of_the_first_version_is_refused_and_left_alone(step: str) -> None:
    schema.build([])
    write(lambda: run("INSERT INTO schema_migration (name, applied) VALUES"
                      " (?, '2026-01-01 00:00:00'), ('0151_proved_at', '2026-01-01 00:00:00')",
                      step))
    words = "the database is of the first version and cannot be brought up: begin with a new one"
    assert schema.refusal() == schema.missing() == words
    assert connection.database.get_tables() == ["schema_migration"]


def test_every_table_comes_after_those_it_points_to() -> None:
    seen: set = set()
    for model in models.in_order():
        seen.add(model)
        assert {field.rel_model for field in model._meta.refs} <= seen


def test_orders_that_nobody_saw_are_shown_to_the_officers(database_url) -> None:
    """A wallet had been silent for days before there was a list of such things."""
    connection.database.close()
    connection.init(database_url)
    bill = Bill.get(Bill.code == MAY.code, Bill.month == 9)
    write(lambda: order_records.add("momo", "261101-x", bill.id, 107_136, "", NOON, NOON, NOON))
    write(lambda: run("UPDATE provider_order SET state = 'stuck'"))
    write(lambda: run("DROP TABLE stray"))
    write(lambda: run("DELETE FROM schema_migration WHERE name = '0007_strays'"))
    schema.migrate()
    row = Stray.get()
    assert (row.source, row.why, row.number, row.about, row.amount, row.code, row.state) == (
        "momo", "lost", "261101-x", f"{MAY.code}-202609-1", 107_136, MAY.code, "open")


def test_what_strangers_looked_up_before_there_was_one_table_goes_on_counting(
        database_url) -> None:
    """The day of the upgrade gives nobody a second five codes."""
    connection.database.close()
    connection.init(database_url)
    write(lambda: run("DROP TABLE limit_count"))
    write(lambda: run("DROP TABLE limit_refusal"))
    write(lambda: run('DROP INDEX "call_machine"'))
    write(lambda: run('ALTER TABLE "call" DROP COLUMN machine'))
    write(lambda: run("CREATE TABLE lookup (who VARCHAR(40), day VARCHAR(10), code VARCHAR(13))"))
    for who, day, code in (("a" * 32, "2026-11-15", MAY.code), ("a" * 32, "2026-11-15", "x"),
                           ("kiosk:k", "2026111512", MAY.code), ("card:PA", "2026-11-15", "c")):
        write(lambda row=(who, day, code): run("INSERT INTO lookup VALUES (?, ?, ?)", *row))
    write(lambda: run("INSERT INTO counter (name, value) VALUES ('danger:2026-11-15', 7)"))
    write(lambda: run("DELETE FROM schema_migration WHERE name = '0016_limits'"))
    schema.migrate()
    assert [limits.spent(*about, NOON) for about in (
        ("codes.phone", "a" * 32), ("codes.device", "k"), ("cards.customer", "PA"),
        ("danger.all", "all"))] == [2, 1, 1, 7]
