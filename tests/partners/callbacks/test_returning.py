"""Where the payer's browser lands afterwards."""

from __future__ import annotations

from db import connection

HEADINGS = {"open": "Đang chờ kết quả thanh toán", "unknown": "Đang chờ kết quả thanh toán",
            "paid": "Đã nhận tiền", "held": "số tiền khác với hóa đơn",
            "failed": "Chưa thanh toán được", "expired": "Chưa thanh toán được"}


def test_the_page_says_what_we_know(client, order, app) -> None:
    made = order("momo")
    for state, heading in HEADINGS.items():
        with app.app_context():
            connection.run("UPDATE provider_order SET state = ?", state)
        page = client.get(f"/partners/callbacks/momo/return/{made.order_ref}?resultCode=0")
        assert page.status_code == 200
        assert heading in page.text
        assert "546.108" in page.text
        assert "10/2026" in page.text
        assert "PA04DH" not in page.text


def test_its_parameters_decide_nothing(client, order) -> None:
    made = order("vnpay")
    page = client.get(f"/partners/callbacks/vnpay/return/{made.order_ref}?vnp_ResponseCode=00")
    assert "Đã nhận tiền" not in page.text


def test_a_payer_who_has_not_paid_yet_may_go_back_while_there_is_time(
        client, order, clock) -> None:
    made = order("momo")
    address = f"/partners/callbacks/momo/return/{made.order_ref}"
    assert made.pay_url in client.get(address).text
    clock.ms = made.expires_at
    assert made.pay_url not in client.get(address).text


def test_an_order_that_is_none_is_not_found(client) -> None:
    for path in ("momo/return/x", "nobody/return/x", "momo/return/" + "x" * 999):
        assert client.get(f"/partners/callbacks/{path}").status_code == 404
