"""The demo's phone in the browser."""

from __future__ import annotations

import pytest

from app import create_app
from config import Settings
from db import connection
from tests import villagers
from tests.conftest import ENVIRON
from tests.production import PRODUCTION

PAGE = "/sms/simulator"


def send(client, text: str) -> str:
    return client.post(PAGE, data={"text": text}, follow_redirects=True).text


def test_the_first_phone_on_the_table_is_hoa_s(client) -> None:
    page = client.get(PAGE).text
    assert "0912000017" in page
    assert "Chưa có tin nhắn" in page


def test_a_text_and_its_reply_stand_on_the_screen(client) -> None:
    page = send(client, "td pa04 dh 0000017")
    assert "td pa04 dh 0000017" in page
    assert "546.108d" in page


def test_another_phone_has_texts_of_its_own(client) -> None:
    send(client, "TD PA04DH0000017")
    page = client.post(PAGE + "/hand", data={"number": "0987 000 025"}, follow_redirects=True).text
    assert "0987000025" in page
    assert "546.108d" not in page


def test_a_link_in_a_text_can_be_opened(client) -> None:
    assert '<a href="https://quaydien.example/q/' in send(client, "QR " + villagers.HOA.code)


def test_what_is_no_phone_number_is_told(client) -> None:
    answer = client.post(PAGE + "/hand", data={"number": "113"})
    assert answer.status_code == 422
    assert "Lỗi:" in answer.text


@pytest.mark.parametrize("text", ["", "\0", "😀" * 300, "<script>alert(1)</script>"])
def test_odd_texts_are_answered_and_shown_as_they_are(client, text) -> None:
    answer = client.post(PAGE, data={"text": text}, follow_redirects=True)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_without_the_demo_there_is_no_simulator(database_url, clock) -> None:
    settings = Settings.load({**PRODUCTION, "DATABASE_URL": database_url,
                              "DATA_KEY": ENVIRON["DATA_KEY"], "ALLOW_INSECURE": "1"})
    assert create_app(settings, clock).test_client().get(PAGE).status_code == 404
    connection.database.close()
