"""The sign-in pages."""

from __future__ import annotations

import re

import pyotp
import pytest

from db.connection import fetch_row
from services.bills import qr_images
from services.clock import MINUTE
from tests.officers import CANBO, GIAMSAT, PASSWORD, audited
from tests.staff.conftest import text
from tests.villagers import NOON


def secret_on(page) -> str:
    """The key that a person would type into the app."""
    shown = re.search(r'<code class="secret" id="secret">(.*?)</code>', page.text)[1]
    return re.sub(r"<[^>]+>", "", shown)


def untimed(page) -> str:
    """The page without its form token, which holds the second it was made in."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page.text)


def enrol(browser, now=NOON) -> pyotp.TOTP:
    device = pyotp.TOTP(secret_on(browser.get("/staff/signin/code")))
    browser.post("/staff/signin/code", data={"code": device.at(now / 1000)})
    return device


def test_the_form_has_the_names_that_people_look_for(client):
    page = client.get("/staff/signin").text
    assert '<label for="name">Tên đăng nhập</label>' in page
    assert '<label for="password">Mật khẩu</label>' in page
    assert re.search(r"<button[^>]*>Đăng nhập</button>", page)


def test_an_officer_signs_in_by_password_alone(canbo):
    assert "Bàn làm việc" in text(canbo.get("/staff/"))


@pytest.mark.parametrize("name", ["canbo", "ai-do"])
def test_wrong_and_unknown_look_alike(client, name):
    answer = client.post("/staff/signin", data={"name": name, "password": "khong-phai"})
    other = client.post("/staff/signin", data={"name": "khac", "password": "khong-phai"})
    assert answer.status_code == other.status_code == 422
    assert untimed(answer).replace(name, "…") == untimed(other).replace("khac", "…")
    assert "Lỗi: Tên hoặc mật khẩu không đúng" in text(answer)


def test_a_password_never_comes_back_in_a_page(client):
    answer = client.post("/staff/signin", data={"name": "canbo", "password": "bi-mat-cua-toi"})
    assert "bi-mat-cua-toi" not in answer.text


def test_a_locked_name_gets_the_same_page(client):
    pages = {untimed(client.post("/staff/signin", data={"name": "canbo", "password": "sai"}))
             for _ in range(7)}
    assert len(pages) == 1


def test_each_sign_in_gives_a_fresh_cookie_and_ends_the_old_session(canbo):
    with canbo.session_transaction("/staff/") as before:
        old = before["sid"]
    canbo.post("/staff/signin", data={"name": CANBO.name, "password": PASSWORD})
    with canbo.session_transaction("/staff/") as after:
        assert after["sid"] != old
    assert fetch_row("SELECT COUNT(*) FROM officer_session")[0] == 1


def test_the_cookie_holds_an_id_and_nothing_about_the_officer(canbo):
    with canbo.session_transaction("/staff/") as visit:
        assert "sid" in visit and set(visit) <= {"sid", "csrf_token"}


def test_signing_out_ends_the_session_for_good(canbo):
    cookie = canbo.get_cookie("staff").value
    assert canbo.post("/staff/signout").location == "/staff/signin"
    canbo.set_cookie("staff", cookie)
    assert canbo.get("/staff/").status_code == 303
    assert ("canbo", "signout", "canbo", "") in audited()


def test_a_supervisor_enrols_a_device_at_the_first_sign_in(sign_in):
    browser = sign_in(GIAMSAT)
    page = browser.get("/staff/signin/code")
    address = pyotp.TOTP(secret_on(page)).provisioning_uri(name="giamsat", issuer_name="Quay Dien")
    assert qr_images.svg_path(address)[1] in page.text
    assert f'href="{address.replace("&", "&amp;")}"' in page.text
    enrol(browser)
    assert "Bàn làm việc" in text(browser.get("/staff/"))


def test_afterwards_only_a_code_is_asked(sign_in, clock):
    device = enrol(sign_in(GIAMSAT))
    clock.ms += MINUTE
    browser = sign_in(GIAMSAT)
    page = browser.get("/staff/signin/code")
    assert device.secret not in page.text and "secret" not in page.text
    answer = browser.post("/staff/signin/code", data={"code": device.at(clock.ms / 1000),
                                                      "next": "/staff/customers"})
    assert (answer.status_code, answer.location) == (303, "/staff/customers")


def test_a_code_that_was_used_is_refused(sign_in, clock):
    device = enrol(sign_in(GIAMSAT))
    answer = sign_in(GIAMSAT).post("/staff/signin/code", data={"code": device.at(NOON / 1000)})
    assert answer.status_code == 422 and "đã dùng" in text(answer)


def test_too_many_wrong_codes_are_told(sign_in):
    enrol(sign_in(GIAMSAT))
    browser = sign_in(GIAMSAT)
    statuses = [browser.post("/staff/signin/code", data={"code": "000000"}).status_code
                for _ in range(6)]
    assert statuses == [422] * 5 + [429]


def test_the_second_step_without_the_first_leads_back(client):
    assert client.get("/staff/signin/code").location == "/staff/signin"
    assert client.post("/staff/signin/code", data={"code": "1"}).location.startswith(
        "/staff/signin?")


def test_the_wanted_page_survives_the_second_step(client):
    answer = client.post("/staff/signin", data={"name": "giamsat", "password": PASSWORD,
                                                "next": "/staff/customers"})
    assert answer.location == "/staff/signin/code?next=/staff/customers"
    assert 'name="next" value="/staff/customers"' in client.get(answer.location).text
