"""flask customers import: people, and the phones by which they are told."""

from __future__ import annotations

import json

import pytest

from db import customers as customer_records
from db.connection import fetch, write
from db.customers import Customer, CustomerPhone
from services.notation import folding
from tests import billing_files
from tests.billing_files import CUSTOMER_COLUMNS, HOA, NEWCOMER, customer
from tests.villagers import HOA as HOA_VILLAGER

TABLES = "SELECT * FROM customer ORDER BY code", "SELECT * FROM customer_phone ORDER BY id"


@pytest.fixture
def run(runner, tmp_path):
    """run(*rows, options) imports a file of these customers."""
    def go(*rows: tuple, options: tuple = ()):
        path = billing_files.customers(tmp_path / "customers.csv", *rows)
        return runner.invoke(args=["customers", "import", str(path), *options])
    return go


def stored() -> list:
    return [fetch(query) for query in TABLES]


def phones(code: str) -> list[tuple[str, str]]:
    return fetch("SELECT phone_hash, source FROM customer_phone WHERE code = ? ORDER BY source",
                 code)


def test_a_newcomer_is_found_by_every_way(run, vault) -> None:
    answer = run(NEWCOMER)
    assert answer.stdout == "1 new, 0 changed, 0 unchanged, 0 left because paid\n"
    found = customer_records.get("PA04DH0000066")
    assert (found.name, found.address, found.households) == ("Bàn Tài Lộc", "Xóm Nà Mao, tổ 2", 2)
    assert (found.search, found.given_search) == ("ban tai loc", "loc ban tai")
    assert (found.meter_no, found.meter_point) == ("M00066", "PA04DH0000066001")
    assert [c.code for c in customer_records.find_by_name("loc ban", None)] == [found.code]
    assert [c.code for c in customer_records.find_by_phone(vault.phone_hash("+84912000066"))] == [
        found.code]


def test_the_phone_is_sealed(run, vault) -> None:
    run(NEWCOMER)
    phone_hash, sealed = customer_records.phone_on_file("PA04DH0000066")
    assert phone_hash == vault.phone_hash("+84912000066")
    assert vault.open_phone(sealed) == "+84912000066"
    assert b"912000066" not in sealed


def test_the_same_file_again_changes_nothing(run) -> None:
    run(NEWCOMER, HOA)
    before = stored()
    answer = run(NEWCOMER, HOA)
    assert answer.stdout == "0 new, 0 changed, 2 unchanged, 0 left because paid\n"
    assert stored() == before


def test_a_changed_name_is_found_under_the_new_one_and_audited(run, clock) -> None:
    run(HOA)
    answer = run(customer(HOA, name="Nguyễn Thị Hòa", households=3))
    assert answer.stdout == "0 new, 1 changed, 0 unchanged, 0 left because paid\n"
    found = customer_records.get(HOA_VILLAGER.code)
    assert (found.name, found.households, found.updated_at) == ("Nguyễn Thị Hòa", 3, clock())
    detail = fetch("SELECT detail FROM audit_entry WHERE action = 'customer.changed'"
                   " ORDER BY id DESC LIMIT 1")[0][0]
    assert json.loads(detail)["fields"] == ["name", "households"]
    assert "Hòa" not in detail


def test_another_phone_replaces_the_one_of_the_billing_system(run, vault) -> None:
    run(customer(HOA, phone="0912000099"))
    assert phones(HOA_VILLAGER.code) == [(vault.phone_hash("+84912000099"), "billing")]


def test_a_registered_phone_stays_beside_it(run, vault) -> None:
    CustomerPhone.update(source="registered").where(
        CustomerPhone.code == HOA_VILLAGER.code).execute()
    run(customer(HOA, phone="0912000099"))
    assert phones(HOA_VILLAGER.code) == [
        (vault.phone_hash("+84912000099"), "billing"),
        (vault.phone_hash(HOA_VILLAGER.phone), "registered")]
    assert "1 unchanged" in run(customer(HOA, phone="0912000099")).stdout


def test_a_phone_that_is_registered_already_is_not_stored_twice(run, vault) -> None:
    CustomerPhone.update(source="registered").where(
        CustomerPhone.code == HOA_VILLAGER.code).execute()
    answer = run(HOA)
    assert phones(HOA_VILLAGER.code) == [(vault.phone_hash(HOA_VILLAGER.phone), "registered")]
    assert run(HOA).stdout == "0 new, 0 changed, 1 unchanged, 0 left because paid\n"
    assert answer.exit_code == 0


def test_a_phone_that_left_the_billing_system_leaves_us(run) -> None:
    assert "1 changed" in run(customer(HOA, phone="")).stdout
    assert phones(HOA_VILLAGER.code) == []


def test_a_landline_is_noted_and_left_out(run) -> None:
    answer = run(customer(phone="0208 3856 789"))
    assert answer.stdout.startswith(
        "note: 1 rows, first line 2: a landline cannot be texted and is left out\n1 new")
    assert phones("PA04DH0000066") == []


def test_a_code_of_elsewhere_is_noted_and_stored(run) -> None:
    answer = run(customer(code="PB04DH0000066"))
    assert answer.stdout.startswith(
        "note: 1 rows, first line 2: the code does not begin as usual here\n1 new")


def test_a_dry_run_says_the_same_and_stores_nothing(run) -> None:
    before = stored()
    answer = run(NEWCOMER, customer(HOA, phone="0912000099"), options=("--dry-run",))
    assert answer.stdout == ("dry run, nothing stored: 1 new, 1 changed, 0 unchanged,"
                             " 0 left because paid\n")
    assert stored() == before


def test_the_name_may_come_decomposed(run) -> None:
    run(customer(name="Nguye\u0302\u0303n  Thi\u0323 Hoa"))
    assert customer_records.name_of("PA04DH0000066") == "Nguyễn Thị Hoa"


@pytest.mark.parametrize("name", ["Nguyễn Thị Hoa", "H'Hen Niê", "Đặng-Đình (Bê) Ô'Đa", "Ð Ð"])
def test_a_name_is_folded_word_by_word_as_it_is_as_a_whole(run, name) -> None:
    run(customer(name=name))
    found = customer_records.get("PA04DH0000066")
    assert found.search == folding.folded(name)
    assert found.given_search == folding.given_name_first(found.search)


def test_rows_of_empty_cells_are_no_rows(run) -> None:
    nothing = ("",) * len(NEWCOMER)
    answer = run(NEWCOMER, nothing, nothing)
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert answer.stdout.startswith("1 new, 0 changed")


ROUNDED = "not a number that a spreadsheet rounded"


@pytest.mark.parametrize(("column", "value", "expected"), [
    ("code", "pa04dh0000066", "a customer code such as PA04DH0000017 expected"),
    ("name", "", "printable text of 1 to 120 characters expected"),
    ("name", "x" * 121, "printable text of 1 to 120 characters expected"),
    ("address", "", "printable text of 1 to 200 characters expected"),
    ("commune_code", "5569", "a commune code of today's 92 communes expected"),
    ("phone", "12345", "empty or a Vietnamese telephone number expected"),
    ("households", "0", "a whole number from 1 to 999 expected"),
    ("meter_no", "", f"printable text of 1 to 40 characters expected, {ROUNDED}"),
    ("meter_no", "1.23E+12", f"printable text of 1 to 40 characters expected, {ROUNDED}"),
    ("contract_no", "2,03E+07", f"printable text of 40 characters expected, {ROUNDED}"),
    ("contract_no", "#####", f"printable text of 40 characters expected, {ROUNDED}"),
    ("purpose", "hộ gia đình", "one of household, production, business, public expected"),
    ("contract_signed_on", "01/03/2026", "a date such as 2026-10-21 expected"),
    ("contract_signed_on", "", "missing, although there is a contract_no"),
    ("contract_medium", "stone", "electronic or paper expected"),
])
def test_a_broken_cell_is_named_and_nothing_is_stored(run, column, value, expected) -> None:
    before = stored()
    answer = run(HOA, customer(**{column: value}))
    assert answer.exit_code == 2
    shown = value if len(value) < 40 else value[:40] + "…"
    (line,) = answer.stderr.splitlines()
    assert line.endswith(f": line 3, column {column}: {shown!r}: {expected}; nothing was stored")
    assert stored() == before


def test_a_customer_may_stand_in_a_file_only_once(run) -> None:
    answer = run(NEWCOMER, HOA, customer(name="Ai Khác"))
    assert answer.exit_code == 2
    assert ": line 4, column code: 'PA04DH0000066': stands already on line 2;" in answer.stderr


def test_a_customer_who_is_not_in_the_file_stays(run) -> None:
    run(NEWCOMER)
    assert Customer.select().count() == 5


def test_a_failure_at_the_very_end_leaves_nothing(run) -> None:
    before = stored()
    write(lambda: fetch("DELETE FROM audit_head RETURNING id"))
    answer = run(NEWCOMER, customer(HOA, phone="0912000099"))
    assert answer.exit_code == 1
    assert stored() == before


def test_an_empty_file_changes_nothing(run) -> None:
    assert run().stdout == "0 new, 0 changed, 0 unchanged, 0 left because paid\n"


def test_a_phone_registered_meanwhile_is_no_collision(run, vault, clock) -> None:
    phone_hash, sealed = vault.seal_phone("+84912000099")
    write(lambda: CustomerPhone.create(
        code=HOA_VILLAGER.code, phone_hash=phone_hash, phone_sealed=sealed,
        source="registered", registered_at=clock()))
    run(customer(HOA, phone="0912000099"))
    assert phones(HOA_VILLAGER.code) == [(phone_hash, "registered")]


def test_the_columns_are_those_of_the_billing_system() -> None:
    assert ",".join(CUSTOMER_COLUMNS) == (
        "code,name,address,commune_code,phone,households,meter_no,purpose,contract_no,"
        "contract_signed_on,contract_medium")
