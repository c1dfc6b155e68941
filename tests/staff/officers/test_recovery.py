"""Recovery codes, a new telephone, and the device that is known."""

from __future__ import annotations

import re

import pytest

from db.connection import fetch, fetch_row
from services.clock import MINUTE
from tests.officers import CANBO, GIAMSAT, PASSWORD, audited
from tests.staff.conftest import english, text
from tests.staff.test_signin import enrol
from tests.villagers import NOON


@pytest.fixture
def lead(sign_in):
    """Giám sát's browser, enrolled just now."""
    browser = sign_in(GIAMSAT)
    browser.device = enrol(browser)
    return browser


def printed(browser, **fields) -> list[str]:
    page = browser.post("/staff/account/codes", data=fields)
    assert page.status_code == 200 and english(page) == []
    return re.findall(r"<code>([a-z0-9-]+)</code>", page.text)


def by_recovery(browser, code: str):
    return browser.post("/staff/signin/code", data={"recovery": code})


def test_after_enrolling_every_page_asks_to_print_the_codes_until_it_is_done(lead):
    assert "In mã khôi phục" in text(lead.get("/staff/"))
    codes = printed(lead)
    assert len(set(codes)) == 10 and all(len(code) == 14 for code in codes)
    assert "In mã khôi phục" not in text(lead.get("/staff/"))
    assert ("giamsat", "recovery.print", "giamsat", "10") in audited()


def test_codes_are_kept_as_hashes_and_shown_once(lead):
    code = printed(lead)[0]
    kept = str(fetch("SELECT * FROM recovery_code"))
    assert code not in kept and code.replace("-", "") not in kept
    assert code not in lead.get("/staff/account").text


def test_a_code_opens_once_and_its_use_is_on_record(lead, sign_in):
    code = printed(lead)[0]
    first, second = sign_in(GIAMSAT), sign_in(GIAMSAT)
    assert by_recovery(first, code.upper().replace("-", " ")).location == "/staff/"
    assert first.get("/staff/").status_code == 200
    assert by_recovery(second, code).status_code == 422
    assert second.get("/staff/").status_code == 303
    assert ("giamsat", "recovery.use", "giamsat", "9 left") in audited()
    assert "Còn 9 mã khôi phục" in text(first.get("/staff/account"))


@pytest.mark.parametrize("typed", ["", "abcd-efgh-jkmn", "x", "000000000000", "a" * 500])
def test_what_is_no_code_opens_nothing(lead, sign_in, typed):
    printed(lead)
    assert by_recovery(sign_in(GIAMSAT), typed).status_code == 422


def test_a_new_list_asks_for_the_password_and_ends_the_old_one(lead, sign_in):
    old = printed(lead)[0]
    assert lead.post("/staff/account/codes", data={"password": "sai"}).status_code == 422
    new = printed(lead, password=PASSWORD)[0]
    assert by_recovery(sign_in(GIAMSAT), old).status_code == 422
    assert by_recovery(sign_in(GIAMSAT), new).status_code == 303


def test_without_an_app_there_is_no_list(canbo):
    answer = canbo.post("/staff/account/codes", data={"password": PASSWORD})
    assert answer.status_code == 409 and fetch("SELECT 1 FROM recovery_code") == []


def test_a_recovery_code_helps_nobody_who_has_not_enrolled(sign_in, lead):
    code = printed(lead)[0]
    lead.post("/staff/account/factor", data={"password": PASSWORD, "code": code})
    browser = sign_in(GIAMSAT)
    assert by_recovery(browser, code).status_code == 422


def test_a_new_telephone_needs_password_and_code(lead, sign_in, clock):
    clock.ms += MINUTE
    code = lead.device.at(clock.ms / 1000)
    for password, typed in (("sai", code), (PASSWORD, "000000"), (PASSWORD, "")):
        answer = lead.post("/staff/account/factor", data={"password": password, "code": typed})
        assert answer.status_code == 422
    answer = lead.post("/staff/account/factor", data={"password": PASSWORD, "code": code})
    assert answer.location == "/staff/signin?factor=1"
    assert lead.get("/staff/").status_code == 303
    assert "Thêm bước xác thực" in text(sign_in(GIAMSAT).get("/staff/signin/code"))


def test_one_session_elsewhere_is_ended_from_the_own_account(sign_in):
    here, there = sign_in(), sign_in()
    short = re.search(r"/staff/account/sessions/([0-9a-f]{16})", here.get("/staff/account").text)[1]
    assert here.post(f"/staff/account/sessions/{short}").status_code == 303
    assert there.get("/staff/").status_code == 303 and here.get("/staff/").status_code == 200


# A device that is known


def wrong(app, times: int, browser=None) -> None:
    for _ in range(times):
        (browser or app.test_client()).post("/staff/signin", data={
            "name": CANBO.name, "password": "khong-phai"})


def try_it(browser) -> int:
    return browser.post("/staff/signin", data={
        "name": CANBO.name, "password": PASSWORD}).status_code


def test_a_colleagues_wrong_tries_lock_nobody_out_of_a_known_device(app, canbo):
    canbo.post("/staff/signout")
    wrong(app, 6)
    assert try_it(app.test_client()) == 422
    assert try_it(canbo) == 303


def test_the_cookie_is_signed_and_read_by_no_script(canbo, app):
    cookie = canbo.get_cookie("__Host-known")
    assert cookie.http_only and cookie.same_site == "Lax" and "." in cookie.value
    assert cookie.value.split(".")[0].strip('"') not in str(fetch("SELECT * FROM known_device"))
    wrong(app, 6)
    forged = app.test_client()
    forged.set_cookie("__Host-known", cookie.value[:-2] + "xx")
    assert try_it(forged) == 422


def test_a_copy_of_the_cookie_is_worth_nothing_after_the_next_sign_in(app, canbo):
    thief = app.test_client()
    thief.set_cookie("__Host-known", canbo.get_cookie("__Host-known").value)
    canbo.post("/staff/signout")
    assert try_it(canbo) == 303
    wrong(app, 6)
    assert try_it(thief) == 422 and try_it(canbo) == 303


def test_wrong_tries_on_a_known_device_count_there(app, canbo):
    canbo.post("/staff/signout")
    wrong(app, 5, canbo)
    assert try_it(canbo) == 422
    assert try_it(app.test_client()) == 303


def test_ending_all_sessions_makes_the_device_unknown(app, canbo):
    canbo.post("/staff/account/signout")
    assert fetch_row("SELECT COUNT(*) FROM known_device")[0] == 0
    wrong(app, 6)
    assert try_it(canbo) == 422


def test_a_cookie_of_nonsense_is_no_trouble(app):
    browser = app.test_client()
    browser.set_cookie("__Host-known", "x" * 3000)
    assert try_it(browser) == 303 and NOON
