"""Transfers as payOS, Casso and SePay tell of them; signed by their specifications, not by our
code. Each has one way to say: this much money, with this text, under this number."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any


class PayOs:
    """Sorted k=v&… of `data`, HMAC-SHA256."""

    name, url = "payos", "/partners/callbacks/payos"

    def tell(self, client, amount: Any, text: str, number: str = "FT26319000001", *,
             key: str = "payos-checksum-key", **changes: Any):
        data = {"orderCode": 77, "amount": amount, "description": text,
                "accountNumber": "113366668888", "reference": number,
                "transactionDateTime": "2026-11-15 11:59:00", "currency": "VND",
                "paymentLinkId": "9f1c", "code": "00", "desc": "Thành công",
                "counterAccountBankId": "", "counterAccountBankName": None,
                "counterAccountName": "NGUYEN THI HOA", "counterAccountNumber": "0011",
                "virtualAccountName": "", "virtualAccountNumber": "", **changes}
        signed = "&".join(f"{k}={'' if data[k] is None else data[k]}" for k in sorted(data))
        body = {"code": "00", "desc": "success", "success": True, "data": data,
                "signature": hmac.new(key.encode(), signed.encode(), hashlib.sha256).hexdigest()}
        return client.post(self.url, data=json.dumps(body, ensure_ascii=False).encode())


class Casso:
    """"t." and the body's compact JSON with sorted keys, HMAC-SHA512."""

    name, url = "casso", "/partners/callbacks/casso"

    def tell(self, client, amount: Any, text: str, number: str = "FT26319000001", *,
             key: str = "casso-key", at: int = 1794718800000, **changes: Any):
        move = {"id": int(number[-6:]) if number[-6:].isdigit() else number,
                "reference": number, "description": text, "amount": amount,
                "runningBalance": 25000000, "transactionDateTime": "2026-11-15 11:59:00",
                "accountNumber": "113366668888", "bankName": "VietinBank",
                "bankAbbreviation": "VTB", "virtualAccountNumber": "", "virtualAccountName": "",
                "counterAccountName": "NGUYỄN THỊ HOA", "counterAccountNumber": "0011",
                "counterAccountBankId": "970436", "counterAccountBankName": "VCB", **changes}
        return self.send(client, {"error": 0, "data": move}, key, at)

    def send(self, client, body: Any, key: str = "casso-key", at: int = 1794718800000):
        compact = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        made = hmac.new(key.encode(), f"{at}.{compact}".encode(), hashlib.sha512).hexdigest()
        return client.post(self.url, data=json.dumps(body).encode(),
                           headers={"X-Casso-Signature": f"t={at},v1={made}"})


class SePay:
    """Timestamp, a dot and the raw body, HMAC-SHA256."""

    name, url = "sepay", "/partners/callbacks/sepay"

    def tell(self, client, amount: Any, text: str, number: str = "FT26319000001", *,
             key: str = "sepay-key", at: int = 1794718800, **changes: Any):
        body = {"id": int(number[-6:]) if number[-6:].isdigit() else number,
                "gateway": "VietinBank", "transactionDate": "2026-11-15 11:59:00",
                "accountNumber": "113366668888", "code": None, "content": text,
                "transferType": "in", "transferAmount": amount, "accumulated": 19077000,
                "subAccount": None, "referenceCode": number, "description": "", **changes}
        raw = json.dumps(body).encode()
        made = hmac.new(key.encode(), str(at).encode() + b"." + raw, hashlib.sha256).hexdigest()
        return client.post(self.url, data=raw, headers={
            "X-SePay-Signature": f"sha256={made}", "X-SePay-Timestamp": str(at)})


ALL = [PayOs(), Casso(), SePay()]
