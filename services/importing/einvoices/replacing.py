"""Invoices that replace others: the newest one is the bill, the one before never comes back."""

from __future__ import annotations

from db.incoming import incoming_einvoices
from services.importing.faults import MOST_SHOWN, Faults, Notes

_OUTDATED = "another invoice has replaced this one; left out"


def settle(with_replacements: bool, faults: Faults, notes: Notes) -> None:
    """Take replaced invoices out of the staged ones; a fault for each that replaces the invoice
    of another bill. `with_replacements`: the file tells of replacements itself."""
    count, first = incoming_einvoices.drop_replaced(with_replacements)
    notes.add(_OUTDATED, count, first)
    if not with_replacements:
        return
    found = incoming_einvoices.misplaced(MOST_SHOWN)
    for at, (count, line, number, code, year, month, ky) in enumerate(found):
        faults.add(line, "TTHDLQuan", number, f"replaces the invoice of {code} {month:02}/{year}"
                   f" kỳ {ky}, which would stay owed: cancel that with flask bills adjust first",
                   1 if at + 1 < len(found) else count - at)
