"""A kiosk visit and an officer's session never share a cookie."""

from __future__ import annotations

import re

from flask import request, session

from tests import villagers
from web import security


def names(client) -> set[str]:
    return {cookie.key for cookie in client._cookies.values()}


def test_each_door_sets_its_own_cookie(client) -> None:
    client.post("/kiosk/customer", data={"code": villagers.HOA.code})
    client.get("/staff/signin")
    assert "kiosk" in names(client)
    assert names(client) <= {"kiosk", "staff"}


def test_over_https_the_cookie_is_bound_to_the_host(app, client) -> None:
    app.config["SESSION_COOKIE_SECURE"] = True
    answer = client.post("/kiosk/customer", data={"code": villagers.HOA.code},
                         base_url="https://quaydien.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-kiosk=")
    assert "Secure" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_a_changed_cookie_is_nobodys(client) -> None:
    client.post("/kiosk/customer", data={"code": villagers.HOA.code})
    for change in (lambda value: value[:-5] + ("A" if value[-5] != "A" else "B") + value[-4:],
                   lambda value: value[1:], lambda _value: "x", lambda value: value + "."):
        [cookie] = client._cookies.values()
        client.set_cookie("kiosk", change(cookie.value))
        assert client.get("/kiosk/bills").status_code == 303
        client.set_cookie("kiosk", cookie.value)
        assert client.get("/kiosk/bills").status_code == 200


def test_what_a_request_does_to_its_visit_is_not_seen_by_the_next(app, client) -> None:
    app.before_request(lambda: session.update(extra="1") if request.args else None)
    client.post("/kiosk/customer", data={"code": villagers.HOA.code})
    client.get("/kiosk/bills")
    [before] = client._cookies.values()
    client.get("/kiosk/bills?extra=1")
    client.set_cookie("kiosk", before.value)
    with client.session_transaction("/kiosk/") as kept:
        assert "extra" not in kept


def test_a_form_of_the_visit_is_taken_and_one_of_another_is_not(app, client) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    token, other = form_token(client), form_token(app.test_client())
    assert token != other
    for page, sent, status in (("customer", other, 400), ("customer", token, 303),
                               ("end", token, 303), ("customer", token, 400)):
        answer = client.post(f"/kiosk/{page}", data={"code": villagers.HOA.code,
                                                     "csrf_token": sent})
        assert answer.status_code == status, (page, sent == token)


def test_a_visit_keeps_its_form_token(client) -> None:
    assert form_token(client) == form_token(client)


def form_token(client) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get("/kiosk/customer").text)[1]


def test_the_token_is_signed_once_a_visit_and_not_once_a_page(client) -> None:
    form_token(client)
    before = security._signed.cache_info()
    form_token(client)
    form_token(client)
    after = security._signed.cache_info()
    assert (after.hits - before.hits, after.misses - before.misses) == (2, 0)


def test_cookies_of_others_beside_ours_do_not_matter(app, client) -> None:
    client.post("/kiosk/customer", data={"code": villagers.HOA.code})
    [ours] = client._cookies.values()
    bare = app.test_client(use_cookies=False)
    for header in (f"a=b; kiosk={ours.value}", f"kiosk={ours.value};staff=x; c="):
        assert bare.get("/kiosk/bills", headers={"Cookie": header}).status_code == 200
    for header in ("", "=", "kiosk", "kiosk=", "\xff;,", f"staff={ours.value}"):
        assert bare.get("/kiosk/bills", headers={"Cookie": header}).status_code == 303
