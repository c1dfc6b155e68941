"""e-Invoices of bills: where each can be looked up, and which of them others have replaced."""

from __future__ import annotations

from collections.abc import Sequence

import peewee as pw

from db.bills import Bill
from db.connection import Model, fetch


class BillLookup(Model):
    """Code (mã tra cứu) and address under which a bill's invoice is found. It belongs to the
    invoice `bill_no`: when the bill gets another one, this is no longer shown."""

    bill = pw.ForeignKeyField(Bill, primary_key=True)
    bill_no = pw.CharField(max_length=40)
    code = pw.CharField(max_length=60)
    url = pw.CharField(max_length=120)


class ReplacedInvoice(Model):
    """An invoice that another one replaced: it must not come back by an old file. Numbers
    without the zeros that stand before them."""

    number = pw.CharField(max_length=40, primary_key=True)
    by_number = pw.CharField(max_length=40)


def lookups(bill_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """By bill (code, address as told, "" for none) of those whose invoice can be looked up."""
    if not bill_ids:
        return {}
    marks = ", ".join("?" * len(bill_ids))
    rows = fetch("SELECT l.bill_id, l.code, l.url FROM bill_lookup l"
                 " JOIN bill b ON b.id = l.bill_id AND b.bill_no = l.bill_no"
                 f" WHERE l.bill_id IN ({marks})", *bill_ids)
    return {bill_id: (code, url) for bill_id, code, url in rows}
