"""flask db move: from SQLite to PostgreSQL with everything in it, or not at all."""

from __future__ import annotations

import re
import shutil
import uuid

import apsw
import pytest

from db import audit, connection, heartbeats, moving, schema
from db.connection import fetch, fetch_row, run, write
from services.payments import payments
from services.payments.payments import Report
from tests import officers, postgres
from tests.kiosk.person import enter, text
from tests.officers import CANBO, PASSWORD
from tests.villagers import HOA, NOON

FIRST, SECOND = "PA04VN0000033-202609-1", "PA04VN0000033-202610-1"


def pay(bill_id: str, amount: int, txn: str) -> payments.Posting:
    return payments.post(Report("momo", txn, bill_id, amount, NOON, "0" * 64), NOON)[0]


def live() -> None:
    """Mẩy has paid a bill, her receipt is queued; an officer was hired and it is on record."""
    pay(FIRST, 107_136, "T1")
    officers.hire()
    write(lambda: audit.append(NOON, [("canbo", "look", HOA.code, "")]))


@pytest.fixture
def source(sqlite_template, tmp_path) -> str:
    """The villagers' SQLite file, in which somebody has worked."""
    path = tmp_path / "old.db"
    shutil.copy(sqlite_template, path)
    connection.init(f"sqlite:///{path}")
    live()
    connection.database.close()
    return f"sqlite:///{path}"


@pytest.fixture
def database_url(postgres_url, source):
    """An empty, migrated PostgreSQL."""
    name = f"moved_{uuid.uuid4().hex[:12]}"
    url = postgres.create(postgres_url, name)
    connection.init(url)
    schema.migrate()
    connection.database.close()
    yield url
    connection.database.close()
    postgres.drop(postgres_url, name)


@pytest.fixture
def move(runner, source, database_url):
    """move(source, target) runs the command; both as they are meant unless told otherwise."""
    return lambda first=source, second=database_url: runner.invoke(
        args=["db", "move", first, second])


@pytest.fixture
def old(source):
    """old(sql) changes the SQLite file."""
    def change(sql: str, *params) -> None:
        file = apsw.Connection(source.removeprefix("sqlite:///"))
        file.execute(sql, params)
        file.close()
    return change


def refused(answer, exit_code: int) -> str:
    """What the one line says; the target is as empty as it was."""
    assert answer.exit_code == exit_code, answer.output
    assert answer.stderr.count("\n") == 1 and answer.stderr.startswith("error: ")
    assert fetch_row("SELECT COUNT(*) FROM customer") == (0,)
    return answer.stderr[len("error: "):-1]


def test_the_moved_product_goes_on_where_it_stood(move, client, flask_check) -> None:
    answer = move()
    assert answer.exit_code == 0, answer.output
    assert "bill: 7 rows" in answer.stdout and "nobody may write" in answer.stdout
    enter(client, HOA)
    assert "546.108 đ" in text(client.get("/kiosk/bills"))
    signed = client.post("/staff/signin", data={"name": CANBO.name, "password": PASSWORD})
    assert signed.status_code == 303
    assert fetch("SELECT kind FROM outbox_message WHERE state = 'queued'") == [("receipt",)]
    numbers = [number for (number,) in fetch("SELECT receipt_no FROM payment")]
    following = pay(SECOND, 217_836, "T2").payment.receipt_no
    assert int(following[-6:]) == int(numbers[0][-6:]) + 1
    assert flask_check() == (0, 0)


@pytest.fixture
def flask_check(runner):
    """Exits of flask db check and flask audit check."""
    return lambda: tuple(runner.invoke(args=args).exit_code
                         for args in (["db", "check"], ["audit", "check"]))


def test_a_second_move_finds_the_target_filled_and_names_a_table(move) -> None:
    assert move().exit_code == 0
    answer = move()
    assert answer.exit_code == 2
    assert re.fullmatch(r"error: the target is not empty: \w+ has rows\n", answer.stderr)


def test_what_cannot_be_moved_is_refused_in_one_line(move, source, database_url, tmp_path) -> None:
    rubbish = tmp_path / "rubbish.db"
    rubbish.write_text("this is no database" * 100)
    empty = tmp_path / "empty.db"
    apsw.Connection(str(empty)).execute("CREATE TABLE x (y)")
    for first, second, says in [
            (database_url, database_url, "source and target are the same database"),
            (database_url, source, "the source is no SQLite database"),
            (source, "sqlite:////tmp/other.db", "the target is no PostgreSQL database"),
            (f"sqlite:///{tmp_path}/none.db", database_url, "there is no database at"),
            (f"sqlite:///{rubbish}", database_url, "is no database"),
            (f"sqlite:///{empty}", database_url, "is not migrated")]:
        assert says in refused(move(first, second), 2)


def test_a_target_out_of_reach_is_told_in_one_line(move, source) -> None:
    answer = move(source, "postgresql://nobody@127.0.0.1:1/none")
    assert answer.exit_code == 1 and answer.stderr.count("\n") == 1


@pytest.mark.parametrize("which", ["source", "target"])
@pytest.mark.parametrize(("change", "says"), [
    ("DELETE FROM schema_migration WHERE name = '0013_pages'", "the {} is not migrated: "),
    ("INSERT INTO schema_migration (name, applied) VALUES ('0999_later', '2027-01-01')",
     "the {} is newer than this program: 0999_later")])
def test_another_schema_is_refused(move, old, which, change, says) -> None:
    if which == "source":
        old(change)
    else:
        run(change)
    assert says.format(which) in refused(move(), 2)


@pytest.mark.parametrize(("ago_s", "exit_code"), [(5, 2), (61, 0)])
def test_a_source_on_which_a_worker_lives_is_refused(move, old, ago_s, exit_code) -> None:
    old("INSERT INTO heartbeat (name, at) VALUES ('worker', ?)", NOON - ago_s * 1000)
    answer = move()
    assert answer.exit_code == exit_code
    assert exit_code == 0 or "worker works on the source (last sign of life 5 s" in answer.stderr
    assert heartbeats.last_beat("worker") == (None if exit_code else NOON - 61_000)


@pytest.mark.parametrize(("change", "says"), [
    ("UPDATE customer SET name = 'Ho' || char(0) || 'a' WHERE code = 'PA04DH0000017'",
     "customer PA04DH0000017: name: "),
    ("UPDATE customer SET address = CAST(x'ff41' AS TEXT) WHERE code = 'PA04VN0000033'",
     "customer PA04VN0000033: address is no text"),
    ("UPDATE customer SET meter_no = printf('%.200c', 'M') WHERE code = 'PA04DH0000025'",
     "customer PA04DH0000025: meter_no: value too long"),
    ("UPDATE bill SET kwh = 'many' WHERE code = 'PA04DH0000017'",
     ": kwh: invalid input syntax"),
    ("UPDATE bill SET bill_no = 'X', code = 'PA04DH9999999' WHERE code = 'PA04PY0000041'",
     "bill: ")])
def test_what_postgresql_refuses_is_named_and_nothing_stays(move, old, change, says) -> None:
    old(change)
    assert says in refused(move(), 1)


@pytest.mark.parametrize(("spoil", "says"), [
    ("RETURN NULL", "customer_phone: 0 rows arrived of 3"),
    ("NEW.registered_at = 1; RETURN NEW", "customer_phone: the sum of registered_at is another"),
])
def test_what_does_not_arrive_as_it_was_is_named(move, spoil, says) -> None:
    run(f"CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN {spoil}; END'")
    run("CREATE TRIGGER spoil BEFORE INSERT ON customer_phone"
        " FOR EACH ROW EXECUTE FUNCTION spoil()")
    assert says in refused(move(), 1)


@pytest.mark.parametrize(("change", "says"), [
    ("UPDATE audit_entry SET subject = 'somebody' WHERE action = 'look'", "audit_entry: audit row"),
    ("UPDATE payment SET amount = amount + 1", "another amount than its bill")])
def test_a_source_that_is_not_sound_is_not_taken_over(move, old, change, says) -> None:
    old(change)
    assert says in refused(move(), 1)


def test_a_source_written_to_meanwhile_undoes_the_move(source, database_url, old, app) -> None:
    def meanwhile() -> None:
        old("UPDATE customer SET address = 'Xóm 2'")

    with pytest.raises(moving.MoveFailed, match="written to meanwhile"):
        moving.move(source, database_url, NOON, lambda *_told: None, meanwhile)
    assert fetch_row("SELECT COUNT(*) FROM customer") == (0,)


def test_numbers_go_on_after_the_highest_that_came(move) -> None:
    assert move().exit_code == 0
    highest = fetch_row("SELECT MAX(id) FROM payment")[0]
    assert pay(SECOND, 217_836, "T2").payment.id == highest + 1
