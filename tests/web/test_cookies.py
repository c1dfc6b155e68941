"""A kiosk visit and an officer's session never share a cookie."""

from __future__ import annotations

from tests import villagers


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
