"""A request made at the desk."""

from __future__ import annotations

import re

import pytest

from db.connection import fetch, run
from db.contracts import ContractRequest
from tests.officers import CANBO, HANH, audited
from tests.staff.conftest import english, text
from tests.villagers import HOA, MAY

FIELDS = {"name": "Lường Thị Pao", "phone": "0912 345 678", "commune": "05569",
          "purpose": "household", "when": "morning"}


def test_a_request_at_the_desk_gets_a_ticket_and_the_phone_a_text(canbo, vault):
    answer = canbo.post("/staff/requests/new", data=FIELDS)
    ticket = answer.location.removeprefix("/staff/work/")
    made = ContractRequest.get(ContractRequest.ticket == ticket)
    assert (made.name, made.channel, made.meet_when) == ("Lường Thị Pao", "desk", "morning")
    assert vault.open_phone(made.phone_sealed) == "+84912345678"
    assert fetch("SELECT kind FROM outbox_message") == [("ticket",)]
    assert (CANBO.name, "request.new", ticket, "") in audited()


def test_the_phone_may_be_missing(canbo):
    assert canbo.post("/staff/requests/new", data={**FIELDS, "phone": " "}).status_code == 303
    assert fetch("SELECT kind FROM outbox_message") == []


@pytest.mark.parametrize(("field", "value", "words"), [
    ("name", "", "Họ và tên cần"), ("name", "A1", "Họ và tên cần"),
    ("phone", "12", "Số điện thoại"), ("phone", "0212345678", "Số điện thoại"),
    ("commune", "", "Hãy chọn xã"), ("commune", "99999", "Hãy chọn xã"),
    ("purpose", "fun", "Hãy chọn mục đích"), ("when", "", "Hãy chọn lúc hẹn"),
    ("name", "Pao\0", "Họ và tên cần")])
def test_a_bad_field_is_told_and_the_rest_kept(canbo, field, value, words):
    answer = canbo.post("/staff/requests/new", data={**FIELDS, field: value})
    assert answer.status_code == 422 and f"Lỗi: {words}" in text(answer)
    assert "aria-invalid" in re.search(f'<[^>]+name="{field}"[^>]*>', answer.text)[0]
    if field != "name":
        assert 'value="Lường Thị Pao"' in answer.text
    assert ContractRequest.select().count() == 0


def test_an_officer_makes_requests_for_the_own_commune_only(sign_in):
    hanh = sign_in(HANH)
    form = hanh.get("/staff/requests/new").text
    assert re.findall(r'<option value="(\d{5})"', form) == ["05569"]
    answer = hanh.post("/staff/requests/new", data={**FIELDS, "commune": MAY.commune_code})
    assert answer.status_code == 422


def test_the_form_knows_the_customer_it_was_opened_from(canbo):
    found = canbo.post("/staff/customers", data={"q": HOA.code}, follow_redirects=True).text
    page = canbo.get(re.search(r'href="(/staff/customers/[\w-]{40,})"', found)[1]).text
    form = canbo.get(re.search(r'href="(/staff/requests/new\?[^"]+)"', page)[1]).text
    assert 'value="Nguyễn Thị Hoa"' in form and 'value="05569" selected' in form


def test_a_made_up_customer_is_refused(canbo):
    assert canbo.get("/staff/requests/new?customer=PA04DH0000017").status_code == 404


def test_no_english_on_the_form(canbo):
    assert english(canbo.get("/staff/requests/new")) == []


def test_a_customer_with_a_paper_contract_signs_anew(canbo):
    run("UPDATE customer SET contract_medium = 'paper' WHERE code = ?", HOA.code)
    found = canbo.post("/staff/customers", data={"q": HOA.code}, follow_redirects=True).text
    page = canbo.get(re.search(r'href="(/staff/customers/[\w-]{40,})"', found)[1]).text
    form = canbo.get(re.search(r'href="(/staff/requests/new\?[^"]+)"', page)[1]).text
    assert '<option value="resign" selected>' in form
    word = re.search(r'name="customer" value="([\w-]+)"', form)[1]
    canbo.post("/staff/requests/new", data={**FIELDS, "kind": "resign", "customer": word})
    made = ContractRequest.get()
    assert (made.kind, made.customer_code) == ("resign", HOA.code)
