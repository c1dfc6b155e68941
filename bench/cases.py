"""The hot paths, each as the same stream of requests for ours and for the bare server."""

from __future__ import annotations

import itertools
import json
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from typing import NamedTuple

from twilio.request_validator import RequestValidator

from bench.data import ACCOUNT_SID, AUTH_TOKEN, PARTNER, World
from bench.servers import Server
from partners.signatures import signature

_FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
_JSON = "Content-Type: application/json\r\n"
_CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
NAMES = ["sms_webhook", "sms_webhook_beside_no_disk", "kiosk_bills", "partner_pay"]
_numbers = itertools.count(1)


class Case(NamedTuple):
    """A hot path; `ours` and `bare` make endless requests for the server on a port."""

    name: str
    expect: bytes  # what each answer must hold
    ours: Callable[[Server], Iterator[bytes]]
    bare: Callable[[Server], Iterator[bytes]]


def all_cases(world: World) -> list[Case]:
    """SMS webhook (beside a bare one that keeps a row, and beside one that keeps nothing),
    kiosk bill page, partner payment."""
    same_bill = itertools.repeat(("PB99QD0000000-202610-1", 546_108))
    return [
        Case(NAMES[0], b"<Message>",
             lambda server: _texts(world, server),
             lambda server: _texts(world, server, "/sms/recorded")),
        Case(NAMES[1], b"<Message>",
             lambda server: _texts(world, server), lambda server: _texts(world, server)),
        Case(NAMES[2], b"Ti\xe1\xbb\x81n \xc4\x91i\xe1\xbb\x87n",
             lambda server: _visits(world, server), lambda server: _pages(world, server)),
        Case(NAMES[3], b'"posted"',
             lambda server: _payments(world, server, world.bills),
             lambda server: _payments(world, server, same_bill)),
    ]


def _request(method: str, server: Server, path: str, headers: str = "", body: str = "") -> bytes:
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    return (f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n{headers}{length}\r\n"
            f"{body}").encode()


def _texts(world: World, server: Server, path: str = "/sms/twilio") -> Iterator[bytes]:
    """TD of one's own code from one's own phone, signed as Twilio signs."""
    sign = RequestValidator(AUTH_TOKEN).compute_signature
    for person in itertools.cycle(world.people):
        form = {"MessageSid": f"SM{next(_numbers):032x}", "AccountSid": ACCOUNT_SID,
                "From": person.phone, "To": "+842080000000", "Body": f"TD {person.code}"}
        headers = f"{_FORM}X-Twilio-Signature: {sign(server.url + path, form)}\r\n"
        yield _request("POST", server, path, headers, urllib.parse.urlencode(form))


def _visits(world: World, server: Server, count: int = 32) -> Iterator[bytes]:
    """The bill page of people who typed their code at the kiosk."""
    cookies = [_typed_code(server, person.code) for person in world.people[:count]]
    yield from itertools.cycle(_request("GET", server, "/kiosk/bills", f"Cookie: {cookie}\r\n")
                               for cookie in cookies)


def _typed_code(server: Server, code: str) -> str:
    """Open the code page, send the form as the screen does, return the visit's cookie."""
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = browser.open(server.url + "/kiosk/customer", timeout=20).read().decode()
    found = _CSRF.search(page)
    if found is None:
        raise RuntimeError("the code page has no form token")
    form = urllib.parse.urlencode({"csrf_token": found[1], "code": code}).encode()
    answer = browser.open(server.url + "/kiosk/customer", form, timeout=20)
    if not answer.url.endswith("/kiosk/bills"):
        raise RuntimeError(f"the code led to {answer.url}")
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def _pages(world: World, server: Server, count: int = 32) -> Iterator[bytes]:
    yield from itertools.cycle(_request("GET", server, f"/kiosk/bills?code={person.code}")
                               for person in world.people[:count])


def _payments(world: World, server: Server, bills: Iterator[tuple]) -> Iterator[bytes]:
    """Another bill each time, signed as a partner signs."""
    path = "/partners/v1/payments"
    paid_at = datetime.now(UTC).isoformat(timespec="seconds")
    for bill_id, amount in bills:
        body = json.dumps({"partner_txn_id": f"bench-{next(_numbers)}", "bill_id": bill_id,
                           "amount": amount, "paid_at": paid_at})
        timestamp = str(int(time.time()))
        signed = signature(world.secret, "POST", path, timestamp, body.encode())
        headers = (f"{_JSON}X-Partner: {PARTNER}\r\nX-Key-Id: {world.key_id}\r\n"
                   f"X-Timestamp: {timestamp}\r\nX-Signature: {signed}\r\n")
        yield _request("POST", server, path, headers, body)
