"""The QR code, "paid yet?" and the receipt."""

from __future__ import annotations

import re

import pytest

from db import bills as bill_records
from services.bills import vietqr
from services.payments import payments
from tests.kiosk.person import enter, heading, pay, text
from tests.villagers import HOA, MAY, SON


def qr(answer) -> dict:
    """The decoded payload of the page's QR picture."""
    picture = re.search(r'<img alt="Mã QR trả tiền"[^>]*>', answer.get_data(as_text=True))[0]
    assert 'src="data:image/png;base64,' in picture
    return vietqr.decode(re.search(r'data-payload="([^"]+)"', picture)[1])


def test_hoas_code_asks_for_her_bill(client) -> None:
    enter(client, HOA)
    fields = qr(client.get("/kiosk/pay/202610-1"))
    assert (fields["54"], fields["62"]["08"]) == ("546108", "PA04DH00000171026")


def test_the_code_names_the_service_that_is_set(client, change_settings) -> None:
    change_settings(vietqr_service="QRPUSH")
    enter(client, HOA)
    assert qr(client.get("/kiosk/pay/202610-1"))["38"]["02"] == "QRPUSH"


def test_all_that_may_owes_goes_by_her_bare_code(client) -> None:
    enter(client, MAY)
    answer = client.get("/kiosk/pay/202609-1,202610-1")
    assert (qr(answer)["54"], qr(answer)["62"]["08"]) == ("324972", MAY.code)
    assert "324.972 đ" in text(answer) and "09/2026 – 10/2026" in text(answer)


def test_the_page_says_in_plain_words_where_the_money_goes(client, settings) -> None:
    enter(client, HOA)
    page = text(client.get("/kiosk/pay/202610-1"))
    for said in ("546.108 đ", settings.pay_account, settings.pay_account_name, "VietinBank",
                 "PA04DH00000171026", "In phiếu", "Gửi tin nhắn", "Xem đã trả chưa"):
        assert said in page


@pytest.mark.parametrize("names", [
    "202612-1", "1", "202610-1,", "202610-1;202609-1", "x" * 300, "202610-1" + ",202610-1" * 70,
    "PA04VN0000033-202610-1", "../bills",
])
def test_a_bill_that_is_not_ones_own_is_not_found(client, names: str) -> None:
    enter(client, HOA)
    assert client.get(f"/kiosk/pay/{names}").status_code == 404
    assert client.get(f"/kiosk/pay/{names}/state").status_code == 404


def test_while_nothing_came_in_the_poll_answers_nothing_new(client) -> None:
    enter(client, HOA)
    answer = client.get("/kiosk/pay/202610-1/state", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.data) == (204, b"")


def test_the_poll_brings_the_receipt_and_ends(client, clock) -> None:
    enter(client, HOA)
    payment = pay(bill_records.unpaid(HOA.code)[0], "m-1", clock()).payment
    answer = client.get("/kiosk/pay/202610-1/state", headers={"HX-Request": "true"})
    assert answer.status_code == 286 and heading(answer) == "Đã nhận tiền"
    for said in ("546.108 đ", payment.receipt_no, "12:00 15/11/2026", "Công ty sẽ gạch nợ sau."):
        assert said in text(answer)
    assert "hx-get" not in answer.get_data(as_text=True)


def test_the_same_page_by_hand_shows_the_receipt_too(client, clock) -> None:
    enter(client, HOA)
    pay(bill_records.unpaid(HOA.code)[0], "m-1", clock())
    assert heading(client.get("/kiosk/pay/202610-1")) == "Đã nhận tiền"


def test_a_bill_settled_before_has_no_receipt_of_ours(client) -> None:
    enter(client, SON)
    answer = client.get("/kiosk/pay/202610-1")
    assert heading(answer) == "Đã nhận tiền" and "Biên nhận" not in text(answer)
    assert "Công ty đã gạch nợ." in text(answer)


def test_when_one_of_two_is_paid_the_code_asks_for_the_rest(client, clock) -> None:
    enter(client, MAY)
    pay(bill_records.unpaid(MAY.code)[0], "m-1", clock())
    page = client.get("/kiosk/pay/202609-1,202610-1")
    assert (page.status_code, page.location) == (303, "/kiosk/pay/202610-1")
    poll = client.get("/kiosk/pay/202609-1,202610-1/state", headers={"HX-Request": "true"})
    assert (poll.status_code, poll.headers["HX-Redirect"]) == (286, "/kiosk/pay/202610-1")


def test_all_paid_shows_the_sum_and_each_receipt(client, clock) -> None:
    enter(client, MAY)
    receipts = [pay(bill, bill.name, clock()).payment.receipt_no
                for bill in bill_records.unpaid(MAY.code)]
    page = text(client.get("/kiosk/pay/202609-1,202610-1"))
    assert "324.972 đ" in page and all(receipt in page for receipt in receipts)


def test_after_one_month_the_other_is_offered(client, clock) -> None:
    enter(client, MAY)
    pay(bill_records.unpaid(MAY.code)[0], "m-1", clock())
    assert "Xem kỳ còn lại" in text(client.get("/kiosk/pay/202609-1"))


def test_a_voided_payment_brings_the_code_back(client, clock) -> None:
    enter(client, HOA)
    pay(bill_records.unpaid(HOA.code)[0], "m-1", clock())
    payments.void("momo", "m-1", "nhầm", "23:00", clock())
    assert heading(client.get("/kiosk/pay/202610-1")) == "Quét mã để trả tiền"


def test_when_the_visit_is_over_the_poll_leads_to_the_start(client) -> None:
    answer = client.get("/kiosk/pay/202610-1/state", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (286, "/kiosk/")
    assert client.get("/kiosk/pay/202610-1").location == "/kiosk/customer"


def test_polling_keeps_nobody_signed_in(client, clock) -> None:
    enter(client, HOA)
    poll = "/kiosk/pay/202610-1/state"
    for _ in range(17):
        clock.ms += 10_000
        client.get(poll, headers={"HX-Request": "true"})
    answer = client.get(poll, headers={"HX-Request": "true"})
    assert answer.headers.get("HX-Redirect") == "/kiosk/"


@pytest.mark.parametrize("page", ["", "/slip", "/sent", "/ways"])
def test_each_page_with_a_code_asks_for_the_money(client, clock, page: str) -> None:
    enter(client, HOA)
    client.post("/kiosk/pay/202610-1/slip")
    client.post("/kiosk/pay/202610-1/text", data={"phone": "0912000017"})
    address = f"/kiosk/pay/202610-1{page}"
    answer = client.get(address)
    assert answer.text.count('hx-get="/kiosk/pay/202610-1/state"') == 1
    assert "<dialog" not in answer.text
    pay(bill_records.unpaid(HOA.code)[0], "m-1", clock())
    assert heading(client.get(address, follow_redirects=True)) == "Đã nhận tiền"
