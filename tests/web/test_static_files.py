"""Static files go packed to who can unpack them, and only once."""

from __future__ import annotations

import gzip

import pytest

HTMX = "/static/vendor/htmx/htmx-2.0.11.min.js"
PACKED = {"Accept-Encoding": "gzip, br"}


@pytest.mark.parametrize("path", [HTMX, "/static/css/kiosk/layout.css",
                                  "/static/img/pictograms.svg"])
def test_a_text_file_is_packed_and_the_same(client, path: str) -> None:
    plain, packed = client.get(path), client.get(path, headers=PACKED)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert packed.mimetype == plain.mimetype and packed.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["X-Content-Type-Options"] == "nosniff"


def test_who_has_it_gets_it_not_again(client) -> None:
    tag = client.get(HTMX, headers=PACKED).headers["ETag"]
    again = client.get(HTMX, headers={**PACKED, "If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("path", ["/static/fonts/noto-sans-latin-400-normal.woff2",
                                  "/static/sound/bell.wav"])
def test_what_is_packed_already_goes_as_it_is(client, path: str) -> None:
    answer = client.get(path, headers=PACKED)
    assert answer.status_code == 200 and "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("path", ["/static/nowhere.js", "/static/../config.py", "/static/css",
                                  "/static/%2e%2e/app.py.js", "/static/css/..%2f..%2fx.css"])
def test_nothing_outside_the_folder_is_served(client, path: str) -> None:
    assert client.get(path, headers=PACKED).status_code == 404


def test_a_page_is_never_packed(client) -> None:
    assert "Content-Encoding" not in client.get("/kiosk/", headers=PACKED).headers
