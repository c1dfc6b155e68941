"""MoMo's notification: 204, whatever became of the payment."""

from __future__ import annotations

import pytest

from tests.partners.callbacks import books

URL = "/partners/callbacks/momo"
OWED = 546_108


def knock(client, body: bytes) -> int:
    return client.post(URL, data=body, content_type="application/json").status_code


def test_a_payment_settles_the_bill_and_texts_the_receipt(client, order, machines) -> None:
    answer = client.post(URL, data=machines.momo.ipn(order("momo").order_ref))
    assert (answer.status_code, answer.data) == (204, b"")
    assert books.bill() == "received"
    assert books.payments() == [("momo", "4088878653", OWED, "posted")]
    assert books.orders() == ["paid"]
    assert books.messages() == ["receipt"]


def test_a_repetition_is_answered_the_same_and_posts_nothing(client, order, machines) -> None:
    body = machines.momo.ipn(order("momo").order_ref)
    assert [knock(client, body) for _ in range(3)] == [204, 204, 204]
    assert len(books.payments()) == 1
    assert books.alarms() == []


# changes → status, order, credits held
FAULTS = {
    "declined by the payer": ({"resultCode": 1006}, 204, "failed", []),
    "no money": ({"resultCode": 1001, "transId": 0}, 204, "failed", []),
    "expired": ({"resultCode": 1005}, 204, "failed", []),
    "pending": ({"resultCode": 7002}, 204, "open", []),
    "authorised": ({"resultCode": 9000}, 204, "open", []),
    "exception": ({"resultCode": 99}, 204, "open", []),
    "a code of tomorrow": ({"resultCode": 123456}, 204, "open", []),
    "too little": ({"amount": 546_107}, 204, "held",
                   [("momo", OWED - 1, "under", "PA04DH0000017")]),
    "too much": ({"amount": 600_000}, 204, "held",
                 [("momo", 600_000, "over", "PA04DH0000017")]),
    "another order": ({"orderId": "261115-unknown"}, 204, "open",
                      [("momo", OWED, "unmatched", "")]),
    "no amount": ({"amount": "many"}, 422, "open", []),
    "no code": ({"resultCode": "x"}, 422, "open", []),
    "no order": ({"orderId": ""}, 422, "open", []),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_goes_wrong_is_recorded(client, order, machines, fault: str) -> None:
    changes, status, state, held = FAULTS[fault]
    assert knock(client, machines.momo.ipn(order("momo").order_ref, **changes)) == status
    assert (books.bill(), books.orders(), books.credits()) == ("unpaid", [state], held)
    assert books.payments() == []


def test_out_of_order_the_payment_wins(client, order, machines) -> None:
    made = order("momo")
    for changes in ({"resultCode": 1006, "transId": 1}, {}, {"resultCode": 7000}):
        assert knock(client, machines.momo.ipn(made.order_ref, **changes)) == 204
    assert (books.bill(), books.orders()) == ("received", ["paid"])


@pytest.mark.parametrize("changes", [{"amount": 1000}, {"message": "khác"}])
def test_the_same_number_with_other_content_is_a_conflict_and_an_alarm(
        client, order, machines, changes: dict) -> None:
    made = order("momo")
    knock(client, machines.momo.ipn(made.order_ref))
    assert knock(client, machines.momo.ipn(made.order_ref, **changes)) == 409
    assert books.alarms() == [("momo", "payment.conflict")]
    assert (len(books.payments()), books.credits()) == (1, [])


UNSIGNED = [
    b"", b"{", b"[]", b"{}", b'{"signature":7}',
    b'{"signature":"\\ud800","message":"\\ud800"}', b"[" * 5000, b"\xff\xfe"]


def test_what_is_not_signed_is_refused(client, machines) -> None:
    answers = [client.post(URL, data=body) for body in UNSIGNED]
    assert {(answer.status_code, answer.content_type) for answer in answers} == {
        (401, "application/problem+json")}
    assert books.events() == []


def test_a_wrong_key_or_changed_body_is_refused(client, order, machines) -> None:
    made = order("momo")
    good = machines.momo.ipn(made.order_ref)
    assert knock(client, machines.momo.ipn(made.order_ref, key="another")) == 401
    assert knock(client, good.replace(b"546108", b"546109")) == 401
    assert books.events() == []


def test_the_old_key_still_counts_while_keys_are_rotated(
        client, order, machines, change_settings) -> None:
    made = order("momo")
    change_settings(momo_secret="new-key old-key")
    assert knock(client, machines.momo.ipn(made.order_ref, key="old-key")) == 204
    assert books.bill() == "received"


def test_without_a_secret_nobody_is_at_home(client, change_settings) -> None:
    change_settings(momo_secret="")
    assert client.post(URL, data=b"{}").status_code == 404


def test_another_channel_that_paid_first_leaves_this_money_due_back(
        client, order, machines) -> None:
    momo, zalopay = order("momo"), order("zalopay")
    client.post("/partners/callbacks/zalopay", data=machines.zalopay.callback(zalopay.order_ref))
    assert knock(client, machines.momo.ipn(momo.order_ref)) == 204
    assert [(name, state) for name, _number, _amount, state in books.payments()] == [
        ("zalopay", "posted"), ("momo", "refund_due")]
    assert books.messages() == ["receipt", "refund_due"]
