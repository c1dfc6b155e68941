"""VNPAY's IPN, by the table of its specification, and by the ways in which payments go wrong."""

from __future__ import annotations

import pytest

from db import connection
from db.transfers import BankCredit
from services.transfers import credit_desk
from tests.partners.callbacks import books
from tests.villagers import HOA

URL = "/partners/callbacks/vnpay"
OWED = 546_108


def knock(client, query: str) -> tuple[int, str]:
    answer = client.get(f"{URL}?{query}")
    return answer.status_code, answer.get_json()["RspCode"]


def test_a_payment_settles_the_bill_and_texts_the_receipt(client, order, machines) -> None:
    made = order("vnpay")
    answer = client.get(f"{URL}?{machines.vnpay.ipn(made.order_ref)}")
    assert (answer.status_code, answer.get_json()) == (
        200, {"RspCode": "00", "Message": "Confirm Success"})
    assert books.bill() == "received"
    assert books.payments() == [("vnpay", "14422574", OWED, "posted")]
    assert books.orders() == ["paid"]
    assert books.messages() == ["receipt"]


def test_a_repetition_is_answered_02_and_posts_nothing(client, order, machines) -> None:
    query = machines.vnpay.ipn(order("vnpay").order_ref)
    assert [knock(client, query) for _ in range(3)] == [(200, "00"), (200, "02"), (200, "02")]
    assert len(books.payments()) == 1
    assert books.messages() == ["receipt"]
    assert books.alarms() == []


# what is sent → RspCode, bill, order, credits held
FAULTS = {
    "declined": ({"vnp_ResponseCode": "24", "vnp_TransactionStatus": "02"},
                 "00", "unpaid", "failed", []),
    "declined, without a number": (
        {"vnp_ResponseCode": "51", "vnp_TransactionStatus": "02", "vnp_TransactionNo": "0"},
        "00", "unpaid", "failed", []),
    "pending": ({"vnp_TransactionStatus": "01"}, "00", "unpaid", "open", []),
    "suspicious": ({"vnp_ResponseCode": "07", "vnp_TransactionStatus": "07"},
                   "00", "unpaid", "open", []),
    "success without status": ({"vnp_TransactionStatus": ""}, "00", "unpaid", "open", []),
    "too little": ({"vnp_Amount": "54610700"}, "04", "unpaid", "held",
                   [("vnpay", OWED - 1, "under", "PA04DH0000017")]),
    "too much": ({"vnp_Amount": "60000000"}, "04", "unpaid", "held",
                 [("vnpay", 600_000, "over", "PA04DH0000017")]),
    "reversed": ({"vnp_TransactionStatus": "04"}, "00", "unpaid", "open", []),
    "yes and no": ({"vnp_TransactionStatus": "02"}, "00", "unpaid", "open", []),
    "neither": ({"vnp_ResponseCode": "", "vnp_TransactionStatus": ""},
                "00", "unpaid", "failed", []),
    "not whole đồng": ({"vnp_Amount": "54610850"}, "99", "unpaid", "open", []),
    "no amount": ({"vnp_Amount": ""}, "99", "unpaid", "open", []),
    "amount as words": ({"vnp_Amount": "many"}, "99", "unpaid", "open", []),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_goes_wrong_is_told_and_recorded(client, order, machines, fault: str) -> None:
    changes, code, bill, state, held = FAULTS[fault]
    assert knock(client, machines.vnpay.ipn(order("vnpay").order_ref, **changes)) == (200, code)
    assert (books.bill(), books.orders(), books.credits()) == (bill, [state], held)
    assert books.payments() == []


def test_money_for_an_unknown_order_is_kept_for_an_officer(client, machines) -> None:
    query = machines.vnpay.ipn("261115UNKNOWN")
    assert [knock(client, query) for _ in range(2)] == [(200, "01"), (200, "01")]
    assert books.credits() == [("vnpay", OWED, "unmatched", "")]


def test_a_failure_of_an_unknown_order_is_told_and_kept(client, machines) -> None:
    query = machines.vnpay.ipn("261115UNKNOWN", vnp_ResponseCode="24", vnp_TransactionStatus="02")
    assert knock(client, query) == (200, "01")
    assert books.events() == [("failed", "failed")]
    assert books.credits() == []


def test_wrong_amount_is_answered_the_same_each_time_and_held_once(
        client, order, machines) -> None:
    query = machines.vnpay.ipn(order("vnpay").order_ref, vnp_Amount="100000")
    assert [knock(client, query)[1] for _ in range(3)] == ["04", "04", "04"]
    assert books.credits() == [("vnpay", 1000, "under", "PA04DH0000017")]
    assert books.alarms() == []


@pytest.mark.parametrize("wrong", [{"vnp_TxnRef": "261115UNKNOWN"}, {"vnp_Amount": "100000"}])
def test_a_transaction_first_told_of_wrongly_counts_once_it_is_told_right(
        client, order, machines, wrong: dict) -> None:
    made = order("vnpay")
    first = machines.vnpay.ipn(made.order_ref, **wrong)
    assert knock(client, first)[1] in ("01", "04")
    right = machines.vnpay.ipn(made.order_ref)
    assert [knock(client, right)[1] for _ in range(3)] == ["00", "02", "02"]
    assert (books.bill(), books.orders()) == ("received", ["paid"])
    assert books.payments() == [("vnpay", "14422574", OWED, "posted")]
    assert [state for _source, _amount, state, _code in books.credits()] == ["duplicate"]
    assert books.alarms() == []
    assert knock(client, first)[1] in ("01", "04")
    assert len(books.payments()) == 1


def test_money_told_right_for_a_bill_that_was_corrected_stays_held(
        client, order, machines, app) -> None:
    made = order("vnpay")
    knock(client, machines.vnpay.ipn("261115UNKNOWN"))
    with app.app_context():
        connection.run("UPDATE bill SET total = total + 1000, subtotal = subtotal + 1000"
                       " WHERE id = ?", made.bill_id)
    assert knock(client, machines.vnpay.ipn(made.order_ref)) == (200, "02")
    assert books.credits() == [("vnpay", OWED, "unmatched", "")]
    assert books.alarms() == [("vnpay", "payment.conflict")]


def test_money_that_an_officer_gave_a_place_is_not_counted_again(
        client, order, machines, app, clock) -> None:
    made = order("vnpay")
    knock(client, machines.vnpay.ipn("261115UNKNOWN"))
    with app.app_context():
        credit_desk.keep(BankCredit.get().id, HOA.code, "canbo", "", clock())
    assert knock(client, machines.vnpay.ipn(made.order_ref)) == (200, "02")
    assert (books.payments(), books.alarms()) == ([], [("vnpay", "payment.conflict")])


def test_success_after_a_failed_try_counts(client, order, machines) -> None:
    made = order("vnpay")
    failed = machines.vnpay.ipn(made.order_ref, vnp_ResponseCode="51",
                                vnp_TransactionStatus="02", vnp_TransactionNo="14422573")
    assert [knock(client, failed)[1], knock(client, machines.vnpay.ipn(made.order_ref))[1]] == [
        "00", "00"]
    assert (books.bill(), books.orders()) == ("received", ["paid"])


def test_a_failure_that_comes_after_the_success_undoes_nothing(client, order, machines) -> None:
    made = order("vnpay")
    knock(client, machines.vnpay.ipn(made.order_ref))
    late = machines.vnpay.ipn(made.order_ref, vnp_ResponseCode="51", vnp_TransactionStatus="02",
                              vnp_TransactionNo="14422573")
    assert knock(client, late) == (200, "00")
    assert (books.bill(), books.orders()) == ("received", ["paid"])


def test_a_second_payment_for_one_order_is_due_back(client, order, machines) -> None:
    made = order("vnpay")
    knock(client, machines.vnpay.ipn(made.order_ref))
    again = machines.vnpay.ipn(made.order_ref, vnp_TransactionNo="14422599")
    assert knock(client, again) == (200, "00")
    assert books.payments() == [("vnpay", "14422574", OWED, "posted"),
                                ("vnpay", "14422599", OWED, "refund_due")]


@pytest.mark.parametrize(("changes", "code"), [
    ({"vnp_Amount": "100000"}, "04"),
    ({"vnp_OrderInfo": "another text"}, "02"),
    ({"vnp_PayDate": "20261115130000"}, "02"),
])
def test_the_same_number_with_other_content_is_an_alarm(
        client, order, machines, changes: dict, code: str) -> None:
    made = order("vnpay")
    knock(client, machines.vnpay.ipn(made.order_ref))
    assert knock(client, machines.vnpay.ipn(made.order_ref, **changes)) == (200, code)
    assert books.alarms() == [("vnpay", "payment.conflict")]
    assert len(books.payments()) == 1
    assert books.credits() == []


def test_signatures_by_a_wrong_key_or_over_other_content_are_refused(
        client, order, machines) -> None:
    made = order("vnpay")
    good = machines.vnpay.ipn(made.order_ref)
    for query in (machines.vnpay.ipn(made.order_ref, key="another"),
                  good.replace("vnp_Amount=54610800", "vnp_Amount=100"),
                  good.replace("vnp_SecureHash=", "vnp_SecureHash=0"),
                  good.partition("&vnp_SecureHash")[0], good + "&vnp_Amount=100", "",
                  "&".join(f"vnp_{n}=x" for n in range(99))):
        assert knock(client, query) == (200, "97")
    assert (books.bill(), books.events()) == ("unpaid", [])


def test_fields_of_others_in_the_address_are_not_signed(client, order, machines) -> None:
    query = machines.vnpay.ipn(order("vnpay").order_ref)
    assert knock(client, f"utm_source=x&{query}") == (200, "00")


def test_the_old_key_still_counts_while_keys_are_rotated(
        client, order, machines, change_settings) -> None:
    made = order("vnpay")
    change_settings(vnpay_secret="new-key old-key")
    assert knock(client, machines.vnpay.ipn(made.order_ref, key="old-key")) == (200, "00")


def test_without_a_secret_nobody_is_at_home(client, machines, change_settings) -> None:
    change_settings(vnpay_secret="")
    assert client.get(f"{URL}?{machines.vnpay.ipn('x')}").status_code == 404
    assert client.post(URL).status_code == 405


def test_a_database_that_cannot_be_written_is_99_so_that_it_comes_again(
        client, order, machines, app) -> None:
    query = machines.vnpay.ipn(order("vnpay").order_ref)
    with app.app_context():
        connection.run("ALTER TABLE provider_event RENAME TO gone")
    assert knock(client, query) == (200, "99")
    with app.app_context():
        connection.run("ALTER TABLE gone RENAME TO provider_event")
    assert knock(client, query) == (200, "00")


def test_a_bill_that_was_corrected_after_the_order_goes_to_an_officer(
        client, order, machines, app) -> None:
    made = order("vnpay")
    with app.app_context():
        connection.run("UPDATE bill SET total = total + 1000, subtotal = subtotal + 1000"
                       " WHERE id = ?", made.bill_id)
    assert knock(client, machines.vnpay.ipn(made.order_ref)) == (200, "00")
    assert books.credits() == [("vnpay", OWED, "under", "PA04DH0000017")]
    assert books.bill() == "unpaid"
