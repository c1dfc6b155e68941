"""The page of officers."""

from __future__ import annotations

import re

import pyotp
import pytest

from db import officers as officer_records
from db.connection import run, write
from services.officers import second_factor, sessions
from tests.officers import CANBO, GIAMSAT, HANH, PASSWORD, VO, Person, audited
from tests.staff.conftest import english, text
from tests.villagers import HOA, NOON

QUANTRI = Person("quantri", "admin")
WORDS = "khoai-lang-nuong-chay"


@pytest.fixture
def admin(hire, enter):
    """Quản trị's browser."""
    return enter(hire(QUANTRI))


@pytest.fixture
def lead(enter):
    """Giám sát's browser."""
    return enter(GIAMSAT)


def add(browser, **more):
    return browser.post("/staff/officers", data={
        "name": "lan", "role": "officer", "password": WORDS, "reach": "some",
        "second": GIAMSAT.name, "second_password": PASSWORD, **more})


def test_everybody_is_listed_in_vietnamese(admin):
    page = admin.get("/staff/officers")
    for words in ("canbo", "Giám sát", "Xã Định Hóa", "Tất cả", "Dùng được", "Thêm cán bộ"):
        assert words in text(page)
    assert english(page) == []


def test_supervisors_read_and_change_nothing(lead):
    page = lead.get("/staff/officers")
    assert page.status_code == 200 and "Thêm cán bộ" not in page.text
    one = lead.get("/staff/officers/canbo")
    assert one.status_code == 200 and "Lưu</button>" not in one.text
    for path in ("", "/canbo", "/canbo/disable", "/canbo/enable", "/canbo/password",
                 "/canbo/sessions"):
        assert lead.post(f"/staff/officers{path}").status_code == 403, path
    assert officer_records.get("canbo").disabled_at is None


def test_officers_do_not_see_the_page(canbo):
    assert canbo.get("/staff/officers").status_code == 403
    assert "/staff/officers" not in canbo.get("/staff/account").text


def test_a_supervisor_sees_officers_of_the_own_communes(hire, enter):
    browser = enter(hire(Person("mai", "supervisor", "05569")))
    page = text(browser.get("/staff/officers"))
    assert "hanh" in page.split() and "vo" not in page.split() and "canbo" not in page.split()
    assert browser.get("/staff/officers/vo").status_code == 404
    assert browser.post("/staff/officers/vo/factor").status_code == 404


def test_somebody_added_can_sign_in(admin, client, vault):
    answer = add(admin, commune=["05569", "05716"], phone=HOA.phone)
    assert (answer.status_code, answer.location) == (303, "/staff/officers/lan?added=1")
    officer = officer_records.get("lan")
    assert officer.communes == "05569,05716"
    assert vault.open_phone(officer.phone_sealed) == HOA.phone
    assert client.post("/staff/signin", data={"name": "lan", "password": WORDS}).status_code == 303
    assert ("quantri", "officer.add", "lan", "officer with giamsat") in audited()


@pytest.mark.parametrize(("second", "password", "status"), [
    ("quantri", PASSWORD, 409), ("canbo", PASSWORD, 409), ("giamsat", "sai", 422), ("", "", 422)])
def test_one_admin_alone_lets_nobody_in_and_sets_no_password(admin, second, password, status):
    given = {"second": second, "second_password": password}
    assert add(admin, **given).status_code == status
    assert officer_records.get("lan") is None
    before = officer_records.get("canbo").password_hash
    answer = admin.post("/staff/officers/canbo/password", data={"password": WORDS, **given})
    assert answer.status_code == status
    assert officer_records.get("canbo").password_hash == before


def test_two_set_a_password(admin, client):
    admin.post("/staff/officers/hanh/password", data={
        "password": WORDS, "second": GIAMSAT.name, "second_password": PASSWORD})
    assert client.post("/staff/signin", data={"name": "hanh", "password": WORDS}).status_code == 303


@pytest.mark.parametrize("given", [
    {"reach": "all"}, {"commune": ["05716"]}, {"commune": ["05569", "05716"]}])
@pytest.mark.parametrize("path", ["", "/hanh", "/mai"])
def test_nobody_gives_more_than_they_have(hire, enter, given, path):
    browser = enter(hire(Person("mai", "admin", "05569")))
    answer = browser.post(f"/staff/officers{path}", data={
        "name": "lan", "role": "admin", "password": WORDS, "reach": "some",
        "second": GIAMSAT.name, "second_password": PASSWORD, **given})
    assert answer.status_code == 422 and "chính bạn phụ trách" in text(answer)
    assert officer_records.get("lan") is None and officer_records.get("mai").communes == "05569"


@pytest.mark.parametrize(("more", "status", "words"), [
    ({"name": "canbo"}, 409, "Đã có tên"), ({"name": "l n"}, 422, "2 đến 40"),
    ({"password": "matkhau123456"}, 422, "quá dễ đoán"), ({"password": "ngan"}, 422, "12 ký tự"),
    ({"role": "king"}, 422, "vai trò"), ({"commune": "1"}, 422, "xã, phường"),
    ({"phone": "115"}, 422, "điện thoại")])
def test_what_is_wrong_is_said(admin, more, status, words):
    answer = add(admin, **more)
    assert answer.status_code == status and words in text(answer)
    assert WORDS not in answer.text and officer_records.get("lan") is None


def test_rights_change_with_the_next_page(admin, canbo):
    admin.post("/staff/officers/canbo", data={"role": "helper", "reach": "some"})
    assert canbo.get("/staff/").status_code == 403
    admin.post("/staff/officers/canbo", data={"role": "officer", "reach": "all"})
    assert canbo.get("/staff/").status_code == 200
    assert ("quantri", "officer.rights", "canbo", "helper none") in audited()


def test_who_is_disabled_is_out_at_once_and_the_work_goes_on(admin, lead, canbo, ask):
    ticket = ask()
    canbo.post(f"/staff/work/{ticket}/take")
    assert admin.post("/staff/officers/canbo/disable").status_code == 303
    assert canbo.get("/staff/").status_code == 303
    assert ticket in lead.get("/staff/").text
    assert lead.post(f"/staff/work/{ticket}/back").status_code == 303
    assert admin.post("/staff/officers/canbo/disable").status_code == 409
    assert admin.post("/staff/officers/canbo/enable").status_code == 303


def test_the_last_admin_stays(admin, hire):
    for path, data in (("/disable", {}), ("", {"role": "officer", "reach": "all"})):
        answer = admin.post(f"/staff/officers/quantri{path}", data=data)
        assert answer.status_code == 409 and "ít nhất một người quản trị" in text(answer)
    hire(Person("thay", "admin"))
    assert admin.post("/staff/officers/quantri/disable").status_code == 303


def test_one_session_is_ended_and_the_others_go_on(admin, sign_in):
    first, second = sign_in(), sign_in()
    with first.session_transaction("/staff/") as visit:
        short = sessions.short(sessions._hash(visit["sid"]))
    assert short in admin.get("/staff/officers/canbo").text
    assert admin.post(f"/staff/officers/canbo/sessions/{short}").status_code == 303
    assert first.get("/staff/").status_code == 303 and second.get("/staff/").status_code == 200
    assert admin.post(f"/staff/officers/canbo/sessions/{short}").status_code == 404
    assert admin.post("/staff/officers/canbo/sessions/%25").status_code == 404
    admin.post("/staff/officers/canbo/sessions")
    assert second.get("/staff/").status_code == 303


# A second factor is started over by two


@pytest.fixture
def lost(vault) -> None:
    """Võ has enrolled, and lost the telephone."""
    sealed = vault.seal(pyotp.random_base32(), "totp:vo")
    write(lambda: second_factor.enrol("vo", sealed, 1, vault, NOON))


def start_over(browser, second=HANH.name, password=PASSWORD, code=""):
    return browser.post("/staff/officers/vo/factor", data={
        "second": second, "second_password": password, "second_code": code})


def test_two_start_a_second_factor_over(lost, lead):
    assert start_over(lead).status_code == 303
    assert officer_records.get("vo").totp_sealed is None
    assert ("giamsat", "officer.totp_reset", "vo", "with hanh") in audited()


@pytest.mark.parametrize(("second", "password", "status", "words"), [
    ("giamsat", PASSWORD, 409, "người khác"), ("vo", PASSWORD, 422, "không đúng"),
    ("hanh", "sai", 422, "không đúng"), ("", "", 422, "không đúng"),
    ("ai-do", PASSWORD, 422, "không đúng")])
def test_one_alone_does_not(lost, lead, second, password, status, words):
    answer = start_over(lead, second, password)
    assert answer.status_code == status and words in text(answer)
    assert officer_records.get("vo").totp_sealed is not None


def test_one_person_under_two_names_does_not_and_it_is_on_record(lost, lead, vault):
    write(lambda: [officer_records.set_phone(name, *vault.seal_phone(HOA.phone))
                   for name in ("giamsat", "hanh")])
    answer = start_over(lead)
    assert answer.status_code == 409 and "người khác" in text(answer)
    assert officer_records.get("vo").totp_sealed is not None
    assert ("hanh", "second.refused", "vo", "factor.anew of giamsat") in audited()


def test_an_admins_is_started_over_by_an_admin(lead, admin, vault):
    sealed = vault.seal(pyotp.random_base32(), "totp:quantri")
    write(lambda: second_factor.enrol("quantri", sealed, 1, vault, NOON))
    answer = lead.post("/staff/officers/quantri/factor", data={
        "second": "hanh", "second_password": PASSWORD})
    assert answer.status_code == 409
    assert officer_records.get("quantri").totp_sealed is not None


def test_nothing_secret_stands_on_the_pages(lost, admin):
    write(lambda: run("UPDATE officer SET phone_hash = 'fff' WHERE name = 'vo'"))
    page = admin.get("/staff/officers/vo").text + admin.get("/staff/officers").text
    officer = officer_records.get("vo")
    for secret in (officer.password_hash, officer.totp_mark, "$argon2"):
        assert secret not in page
    assert re.search(r"còn 0 mã khôi phục", page)
    assert (CANBO.name, VO.name) == ("canbo", "vo")
