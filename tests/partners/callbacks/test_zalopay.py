"""ZaloPay's callback: it comes only when money was received."""

from __future__ import annotations

import json

import pytest

from db import connection
from tests.partners.callbacks import books

URL = "/partners/callbacks/zalopay"
OWED = 546_108


def knock(client, body: bytes) -> int:
    answer = client.post(URL, data=body, content_type="application/json")
    assert answer.status_code == 200
    return answer.get_json()["return_code"]


def test_a_payment_settles_the_bill_and_texts_the_receipt(client, order, machines) -> None:
    answer = client.post(URL, data=machines.zalopay.callback(order("zalopay").order_ref))
    assert answer.get_json() == {"return_code": 1, "return_message": "success"}
    assert books.bill() == "received"
    assert books.payments() == [("zalopay", "261115000000389", OWED, "posted")]
    assert books.orders() == ["paid"]
    assert books.messages() == ["receipt"]


def test_a_repetition_is_a_duplicate_and_posts_nothing(client, order, machines) -> None:
    body = machines.zalopay.callback(order("zalopay").order_ref)
    assert [knock(client, body) for _ in range(3)] == [1, 2, 2]
    assert len(books.payments()) == 1
    assert books.alarms() == []


# changes → return_code, credits held
FAULTS = {
    "too little": ({"amount": 546_107}, 1, [("zalopay", OWED - 1, "under", "PA04DH0000017")]),
    "too much": ({"amount": 600_000}, 1, [("zalopay", 600_000, "over", "PA04DH0000017")]),
    "another order": ({"app_trans_id": "261115_unknown"}, 1, [("zalopay", OWED, "unmatched", "")]),
    "no amount": ({"amount": None}, 0, []),
    "amount below zero": ({"amount": -5}, 0, []),
    "amount with a fraction": ({"amount": 5.5}, 0, []),
    "no number": ({"zp_trans_id": 0}, 0, []),
    "no order": ({"app_trans_id": ""}, 0, []),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_goes_wrong_is_never_refused_when_money_came(
        client, order, machines, fault: str) -> None:
    changes, code, held = FAULTS[fault]
    body = machines.zalopay.callback(order("zalopay").order_ref, **changes)
    assert knock(client, body) == code
    assert (books.bill(), books.payments(), books.credits()) == ("unpaid", [], held)


def test_the_same_number_with_another_amount_is_an_alarm(client, order, machines) -> None:
    made = order("zalopay")
    knock(client, machines.zalopay.callback(made.order_ref))
    assert knock(client, machines.zalopay.callback(made.order_ref, amount=1000)) == 2
    assert books.alarms() == [("zalopay", "payment.conflict")]
    assert (len(books.payments()), books.credits()) == (1, [])


UNSIGNED = [
    b"", b"{", b"[]", b"null", b'{"data":"{}"}', b'{"data":{},"mac":""}', b'{"data":"{}","mac":7}',
    b'{"data":"\\ud800","mac":"00"}', b"[" * 5000, '{"data":"ấ"}'.encode("utf-16"), b"\xff"]


def test_what_is_not_signed_is_refused(client, machines) -> None:
    assert [knock(client, body) for body in UNSIGNED] == [-1] * len(UNSIGNED)
    assert books.events() == []


def test_a_wrong_key_or_changed_data_is_refused(client, order, machines) -> None:
    made = order("zalopay")
    good = machines.zalopay.callback(made.order_ref)
    assert knock(client, machines.zalopay.callback(made.order_ref, key="another")) == -1
    assert knock(client, good.replace(b"546108", b"546109")) == -1
    # key1 signs our requests; whoever has it must not be able to report a payment.
    assert knock(client, machines.zalopay.callback(made.order_ref,
                                                   key=machines.zalopay.key1)) == -1
    assert books.events() == []


def test_the_old_key_still_counts_while_keys_are_rotated(
        client, order, machines, change_settings) -> None:
    made = order("zalopay")
    change_settings(zalopay_key2="new-key old-key")
    assert knock(client, machines.zalopay.callback(made.order_ref, key="old-key")) == 1


def test_an_agreement_is_none_of_ours(client, order, machines) -> None:
    body = json.loads(machines.zalopay.callback(order("zalopay").order_ref))
    assert knock(client, json.dumps({**body, "type": 2}).encode()) == 1
    assert books.payments() == []


def test_without_a_secret_nobody_is_at_home(client, change_settings) -> None:
    change_settings(zalopay_key2="")
    assert client.post(URL, data=b"{}").status_code == 404


def test_a_database_that_cannot_be_written_asks_to_come_again(
        client, order, machines, app) -> None:
    body = machines.zalopay.callback(order("zalopay").order_ref)
    with app.app_context():
        connection.run("ALTER TABLE provider_event RENAME TO gone")
    assert knock(client, body) == 0
    with app.app_context():
        connection.run("ALTER TABLE gone RENAME TO provider_event")
    assert knock(client, body) == 1
