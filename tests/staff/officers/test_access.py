"""One table says who may open which address; the guard holds to it."""

from __future__ import annotations

import pytest

from app import create_app
from db.connection import run, write
from services.officers import rights, sessions
from services.officers.rights import SignedIn
from staff.officers import access
from tests import officers
from tests.conftest import DEMO
from tests.officers import CANBO, GIAMSAT, HANH, Person, at_desk
from tests.staff.conftest import text
from tests.staff.test_signin import enrol
from tests.villagers import HOA, NOON

TAY = Person("tay", "helper", "05569")
NEW = Person("moi", "officer", "")


def endpoints() -> set[str]:
    return {rule.endpoint for rule in create_app(DEMO).url_map.iter_rules()
            if rule.rule.startswith("/staff")}


def test_every_address_has_a_row_and_every_row_an_address():
    assert set(access._ROWS) == endpoints()


def test_no_address_stands_in_two_rows():
    assert len(access._ROWS) == sum(len(row.views.split()) for row in access.TABLE)


def test_an_address_without_a_row_is_closed_to_everybody():
    for role in rights.ROLES:
        assert access.refusal(at_desk(Person("x", role)), "staff_new.page") == "forbidden"


def test_only_signing_in_is_open():
    assert {name for name in endpoints() if access.is_open(name)} == {
        "staff_signin.form", "staff_signin.enter", "staff_signin.code", "staff_signin.enter_code"}


@pytest.mark.parametrize(("role", "communes", "endpoint", "why"), [
    ("officer", "all", "staff_desk.index", ""),
    ("officer", "", "staff_desk.index", "no_communes"),
    ("admin", "", "staff_officers.add", ""),
    ("supervisor", "all", "staff_officers.add", "forbidden"),
    ("supervisor", "05569", "staff_officers.index", ""),
    ("officer", "all", "staff_officers.index", "forbidden"),
    ("supervisor", "05569", "staff_payments.export", "not_all_communes"),
    ("supervisor", "all", "staff_payments.export", ""),
    ("officer", "all", "staff_payments.export", "forbidden"),
    ("supervisor", "05569", "staff_campaigns.start", "not_all_communes"),
    ("supervisor", "05569", "staff_messages.cost", "not_all_communes"),
    ("helper", "05569", "staff_customers.customer", ""),
    ("helper", "05569", "staff_contracts.create", ""),
    ("helper", "05569", "staff_cash.take", "forbidden"),
    ("helper", "05569", "staff_papers.page", "forbidden"),
    ("helper", "05569", "staff_desk.take", "forbidden"),
    ("helper", "all", "staff_reconciliation.export", "forbidden"),
    ("helper", "", "staff_account.account", ""),
])
def test_the_table_is_read_as_it_says(role, communes, endpoint, why):
    who = SignedIn("", "x", role, rights.reach_of(communes), sessions.FULL, NOON)
    assert access.refusal(who, endpoint) == why


def test_a_supervisor_of_one_commune_exports_nothing_of_the_province(hire, enter):
    browser = enter(hire(Person("mai", "supervisor", "05569")))
    for method, path in (("GET", "/staff/payments/export"), ("POST", "/staff/payments/export"),
                         ("GET", "/staff/campaigns"), ("POST", "/staff/campaigns"),
                         ("GET", "/staff/messages/cost")):
        answer = browser.open(path, method=method)
        assert answer.status_code == 403 and "cả tỉnh" in text(answer), path


def test_who_works_for_no_commune_sees_nobody_and_is_told_why(hire, enter):
    browser = enter(hire(NEW))
    for path in ("/staff/", "/staff/customers", "/staff/credits", "/staff/refunds",
                 "/staff/reconciliation/strays", "/staff/archive", "/staff/messages"):
        answer = browser.get(path)
        assert answer.status_code == 403 and "chưa được giao xã, phường" in text(answer), path
    page = browser.get("/staff/account")
    assert page.status_code == 200 and "Chưa được giao" in text(page)
    assert 'href="/staff/"' not in page.text


def test_a_former_account_for_all_still_is(hire, enter):
    """0019 turned an empty list, which meant all, into the word."""
    assert enter(CANBO).get("/staff/customers").status_code == 200


def test_a_helper_looks_up_and_asks_but_holds_no_work_and_no_money(hire, enter, ask):
    ticket, browser = ask(), enter(hire(TAY))
    page = browser.get(f"/staff/work/{ticket}")
    assert page.status_code == 200 and "Nhận việc</button>" not in page.text
    assert "Thu tiền" not in text(page)
    made = browser.post("/staff/requests/new", data={
        "name": HOA.name, "commune": "05569", "kind": "new", "purpose": "household",
        "when": "any"})
    assert made.status_code == 303
    for path in (f"/staff/work/{ticket}/take", f"/staff/work/{ticket}/papers/see",
                 f"/staff/work/{ticket}/end", "/staff/cash/open"):
        assert browser.post(path).status_code == 403, path


def test_a_lead_of_one_commune_sees_no_texts_of_another(hire, enter, vault):
    browser = enter(hire(Person("mai", "supervisor", "05716")))
    found = browser.post("/staff/messages", data={"q": HOA.phone}, follow_redirects=True)
    assert "Không" in text(found) and HOA.phone[-3:] not in text(found)


def test_a_lead_of_one_commune_sees_the_shifts_of_its_officers_only(hire, enter):
    lead = enter(hire(Person("mai", "supervisor", "05716,05860")))
    for person in (HANH, officers.VO):
        enter(person).post("/staff/cash/open", data={"float": "0"})
    page = text(lead.get("/staff/cash/shifts"))
    assert "vo, ca" in page and "hanh" not in page
    assert lead.get("/staff/cash/shifts/1").status_code == 404


def test_a_right_taken_away_is_gone_with_the_next_page(enter):
    browser = enter(CANBO)
    assert browser.get("/staff/").status_code == 200
    write(lambda: run("UPDATE officer SET communes = '' WHERE name = 'canbo'"))
    assert browser.get("/staff/").status_code == 403


def test_giam_sat_still_signs_in_by_code(sign_in):
    browser = sign_in(GIAMSAT)
    enrol(browser)
    assert browser.get("/staff/payments/export").status_code == 200
