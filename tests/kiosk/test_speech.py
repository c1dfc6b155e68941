"""Nghe: what the button plays on each page."""

from __future__ import annotations

import io
import wave
from types import SimpleNamespace

import pytest
from flask import render_template

from db import connection
from db.places import Place
from services.kiosks import speech
from services.kiosks.speech import Speaker
from tests.kiosk.person import prove
from tests.villagers import HOA, MAY, SON

PAGES = ["welcome", "customer", "bills", "history", "pay", "paid", "slip", "text", "sent", "help",
         "contract", "outages", "error", "otherways", "wallet",
         "phone", "otp", "proof", "citizen", "which", "scan", "why", "meter", "topics", "saving",
         "cash", "leaving", "agreement?step=ticket"]


class Listener(Speaker):
    """Keeps what it is asked to say, and says it."""

    def __init__(self):
        super().__init__()
        self.heard: list[tuple[str, str]] = []

    def clip(self, text: str, language: str = "vi") -> bytes:
        self.heard.append((" ".join(text.split()), language))
        return super().clip(text, language)


@pytest.fixture
def listener(app) -> Listener:
    app.extensions["speaker"] = Listener()
    return app.extensions["speaker"]


def say(client, listener: Listener, page: str) -> str:
    answer = client.get(f"/kiosk/speech/{page}")
    assert answer.status_code == 200
    return listener.heard[-1][0]


def come(client, person) -> None:
    assert client.post("/kiosk/customer", data={"code": person.code}).status_code == 303


def test_a_page_is_a_clip_that_is_not_kept(client) -> None:
    answer = client.get("/kiosk/speech/welcome")
    assert answer.content_type == "audio/wav"
    assert answer.headers["Cache-Control"] == "no-store"
    with wave.open(io.BytesIO(answer.data)) as clip:
        assert clip.getnframes() / clip.getframerate() > 2


@pytest.mark.parametrize("page", PAGES)
def test_every_page_speaks_to_anybody(client, listener, page: str) -> None:
    assert say(client, listener, page)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_speaks_to_a_customer(client, listener, page: str) -> None:
    come(client, MAY)
    assert say(client, listener, page)


def test_months_before_and_credits_are_told_after_the_proof_only(client, listener) -> None:
    come(client, HOA)
    assert "Chỉ chủ nhà" in say(client, listener, "history")
    prove(client, HOA)
    assert "tháng tám" in say(client, listener, "history")


def test_a_month_paid_long_ago_is_told_without_its_amount(client, listener) -> None:
    come(client, HOA)
    assert "Số tiền là" not in say(client, listener, "paid?bills=202609-1")
    prove(client, HOA)
    assert "Số tiền là" in say(client, listener, "paid?bills=202609-1")


def test_places_that_take_cash_are_told_and_which_is_nearest(client, listener) -> None:
    assert "chưa biết nơi nào" in say(client, listener, "cash")
    Place.create(code="1", name="Bưu cục Chợ Chu", kind="post", address="Phố chợ",
                 commune_code="05569", hours="", phone="")
    assert "Nơi gần nhất" not in say(client, listener, "cash")
    come(client, HOA)
    said = say(client, listener, "cash")
    assert "Nơi gần nhất ở trên cùng. Bưu cục Chợ Chu, Phố chợ, Xã Định Hóa." in said


def test_the_desks_hours_are_told_in_words(client, listener) -> None:
    said = say(client, listener, "help")  # NOON is that of a Sunday
    assert "Bàn cán bộ mở từ bảy giờ ba mươi đến mười bảy giờ. Hôm nay bàn nghỉ." in said


def test_a_bill_is_told_with_its_amount_in_words(client, listener) -> None:
    come(client, HOA)
    said = say(client, listener, "bills")
    assert "năm trăm bốn mươi sáu nghìn một trăm linh tám đồng" in said
    assert "tháng mười năm hai nghìn không trăm hai mươi sáu" in said


def test_two_bills_are_told_with_their_sum(client, listener) -> None:
    come(client, MAY)
    said = say(client, listener, "bills")
    assert "ba trăm hai mươi tư nghìn chín trăm bảy mươi hai đồng" in said


def test_who_owes_nothing_hears_so(client, listener) -> None:
    come(client, SON)
    assert "không nợ" in say(client, listener, "bills")


def test_money_that_came_is_not_yet_cleared_in_the_books(client, listener) -> None:
    come(client, HOA)
    connection.run("UPDATE bill SET state = 'received' WHERE code = ? AND month = 10", HOA.code)
    assert "sẽ gạch nợ sau" in say(client, listener, "paid?bills=202610-1")
    connection.run("UPDATE bill SET state = 'settled' WHERE code = ? AND month = 10", HOA.code)
    assert "đã gạch nợ" in say(client, listener, "paid?bills=202610-1")


def test_after_the_end_nothing_of_the_last_person_is_told(client, listener) -> None:
    come(client, HOA)
    client.post("/kiosk/end")
    assert "đồng" not in say(client, listener, "bills")


def test_no_name_and_no_digit_is_ever_said(client, listener) -> None:
    come(client, MAY)
    for page in PAGES:
        said = say(client, listener, page)
        assert "Mẩy" not in said
    assert not any(sign.isdigit() for sign in say(client, listener, "bills"))


def test_the_language_of_the_visit_is_spoken(client, listener) -> None:
    client.post("/kiosk/language", data={"language": "en"})
    said = say(client, listener, "welcome")
    assert listener.heard[-1][1] == "en"
    assert said.isascii()


@pytest.mark.parametrize("page", ["nowhere", "..", "%2e%2e%2fbase", "a%00b", "x" * 300, "Bills"])
def test_a_page_that_is_not_there_is_not_found(client, page: str) -> None:
    assert client.get(f"/kiosk/speech/{page}").status_code == 404


def test_without_a_voice_the_machine_says_so_kindly(app, client) -> None:
    app.extensions["speaker"] = Speaker("no-such-library.so")
    answer = client.get("/kiosk/speech/welcome")
    assert answer.status_code == 503
    assert "Lỗi: Máy đang bận." in answer.text
    assert "Traceback" not in answer.text


def test_the_error_page_speaks_without_the_database(client, listener, tmp_path) -> None:
    come(client, HOA)
    connection.database.close()
    connection.init(f"sqlite:///file:{tmp_path}/gone.db?mode=ro")
    assert client.get("/kiosk/speech/bills").status_code == 503
    assert "Máy đang bận" in say(client, listener, "error?kind=unavailable")


def test_each_page_with_a_listen_button_has_its_words(app) -> None:
    """The button's address is made from the page's `screen`."""
    screens = {name.removeprefix("kiosk/speech/").removesuffix(".txt")
               for name in app.jinja_env.list_templates() if name.startswith("kiosk/speech/")}
    assert screens == {page.partition("?")[0] for page in PAGES}


def test_twelve_months_of_the_largest_bills_are_told_to_the_end(app) -> None:
    months = [SimpleNamespace(year=2025, month=month, total=777_777_777, state="unpaid")
              for month in range(1, 13)]
    with app.test_request_context("/kiosk/speech/history"):
        text = render_template("kiosk/speech/history.txt", months=months)
    assert len(" ".join(text.split())) < speech.MOST_CHARACTERS
