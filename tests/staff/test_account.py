"""An officer's own account and the warning before a session ends."""

from __future__ import annotations

import pytest

from services.clock import MINUTE
from tests.officers import CANBO, HANH, PASSWORD
from tests.staff.conftest import english, text
from tests.villagers import NOON

NEW = "mua-xuan-o-ban"


def change(browser, old=PASSWORD, new=NEW, again=NEW):
    return browser.post("/staff/account/password", data={"old": old, "new": new, "again": again})


def test_the_account_tells_role_communes_and_sessions(sign_in):
    sign_in(HANH)
    page = sign_in(HANH).get("/staff/account")
    for words in ("Cán bộ", "Xã Định Hóa", "Máy này", "Máy khác"):
        assert words in text(page)
    assert english(page) == []


def test_signing_out_everywhere_ends_every_browser(sign_in):
    here, there = sign_in(), sign_in()
    page = here.post("/staff/account/signout", follow_redirects=True)
    assert "Đã đăng xuất trên mọi máy" in text(page)
    assert there.get("/staff/").status_code == 303


def test_a_new_password_ends_every_session_and_works(sign_in):
    here, there = sign_in(), sign_in()
    assert change(here).location == "/staff/signin?changed=1"
    assert there.get("/staff/").status_code == 303 and here.get("/staff/").status_code == 303
    assert sign_in(CANBO, NEW).get("/staff/").status_code == 200


@pytest.mark.parametrize(("fields", "words"), [
    ({"old": "khong-phai-mat-khau"}, "Mật khẩu hiện tại không đúng"),
    ({"again": "mua-xuan-o-bon"}, "không giống nhau"),
    ({"new": "ngan", "again": "ngan"}, "ít nhất 12 ký tự"),
    ({"new": "a" * 201, "again": "a" * 201}, "dài nhất 200"),
    ({"new": "123456789012", "again": "123456789012"}, "quá dễ đoán")])
def test_a_refused_password_is_told(canbo, fields, words):
    answer = change(canbo, **fields)
    assert answer.status_code == 422 and words in text(answer)
    assert canbo.get("/staff/").status_code == 200


def test_the_old_password_cannot_be_guessed_at_an_open_screen(canbo):
    for _try in range(5):
        change(canbo, old="khong-phai-mat-khau")
    assert change(canbo).status_code == 422  # locked, even with the right one


@pytest.mark.parametrize(("idle", "warned"), [(12, False), (13, True), (14, True)])
def test_the_end_of_a_session_is_announced_two_minutes_before(canbo, clock, idle, warned):
    clock.ms = NOON + idle * MINUTE
    page = canbo.get("/staff/session", headers={"HX-Request": "true"})
    assert ("Làm việc tiếp" in page.text) == warned
    assert warned or page.text.strip() == ""


def test_going_on_keeps_the_session(canbo, clock):
    clock.ms += 14 * MINUTE
    assert canbo.post("/staff/session", headers={"HX-Request": "true"}).text == ""
    clock.ms += 14 * MINUTE
    assert canbo.get("/staff/").status_code == 200


def test_going_on_works_without_javascript(canbo):
    assert canbo.post("/staff/session").location == "/staff/"
