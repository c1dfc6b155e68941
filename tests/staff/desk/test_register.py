"""DK at the desk: the officer checks the person, then ties the phone or refuses."""

from __future__ import annotations

import json

import pytest

from db import customers as customer_records
from db.connection import write
from db.outbox.outbox import OutboxMessage
from services.desk import registering
from tests.officers import HANH, VO, audited
from tests.staff.conftest import english, text
from tests.villagers import HOA, NOON, PAO

ASKER = "+84977123456"


@pytest.fixture
def wish(app, vault):
    """A stranger wants to be tied to a code; returns the ticket."""
    def make(person=HOA) -> str:
        return write(lambda: registering.ask_officer(person.code, vault.seal_phone(ASKER), NOON))
    return make


def told() -> list[tuple[str, dict]]:
    return [(row.kind, json.loads(row.params))
            for row in OutboxMessage.select().order_by(OutboxMessage.id)]


def test_the_desk_shows_the_wish_and_leads_to_its_page(canbo, wish):
    ticket = wish()
    assert "Gắn số điện thoại" in text(canbo.get("/staff/"))
    assert f"/staff/work/{ticket}/register" in canbo.get(f"/staff/work/{ticket}").text


def test_the_page_says_what_to_check_and_masks_until_it_is_taken(canbo, wish):
    ticket = wish()
    page = canbo.get(f"/staff/work/{ticket}/register")
    for words in (HOA.code, HOA.name, "097****456", "091****017", "Nhận việc"):
        assert words in text(page)
    assert "Xác nhận gắn số" not in text(page) and english(page) == []
    canbo.post(f"/staff/work/{ticket}/take")
    page = canbo.get(f"/staff/work/{ticket}/register")
    assert "0977123456" in text(page) and "Xác nhận gắn số" in text(page)


def test_a_confirmed_number_is_tied_and_both_are_told(canbo, vault, wish):
    ticket = wish()
    canbo.post(f"/staff/work/{ticket}/take")
    assert canbo.post(f"/staff/work/{ticket}/register").status_code == 303
    assert customer_records.owns_phone(HOA.code, vault.phone_hash(ASKER))
    assert told() == [("phone_added", {"code": HOA.code, "phone": "097****456"}),
                      ("phone_tied", {"code": HOA.code})]
    assert ("canbo", "phone.tied", HOA.code, ticket) in audited()
    page = text(canbo.get(f"/staff/work/{ticket}/register"))
    assert "đã gắn số này với mã khách hàng" in page


def test_without_a_number_on_file_only_the_new_one_is_told(canbo, wish):
    ticket = wish(PAO)
    canbo.post(f"/staff/work/{ticket}/take")
    canbo.post(f"/staff/work/{ticket}/register")
    assert told() == [("phone_tied", {"code": PAO.code})]


def test_a_refused_number_is_told_and_not_tied(canbo, vault, wish):
    ticket = wish()
    canbo.post(f"/staff/work/{ticket}/take")
    canbo.post(f"/staff/work/{ticket}/register/refuse")
    assert not customer_records.owns_phone(HOA.code, vault.phone_hash(ASKER))
    assert told() == [("phone_refused", {"code": HOA.code, "ticket": ticket})]
    assert ("canbo", "call.end", ticket, "refused") in audited()
    assert "Đã từ chối" in text(canbo.get(f"/staff/work/{ticket}"))


@pytest.mark.parametrize("decision", ["register", "register/refuse"])
def test_who_has_not_taken_it_decides_nothing(canbo, vault, wish, decision):
    ticket = wish()
    answer = canbo.post(f"/staff/work/{ticket}/{decision}")
    assert answer.status_code == 409 and "Hãy nhận việc này trước" in text(answer)
    assert told() == [] and not customer_records.owns_phone(HOA.code, vault.phone_hash(ASKER))


def test_a_second_press_changes_nothing_more(canbo, wish):
    ticket = wish()
    canbo.post(f"/staff/work/{ticket}/take")
    canbo.post(f"/staff/work/{ticket}/register")
    answer = canbo.post(f"/staff/work/{ticket}/register/refuse")
    assert answer.status_code == 409 and "trạng thái mới nhất" in text(answer)
    assert [kind for kind, _ in told()] == ["phone_added", "phone_tied"]


def test_officers_of_other_communes_do_not_see_it(sign_in, wish):
    ticket = wish()
    assert sign_in(HANH).get(f"/staff/work/{ticket}/register").status_code == 200
    vo = sign_in(VO)
    assert vo.get(f"/staff/work/{ticket}/register").status_code == 404
    assert vo.post(f"/staff/work/{ticket}/register").status_code == 404


def test_another_call_has_no_such_page(canbo, ring):
    assert canbo.get(f"/staff/work/{ring()}/register").status_code == 404
