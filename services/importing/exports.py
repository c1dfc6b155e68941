"""The billing system hears what was paid, and says what its books have cleared.

Money received (đã nhận tiền) is ours to say; cleared in the books (đã gạch nợ) is theirs. So a
bill turns from one to the other only by their acknowledgement.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from db import audit
from db import exports as export_records
from db.bills import CANCELLED
from db.connection import write
from db.exports import Exported
from services import clock
from services.bills import billing
from services.errors import UnknownBill
from services.importing import reading
from services.importing.faults import Faults
from services.notation import spreadsheets

COLUMNS = ("kind", "receipt_no", "bill_id", "bill_no", "customer_code", "period", "amount",
           "channel", "paid_at", "at", "state")
ACKNOWLEDGED = ("receipt_no", "bill_id", "amount")


class Settlement(NamedTuple):
    """What an acknowledgement did."""

    settled: int
    same: int  # had been settled already


def lines(since: date, now: int) -> Iterator[str]:
    """The CSV of what was paid or taken back from the local day `since` until now, line by
    line: `kind` is "payment" or "void". docs/payments.md explains the columns."""
    yield spreadsheets.row(COLUMNS)
    start = clock.at_local(since)
    for row in export_records.standing(start, now + 1):
        yield spreadsheets.row(_cells("payment", row))
    for row in export_records.taken_back(start, now + 1):
        yield spreadsheets.row(_cells("void", row))


def _cells(kind: str, row: Exported) -> tuple:
    return (kind, row.receipt_no, f"{row.code}-{row.year}{row.month:02}-{row.ky}", row.bill_no,
            row.code, f"{row.year}-{row.month:02}", row.amount, row.partner, _moment(row.paid_at),
            _moment(row.at), row.bill_state)


def _moment(ms: int) -> str:
    """Empty for what is no moment: a made-up day would be booked by it."""
    return clock.local(ms).isoformat(timespec="seconds") if clock.is_moment(ms) else ""


def note(actor: str, since: date, now: int) -> None:
    """Put an export on the record."""
    write(lambda: audit.append(now, [(actor, "payments.export", "payments",
                                      f"since {since.isoformat()}")]))


def acknowledge(path: Path, now: int) -> Settlement:
    """Settle every bill of the billing system's CSV (columns ACKNOWLEDGED), or none.

    A bill that is settled already stays so. Raises Unreadable, ImportRefused (faults by line;
    nothing was stored) or OSError.
    """
    faults = Faults()
    rows = [row for block in reading.read(path, ACKNOWLEDGED, faults, lambda _piece: None)
            for row in zip(block.lines, *(block.columns[name] for name in ACKNOWLEDGED),
                           strict=True)]
    faults.raise_if_any()
    return write(lambda: _acknowledge(rows, path.name, now))


def _acknowledge(rows: list[tuple], name: str, now: int) -> Settlement:
    faults, settled = Faults(), 0
    for line, receipt_no, bill_id, amount in rows:
        settled += _settle(line, receipt_no.strip(), bill_id.strip(), amount.strip(), faults)
    faults.raise_if_any()  # undoes all of it
    if settled:
        audit.append(now, [("terminal", "payments.acknowledge", name[:80],
                            f"settled {settled}, same {len(rows) - settled}")])
    return Settlement(settled, len(rows) - settled)


def _settle(line: int, receipt_no: str, bill_id: str, amount: str, faults: Faults) -> bool:
    """True when the bill became settled by this line."""
    if not amount.isascii() or not amount.isdigit() or len(amount) > 13:
        faults.add(line, "amount", amount, "not a whole number of đồng")
        return False
    try:
        bill = billing.find(bill_id)
    except UnknownBill:
        faults.add(line, "bill_id", bill_id, "no such bill")
        return False
    if export_records.settle(bill.id, receipt_no, int(amount)):
        return True
    _explain(line, receipt_no, bill.id, int(amount), faults)
    return False


def _explain(line: int, receipt_no: str, bill_id: int, amount: int, faults: Faults) -> None:
    """Note why the line settled nothing; no fault if this very receipt settled the bill before."""
    found = export_records.standing_of(receipt_no)
    if found is None:
        faults.add(line, "receipt_no", receipt_no, "no such receipt")
    elif found[0] != bill_id:
        faults.add(line, "receipt_no", receipt_no, "it is another bill's receipt")
    elif found[1] != amount:
        faults.add(line, "amount", amount, f"the receipt says {found[1]}")
    elif found[3] is None:
        faults.add(line, "receipt_no", receipt_no, "the payment does not stand any more")
    elif found[2] == CANCELLED:
        faults.add(line, "receipt_no", receipt_no, "its bill is cancelled")
