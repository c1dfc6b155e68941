"""flask db: from nothing to a demo, checked, backed up and restored; trouble in one line."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from db import checking as checking_records
from db import connection, schema
from db import officers as officer_records
from db.connection import fetch, fetch_row, run, write
from services.demo import signin
from services.officers import passwords
from services.outbox import outbox
from services.payments import payments
from tests import billing_files
from tests.conftest import ENVIRON, ROOT
from tests.officers import audited
from tests.villagers import NOON

BY_COMMAND = {
    "check": ["db", "check"], "demo": ["db", "demo"],
    "customers": ["customers", "import", "FILE"], "bills": ["bills", "import", "FILE"],
    "outages": ["outages", "import", "FILE"],
}


@pytest.fixture
def database_url(bare_url):
    return bare_url


@pytest.fixture
def flask(runner):
    """flask("db", "check") runs a command."""
    return lambda *args: runner.invoke(args=list(map(str, args)))


@pytest.fixture
def small_demo(flask):
    """A migrated database with a small demo in it."""
    flask("db", "migrate")
    assert flask("db", "demo", "--customers", 30).exit_code == 0


def one_line(answer, exit_code: int) -> str:
    assert answer.exit_code == exit_code, answer.stderr
    assert answer.stderr.count("\n") == 1 and answer.stderr.startswith("error: ")
    assert answer.stdout == ""
    return answer.stderr[len("error: "):-1]


def test_migrate_tells_what_it_applied_and_then_that_all_is_up_to_date(flask) -> None:
    first = flask("db", "migrate")
    assert first.stdout.splitlines() == [f"applied {name}" for name in schema.known()]
    assert flask("db", "migrate").stdout == "up to date\n"


def test_a_database_of_the_first_version_is_refused_in_one_line(flask) -> None:
    flask("db", "migrate")
    connection.run("DELETE FROM schema_migration")
    connection.run("INSERT INTO schema_migration (name, applied) VALUES"
                   " ('0001_customers_and_money', '2026-01-01 00:00:00'),"
                   " ('0151_proved_at', '2026-01-01 00:00:00')")
    words = "the database is of the first version and cannot be brought up: begin with a new one"
    assert one_line(flask("db", "migrate"), 2) == words
    assert one_line(flask("db", "check"), 1) == words


def test_migrate_brings_the_partners(flask) -> None:
    flask("db", "migrate")
    flask("db", "migrate")
    kinds = dict(fetch("SELECT kind, COUNT(*) FROM partner GROUP BY kind"))
    assert (kinds["intermediary"], kinds["bank"], kinds["shop"]) == (8, 9, 1)
    assert fetch_row("SELECT title FROM partner WHERE name = 'mbbank'")[0] == "MB Bank"


def test_demo_fills_once_and_tells_how_to_sign_in(flask) -> None:
    flask("db", "migrate")
    first = flask("db", "demo", "--customers", 30)
    assert first.stdout == (
        "30 customers with a year of bills up to 2026-11-15\n"
        "Sign in:  canbo (officer), giamsat (supervisor), quantri (admin),"
        " password lua-nep-thom\n")
    again = flask("db", "demo")
    assert again.exit_code == 0
    assert again.stdout.splitlines()[0] == "the database already has 30 customers"
    assert again.stdout.splitlines()[1] == first.stdout.splitlines()[1]
    assert fetch_row("SELECT COUNT(*) FROM customer")[0] == 30


def test_the_officers_can_sign_in_with_the_password_told(small_demo) -> None:
    for name, role in signin.OFFICERS:
        officer = officer_records.get(name)
        assert (officer.role, officer.communes) == (role, "all")
        assert passwords.verify(officer.password_hash, "lua-nep-thom")


def test_a_password_set_later_becomes_the_officers(small_demo, flask, change_settings) -> None:
    change_settings(demo_password="another-one")
    assert flask("db", "demo").stdout.endswith("password another-one\n")
    assert passwords.verify(officer_records.get("canbo").password_hash, "another-one")


def test_without_a_password_one_is_made_and_told_again(flask, change_settings, app,
                                                       tmp_path) -> None:
    app.instance_path = str(tmp_path)
    change_settings(demo_password="")
    flask("db", "migrate")
    first = flask("db", "demo", "--customers", 5).stdout
    made = re.search(r"password (\S+)$", first)[1]
    assert passwords.verify(officer_records.get("giamsat").password_hash, made)
    assert flask("db", "demo").stdout.endswith(f"password {made}\n")
    assert (tmp_path / "demo-password").read_text() == made + "\n"


def test_demo_needs_demo(flask, change_settings) -> None:
    flask("db", "migrate")
    change_settings(demo=False)
    assert one_line(flask("db", "demo"), 2) == "demo data needs DEMO=1"
    assert fetch_row("SELECT COUNT(*) FROM officer")[0] == 0


@pytest.mark.parametrize(("args", "complaint"), [
    (("--as-of", "2024-11-01"), "--as-of 2024-11-01: no tariff row for 2023-10-22"),
    (("--as-of", "tomorrow"), "Invalid value for '--as-of'"),
    (("--customers", "4"), "Invalid value for '--customers'"),
    (("--customers", "many"), "Invalid value for '--customers'"),
    (("--nothing",), "No such option"),
])
def test_a_wrong_wish_is_refused_in_one_line(flask, args, complaint) -> None:
    flask("db", "migrate")
    assert complaint in one_line(flask("db", "demo", *args), 2)
    assert fetch_row("SELECT COUNT(*) FROM customer")[0] == 0


def test_check_tells_that_all_is_sound(small_demo, flask) -> None:
    answer = flask("db", "check")
    assert answer.exit_code == 0
    assert answer.stdout.startswith("sound: 30 customer rows, 360 bill rows, ")


def test_check_names_what_is_wrong(small_demo, flask) -> None:
    write(lambda: run("UPDATE ledger_entry SET amount = amount + 1 WHERE id = 1"))
    answer = flask("db", "check")
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr == "error: payment 1: its ledger entries do not add up to zero\n"


def test_a_backup_comes_back_by_restore(small_demo, flask, tmp_path) -> None:
    file = tmp_path / "backup"
    assert flask("db", "backup", file).stdout.endswith("MB written and verified\n")
    write(lambda: run("UPDATE bill SET due_on = '2000-01-01'"))
    assert "not empty" in one_line(flask("db", "restore", file), 2)
    answer = flask("db", "restore", file, "--force")
    assert answer.stdout.startswith("restored: 30 customer rows, 360 bill rows, ")
    assert "receipts go on above number 27518400000: those given after the backup" in answer.stdout
    assert audited()[-1] == ("terminal", "receipts.skip", "receipt:floor:2026", "above 27518400000:"
                             " the backup backup does not know what was given after it")
    assert flask("audit", "check").exit_code == 0
    assert fetch_row("SELECT COUNT(*) FROM bill WHERE due_on = '2000-01-01'")[0] == 0
    assert flask("db", "check").exit_code == 0


def test_what_was_paid_after_the_backup_is_found_and_posted_with_other_numbers(
        small_demo, flask, tmp_path) -> None:
    """The partner has four payments, the backup knows one: docs/backup.md step by step."""
    bills = fetch("SELECT code, year, month, ky, total FROM bill WHERE state = 'unpaid'"
                  " ORDER BY code, month LIMIT 4")

    def pay(number: int) -> str:
        code, year, month, ky, total = bills[number]
        return payments.post(payments.Report(
            "viettel", f"VT-{number}", f"{code}-{year}{month:02}-{ky}", total, NOON,
            f"{number}"), NOON)[0].payment.receipt_no

    file, list_of_day = tmp_path / "backup", tmp_path / "viettel.csv"
    given = [pay(0)]
    flask("db", "backup", file)
    lost = [pay(number) for number in (1, 2, 3)]
    list_of_day.write_text("partner_txn_id,amount,status\n" + "".join(
        f"VT-{number},{bills[number][4]},posted\n" for number in range(4)))
    assert flask("db", "restore", file, "--force").exit_code == 0
    told = flask("payments", "reconcile", "viettel", "2026-11-15", list_of_day)
    assert told.exit_code == 1
    assert [line.split()[:2] for line in told.stdout.splitlines() if "_only" in line] == [
        ["partner_only", f"VT-{number}"] for number in (1, 2, 3)]
    again = [pay(number) for number in (1, 2, 3)]
    assert len({*given, *lost, *again}) == 7
    assert flask("payments", "reconcile", "viettel", "2026-11-15", list_of_day).exit_code == 0
    assert flask("db", "check").exit_code == 0


def test_a_restored_database_texts_nobody_until_somebody_says_so(small_demo, flask, app,
                                                                 tmp_path) -> None:
    file = tmp_path / "backup"
    phone = app.extensions["office"].vault.seal_phone("+84912000017")
    write(lambda: outbox.queue("done", "1", phone, {"ticket": "HD-123456"}, NOON))
    flask("db", "backup", file)
    answer = flask("db", "restore", file, "--force")
    assert answer.stdout.splitlines()[-1] == (
        "sending is paused: no text leaves until you say so with: flask sms resume")
    assert ("terminal", "sms.pause", "sms", "restored") in audited()
    flask("sms", "send", "--once")
    assert fetch("SELECT state FROM outbox_message WHERE kind = 'done'") == [("queued",)]
    assert flask("sms", "resume").stdout == "sending goes on\n"
    flask("sms", "send", "--once")
    assert fetch("SELECT state FROM outbox_message WHERE kind = 'done'") == [("sent",)]


@pytest.mark.parametrize(("changed", "told"), [
    ({"data_key": "another key than the one in use"}, "another DATA_KEY than the one set"),
    ({"demo": False}, "is of a database that the demo filled"),
])
def test_a_backup_that_does_not_belong_here_says_so_and_changes_nothing(
        small_demo, flask, tmp_path, change_settings, changed, told) -> None:
    file = tmp_path / "backup"
    flask("db", "backup", file)
    write(lambda: run("UPDATE bill SET due_on = '2000-01-01'"))
    before = fetch("SELECT COUNT(*) FROM bill WHERE due_on = '2000-01-01'")
    change_settings(**changed)
    line = one_line(flask("db", "restore", file, "--force"), 2)
    assert told in line and line.rstrip().endswith("nothing was restored")
    assert fetch("SELECT COUNT(*) FROM bill WHERE due_on = '2000-01-01'") == before != [(0,)]


@pytest.mark.parametrize("name", ["none", "letter", "folder"])
def test_a_backup_that_is_none_is_refused_in_one_line(flask, tmp_path, name) -> None:
    (tmp_path / "letter").write_text("Kính gửi bác")
    (tmp_path / "folder").mkdir()
    assert str(tmp_path / name) in one_line(flask("db", "restore", tmp_path / name), 2)


def test_a_backup_into_a_folder_that_is_not_there_is_refused_in_one_line(
        small_demo, flask, tmp_path) -> None:
    assert "No such file or directory" in one_line(
        flask("db", "backup", tmp_path / "none" / "backup"), 1)


@pytest.mark.parametrize("args", BY_COMMAND.values(), ids=BY_COMMAND)
def test_without_tables_every_command_says_what_to_do(flask, tmp_path, args) -> None:
    answer = flask(*[tmp_path / "x.csv" if word == "FILE" else word for word in args])
    assert one_line(answer, 1).endswith("; run: flask db migrate")


@pytest.mark.parametrize("args", BY_COMMAND.values(), ids=BY_COMMAND)
def test_a_database_out_of_reach_is_told_in_one_line(flask, tmp_path, args,
                                                     database_kind) -> None:
    connection.database.close()
    gone = tmp_path / "gone"
    connection.init(f"sqlite:///{gone}/x.db" if database_kind == "sqlite"
                    else "postgresql://nobody@127.0.0.1:9/none?connect_timeout=2")
    if database_kind == "sqlite":
        gone.rmdir()
        Path(gone).write_text("a file where the folder was")
    answer = flask(*[tmp_path / "x.csv" if word == "FILE" else word for word in args])
    one_line(answer, 1)
    one_line(flask("db", "migrate"), 1)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_file_that_is_no_database_is_told_in_one_line(flask) -> None:
    connection.database.close()
    Path(connection.sqlite_path()).write_text("Kính gửi bác, " * 1000)
    for args in (["db", "check"], ["db", "migrate"], ["db", "demo"]):
        assert "database" in one_line(flask(*args), 1)


def test_a_read_only_database_is_told_in_one_line_and_left(small_demo, flask, tmp_path,
                                                           database_kind) -> None:
    if database_kind == "sqlite":
        connection.run("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.database.close()
        connection.init(f"sqlite:///file:{connection.sqlite_path()}?mode=ro")
    else:
        connection.run("SET default_transaction_read_only = on")
    people = billing_files.customers(tmp_path / "c.csv", billing_files.NEWCOMER)
    assert "cannot be used" in one_line(flask("customers", "import", people), 1)
    assert flask("db", "check").exit_code == 0


def test_two_starts_at_once_end_well(bare_url) -> None:
    """Two copies of `make run` on one empty database."""
    environ = {**os.environ, **ENVIRON, "DATABASE_URL": bare_url}
    for command in (["migrate"], ["demo", "--customers", "30"]):
        both = [subprocess.Popen([sys.executable, "-m", "flask", "--app", "app", "db", *command],
                                 cwd=ROOT, env=environ, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE) for _ in range(2)]
        said = [process.communicate(timeout=120) for process in both]
        assert [process.returncode for process in both] == [0, 0], said
    connection.init(bare_url)
    assert list(checking_records.problems()) == []
    assert fetch_row("SELECT COUNT(*) FROM customer")[0] == 30


def test_help_is_there_for_every_command(flask) -> None:
    for words in (["db"], ["db", "migrate"], ["db", "demo"], ["db", "backup"], ["db", "restore"],
                  ["db", "check"], ["customers", "import"], ["bills", "import"],
                  ["outages", "import"]):
        answer = flask(*words, "--help")
        assert answer.exit_code == 0 and "Usage:" in answer.stdout


def test_a_wrong_word_is_told_in_one_line(flask) -> None:
    assert one_line(flask("db", "dmeo"), 2).startswith("No such command 'dmeo'")
    assert one_line(flask("bills", "import"), 2).startswith("Missing argument")
