"""Lighthouse finds nothing to better in how accessible the kiosk's pages are."""

from __future__ import annotations

import json
import re
import subprocess
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import pytest

from tests.conftest import ROOT, Server
from tests.villagers import HOA

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def entered(server: Server) -> str:
    """The cookie of a visit in which Hoa's code was typed."""
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = browser.open(server.url + "/kiosk/customer").read().decode()
    form = {"csrf_token": _TOKEN.search(page)[1], "code": HOA.code}
    browser.open(server.url + "/kiosk/customer", urllib.parse.urlencode(form).encode())
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def scores(server: Server, cookie: str, *paths: str) -> list[dict]:
    done = subprocess.run(
        [str(ROOT / "scripts" / "lighthouse"), "--cookie", cookie,
         *(server.url + path for path in paths)],
        capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_kind_of_page_scores_full_marks(server) -> None:
    cookie = entered(server)
    paths = ("/kiosk/customer", "/kiosk/bills", "/kiosk/pay/202610-1", "/kiosk/outages",
             "/kiosk/contract/name", "/kiosk/")
    found = scores(server, cookie, *paths)
    assert [page["page"] for page in found] == list(paths)
    assert [(page["accessibility"], page["best-practices"]) for page in found
            ] == [(100, 100)] * len(paths)
