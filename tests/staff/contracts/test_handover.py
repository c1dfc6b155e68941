"""Handing a signed contract over at the desk: printed, by QR code, by a new text, taken back."""

from __future__ import annotations

import re

import pytest

from tests import contracts
from tests.officers import HANH, VO
from tests.staff.conftest import english, text

STEPS = ("print", "share", "text", "revoke")


@pytest.fixture
def database_kind() -> str:
    return "sqlite"  # the services are tested on both


@pytest.fixture
def ticket(here) -> str:
    return contracts.signed(here)


def test_a_print_opens_the_file_and_is_counted(canbo, ticket):
    assert "Chưa in" in text(canbo.get(f"/staff/work/{ticket}"))
    answer = canbo.post(f"/staff/work/{ticket}/contract/print")
    file = canbo.get(answer.location)
    assert file.mimetype == "application/pdf" and file.data.startswith(b"%PDF-")
    assert file.headers["Content-Disposition"].startswith("inline")
    for page in (f"/staff/work/{ticket}", f"/staff/work/{ticket}/contract/given"):
        assert "Đã in 1 bản, gần nhất 12:00 15/11/2026, canbo" in text(canbo.get(page))


def test_a_qr_code_is_shown_and_the_page_is_not_kept(canbo, client, ticket, clock):
    clock.ms += 1_000
    page = canbo.post(f"/staff/work/{ticket}/contract/share")
    address = re.search(r"<code>https://quaydien.example(/c/\w+)</code>", page.text)[1]
    assert client.get(address).status_code == 200 and english(page) == []
    assert page.headers["Cache-Control"] == "no-store"
    assert "Đã hiện mã QR tại bàn" in text(canbo.get(f"/staff/work/{ticket}"))


def test_a_link_is_taken_back_and_sent_anew(canbo, client, ticket, vault):
    address = f"/c/{contracts.link_token(vault)}"
    assert canbo.post(f"/staff/work/{ticket}/contract/revoke").status_code == 303
    assert client.get(address).status_code == 410
    page = canbo.get(f"/staff/work/{ticket}")
    assert "Không có liên kết nào" in text(page) and "Thu hồi liên kết" not in text(page)
    assert canbo.post(f"/staff/work/{ticket}/contract/revoke").status_code == 409
    for status in (303, 303, 422):
        assert canbo.post(f"/staff/work/{ticket}/contract/text").status_code == status
    assert client.get(f"/c/{contracts.link_token(vault)}").status_code == 200


def test_who_has_no_phone_gets_paper_or_a_qr_code(canbo, here):
    pao = contracts.signed_by_hand(here)
    page = text(canbo.get(f"/staff/work/{pao}"))
    assert "In bản giấy" in page and "Hiện mã QR" in page and "Nhắn liên kết mới" not in page


@pytest.mark.parametrize("person", [HANH, VO])
def test_nobody_else_hands_it_over(sign_in, ticket, person):
    other = sign_in(person)
    for step in STEPS:
        status = other.post(f"/staff/work/{ticket}/contract/{step}").status_code
        assert status in (404, 409)
    assert other.get(f"/staff/work/{ticket}/contract/copy.pdf").status_code == 404
    assert other.get(f"/staff/work/{ticket}/contract/given").status_code == 404


def test_a_draft_has_nothing_to_hand_over(canbo, here):
    drafted, _digest = contracts.drafted(here)
    assert "Trao cho khách" not in text(canbo.get(f"/staff/work/{drafted}"))
    assert canbo.post(f"/staff/work/{drafted}/contract/print").status_code == 404
