"""MoMo v2 as developers.momo.vn/v3 describes it."""

from __future__ import annotations

import hashlib
import hmac
import json

from tests.standins.machine import Machine

_CREATE = ["accessKey", "amount", "extraData", "ipnUrl", "orderId", "orderInfo", "partnerCode",
           "redirectUrl", "requestId", "requestType"]
_CREATED = ["accessKey", "amount", "orderId", "partnerCode", "payUrl", "requestId",
            "responseTime", "resultCode"]
_QUERY = ["accessKey", "orderId", "partnerCode", "requestId"]
_IPN = ["accessKey", "amount", "extraData", "message", "orderId", "orderInfo", "orderType",
        "partnerCode", "payType", "requestId", "responseTime", "resultCode", "transId"]

NUMBER = 4088878653  # of the first payment; the next ones follow


class MoMo(Machine):
    """The gateway."""

    paths = {"/v2/gateway/api/create": "create", "/v2/gateway/api/query": "query"}

    def __init__(self, partner_code: str, access_key: str, key: str):
        super().__init__()
        self.partner_code, self.access_key, self.key = partner_code, access_key, key

    def seal(self, fields: dict, names: list[str], key: str = "") -> str:
        values = {**fields, "accessKey": self.access_key}
        text = "&".join(f"{name}={values[name]}" for name in names)
        return hmac.new((key or self.key).encode(), text.encode(), hashlib.sha256).hexdigest()

    def create(self, fields: dict) -> dict:
        """POST /v2/gateway/api/create."""
        made = {"partnerCode": self.partner_code, "requestId": fields["requestId"],
                "orderId": fields["orderId"], "amount": fields["amount"],
                "responseTime": 1794718801000, "message": "", "resultCode": 0, "payUrl": ""}
        if self.fault == "key rotated" or fields["signature"] != self.seal(fields, _CREATE):
            return {**made, "resultCode": 13}
        if self.fault == "declined":
            return {**made, "resultCode": 22}
        if self.fault == "maintenance":
            return {**made, "resultCode": 10}
        if fields["orderId"] in self.orders:
            return {**made, "resultCode": 41}
        self.orders[fields["orderId"]] = {**fields, "paid": False,
                                              "number": NUMBER + len(self.orders)}
        made["payUrl"] = f"https://test-payment.momo.vn/v2/gateway/pay?t={fields['orderId']}"
        wrong = "another" if self.fault == "wrong signature" else ""
        return {**made, "deeplink": "momo://app", "qrCodeUrl": "momo://qr",
                "signature": self.seal(made, _CREATED, wrong)}

    def query(self, fields: dict) -> dict:
        """POST /v2/gateway/api/query."""
        made = {"partnerCode": self.partner_code, "requestId": fields["requestId"],
                "orderId": fields["orderId"], "extraData": "", "amount": 0, "transId": 0,
                "payType": "", "refundTrans": [], "message": "", "responseTime": 1794718891000,
                "resultCode": 1000}
        if self.fault == "key rotated" or fields["signature"] != self.seal(fields, _QUERY):
            return {**made, "resultCode": 13}
        order = self.orders.get(fields["orderId"])
        if order is None:
            return {**made, "resultCode": 42}
        made["amount"] = order["amount"] if self.fault != "wrong amount" else 1000
        if self.fault == "declined":
            return {**made, "resultCode": 1006}
        if self.fault == "pending" or not order["paid"]:
            return made
        return {**made, "resultCode": 0, "transId": order["number"], "payType": "qr"}

    def ipn(self, reference: str, key: str = "", **changes: object) -> bytes:
        """The payer has paid: the body of the IPN."""
        order = self.orders.get(reference, {"amount": 546108})
        order["paid"] = True
        body = {"partnerCode": self.partner_code, "orderId": reference, "requestId": reference,
                "amount": order["amount"], "orderInfo": "Tien dien ky 10 2026",
                "orderType": "momo_wallet", "transId": order.get("number", NUMBER), "resultCode": 0,
                "message": "Thành công.", "payType": "qr", "responseTime": 1794718890000,
                "extraData": "", **changes}
        return json.dumps({**body, "signature": self.seal(body, _IPN, key)},
                          ensure_ascii=False).encode()
