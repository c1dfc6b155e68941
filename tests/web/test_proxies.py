"""Behind a proxy of ours the client is who the proxy says; nobody else is believed."""

from __future__ import annotations

import pytest
from flask import request

from config import ConfigError, Settings
from tests.conftest import ENVIRON
from web import proxies

PROXY, OTHER = "10.1.2.3", "203.0.113.9"
OURS = "10.0.0.0/8, 192.0.2.7, 2001:db8::/32"


def seen(client, app, peer: str, **headers: str) -> tuple[str, str, str]:
    """(address, scheme, host) of a request as the views see it."""
    app.add_url_rule("/kiosk/who", "who", lambda: " ".join(
        (proxies.client_address(), request.scheme, request.host)))
    text = client.get("/kiosk/who", headers={name.replace("_", "-"): value
                                             for name, value in headers.items()},
                      environ_base={"REMOTE_ADDR": peer}).text
    address, scheme, host = text.split(" ")
    return address, scheme, host


@pytest.mark.parametrize(("forwarded", "address"), [
    ("198.51.100.4", "198.51.100.4"),
    ("6.6.6.6, 198.51.100.4", "198.51.100.4"),  # the client wrote the first one itself
    ("198.51.100.4, 192.0.2.7, 10.9.9.9", "198.51.100.4"),  # through three proxies of ours
    ("6.6.6.6, 198.51.100.4, 192.0.2.7", "198.51.100.4"),
    ("10.4.4.4, 10.5.5.5", "10.4.4.4"),  # a client in our own network
    ("198.51.100.4:51234", "198.51.100.4"), ("[2001:470::1]:443", "2001:470::/64"),
    ("2001:470::9:1%eth0", "2001:470::/64"), ("::ffff:198.51.100.4", "198.51.100.4"),
    ("unknown", PROXY), ("198.51.100.4, unknown", PROXY), ("", PROXY), (", ,", PROXY),
    ("198.51.100.4, 10.9.9.9, 300.1.1.1", PROXY),
])
def test_the_first_hop_that_is_not_ours_is_the_client(client, app, change_settings, forwarded,
                                                      address) -> None:
    change_settings(trusted_proxies=OURS)
    assert seen(client, app, PROXY, X_Forwarded_For=forwarded)[0] == address


@pytest.mark.parametrize("trusted", ["", "192.0.2.0/24"])
def test_who_is_no_proxy_of_ours_is_not_believed(client, app, change_settings, caplog,
                                                 monkeypatch, trusted) -> None:
    monkeypatch.setattr(proxies, "_noted", set())
    change_settings(trusted_proxies=trusted)
    assert seen(client, app, OTHER, X_Forwarded_For="198.51.100.4", X_Forwarded_Proto="https",
                X_Forwarded_Host="elsewhere.example") == (OTHER, "http", "localhost")
    client.get("/healthz", headers={"X-Forwarded-For": "198.51.100.4"},
               environ_base={"REMOTE_ADDR": OTHER})
    assert caplog.text.count("not in TRUSTED_PROXIES") == 1  # told once


def test_a_proxy_of_ours_tells_scheme_and_host(client, app, change_settings) -> None:
    change_settings(trusted_proxies=OURS)
    assert seen(client, app, PROXY, X_Forwarded_For="198.51.100.4", X_Forwarded_Proto="https",
                X_Forwarded_Host="quaydien.example") == (
        "198.51.100.4", "https", "quaydien.example")


def test_a_scheme_that_is_none_is_not_taken_over(client, app, change_settings) -> None:
    change_settings(trusted_proxies=OURS)
    assert seen(client, app, PROXY, X_Forwarded_Proto="javascript")[1] == "http"


def test_what_was_forwarded_reaches_no_view(client, app, change_settings) -> None:
    change_settings(trusted_proxies=OURS)
    app.add_url_rule("/kiosk/raw", "raw", lambda: " ".join(dict(request.headers)))
    headers = {"X-Forwarded-For": "1.2.3.4", "Forwarded": "for=1.2.3.4", "X-Real-IP": "1.2.3.4"}
    for peer in (PROXY, OTHER):
        text = client.get("/kiosk/raw", headers=headers, environ_base={"REMOTE_ADDR": peer}).text
        assert "orwarded" not in text and "Real" not in text


@pytest.mark.parametrize("bad", ["proxy.example", "10.0.0.0/33", "10.0.0", "10.0.0.1;10.0.0.2",
                                 "0.0.0.0/0", "::/0"])
def test_a_list_of_proxies_that_is_none_is_refused_by_name(bad: str) -> None:
    with pytest.raises(ConfigError, match="TRUSTED_PROXIES"):
        Settings.load({**ENVIRON, "TRUSTED_PROXIES": f"127.0.0.1,{bad}"})
