"""payOS's own ways."""

from __future__ import annotations

import hashlib
import hmac
import json

from tests.partners.callbacks import books
from tests.partners.callbacks.transfers import PayOs

URL = PayOs.url
# payos.vn/docs, "Kiểm tra dữ liệu với signature": the example, its key and its signature.
KEY = "1a54716c8f0efb2744fb28b6e38b25da7f67a925d98bc1c18bd8faaecadd7675"
EXAMPLE = {
    "code": "00", "desc": "success", "success": True, "data": {
        "orderCode": 123, "amount": 3000, "description": "VQRIO123", "accountNumber": "12345678",
        "reference": "TF230204212323", "transactionDateTime": "2023-02-04 18:25:00",
        "currency": "VND", "paymentLinkId": "124c33293c43417ab7879e14c8d9eb18", "code": "00",
        "desc": "Thành công", "counterAccountBankId": "", "counterAccountBankName": "",
        "counterAccountName": "", "counterAccountNumber": "", "virtualAccountName": "",
        "virtualAccountNumber": ""},
    "signature": "412e915d2871504ed31be63c8f62a149a4410d34c4c42affc9006ef9917eaa03"}


def test_the_published_example_verifies_and_is_no_money(client, change_settings) -> None:
    change_settings(payos_secret=KEY)
    assert client.post(URL, data=json.dumps(EXAMPLE).encode()).status_code == 200
    assert books.credits() == []


def test_the_example_changed_is_refused(client, change_settings) -> None:
    change_settings(payos_secret=KEY)
    changed = {**EXAMPLE, "data": {**EXAMPLE["data"], "amount": 3001}}
    assert client.post(URL, data=json.dumps(changed).encode()).status_code == 401


def test_a_payment_that_failed_brings_no_credit(client) -> None:
    assert PayOs().tell(client, 546_108, "PA04DH00000171026", code="01").status_code == 200
    assert books.credits() == []


def test_without_a_bank_reference_the_payment_link_is_the_number(client) -> None:
    PayOs().tell(client, 546_108, "PA04DH00000171026", number="")
    assert books.payments() == [("payos", "9f1c", 546_108, "posted")]


def test_lists_are_signed_as_json(client) -> None:
    data = {"amount": 5000, "reference": "FT1", "description": "x", "items": [{"b": 1, "a": "ấ"}]}
    text = 'amount=5000&description=x&items=[{"a":"ấ","b":1}]&reference=FT1'
    signature = hmac.new(b"payos-checksum-key", text.encode(), hashlib.sha256).hexdigest()
    body = {"data": data, "signature": signature}
    assert client.post(URL, data=json.dumps(body).encode()).status_code == 200
    assert books.credits() == [("payos", 5000, "unmatched", "")]
