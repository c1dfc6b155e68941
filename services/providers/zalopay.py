"""ZaloPay v2: create an order, ask how it stands.

Source: docs.zalopay.vn/v2 (order-create, order-query, status codes). key1 signs what we send.
"""

from __future__ import annotations

import dataclasses
import json
import secrets
from typing import ClassVar

from db.orders import OrderRow
from services import clock
from services.errors import NoAnswer
from services.notation import values
from services.outgoing import Request
from services.providers import digests, kinds
from services.providers.kinds import Start, Status

_SUCCESS, _FAIL, _PROCESSING = 1, 2, 3
# sub_return_code of a creation that surely made no order: format, credentials, rate limit.
# Not -68 (the reference is known there), -500, -999: those are asked about later.
_REFUSED = {-401, -402, -429}
_NO_SUCH_ORDER = -101


@dataclasses.dataclass(frozen=True)
class ZaloPay:
    """A merchant's app at ZaloPay."""

    app_id: str
    key1: list[str]
    api_base: str
    public_url: str

    name: ClassVar[str] = "zalopay"
    title: ClassVar[str] = "ZaloPay"
    least: ClassVar[int] = 1_000
    most: ClassVar[int] = 100_000_000

    def new_ref(self, now: int) -> str:
        """app_trans_id must begin with the local day, yymmdd_."""
        return clock.local(now).strftime("%y%m%d_") + secrets.token_hex(8)

    def start(self, order: OrderRow, payer_ip: str) -> Request | Start:
        """POST /v2/create."""
        back = f"{self.public_url}/partners/callbacks/zalopay/return/{order.order_ref}"
        lifetime = (order.expires_at - order.created_at) // clock.SECOND
        body = {
            "app_id": self.app_id, "app_trans_id": order.order_ref, "app_user": "quaydien",
            "amount": str(order.amount), "app_time": str(order.created_at), "item": "[]",
            "embed_data": json.dumps({"redirecturl": back}, separators=(",", ":")),
            "expire_duration_seconds": str(lifetime), "description": order.info,
            "bank_code": "", "callback_url": f"{self.public_url}/partners/callbacks/zalopay"}
        names = ("app_id", "app_trans_id", "app_user", "amount", "app_time", "embed_data", "item")
        text = "|".join(body[name] for name in names)
        body["mac"] = digests.digest(self.key1[0], text, "sha256")
        return Request(f"{self.api_base}/v2/create", body, as_form=True)

    def read_start(self, order: OrderRow, answer: dict) -> Start:
        """`order_url` when it was made."""
        code, detail = answer.get("return_code"), answer.get("sub_return_code")
        if code == _SUCCESS and values.text(answer.get("order_url"), 2000):
            return Start(True, values.text(answer["order_url"], 2000))
        if code == _FAIL and detail in _REFUSED:
            return Start(False, reason=f"{detail}")
        raise NoAnswer(f"create: code {code}, {detail}")

    def question(self, order: OrderRow, now: int) -> Request:
        """POST /v2/query."""
        text = f"{self.app_id}|{order.order_ref}|{self.key1[0]}"
        body = {"app_id": self.app_id, "app_trans_id": order.order_ref,
                "mac": digests.digest(self.key1[0], text, "sha256")}
        return Request(f"{self.api_base}/v2/query", body, as_form=True)

    def read_status(self, order: OrderRow, answer: dict) -> Status:
        """The answer carries no signature; we trust the https connection that we opened."""
        code, detail = answer.get("return_code"), answer.get("sub_return_code")
        if code == _SUCCESS:
            return Status(kinds.PAID, values.number(answer.get("zp_trans_id")),
                          values.dong(answer.get("amount")) or 0,
                          values.epoch_ms(answer.get("server_time")), "1")
        if code == _FAIL and detail == _NO_SUCH_ORDER:
            return Status(kinds.MISSING, reason=f"{detail}")
        if code == _FAIL and detail not in _REFUSED:
            return Status(kinds.FAILED, reason=f"{detail}")
        if code == _PROCESSING:
            return Status(kinds.WAITING, reason="3")
        raise NoAnswer(f"query: code {code}, {detail}")
