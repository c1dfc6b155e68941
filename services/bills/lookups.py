"""Where people find the e-invoice of a bill: a code, and the address that asks for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from db import einvoices as einvoice_records
from db.bills import BillRow

_SCHEME = re.compile(r"https?://", re.IGNORECASE)


class Lookup(NamedTuple):
    """`code` (mã tra cứu), and `at`: the address as people type it, "" where nobody told it."""

    code: str
    at: str


def of(bills: Iterable[BillRow], default_url: str) -> dict[int, Lookup]:
    """By the bill's id; bills whose invoice has no code are left out. `default_url`: of invoices
    that do not tell an address."""
    found = einvoice_records.lookups([bill.id for bill in bills])
    return {bill_id: Lookup(code, _plain(url or default_url))
            for bill_id, (code, url) in found.items()}


def _plain(url: str) -> str:
    return _SCHEME.sub("", url, count=1).rstrip("/")
