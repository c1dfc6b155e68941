"""Signatures against what the providers have published, and the care taken in comparing them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notation import bounds, values
from services.providers import digests, momo, vnpay


def test_vnpay_signs_sorted_filled_form_encoded_fields() -> None:
    """Order, emptiness and encoding as in the example address of VNPAY's manual."""
    fields = {"vnp_Version": "2.1.0", "vnp_OrderInfo": "Thanh toan don hang :5", "vnp_TxnRef": "5",
              "vnp_ReturnUrl": "https://domainmerchant.vn/ReturnUrl", "vnp_BankCode": "",
              "vnp_SecureHash": "3e0d", "vnp_SecureHashType": "SHA512"}
    assert vnpay.canonical(fields) == (
        "vnp_OrderInfo=Thanh+toan+don+hang+%3A5"
        "&vnp_ReturnUrl=https%3A%2F%2Fdomainmerchant.vn%2FReturnUrl"
        "&vnp_TxnRef=5&vnp_Version=2.1.0")
    assert vnpay.canonical({"vnp_OrderInfo": "Tiền điện"}) == (
        "vnp_OrderInfo=Ti%E1%BB%81n+%C4%91i%E1%BB%87n")


def test_zalopay_s_published_callback_verifies_with_its_published_key2() -> None:
    """docs.zalopay.vn, callback sample of app 2553; key2 of the sandbox as published there."""
    data = (r'{"app_id":2553,"app_trans_id":"200904_2553_1598435687208","app_time":1599189392817,'
            r'"app_user":"demo","amount":10000,"embed_data":"{\"merchantinfo\":\"embeddata123\",'
            r'\"promotioninfo\":\"\"}","item":"[{\"itemid\":\"knb\",\"itemname\":\"kim nguyen bao'
            r'\",\"itemprice\":198400,\"itemquantity\":1}]","zp_trans_id":200904000000389,'
            r'"server_time":1599189413498,"channel":38,'
            r'"merchant_user_id":"7ZMSl3nEg5sOUJzOLSoUFT8xKNQVaLOLXHB--8Eytqc",'
            r'"user_fee_amount":0,"discount_amount":0}')
    mac = "d8d33baf449b31d7f9b94fa50d7c942c08cd4d83f28fa185557da21acb104f67"
    assert digests.verify(data, mac, ["kLtgPl8HHhfvMuDHPwKfgfsY4Ydm9eIz"], "sha256")
    assert not digests.verify(data + " ", mac, ["kLtgPl8HHhfvMuDHPwKfgfsY4Ydm9eIz"], "sha256")


def test_momo_signs_thirteen_fields_by_name_as_they_stand() -> None:
    body = {"orderType": "momo_wallet", "amount": 1000, "partnerCode": "MOMO", "orderId": "o-1",
            "extraData": "eyJza3VzIjoiIn0=", "transId": 4088878653, "resultCode": 0,
            "responseTime": 1721720663942, "message": "Thành công.", "payType": "qr",
            "requestId": "r-1", "orderInfo": "tien dien", "signature": "x", "more": 1}
    assert momo.ipn_text(body, "F8BBA842ECF85") == (
        "accessKey=F8BBA842ECF85&amount=1000&extraData=eyJza3VzIjoiIn0=&message=Thành công."
        "&orderId=o-1&orderInfo=tien dien&orderType=momo_wallet&partnerCode=MOMO&payType=qr"
        "&requestId=r-1&responseTime=1721720663942&resultCode=0&transId=4088878653")


@pytest.mark.parametrize(("given_signature", "right"), [
    ("right", True), ("RIGHT", True), ("wrong", False), ("", False), (None, False), (7, False),
    ("\udc80", False), (["right"], False)])
def test_only_the_right_text_is_a_signature(given_signature: object, right: bool) -> None:
    made = digests.digest("new", "text", "sha256")
    given_text = {"right": made, "RIGHT": made.upper(), "wrong": "0" * 64}.get(
        given_signature if isinstance(given_signature, str) else "", given_signature)
    assert digests.verify("text", given_text, ["old", "new"], "sha256") is right


def test_no_key_verifies_nothing() -> None:
    assert not digests.verify("", digests.digest("", "", "sha256"), digests.keys(""), "sha256")
    assert not digests.is_key("", digests.keys(""))


@given(st.text() | st.integers() | st.none() | st.floats() | st.lists(st.integers()))
def test_values_from_outside_never_break(value: object) -> None:
    amount = values.dong(value)
    assert amount is None or 0 < amount <= bounds.MOST_DONG
    kept = values.text(value, 40)
    assert len(kept) <= 40
    assert "\0" not in kept
    assert json.loads(json.dumps(kept)) == kept
    kept.encode()
    assert values.moment(value, "%Y-%m-%d %H:%M:%S") >= 0 or isinstance(value, str)


@pytest.mark.parametrize(("value", "amount"), [
    (546108, 546108), ("546108", 546108), (True, None), (0, None), (-5, None), ("-5", None),
    ("5.0", None), (5.0, None), ("٥", None), (" 5", None), (10**13, None), (None, None)])
def test_an_amount_is_a_whole_number_above_zero(value: object, amount: int | None) -> None:
    assert values.dong(value) == amount
