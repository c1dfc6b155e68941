"""Backups: as of one moment while others write, whole or not at all, only onto an empty place."""

from __future__ import annotations

import contextlib
import stat
import subprocess
import sys
import threading
import zipfile
from datetime import date
from pathlib import Path

import pytest

from db import backup, connection, schema
from db import bills as bill_records
from db import checking as checking_records
from db.backup import BadBackup
from db.connection import fetch, fetch_row, run, write
from db.counters import Counter
from db.customers import Customer
from db.models import ALL
from services import clock
from services.payments import payments, receipt_numbers
from tests.villagers import HOA, NOON

SKIP = receipt_numbers.skip(NOON)
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(autouse=True)
def records(database_url):
    """The villagers' database, open."""
    connection.init(database_url)
    yield
    connection.database.close()


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "backup.file"


def everything() -> dict[str, list]:
    """All rows but the counters, which leave numbers out after a restore."""
    return {model._meta.table_name: sorted(
        fetch(f'SELECT * FROM "{model._meta.table_name}"'), key=repr) for model in ALL
        if model is not Counter}


def problems() -> list[str]:
    """What is wrong, but for the reason of numbers left out, which the command writes."""
    return [problem for problem in checking_records.problems()
            if "numbers were left out" not in problem]


def pay(number: int = 1):
    return payments.post(payments.Report("momo", f"T{number}", "PA04DH0000017-202610-1", 546108,
                                         NOON, "0" * 64), NOON)


def test_a_restored_backup_is_the_same_in_every_table(file) -> None:
    pay()
    before = everything()
    backup.save(file)
    write(lambda: run("UPDATE customer SET name = 'X'"))
    backup.restore(file, SKIP)
    assert everything() == before
    assert problems() == []


def test_new_rows_after_a_restore_get_new_numbers(file) -> None:
    pay()
    backup.save(file)
    backup.restore(file, SKIP)
    posting, new = pay(2)
    assert new and posting.payment.state == "refund_due"


def receipt(number: int) -> str:
    return pay(number)[0].payment.receipt_no


def test_no_receipt_number_is_given_twice_however_often_a_backup_comes_back(file) -> None:
    given = [receipt(1)]
    backup.save(file)
    for restored in range(3):  # within one moment of the clock
        given += [receipt(10 * restored + number) for number in (2, 3, 4)]
        backup.restore(file, SKIP)
    given.append(receipt(99))
    assert len(set(given)) == len(given) == 11
    assert all(len(number) <= 24 for number in given)


def test_an_office_without_a_receipt_in_the_backup_leaves_numbers_out_too(file) -> None:
    backup.save(file)
    first = receipt(1)
    backup.restore(file, SKIP)
    second = receipt(2)
    assert (first, second) == ("PA04DH-2026-000001", "PA04DH-2026-27518400001")


def test_a_new_year_counts_from_one_again(file) -> None:
    backup.save(file)
    backup.restore(file, SKIP)
    later = clock.at_local(date(2027, 1, 1))
    assert write(lambda: receipt_numbers.next_number(HOA.code, later)) == "PA04DH-2027-000001"


def test_the_backup_itself_stays_as_it_is(file) -> None:
    backup.save(file)
    before = file.read_bytes()
    backup.restore(file, SKIP)
    assert file.read_bytes() == before
    assert list(file.parent.glob("*.restoring*")) == []


def test_a_clock_that_was_set_back_repeats_no_number_that_is_known(file) -> None:
    backup.save(file)
    backup.restore(file, receipt_numbers.skip(NOON + clock.DAY))
    first = receipt(1)
    backup.save(file)
    second = receipt(2)
    backup.restore(file, SKIP)
    assert len({first, second, receipt(3)}) == 3


def test_a_backup_belongs_to_its_owner_alone(file) -> None:
    backup.save(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.glob("*.partial")) == []


def test_no_phone_number_stands_in_a_backup(file, database_kind) -> None:
    backup.save(file)
    data = file.read_bytes()
    if database_kind == "postgresql":
        with zipfile.ZipFile(file) as archive:
            data = b"".join(archive.read(name) for name in archive.namelist())
    assert HOA.name.encode() in data
    assert HOA.phone[3:].encode() not in data


def test_a_deleted_row_does_not_live_on_in_a_backup(file, database_kind) -> None:
    write(lambda: Customer.update(address="Xóm Bí Mật").where(Customer.code == HOA.code).execute())
    write(lambda: Customer.update(address="").where(Customer.code == HOA.code).execute())
    backup.save(file)
    assert "Xóm Bí Mật".encode() not in file.read_bytes()


def test_a_backup_taken_while_payments_arrive_balances(file) -> None:
    """Each payment is a row, two ledger entries and a bill's state, in one transaction."""
    stop, paid = threading.Event(), []

    def pay_on() -> None:
        while not stop.is_set():
            paid.append(pay(len(paid)))
        connection.database.close()

    thread = threading.Thread(target=pay_on)
    thread.start()
    try:
        while len(paid) < 20:
            stop.wait(0.01)
        backup.save(file)
    finally:
        stop.set()
        thread.join()
    backup.restore(file, SKIP)
    stored = fetch_row("SELECT COUNT(*) FROM payment")[0]
    assert 20 <= stored <= len(paid)
    assert problems() == []


def test_an_older_backup_is_replaced_and_other_files_are_not(file, tmp_path) -> None:
    backup.save(file)
    backup.save(file)
    letter = tmp_path / "letter.txt"
    letter.write_text("Kính gửi bác")
    with pytest.raises(BadBackup, match="is not a backup"):
        backup.save(letter)
    assert letter.read_text() == "Kính gửi bác"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_database_itself_is_no_place_for_a_backup() -> None:
    with pytest.raises(BadBackup, match="the database itself"):
        backup.save(Path(connection.sqlite_path()))


def test_a_backup_that_fails_leaves_the_old_one(file) -> None:
    backup.save(file)
    before = file.read_bytes()
    file.with_name(file.name + ".partial").mkdir()  # in the way of the new one
    with pytest.raises(IsADirectoryError):
        backup.save(file)
    assert file.read_bytes() == before


@pytest.mark.parametrize("damage", ["cut", "byte", "text", "empty"])
def test_a_damaged_backup_is_refused_and_nothing_changes(file, damage) -> None:
    backup.save(file)
    data = bytearray(file.read_bytes())
    if damage == "cut":
        data = data[: len(data) // 2]
    elif damage == "byte":
        # A whole page of SQLite is in it, or a part of a compressed table: the free room of a
        # page alone is read by nobody.
        data[len(data) // 2: len(data) // 2 + 8192] = b"\xff" * 8192
    else:
        data = bytearray(b"not a backup" if damage == "text" else b"")
    file.write_bytes(data)
    before = everything()
    with pytest.raises(BadBackup):
        backup.restore(file, SKIP)
    assert everything() == before


def test_a_backup_of_a_newer_program_is_refused(file) -> None:
    write(lambda: run("INSERT INTO schema_migration (name, applied) VALUES"
                      " ('9999_tomorrow', '2030-01-01 00:00:00')"))
    backup.save(file)
    with pytest.raises(BadBackup, match="newer program: 9999_tomorrow"):
        backup.restore(file, SKIP)


def test_a_backup_of_the_first_version_is_refused_and_nothing_changes(file, bare_url,
                                                                      database_url) -> None:
    connection.database.close()
    connection.init(bare_url)
    schema.build([])
    write(lambda: run("INSERT INTO schema_migration (name, applied) VALUES"
                      " ('0001_customers_and_money', '2026-01-01 00:00:00'),"
                      " ('0151_proved_at', '2026-01-01 00:00:00')"))
    backup.save(file)
    connection.database.close()
    connection.init(database_url)
    before = everything()
    with pytest.raises(BadBackup, match="the backup is of the first version and cannot be"):
        backup.restore(file, SKIP)
    assert everything() == before


def test_an_older_backup_is_brought_to_the_newest_schema(file, bare_url, database_url) -> None:
    """A year ago there were only the first three migrations."""
    connection.database.close()
    connection.init(bare_url)
    first = schema.known()[:3]
    schema.build(first)
    backup.save(file)
    connection.database.close()
    connection.init(database_url)
    backup.restore(file, SKIP)
    assert schema.missing() == ""
    assert Customer.select().count() == 0


def test_a_backup_restores_into_a_database_without_tables(file, bare_url) -> None:
    backup.save(file)
    before = everything()
    connection.database.close()
    connection.init(bare_url)
    assert backup.is_empty()
    backup.restore(file, SKIP)
    assert everything() == before


def test_empty_means_that_nothing_was_recorded(bare_url) -> None:
    assert not backup.is_empty()
    connection.database.close()
    connection.init(bare_url)
    schema.migrate()
    assert backup.is_empty()


_RESTORE = """
import os, sys
from pathlib import Path
from db import backup, connection
from services.payments import receipt_numbers
connection.init(sys.argv[1])
print("go", flush=True)
backup.restore(Path(sys.argv[2]), receipt_numbers.skip(0))
"""


def test_a_restore_killed_in_the_middle_leaves_one_of_the_two(file, database_url) -> None:
    backup.save(file)
    write(lambda: run("UPDATE customer SET name = 'Sau'"))
    for wait in (0, 0.01, 0.03, 0.06, 0.1, 0.2):
        killed = subprocess.Popen([sys.executable, "-c", _RESTORE, database_url, str(file)],
                                  cwd=ROOT, stdout=subprocess.PIPE)
        killed.stdout.readline()
        _kill_after(killed, wait)
        names = {name for (name,) in fetch("SELECT name FROM customer")}
        assert names == {"Sau"} or "Sau" not in names
        assert problems() == []


def _kill_after(process: subprocess.Popen, seconds: float) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    process.kill()
    process.communicate()


def test_a_bill_reads_the_same_on_a_connection_opened_before(file) -> None:
    backup.save(file)
    pay()
    assert bill_records.unpaid(HOA.code) == []
    backup.restore(file, SKIP)
    assert [owed.total for owed in bill_records.unpaid(HOA.code)] == [546108]
