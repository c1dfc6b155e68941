"""Taking the payment along: on paper, or to a phone by text."""

from __future__ import annotations

import json
import re

import pytest

from db import bills as bill_records
from db.outbox.outbox import OutboxMessage
from db.payment_links import PayLink
from tests import einvoices
from tests.kiosk.person import enter, heading, pay, prove, text, title
from tests.villagers import HOA, MAY

PAY = "/kiosk/pay/202610-1"


def slip_of(client) -> str:
    answer = client.post(f"{PAY}/slip")
    assert (answer.status_code, answer.location) == (303, f"{PAY}/slip?print=1")
    page = text(client.get(answer.location))
    return re.search(r"Số phiếu (\d{3} \d{3})", page)[1]


def test_the_slip_carries_number_amount_reference_and_its_last_day(client) -> None:
    enter(client, HOA)
    slip = slip_of(client)
    answer = client.get(f"{PAY}/slip")
    assert heading(answer) == "Phiếu của bác"
    for said in (slip, "546.108 đ", "PA04DH00000171026", "10/2026", "12:00 22/11/2026"):
        assert said in text(answer)
    assert "data-payload" in answer.get_data(as_text=True)


def test_the_slip_prints_itself_once_and_again_on_wish(client) -> None:
    enter(client, HOA)
    slip_of(client)
    assert "data-print-now" in client.get(f"{PAY}/slip?print=1").get_data(as_text=True)
    page = client.get(f"{PAY}/slip").get_data(as_text=True)
    assert "data-print-now" not in page and "data-print>" in page


def test_the_slips_number_opens_the_bill_at_any_kiosk(app) -> None:
    here, there = app.test_client(), app.test_client()
    enter(here, HOA)
    assert enter(there, slip_of(here)).location == "/kiosk/bills"


def test_asking_twice_gives_the_same_slip(client) -> None:
    enter(client, HOA)
    assert slip_of(client) == slip_of(client)
    assert PayLink.select().count() == 1


def test_looking_at_the_slip_page_alone_makes_no_slip(client) -> None:
    enter(client, HOA)
    assert client.get(f"{PAY}/slip").location == PAY
    assert PayLink.select().count() == 0


def test_a_paid_bill_has_no_slip(client, clock) -> None:
    enter(client, HOA)
    slip_of(client)
    pay(bill_records.unpaid(HOA.code)[0], "m-1", clock())
    assert client.get(f"{PAY}/slip").location == PAY


def test_a_text_with_the_link_waits_for_the_worker(client, vault, settings) -> None:
    enter(client, HOA)
    answer = client.post(f"{PAY}/text", data={"phone": "0987 654 321"})
    assert (answer.status_code, answer.location) == (303, f"{PAY}/sent")
    assert "098****321" in text(client.get(answer.location))
    message = OutboxMessage.get()
    link = PayLink.get()
    assert (message.kind, vault.open_phone(message.to_sealed)) == ("link", "+84987654321")
    assert json.loads(message.params) == {
        "code": HOA.code, "period": "10/2026", "amount": 546108, "token": link.token,
        "slip": link.slip, "url": f"{settings.public_url}/q/{link.token}",
        "reference": "PA04DH00000171026", "bills": [bill_records.get(HOA.code, 2026, 10, 1).id]}


def test_a_text_for_all_names_the_first_and_the_last_month(client) -> None:
    enter(client, MAY)
    client.post("/kiosk/pay/202609-1,202610-1/text", data={"phone": "0987654321"})
    params = json.loads(OutboxMessage.get().params)
    assert (params["period"], params["amount"], params["reference"]) == (
        "09/2026-10/2026", 324972, MAY.code)


@pytest.mark.parametrize("phone", ["", "12", "0112345678", "091200001", "09120000177", "\0",
                                   "0912000٠17", "+1 415 555 0100", "9" * 500])
def test_what_is_no_mobile_number_is_asked_again(client, phone: str) -> None:
    enter(client, HOA)
    answer = client.post(f"{PAY}/text", data={"phone": phone})
    assert answer.status_code == 422 and title(answer).startswith("Lỗi: Số di động có 10 số.")
    assert OutboxMessage.select().count() == 0


def test_a_typed_number_is_kept_after_an_error(client) -> None:
    enter(client, HOA)
    answer = client.post(f"{PAY}/text", data={"phone": "0912"})
    assert 'name="phone" type="tel" value="0912"' in answer.get_data(as_text=True)


def test_a_key_types_without_a_script(client) -> None:
    enter(client, HOA)
    answer = client.post(f"{PAY}/text", data={"phone": "091", "key": "2"})
    assert answer.status_code == 200 and 'value="0912"' in answer.get_data(as_text=True)


def test_one_visit_sends_at_most_three_texts(client) -> None:
    enter(client, HOA)
    answers = [client.post(f"{PAY}/text", data={"phone": f"098765432{n}"}) for n in range(4)]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 429]
    assert OutboxMessage.select().count() == 3


def test_one_phone_gets_at_most_five_links_a_day(app, clock) -> None:
    statuses = []
    for _hour in range(6):
        client = app.test_client()
        enter(client, HOA)
        statuses.append(client.post(f"{PAY}/text", data={"phone": "0987654321"}).status_code)
        clock.ms += 60 * 60 * 1000
    assert statuses == [303] * 5 + [429]


def test_the_same_text_pressed_twice_goes_out_once(client) -> None:
    enter(client, HOA)
    for _ in range(2):
        client.post(f"{PAY}/text", data={"phone": "0987654321"})
    assert OutboxMessage.select().count() == 1


def test_the_phone_number_is_nowhere_in_clear(client) -> None:
    from db.kiosks import KioskSession
    enter(client, HOA)
    client.post(f"{PAY}/text", data={"phone": "0987654321"})
    assert "987654321" not in KioskSession.get().data


def test_a_page_about_a_text_that_was_not_sent_asks_for_the_number(client) -> None:
    enter(client, HOA)
    assert client.get(f"{PAY}/sent").location == f"{PAY}/text"


def test_the_slip_says_where_the_invoice_is_looked_up(client) -> None:
    einvoices.give_lookups()
    prove(client, HOA)
    slip_of(client)
    assert "Mã tra cứu hóa đơn: TN-0017202610 tại hoadon.dienluc.example" in text(
        client.get(f"{PAY}/slip"))


def test_the_printed_slip_has_a_line_for_each_invoice(client, change_settings, tmp_path) -> None:
    change_settings(kiosk_printer=f"file://{tmp_path / 'lp0'}")
    prove(client, MAY)
    sizes = []
    for _turn in range(2):
        answer = client.post("/kiosk/pay/202609-1,202610-1/slip")
        assert answer.location.endswith("printed=1")
        sizes.append((tmp_path / "lp0").stat().st_size)
        (tmp_path / "lp0").unlink()
        if len(sizes) == 1:
            einvoices.give_lookups()
    assert sizes[1] > sizes[0]


def test_a_slip_without_the_proof_opens_no_invoice(client) -> None:
    einvoices.give_lookups()
    enter(client, HOA)
    slip_of(client)
    assert "TN-0017202610" not in client.get(f"{PAY}/slip").text
