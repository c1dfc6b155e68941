"""ZaloPay v2 as docs.zalopay.vn describes it."""

from __future__ import annotations

import hashlib
import hmac
import json

from tests.standins.machine import Machine


def seal(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def _answer(code: int, detail: int = 1, **more: object) -> dict:
    return {"return_code": code, "return_message": "", "sub_return_code": detail,
            "sub_return_message": "", **more}

NUMBER = 261115000000389  # of the first payment; the next ones follow


class ZaloPay(Machine):
    """The gateway."""

    paths = {"/v2/create": "create", "/v2/query": "query"}

    def __init__(self, app_id: str, key1: str, key2: str):
        super().__init__()
        self.app_id, self.key1, self.key2 = app_id, key1, key2

    def create(self, fields: dict) -> dict:
        """POST /v2/create."""
        names = ("app_id", "app_trans_id", "app_user", "amount", "app_time", "embed_data", "item")
        if self.fault == "key rotated" or fields["mac"] != seal(
                self.key1, "|".join(fields[name] for name in names)):
            return _answer(2, -402)
        if self.fault == "declined":
            return _answer(2, -401)
        if self.fault == "maintenance":
            return _answer(2, -999)
        if fields["app_trans_id"] in self.orders:
            return _answer(2, -68)
        self.orders[fields["app_trans_id"]] = {**fields, "paid": False,
                                              "number": NUMBER + len(self.orders)}
        return _answer(1, order_url="https://qcgateway.zalopay.vn/openinapp?order=eyJ",
                       zp_trans_token="ACaY8hxa", order_token="ACaY8hxb", qr_code="000201")

    def query(self, fields: dict) -> dict:
        """POST /v2/query."""
        text = f"{fields['app_id']}|{fields['app_trans_id']}|{self.key1}"
        if self.fault == "key rotated" or fields["mac"] != seal(self.key1, text):
            return _answer(2, -402)
        order = self.orders.get(fields["app_trans_id"])
        if order is None:
            return _answer(2, -101)
        if self.fault == "declined":
            return _answer(2, -54)
        if self.fault == "pending" or not order["paid"]:
            return _answer(3, -49, is_processing=True)
        amount = int(order["amount"]) if self.fault != "wrong amount" else 1000
        return _answer(1, amount=amount, zp_trans_id=order["number"], discount_amount=0,
                       server_time=1794718890000, is_processing=False)

    def callback(self, reference: str, key: str = "", **changes: object) -> bytes:
        """The payer has paid: the body of the callback."""
        order = self.orders.get(reference, {"amount": "546108", "app_time": "1794718800000"})
        order["paid"] = True
        data = json.dumps({
            "app_id": int(self.app_id), "app_trans_id": reference,
            "app_time": int(order["app_time"]), "app_user": "quaydien",
            "amount": int(order["amount"]), "embed_data": "{}", "item": "[]",
            "zp_trans_id": order.get("number", NUMBER), "server_time": 1794718890000, "channel": 38,
            "merchant_user_id": "7ZMSl3nEg5sOUJzOLSoUFT8x", "user_fee_amount": 0,
            "discount_amount": 0, **changes})
        return json.dumps({"data": data, "mac": seal(key or self.key2, data), "type": 1}).encode()
