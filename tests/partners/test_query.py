"""A partner asks what a customer owes."""

from __future__ import annotations

import pytest

from tests.villagers import HOA, MAY, SON


def ask(partner, code: str):
    return partner.get(f"/partners/v1/customers/{code}/bills")


def test_hoas_bill_is_told_masked(viettel) -> None:
    answer = ask(viettel, HOA.code)
    assert answer.status_code == 200
    assert answer.json == {
        "customer": {"code": HOA.code, "name_masked": "N*** T** H**"},
        "bills": [{"bill_id": "PA04DH0000017-202610-1", "period": "2026-10", "amount": 546_108,
                   "currency": "VND", "due_on": "2026-11-20",
                   "reference": "PA04DH00000171026"}]}


def test_two_months_come_oldest_first(viettel) -> None:
    bills = ask(viettel, MAY.code).json["bills"]
    assert [(bill["period"], bill["amount"], bill["reference"]) for bill in bills] == [
        ("2026-09", 107_136, "PA04VN00000330926"), ("2026-10", 217_836, "PA04VN00000331026")]


def test_nothing_due_is_an_empty_list(viettel) -> None:
    answer = ask(viettel, SON.code)
    assert (answer.status_code, answer.json["bills"]) == (200, [])


def test_a_bill_that_was_paid_is_not_asked_for_again(viettel) -> None:
    viettel.pay()
    assert ask(viettel, HOA.code).json["bills"] == []


def test_nobody_has_this_code(viettel) -> None:
    answer = ask(viettel, "PA04DH9999999")
    assert (answer.status_code, answer.json["title"]) == (404, "unknown_customer")
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("code", [
    "PA04DH000001", "PA04DH00000177", "pa04dh0000017", "PA04DHOOOOO17", "PA04DH0000017%20",
    "PA04DH000001%D9%A7", "x", "%00", "PA04DH0000017%0A", "-", "'--"])
def test_what_is_no_code_is_refused(viettel, code: str) -> None:
    answer = ask(viettel, code)
    assert (answer.status_code, answer.json["title"]) == (422, "malformed_code")


def test_neither_name_nor_phone_is_told(viettel) -> None:
    answer = ask(viettel, HOA.code)
    assert "Hoa" not in answer.text
    assert HOA.phone[3:] not in answer.text


@pytest.mark.parametrize("path", ["/partners/v1/", "/partners/v1/payment", "/partners/v2/payments"])
def test_an_address_that_is_not_there_is_a_problem_document(client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json["title"]) == (404, "not_found")
    assert answer.content_type == "application/problem+json"


def test_a_method_that_is_not_there_names_those_that_are(client) -> None:
    answer = client.delete("/partners/v1/payments")
    assert (answer.status_code, answer.json["title"]) == (405, "method_not_allowed")
    assert "POST" in answer.headers["Allow"]
