"""MoMo v2: create an order (captureWallet), ask how it stands.

Source: developers.momo.vn/v3 (one-time payments, query, result codes).
"""

from __future__ import annotations

import dataclasses
import secrets
from typing import ClassVar

from db.orders import OrderRow
from services import clock
from services.errors import NoAnswer
from services.notation import values
from services.outgoing import Request
from services.providers import digests, kinds
from services.providers.kinds import Start, Status

_CREATE = ("accessKey", "amount", "extraData", "ipnUrl", "orderId", "orderInfo", "partnerCode",
           "redirectUrl", "requestId", "requestType")
_CREATED = ("accessKey", "amount", "orderId", "partnerCode", "payUrl", "requestId",
            "responseTime", "resultCode")
_QUERY = ("accessKey", "orderId", "partnerCode", "requestId")
_IPN = ("accessKey", "amount", "extraData", "message", "orderId", "orderInfo", "orderType",
        "partnerCode", "payType", "requestId", "responseTime", "resultCode", "transId")
# Result codes by which no order was made, and those that are final for a payment. A code in
# neither set (10 maintenance, 40 and 41 known before, 99, 1000, 7000, 7002, 9000 …) is open.
_REFUSED = {11, 12, 13, 20, 21, 22, 42, 45, 47, 2019}
_FINAL_FAILURES = {1001, 1002, 1003, 1004, 1005, 1006, 1007, 1017, 1026, 2019, 4001, 4002, 4100}
_NO_SUCH_ORDER = 42


def plain(fields: dict, names: tuple[str, ...]) -> str:
    """What MoMo signs: k=v&… by name, as the values stand."""
    return "&".join(f"{name}={fields.get(name, '')}" for name in names)


def ipn_text(body: dict, access_key: str = "") -> str:
    """The signed part of a notification. accessKey is ours: it is not sent."""
    return plain({**body, "accessKey": access_key}, _IPN)


def verify_ipn(body: dict, access_key: str, keys: list[str]) -> bool:
    """True when a notification carries a right signature."""
    return digests.verify(ipn_text(body, access_key), body.get("signature"), keys, "sha256")


def result_of(code: object) -> str:
    """PAID, FAILED or WAITING of a resultCode."""
    if code == 0:
        return kinds.PAID
    return kinds.FAILED if code in _FINAL_FAILURES else kinds.WAITING


@dataclasses.dataclass(frozen=True)
class MoMo:
    """A merchant's account at MoMo."""

    partner_code: str
    access_key: str
    keys: list[str]
    api_base: str
    public_url: str

    name: ClassVar[str] = "momo"
    title: ClassVar[str] = "MoMo"
    least: ClassVar[int] = 1_000
    most: ClassVar[int] = 50_000_000

    def new_ref(self, now: int) -> str:
        """orderId: letters, digits, and - _ . between them."""
        return clock.local(now).strftime("%y%m%d-") + secrets.token_hex(8)

    def start(self, order: OrderRow, payer_ip: str) -> Request | Start:
        """POST /v2/gateway/api/create."""
        callback = f"{self.public_url}/partners/callbacks/momo"
        body = {
            "partnerCode": self.partner_code, "requestType": "captureWallet",
            "requestId": order.order_ref, "orderId": order.order_ref, "amount": order.amount,
            "orderInfo": order.info, "redirectUrl": f"{callback}/return/{order.order_ref}",
            "ipnUrl": callback, "extraData": "", "autoCapture": True, "lang": "vi"}
        return Request(f"{self.api_base}/v2/gateway/api/create", self._sign(body, _CREATE))

    def _sign(self, body: dict, names: tuple[str, ...]) -> dict:
        text = plain({**body, "accessKey": self.access_key}, names)
        return {**body, "signature": digests.digest(self.keys[0], text, "sha256")}

    def read_start(self, order: OrderRow, answer: dict) -> Start:
        """`payUrl` when it was made. The signature of an answer is optional; a wrong one is no
        answer."""
        text = plain({**answer, "accessKey": self.access_key}, _CREATED)
        if answer.get("signature") and not digests.verify(
                text, answer["signature"], self.keys, "sha256"):
            raise NoAnswer("create: wrong signature")
        code = answer.get("resultCode")
        if code == 0 and values.text(answer.get("payUrl"), 2000):
            return Start(True, values.text(answer["payUrl"], 2000))
        if code in _REFUSED:
            return Start(False, reason=f"{code}")
        raise NoAnswer(f"create: code {code}")

    def question(self, order: OrderRow, now: int) -> Request:
        """POST /v2/gateway/api/query."""
        body = {"partnerCode": self.partner_code, "requestId": secrets.token_hex(16),
                "orderId": order.order_ref, "lang": "vi"}
        return Request(f"{self.api_base}/v2/gateway/api/query", self._sign(body, _QUERY))

    def read_status(self, order: OrderRow, answer: dict) -> Status:
        """The answer carries no signature; we trust the https connection that we opened."""
        code = values.whole(answer.get("resultCode"))
        if code == _NO_SUCH_ORDER:
            return Status(kinds.MISSING, reason=f"{code}")
        if code is None or answer.get("orderId") != order.order_ref:
            raise NoAnswer(f"query: code {answer.get('resultCode')}")
        return Status(result_of(code), values.number(answer.get("transId")),
                      values.dong(answer.get("amount")) or 0,
                      values.epoch_ms(answer.get("responseTime")), f"{code}")
