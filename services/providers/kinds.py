"""What the back office and a provider's file say to each other."""

from __future__ import annotations

from typing import ClassVar, NamedTuple, Protocol

from db.orders import OrderRow
from services.outgoing import Request

PAID, FAILED, WAITING, MISSING = "paid", "failed", "waiting", "missing"


class Start(NamedTuple):
    """How an order was begun. `accepted`: the payer may pay at `pay_url`. Otherwise the
    provider has surely refused it, for `reason`."""

    accepted: bool
    pay_url: str = ""
    reason: str = ""


class Status(NamedTuple):
    """What a provider answers when asked about an order. `missing`: it knows no such order
    (yet)."""

    result: str  # PAID, FAILED, WAITING or MISSING
    txn_id: str = ""
    amount: int = 0  # đ
    paid_at: int = 0  # epoch ms; 0: not stated
    reason: str = ""  # the provider's own code


class Provider(Protocol):
    """One payment provider with its keys; each has a file of its own in this room."""

    name: ClassVar[str]
    title: ClassVar[str]
    least: ClassVar[int]  # đ that an order may be
    most: ClassVar[int]

    def new_ref(self, now: int) -> str:
        """A new order's reference, in the form that the provider asks for."""

    def start(self, order: OrderRow, payer_ip: str) -> Request | Start:
        """The request that makes the order; where none is needed, how the order was begun."""

    def read_start(self, order: OrderRow, answer: dict) -> Start:
        """The provider's answer to `start`; raises NoAnswer when it says neither yes nor no."""

    def question(self, order: OrderRow, now: int) -> Request:
        """The request that asks how an order stands."""

    def read_status(self, order: OrderRow, answer: dict) -> Status:
        """The provider's answer to `question`; raises NoAnswer when it is not to be trusted."""
