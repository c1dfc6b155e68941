"""A17: what comes from outside as an address is read in one place; whatever it is, no door breaks
and nobody is sent to a host that is not ours."""

from __future__ import annotations

import pytest

from tests.conftest import PUBLIC_URL
from tests.villagers import HOA
from web import addresses

# A page and a form of every door, and of none.
ROUTES = ["/", "/kiosk", "/kiosk/", "/kiosk/bills", "/q/abcdefghij", "/c/abcdefghij",
          "/sms/kannel", "/sms/twilio", "/sms/modem", "/sms/simulator", "/staff", "/staff/",
          "/staff/signin", "/partners/docs", "/partners/v1/customers/x/bills",
          "/partners/callbacks/momo", "/healthz", "/static/css/tokens.css", "/nowhere"]
FORMS = ["/kiosk/customer", "/kiosk/language", "/kiosk/look", "/kiosk/stay", "/staff/signin",
         "/staff/bills", "/sms/simulator", "/sms/kannel", "/sms/twilio", "/partners/v1/payments",
         "/partners/callbacks/momo"]
BROKEN = ["http://[", "http://[::1", "//[", "http://x:99999999/", "http://a:b/", "[", "]", "http://",
          "\\\\", "http://\u2100.example", "javascript:alert(1)", "%", "%00", "//evil.example",
          "a" * 9000]
WAYS = [{}, {"HX-Request": "true"}, {"X-Forwarded-Proto": "https"},
        {"HX-Request": "true", "X-Forwarded-Proto": "https"}]
HEADERS = ["Referer", "Origin", "HX-Current-URL", "Host", "Cookie", "X-Forwarded-For",
           "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "Accept-Language", "If-None-Match",
           "Authorization", "Content-Type", "Range", "If-Modified-Since"]


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_header_that_makes_no_sense_breaks_no_door(client, change_settings, header) -> None:
    change_settings(trusted_proxies="127.0.0.0/8")
    for number, value in enumerate(BROKEN):
        sent = {**WAYS[number % len(WAYS)], header: value.encode("utf-8").decode("latin-1")}
        for path in ROUTES:
            assert client.get(path, headers=sent).status_code < 500, (path, value)
        for path in FORMS:
            assert client.post(path, data={"code": HOA.code},
                               headers=sent).status_code < 500, (path, value)


@pytest.mark.parametrize("query", ["?%", "?%00", "?a=%ff&b", "?next=http://[", "?after=9-", "?&&=&",
                                   "?" + "a=1&" * 3000, "?\udc80".encode("utf-8", "surrogateescape")
                                   .decode("latin-1")])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_query_that_makes_no_sense_breaks_no_door(client, query: str) -> None:
    for path in ROUTES:
        assert client.get(path + query).status_code < 500, path


@pytest.mark.parametrize(("host", "known"), [
    ("quaydien.example", True), ("QUAYDIEN.example:8443", True), ("quaydien.example.", True),
    ("localhost:5000", True), ("127.0.0.1", True), ("[::1]:8000", True),
    ("evil.example", False), ("quaydien.example.evil.example", False), ("", False), ("[", False),
    ("quaydien.example/", False), ("evil.example, quaydien.example", False), ("a b", False),
    ("quaydien.example:99999999", False), ("quaydien.example@evil.example", False),
    ("8.8.8.8", False), ("192.168.1.5", False),
])
def test_a_host_is_ours_or_refused(host: str, known: bool) -> None:
    assert addresses.is_ours(host.lower(), "", PUBLIC_URL, False) == known


def test_hosts_of_ours_can_be_named() -> None:
    named = "dien.thainguyen.example, 203.0.113.7"
    assert addresses.is_ours("dien.thainguyen.example:8000", named, PUBLIC_URL, False)
    assert addresses.is_ours("203.0.113.7", named, PUBLIC_URL, False)
    assert not addresses.is_ours("192.168.1.5", named, PUBLIC_URL, True)


def test_a_demo_in_a_hall_is_asked_by_its_private_address() -> None:
    assert addresses.is_ours("192.168.1.5:8000", "", "http://0.0.0.0:8000", True)
    assert not addresses.is_ours("8.8.8.8", "", "http://0.0.0.0:8000", True)
    assert not addresses.is_ours("hall.local", "", "http://0.0.0.0:8000", True)


@pytest.mark.parametrize("path", ["/kiosk", "/", "/staff/", "/kiosk/bills", "/q/x",
                                  "/partners/docs", "/sms/kannel", "/static/css/tokens.css"])
def test_a_strange_host_is_refused_and_never_repeated(client, path: str) -> None:
    answer = client.get(path, headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.text + str(answer.headers)


@pytest.mark.parametrize(("path", "kind"), [
    ("/partners/v1/x", "application/problem+json"), ("/sms/kannel", "text/plain"),
    ("/kiosk/", "text/html"), ("/staff/", "text/html"),
])
def test_it_is_refused_in_the_door_s_own_way(client, path: str, kind: str) -> None:
    assert client.get(path, headers={"Host": "evil.example"}).content_type.startswith(kind)


def test_monitoring_may_ask_by_any_name(client) -> None:
    assert client.get("/healthz", headers={"Host": "10.0.0.5"}).status_code == 200
    assert client.get("/readyz", headers={"Host": "10.0.0.5"}).status_code in (200, 503)


@pytest.mark.parametrize(("referer", "path"), [
    ("http://localhost/kiosk/bills", "/kiosk/bills"), ("http://[", "/kiosk/"),
    ("http://evil.example//evil.example/kiosk/", "/kiosk/"), ("", "/kiosk/"),
])
def test_back_leads_to_a_page_of_ours(client, referer: str, path: str) -> None:
    answer = client.post("/kiosk/language", data={"language": "en"},
                         headers={"Referer": referer, "Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
