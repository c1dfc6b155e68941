"""VNPAY 2.1.0 as sandbox.vnpayment.vn/apis/docs describes it."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import parse_qsl, quote_plus, urlsplit

from tests.standins.machine import Machine

_QUESTION = [
    "vnp_RequestId", "vnp_Version", "vnp_Command", "vnp_TmnCode", "vnp_TxnRef",
    "vnp_TransactionDate", "vnp_CreateDate", "vnp_IpAddr", "vnp_OrderInfo"]
_ANSWER = [
    "vnp_ResponseId", "vnp_Command", "vnp_ResponseCode", "vnp_Message", "vnp_TmnCode",
    "vnp_TxnRef", "vnp_Amount", "vnp_BankCode", "vnp_PayDate", "vnp_TransactionNo",
    "vnp_TransactionType", "vnp_TransactionStatus", "vnp_OrderInfo", "vnp_PromotionCode",
    "vnp_PromotionAmount"]
# What the status query says under each fault.
_STATUS = {"declined": "02", "pending": "01", "suspicious": "07"}

NUMBER = 14_422_574  # of the first payment; the next ones follow


def seal(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha512).hexdigest()


def signed_query(fields: dict[str, str], key: str) -> str:
    """The query string of an IPN."""
    kept = {name: value for name, value in fields.items() if value}
    query = "&".join(f"{quote_plus(name)}={quote_plus(kept[name])}" for name in sorted(kept))
    return f"{query}&vnp_SecureHash={seal(key, query)}"


class VnPay(Machine):
    """The gateway: a payer opens the address, VNPAY tells the shop, the shop may ask."""

    paths = {"/merchant_webapi/api/transaction": "transaction"}

    def __init__(self, tmn_code: str, key: str):
        super().__init__()
        self.tmn_code, self.key = tmn_code, key
        self.api_url = self.url + "/merchant_webapi/api/transaction"

    def open(self, pay_url: str) -> str:
        """A payer opens the payment address; returns vnp_TxnRef. Refuses a wrong signature."""
        fields = dict(parse_qsl(urlsplit(pay_url).query, strict_parsing=True))
        given = fields.pop("vnp_SecureHash")
        query = "&".join(f"{quote_plus(k)}={quote_plus(fields[k])}" for k in sorted(fields))
        if given != seal(self.key, query) or fields["vnp_TmnCode"] != self.tmn_code:
            raise ValueError("97 invalid checksum")
        self.orders[fields["vnp_TxnRef"]] = {**fields, "paid": False,
                                           "number": str(NUMBER + len(self.orders))}
        return fields["vnp_TxnRef"]

    def ipn(self, reference: str, key: str = "", **changes: str) -> str:
        """The payer has paid: the query of the IPN; `changes` replace fields ("" drops one)."""
        order = self.orders.get(reference, {"vnp_Amount": "54610800"})
        order["paid"] = True
        fields = {"vnp_TmnCode": self.tmn_code, "vnp_TxnRef": reference,
                  "vnp_Amount": order["vnp_Amount"], "vnp_BankCode": "NCB",
                  "vnp_BankTranNo": "VNP14422574", "vnp_CardType": "ATM",
                  "vnp_OrderInfo": "Tien dien ky 10 2026", "vnp_PayDate": "20261115120130",
                  "vnp_ResponseCode": "00", "vnp_TransactionNo": order.get("number", str(NUMBER)),
                  "vnp_TransactionStatus": "00", **changes}
        return signed_query(fields, key or self.key)

    def transaction(self, fields: dict) -> dict:
        """querydr."""
        if fields["vnp_SecureHash"] != seal(self.key, "|".join(fields[n] for n in _QUESTION)):
            return self._answer({"vnp_ResponseCode": "97", "vnp_Message": "Invalid checksum"})
        order = self.orders.get(fields["vnp_TxnRef"])
        if order is None or order["vnp_CreateDate"] != fields["vnp_TransactionDate"]:
            return self._answer({"vnp_ResponseCode": "91", "vnp_Message": "Not found"})
        amount = order["vnp_Amount"] if self.fault != "wrong amount" else "100"
        paid = order["paid"]
        return self._answer({
            "vnp_ResponseCode": "00", "vnp_Message": "QueryDR Success",
            "vnp_TxnRef": fields["vnp_TxnRef"], "vnp_Amount": amount, "vnp_BankCode": "NCB",
            "vnp_PayDate": "20261115120130" if paid else "",
            "vnp_TransactionNo": order["number"] if paid else "", "vnp_TransactionType": "01",
            "vnp_TransactionStatus": _STATUS.get(self.fault, "00" if paid else "01"),
            "vnp_OrderInfo": order["vnp_OrderInfo"]})

    def _answer(self, fields: dict) -> dict:
        made = {"vnp_ResponseId": "5f0c0a3c", "vnp_Command": "querydr",
                "vnp_TmnCode": self.tmn_code, **fields}
        key = "another" if self.fault in ("wrong signature", "key rotated") else self.key
        text = "|".join(str(made.get(name, "")) for name in _ANSWER)
        return {**made, "vnp_SecureHash": seal(key, text)}
