"""Nobody passes the officers' door unsigned, on any path of it."""

from __future__ import annotations

import re

import pytest

from app import create_app
from config import Settings
from services import clock
from tests.conftest import ENVIRON
from tests.officers import CANBO, GIAMSAT, PASSWORD
from tests.staff.conftest import english, text
from tests.villagers import NOON

OPEN = {"/staff/signin", "/staff/signin/code"}


def staff_routes() -> list[tuple[str, str]]:
    """(method, path) of every route under /staff, with something in each blank."""
    made = create_app(Settings.load({**ENVIRON, "DATABASE_URL": "sqlite:///:memory:"}))
    return sorted((method, re.sub(r"<[^>]+>", "HD-123456", rule.rule))
                  for rule in made.url_map.iter_rules() if rule.rule.startswith("/staff")
                  for method in rule.methods - {"HEAD", "OPTIONS"} if rule.rule not in OPEN)


ROUTES = staff_routes()


def test_the_walk_sees_the_whole_door():
    assert len(ROUTES) >= 19 and ("POST", "/staff/work/HD-123456/take") in ROUTES


@pytest.mark.parametrize(("method", "path"), [*ROUTES, ("GET", "/staff"), ("GET", "/staff/nowhere"),
                                              ("POST", "/staff/nowhere"), ("DELETE", "/staff/")])
def test_without_a_session_every_path_leads_to_sign_in(client, method, path):
    answer = client.open(path, method=method)
    assert answer.status_code == 303
    assert answer.location.startswith("/staff/signin?next=/staff/")


def test_the_password_alone_opens_nothing_to_a_supervisor(sign_in):
    half = sign_in(GIAMSAT)
    for method, path in ROUTES:
        answer = half.open(path, method=method)
        assert answer.status_code == 303 and answer.location.startswith("/staff/signin"), path
    assert half.get("/staff/signin/code").status_code == 200


@pytest.mark.parametrize("cookie", ["", "x", "eyJzaWQiOiJ4In0.aaaa.bbbb"])
def test_a_made_up_cookie_opens_nothing(client, cookie):
    client.set_cookie("staff", cookie)
    assert client.get("/staff/").status_code == 303


def test_after_sign_in_the_wanted_page_is_shown(client, ask):
    wanted = f"/staff/work/{ask()}"
    form = client.get(wanted, follow_redirects=True)
    target = re.search(r'name="next" value="([^"]+)"', form.text)[1]
    answer = client.post("/staff/signin", data={
        "name": CANBO.name, "password": PASSWORD, "next": target})
    assert (answer.status_code, answer.location) == (303, wanted)


OUTSIDE = ["", "/", "/kiosk/", "//evil.example/", "https://evil.example/staff/", "/\\evil.example",
           "/staff/\\evil.example", "javascript:alert(1)", "/staffed/", "staff/", "/staff/\n/x",
           "/staff/signin", "/staff/signout", "/staff/" + "a" * 700]
INSIDE = ["/staff/", "/staff/?commune=05569", "/staff/customers"]


def test_sign_in_leads_nowhere_else(client):
    for target, led_to in [*((t, "/staff/") for t in OUTSIDE), *((t, t) for t in INSIDE)]:
        answer = client.post("/staff/signin", data={
            "name": CANBO.name, "password": PASSWORD, "next": target})
        assert answer.location == led_to, target


@pytest.mark.parametrize("later", [15 * clock.MINUTE, -2 * clock.HOUR, 400 * clock.DAY])
def test_an_ended_session_asks_to_sign_in_again(canbo, clock, later):
    clock.ms = NOON + later
    page = canbo.get("/staff/customers", follow_redirects=True)
    assert "Phiên làm việc đã hết" in text(page) and 'value="/staff/customers"' in page.text
    clock.ms = NOON
    assert canbo.get("/staff/").status_code == 303


def test_a_form_sent_too_late_says_that_nothing_was_saved(canbo, clock, ask):
    ticket = ask()
    clock.ms += 16 * 60_000
    answer = canbo.post(f"/staff/work/{ticket}/notes", data={"note": "x"},
                        headers={"Referer": f"http://localhost/staff/work/{ticket}"})
    page = canbo.get(answer.location)
    assert "chưa được ghi" in text(page) and f"/staff/work/{ticket}" in page.text


def test_a_foreign_referrer_is_no_target(client):
    answer = client.post("/staff/signout", headers={"Referer": "https://evil.example/x",
                                                    "Sec-Fetch-Site": "same-origin"})
    assert answer.location == "/staff/signin?next=/staff/"


def test_a_polling_page_is_sent_to_sign_in_as_a_whole(client):
    answer = client.get("/staff/", headers={
        "HX-Request": "true", "HX-Current-URL": "http://localhost/staff/?commune=05569"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/staff/signin?next=/staff/?commune%3D05569"


def test_polling_keeps_no_session_alive_but_work_does(canbo, clock):
    for _ in range(14):
        clock.ms += 60_000
        assert canbo.get("/staff/", headers={"HX-Request": "true"}).status_code == 200
    clock.ms += 60_000
    assert canbo.get("/staff/").status_code == 303


def test_forms_need_their_token(app, canbo, ask):
    ticket = ask()
    app.config["WTF_CSRF_ENABLED"] = True
    refused = canbo.post(f"/staff/work/{ticket}/take")
    assert refused.status_code == 400 and "Biểu mẫu đã hết hạn" in text(refused)
    token = re.search(r'name="csrf_token" value="([^"]+)"', canbo.get("/staff/").text)[1]
    taken = canbo.post(f"/staff/work/{ticket}/take", data={"csrf_token": token})
    assert taken.status_code == 303


def test_another_site_cannot_post(canbo, ask):
    answer = canbo.post(f"/staff/work/{ask()}/take", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


@pytest.mark.parametrize("path", [
    "/staff/nowhere", "/staff/work/HD-000000", "/staff/work/XX-123456", "/staff/work/hd-123456",
    "/staff/work/%00", "/staff/customers/x"])
def test_what_does_not_exist_is_told_in_vietnamese(canbo, path):
    answer = canbo.get(path)
    assert answer.status_code == 404 and "Không tìm thấy" in text(answer)
    assert english(answer) == []


def test_nothing_changes_on_get(canbo, ask):
    assert canbo.get(f"/staff/work/{ask()}/take").status_code == 405


def test_pages_are_not_kept_by_the_browser(canbo):
    assert canbo.get("/staff/").headers["Cache-Control"] == "no-store"


def test_without_a_database_the_door_says_so_and_promises_nothing(app):
    gone = create_app(Settings.load({**ENVIRON, "DATABASE_URL": "postgresql://127.0.0.1:1/x"}))
    gone.config.update(WTF_CSRF_ENABLED=False, SESSION_COOKIE_SECURE=False)
    browser = gone.test_client()
    with browser.session_transaction("/staff/") as visit:
        visit["sid"] = "x"
    for answer in (browser.get("/staff/"), browser.post("/staff/signin", data={"name": "canbo"})):
        assert answer.status_code == 503 and "chưa được ghi" in text(answer)
        assert answer.headers["Retry-After"] and english(answer) == []
