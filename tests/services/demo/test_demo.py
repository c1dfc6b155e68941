"""The demo: five known people to the đồng, the rest believable, the same on every machine."""

from __future__ import annotations

import collections
import re
from datetime import date

import pytest

from db import bills as bill_records
from db import checking as checking_records
from db import connection, reference, schema
from db import customers as customer_records
from db import outages as outage_records
from db.connection import fetch, fetch_row, write
from services import clock
from services.bills import tariffs
from services.demo import fill, names, people, signin
from services.demo.usage import Month
from services.notation import codes, formats, phones
from services.payments import payments
from tests.villagers import NOON

AS_OF = date(2026, 11, 15)
COUNT = 600


@pytest.fixture
def database_url(bare_url):
    return bare_url


@pytest.fixture
def filled(database_url, vault):
    """A database that the demo filled."""
    connection.init(database_url)
    schema.migrate()
    assert fill.fill(COUNT, AS_OF, vault, NOON) == COUNT
    yield
    connection.database.close()


@pytest.fixture(scope="module")
def filled_once(tmp_path_factory, vault):
    """The same on SQLite, once for all tests that only read."""
    url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.db'}"
    connection.init(url)
    schema.migrate()
    fill.fill(COUNT, AS_OF, vault, NOON)
    connection.database.close()
    return url


@pytest.fixture
def reading(filled_once):
    connection.init(filled_once)
    yield
    connection.database.close()


OWED = {
    "PA04DH0000017": ("Nguyễn Thị Hoa", "Xã Định Hóa", "0912000017", [("10/2026", 222, 546_108)]),
    "PA04DH0000025": ("Ma Văn Sơn", "Xã Định Hóa", "0987000025", []),
    "PA04VN0000033": ("Triệu Thị Mẩy", "Xã Võ Nhai", "0363000033",
                      [("09/2026", 50, 107_136), ("10/2026", 100, 217_836)]),
    "PA04PY0000041": ("Lý Văn Páo", "Phường Phổ Yên", "", [("10/2026", 500, 1_534_140)]),
    "PA04DH0000058": ("Hoàng Thị Lan", "Xã Định Hóa", "0912000058", []),
}


@pytest.mark.parametrize("code", OWED)
def test_the_five_known_people_are_as_promised(reading, vault, code) -> None:
    name, commune, phone, owed = OWED[code]
    found, on_file = customer_records.get(code), customer_records.phone_on_file(code)
    assert (found.name, reference.commune_name(found.commune_code)) == (name, commune)
    assert (phones.local_form(vault.open_phone(on_file[1])) if on_file else "") == phone
    assert [(formats.period(bill), bill.kwh,
             bill.total) for bill in bill_records.unpaid(code)] == owed


def test_lan_has_a_paper_contract_of_2016(reading) -> None:
    lan = customer_records.get("PA04DH0000058")
    assert (lan.contract_medium, lan.contract_signed_on[:4]) == ("paper", "2016")


def test_everybody_has_a_year_of_bills_until_the_month_before(reading) -> None:
    found = fetch("SELECT year, month, COUNT(*) FROM bill GROUP BY year, month ORDER BY 1, 2")
    assert [row[:2] for row in found] == [(2025, 11), (2025, 12)] + [
        (2026, month) for month in range(1, 11)]
    assert {row[2] for row in found} == {COUNT}


def test_every_bill_is_priced_by_the_tariff_and_goes_on_from_the_last(reading) -> None:
    households = dict(fetch("SELECT code, households FROM customer"))
    last: dict[str, int] = {}
    for code, first, end, old, new, kwh, subtotal, vat, total, due in fetch(
            "SELECT code, from_date, to_date, old_index, new_index, kwh, subtotal, vat, total,"
            " due_on FROM bill ORDER BY code, year, month"):
        charge = tariffs.charge(kwh, date.fromisoformat(first), date.fromisoformat(end),
                                reference.tariff_table(), households[code])
        assert (subtotal, vat, total) == (charge.subtotal, charge.vat, charge.total)
        assert new - old == kwh > 0 and last.get(code, old) == old
        assert (first[8:], end[8:], due[8:]) == ("22", "21", "20")
        last[code] = new


def test_the_books_are_sound_and_real_payments_go_on_from_them(filled, clock) -> None:
    assert list(checking_records.problems()) == []
    posting, new = payments.post(payments.Report(
        "momo", "T1", "PA04DH0000017-202610-1", 546_108, clock(), "0" * 64), clock())
    assert new and posting.payment.state == "posted"
    taken = fetch_row("SELECT COUNT(*) FROM payment WHERE receipt_no LIKE ?", "PA04DH-2026-%")[0]
    assert posting.payment.receipt_no == f"PA04DH-2026-{taken:06}"


def test_most_pay_and_some_seventy_of_a_hundred_without_cash(reading) -> None:
    paid, cashless = fetch_row("SELECT COUNT(*), SUM(CASE WHEN partner <> 'cash' THEN 1 ELSE 0 END)"
                               " FROM payment")
    assert 0.94 < paid / (12 * COUNT) < 0.99
    assert 0.65 < cashless / paid < 0.78
    assert fetch_row("SELECT COUNT(DISTINCT partner) FROM payment")[0] == 18


def test_nobody_paid_before_the_bill_came_or_after_the_story(reading) -> None:
    for year, month, paid_at in fetch("SELECT year, month, paid_at FROM bill"
                                      " WHERE state <> 'unpaid'"):
        day = clock.local(paid_at).date()
        assert Month(year, month).day(26) <= day < AS_OF


def test_summer_costs_more(reading) -> None:
    by_month = dict(fetch("SELECT month, AVG(kwh) FROM bill WHERE year = 2026 GROUP BY month"))
    assert by_month[7] > 1.3 * by_month[3]
    assert by_month[1] > by_month[3]


def test_people_live_in_all_communes_under_their_offices_codes(reading) -> None:
    found = fetch("SELECT code, commune_code, phone_hash FROM customer LEFT JOIN customer_phone"
                  " USING (code)")
    assert {commune for _code, commune, _phone in found} == set(reference.communes())
    assert all(codes.is_code(code) for code, *_rest in found)
    offices = {commune: office["letters"] for office in reference.demo()["offices"]
               for commune in office["communes"]}
    assert all(code[4:6] == offices[commune] for code, commune, _phone in found)
    assert 0.8 < sum(1 for *_rest, phone in found if phone) / COUNT < 0.95


def test_every_office_of_the_demo_has_a_name() -> None:
    assert {"PA04" + office["letters"] for office in reference.demo()["offices"]} <= {
        office.code for office in reference.offices()}


def test_old_contracts_are_on_paper_and_new_ones_mostly_electronic(reading) -> None:
    found = collections.Counter(fetch(
        "SELECT contract_medium, contract_signed_on < '2019' FROM customer"))
    assert ("electronic", 1) not in found
    assert 0.9 < found["electronic", 0] / (found["electronic", 0] + found["paper", 0]) < 0.99


def test_names_fit_the_people(reading) -> None:
    found = [name for (name,) in fetch("SELECT name FROM customer")]
    assert all(3 <= len(name.split()) <= 5 for name in found)
    assert not any(re.search(r"\b(\w+) \1$", name) for name in found)
    assert len(set(found)) > 0.9 * COUNT


def test_the_desk_has_work_and_the_communes_have_outages(reading) -> None:
    states = dict(fetch("SELECT state, COUNT(*) FROM contract_request GROUP BY state"))
    assert states["open"] >= 10 and states["taken"] and states["done"]
    assert fetch_row('SELECT COUNT(*) FROM "call" WHERE state = \'open\'')[0] >= 3
    for commune in ("05569", "05716", "05860"):
        assert outage_records.upcoming(commune, NOON, NOON + 10 * clock.DAY)


def test_outages_lie_ahead_also_when_the_story_is_past(filled, vault) -> None:
    later = NOON + 30 * clock.DAY
    write(lambda: fetch("DELETE FROM customer_phone RETURNING id"))
    for table in ("ledger_entry", "payment", "bill", "counter", "customer", "contract_request",
                  '"call"', "desk_note", "outage"):
        write(lambda table=table: connection.run(f"DELETE FROM {table}"))
    fill.fill(5, AS_OF, vault, later)
    assert outage_records.upcoming("05569", later, later + 10 * clock.DAY)
    assert outage_records.upcoming("05569", NOON, NOON + 10 * clock.DAY)


def test_the_same_demo_comes_out_everywhere(filled, filled_once) -> None:
    queries = ["SELECT * FROM customer ORDER BY code", "SELECT * FROM bill ORDER BY id",
               "SELECT id, partner, partner_txn_id, bill_id, amount, state, receipt_no, paid_at"
               " FROM payment ORDER BY id", "SELECT * FROM counter ORDER BY name",
               "SELECT code, phone_hash FROM customer_phone ORDER BY code",
               "SELECT commune_code, area, starts_at FROM outage ORDER BY 1, 3"]
    here = [fetch(query) for query in queries]
    connection.database.close()
    connection.init(filled_once)
    assert [fetch(query) for query in queries] == here


def test_a_second_fill_adds_nothing(filled, vault) -> None:
    assert fill.fill(700, AS_OF, vault, NOON) == COUNT
    assert fetch_row("SELECT COUNT(*) FROM bill")[0] == COUNT * 12


def test_a_day_before_the_tariff_table_fills_nothing(database_url, vault) -> None:
    connection.init(database_url)
    schema.migrate()
    with pytest.raises(fill.CannotPrice, match="no tariff row"):
        fill.fill(5, date(2024, 1, 1), vault, NOON)
    assert fetch_row("SELECT COUNT(*) FROM customer")[0] == 0


@pytest.mark.parametrize(("month", "first", "last", "due"), [
    (Month(2026, 10), "2026-09-22", "2026-10-21", "2026-11-20"),
    (Month(2026, 1), "2025-12-22", "2026-01-21", "2026-02-20"),
    (Month(2026, 12), "2026-11-22", "2026-12-21", "2027-01-20"),
])
def test_a_month_runs_from_the_22nd_to_the_21st(month, first, last, due) -> None:
    assert (month.first, month.last, month.due) == tuple(map(date.fromisoformat,
                                                             (first, last, due)))


def test_no_drawn_code_or_phone_meets_the_known_people() -> None:
    rng = people.random.Random(1)
    drawn = list(people.everybody(3000, rng))
    assert len({person.code for person in drawn}) == 3000
    known = {person.phone for person in people.KNOWN}
    assert all(person.phone not in known for person in drawn[5:] if person.phone)
    assert all(phones.normalise(names.phone(rng)) for _ in range(100))


def test_a_password_is_made_once_and_kept_for_its_owner(tmp_path) -> None:
    file = tmp_path / "new" / "demo-password"
    made = signin.password("", file)
    assert len(made) > 15 and signin.password("", file) == made
    assert file.stat().st_mode & 0o777 == 0o600
    assert signin.password("wished", file) == "wished"
