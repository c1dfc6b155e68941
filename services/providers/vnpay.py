"""VNPAY 2.1.0: the signed payment address, and the question how an order stands (querydr).

Source: sandbox.vnpayment.vn/apis/docs. Amounts are đ × 100; times are local, yyyyMMddHHmmss.
"""

from __future__ import annotations

import dataclasses
import secrets
from typing import ClassVar
from urllib.parse import urlencode

from db.orders import OrderRow
from services import clock
from services.errors import NoAnswer
from services.notation import values
from services.outgoing import Request
from services.providers import digests, kinds
from services.providers.kinds import Start, Status

TIME = "%Y%m%d%H%M%S"
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_NOT_SIGNED = ("vnp_SecureHash", "vnp_SecureHashType")
_QUESTION = ("vnp_RequestId", "vnp_Version", "vnp_Command", "vnp_TmnCode", "vnp_TxnRef",
             "vnp_TransactionDate", "vnp_CreateDate", "vnp_IpAddr", "vnp_OrderInfo")
_ANSWER = ("vnp_ResponseId", "vnp_Command", "vnp_ResponseCode", "vnp_Message", "vnp_TmnCode",
           "vnp_TxnRef", "vnp_Amount", "vnp_BankCode", "vnp_PayDate", "vnp_TransactionNo",
           "vnp_TransactionType", "vnp_TransactionStatus", "vnp_OrderInfo",
           "vnp_PromotionCode", "vnp_PromotionAmount")
# vnp_TransactionStatus. What is not named here is under way or needs a person at VNPAY:
# 01 not finished, 04 reversed (the payer was charged), 05-06 refund, 07 suspicious, 09.
RESULTS = {"00": kinds.PAID, "02": kinds.FAILED}


def canonical(fields: dict[str, str]) -> str:
    """What VNPAY signs: sorted by name, empty ones left out, form-urlencoded (space → +)."""
    return urlencode(sorted((name, value) for name, value in fields.items()
                            if value != "" and name not in _NOT_SIGNED))


def verify(fields: dict[str, str], keys: list[str]) -> bool:
    """True when the fields carry a right vnp_SecureHash (IPN)."""
    return digests.verify(canonical(fields), fields.get("vnp_SecureHash"), keys, "sha512")


def time_of(value: object) -> int:
    """yyyyMMddHHmmss → epoch ms; 0 when it is none."""
    return values.moment(value, TIME)


@dataclasses.dataclass(frozen=True)
class VnPay:
    """A merchant's account at VNPAY."""

    tmn_code: str
    keys: list[str]
    pay_url: str
    api_url: str
    public_url: str

    name: ClassVar[str] = "vnpay"
    title: ClassVar[str] = "VNPAY"
    least: ClassVar[int] = 5_000
    most: ClassVar[int] = 999_999_999

    def new_ref(self, now: int) -> str:
        """Unique by day at VNPAY; ours is for ever. Letters and digits only."""
        tail = "".join(secrets.choice(_LETTERS) for _ in range(12))
        return clock.local(now).strftime("%y%m%d") + tail

    def start(self, order: OrderRow, payer_ip: str) -> Request | Start:
        """No request: VNPAY learns of the order when the payer opens the signed address."""
        fields = {
            "vnp_Version": "2.1.0", "vnp_Command": "pay", "vnp_TmnCode": self.tmn_code,
            "vnp_Amount": str(order.amount * 100), "vnp_CurrCode": "VND",
            "vnp_TxnRef": order.order_ref, "vnp_OrderInfo": order.info,
            "vnp_OrderType": "other", "vnp_Locale": "vn", "vnp_IpAddr": payer_ip,
            "vnp_ReturnUrl": f"{self.public_url}/partners/callbacks/vnpay/return/"
                             + order.order_ref,
            "vnp_CreateDate": clock.local(order.created_at).strftime(TIME),
            "vnp_ExpireDate": clock.local(order.expires_at).strftime(TIME)}
        query = canonical(fields)
        seal = digests.digest(self.keys[0], query, "sha512")
        return Start(True, f"{self.pay_url}?{query}&vnp_SecureHash={seal}")

    def read_start(self, order: OrderRow, answer: dict) -> Start:
        """Nothing is asked, so nothing is answered."""
        raise NoAnswer("VNPAY is not asked to make an order")

    def question(self, order: OrderRow, now: int) -> Request:
        """querydr: how does the order stand?"""
        body = {
            "vnp_RequestId": secrets.token_hex(16), "vnp_Version": "2.1.0",
            "vnp_Command": "querydr", "vnp_TmnCode": self.tmn_code,
            "vnp_TxnRef": order.order_ref, "vnp_OrderInfo": order.info,
            "vnp_TransactionDate": clock.local(order.created_at).strftime(TIME),
            "vnp_CreateDate": clock.local(now).strftime(TIME), "vnp_IpAddr": "127.0.0.1"}
        text = "|".join(body[name] for name in _QUESTION)
        body["vnp_SecureHash"] = digests.digest(self.keys[0], text, "sha512")
        return Request(self.api_url, body)

    def read_status(self, order: OrderRow, answer: dict) -> Status:
        """The answer to querydr. 91: nobody has opened the payment address yet."""
        code = values.text(answer.get("vnp_ResponseCode"), 10)
        text = "|".join("" if answer.get(name) is None else str(answer[name]) for name in _ANSWER)
        if not digests.verify(text, answer.get("vnp_SecureHash"), self.keys, "sha512"):
            raise NoAnswer(f"querydr: wrong signature, code {code}")
        if code == "91":
            return Status(kinds.MISSING, reason=code)
        if code != "00" or answer.get("vnp_TxnRef") != order.order_ref:
            raise NoAnswer(f"querydr: code {code}")
        status = values.text(answer.get("vnp_TransactionStatus"), 10)
        hundredths = values.dong(answer.get("vnp_Amount")) or 0
        return Status(RESULTS.get(status, kinds.WAITING),
                      values.number(answer.get("vnp_TransactionNo")), hundredths // 100,
                      time_of(answer.get("vnp_PayDate")), status)
