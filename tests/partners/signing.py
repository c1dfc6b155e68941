"""Partners as the tests play them: they sign, send, and hand back the answer."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from tests.villagers import HOA

PAYMENTS = "/partners/v1/payments"
HOA_BILL = f"{HOA.code}-202610-1"
HOA_OWES = 546_108


def headers(key, method: str, target: str, timestamp: int, body: bytes = b"") -> dict[str, str]:
    """The four headers, computed as `docs/partners.md` tells, not with our own code."""
    text = "\n".join([method, target, str(timestamp), hashlib.sha256(body).hexdigest()])
    signed = hmac.new(key.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return {"X-Partner": key.partner, "X-Key-Id": key.key_id, "X-Timestamp": str(timestamp),
            "X-Signature": signed}


def paid(number: str = "VT-1", **changes) -> dict[str, Any]:
    """Hoa's bill of October, paid; `changes` replace fields, None leaves one out."""
    body = {"partner_txn_id": number, "bill_id": HOA_BILL, "amount": HOA_OWES,
            "paid_at": "2026-11-15T11:59:30+07:00", **changes}
    return {name: value for name, value in body.items() if value is not None}


class PartnerClient:
    """One partner with a key, knocking at the app's test client."""

    def __init__(self, client, key, clock):
        self.client, self.key, self.clock = client, key, clock

    def send(self, method: str, target: str, body: Any = b"", **extra):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        signed = headers(self.key, method, target, self.clock() // 1000, raw)
        return self.client.open(target, method=method, data=raw, headers={**signed, **extra},
                                content_type="application/json")

    def get(self, target: str):
        return self.send("GET", target)

    def post(self, target: str, body: Any):
        return self.send("POST", target, body)

    def pay(self, number: str = "VT-1", **changes):
        return self.post(PAYMENTS, paid(number, **changes))

    def void(self, number: str = "VT-1", reason: str = "trả nhầm"):
        return self.post(f"{PAYMENTS}/{number}/void", {"reason": reason})
