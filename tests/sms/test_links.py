"""The page behind an SMS link, on the phone of a relative or an old phone with a browser."""

from __future__ import annotations

import base64
import re
import subprocess

import pytest

from services import links, vietqr
from services.clock import DAY as DAY_MS
from sms.links import MOST_BYTES
from tests import villagers


@pytest.fixture
def open_link(client, app, clock):
    """Make a link for a code and open it."""
    def make(code: str):
        with app.app_context():
            token, _slip = links.link_for(code, clock())
        return client.get(f"/q/{token}")
    return make


def payload_of(answer, tmp_path) -> str:
    """What a camera reads from the picture on the page."""
    data = re.search(r"data:image/png;base64,([^\"]+)", answer.text)
    picture = tmp_path / "qr.png"
    picture.write_bytes(base64.b64decode(data[1]))
    read = subprocess.run(["zbarimg", "-q", "--raw", picture], capture_output=True, text=True,
                          check=True)
    return read.stdout.strip()


def test_hoa_s_nephew_sees_whom_he_pays_for_without_her_name(open_link) -> None:
    page = open_link(villagers.HOA.code)
    assert "546.108\N{NO-BREAK SPACE}đ" in page.text
    assert "N*** T** H**" in page.text and "Hoa" not in page.text
    assert "10/2026" in page.text
    assert "Tính đến 12:00 15/11/2026" in page.text


def test_the_picture_pays_the_bill(open_link, tmp_path) -> None:
    read = vietqr.decode(payload_of(open_link(villagers.HOA.code), tmp_path))
    assert read["54"] == "546108"
    assert read["62"]["08"] == "PA04DH00000171026"


def test_two_months_are_paid_by_one_picture(open_link, tmp_path) -> None:
    page = open_link(villagers.MAY.code)
    assert "09/2026, 10/2026" in page.text
    read = vietqr.decode(payload_of(page, tmp_path))
    assert read["54"] == str(107_136 + 217_836)
    assert read["62"]["08"] == villagers.MAY.code


@pytest.mark.parametrize("person", villagers.ALL, ids=lambda person: person.name)
def test_the_page_with_its_picture_is_at_most_four_kilobytes(open_link, person) -> None:
    page = open_link(person.code)
    assert len(page.data) <= MOST_BYTES
    assert "<script" not in page.text


def test_who_owes_nothing_is_told_so(open_link) -> None:
    page = open_link(villagers.SON.code)
    assert page.status_code == 200
    assert "không còn nợ tiền điện" in page.text


def test_a_week_later_the_link_has_gone_kindly(open_link, client, app, clock) -> None:
    with app.app_context():
        token, _slip = links.link_for(villagers.HOA.code, clock())
    clock.ms += 7 * DAY_MS
    page = client.get(f"/q/{token}")
    assert page.status_code == 404
    assert "Lỗi:" in page.text and "nhắn lại QR" in page.text


@pytest.mark.parametrize("token", ["000000", "aaaaaaaaaa", "x", "../../etc", "a" * 300])
def test_a_guessed_link_opens_nothing(client, token) -> None:
    assert client.get(f"/q/{token}").status_code == 404


def test_a_slip_number_is_no_link(client, app, clock) -> None:
    with app.app_context():
        _token, slip = links.link_for(villagers.HOA.code, clock())
    assert client.get(f"/q/{slip}").status_code == 404


def test_the_link_is_not_in_clear_in_a_search_engine_or_a_cache(open_link) -> None:
    page = open_link(villagers.HOA.code)
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.text


