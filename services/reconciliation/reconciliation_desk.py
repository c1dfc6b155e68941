"""What officers do with the differences of a day: look, explain, take them away as a file.

An officer who works for some communes sees the breaks of their customers; the others, and
who leads, see all.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from db import audit, partners
from db import reconciliation as reconciliation_records
from db.connection import write
from db.reconciliation import BreakRow, DayRow
from services import clock
from services.errors import (
    AlreadyDecided,
    InvalidInput,
    NotYours,
    UnknownBreak,
    UnknownDay,
    UnknownPartner,
)
from services.notation import spreadsheets
from services.officers.rights import SignedIn
from services.reconciliation import day_files, reconciliation

REASONS = ("partner_fix", "we_fix", "next_day", "agreed", "refund", "other")
MOST_DAYS = 100  # on a page
_AFTER = re.compile(r"(\d{4}-\d{2}-\d{2})\.([a-z0-9_-]{1,20})", re.ASCII)
LONGEST_NOTE = 200
_COLUMNS = ("type", "partner_txn_id", "ours_amount", "ours_status", "theirs_amount",
            "theirs_status", "code", "state", "reason", "note", "officer")


class DayView(NamedTuple):
    """A compared day as one officer sees it."""

    day: DayRow
    breaks: list[BreakRow]  # open ones first
    hidden: int  # breaks outside the officer's communes


def days(partner: str = "", after: str = "") -> tuple[list[DayRow], str]:
    """(compared days, of one partner or of all, the newest first; where the next page begins, ""
    at the end). `after`: as the page before said it; any other text is the beginning."""
    begun = _AFTER.fullmatch(after)
    found = reconciliation_records.days(partner, (begun[1], begun[2]) if begun else ("9", ""),
                                        MOST_DAYS + 1)
    shown = found[:MOST_DAYS]
    last = shown[-1] if len(found) > MOST_DAYS else None
    return shown, f"{last.day}.{last.partner}" if last else ""


def take_in(partner: str, day: str, file: bytes, who: SignedIn, now: int) -> str:
    """Compare a day file with our books; returns the day as it stands in an address.

    Raises NotYours (who does not work for all communes), InvalidInput ("partner", "day" or
    "file") or InvalidDayFile.
    """
    if who.reach is not None:
        raise NotYours(partner)
    try:
        compared = date.fromisoformat(day)
    except ValueError:
        raise InvalidInput("day") from None
    if compared.isoformat() > clock.local_day(now):
        raise InvalidInput("day")
    if not file:
        raise InvalidInput("file")
    try:
        reconciliation.reconcile(partner, compared, day_files.parse(file), now,
                                 reconciliation.FILE, who.name)
    except UnknownPartner:
        raise InvalidInput("partner") from None
    except UnknownDay:
        raise InvalidInput("day") from None
    return compared.isoformat()


def senders() -> list[tuple[str, str]]:
    """(name, title) of the partners whose list may be taken in."""
    return partners.names()


def look(partner: str, day: str, who: SignedIn) -> DayView:
    """One day with the breaks in this officer's reach; raises UnknownBreak."""
    found = reconciliation_records.get_day(partner, _iso(day))
    if found is None:
        raise UnknownBreak(f"{partner} {day}")
    all_breaks = reconciliation_records.breaks(found.id)
    seen = [one for one in all_breaks if who.reaches(one.commune_code)]
    return DayView(found, seen, len(all_breaks) - len(seen))


def resolve(partner: str, day: str, break_id: int, reason: str, note: str, who: SignedIn,
            now: int) -> None:
    """An officer's word on one break; it is on the audit record.

    Raises UnknownBreak, AlreadyDecided (somebody was faster), or InvalidInput: no such reason,
    a note too long, or none where the reason is "other".
    """
    kept = " ".join(note.split())
    if reason not in REASONS:
        raise InvalidInput("reason")
    if len(kept) > LONGEST_NOTE or not kept.isprintable():
        raise InvalidInput("note", "long")
    if reason == "other" and not kept:
        raise InvalidInput("note", "empty")
    found = next((one for one in look(partner, day, who).breaks if one.id == break_id), None)
    if found is None:
        raise UnknownBreak(str(break_id))
    write(lambda: _resolve(found, f"{partner} {day}", reason, kept, who.name, now))


def _resolve(found: BreakRow, subject: str, reason: str, note: str, officer: str,
             now: int) -> None:
    if not reconciliation_records.resolve(found.id, reason, note, officer, now):
        raise AlreadyDecided(str(found.id))
    audit.append(now, [(officer, "reconcile.resolve", subject,
                        f"{found.type} {found.partner_txn_id}: {reason}; {note}")])


def export(partner: str, day: str, who: SignedIn, now: int) -> str:
    """The day's breaks in this officer's reach as CSV, UTF-8 with a BOM for spreadsheets."""
    view = look(partner, day, who)
    write(lambda: audit.append(now, [(who.name, "reconcile.export", f"{partner} {day}",
                                      f"{len(view.breaks)} rows")]))
    rows = [[getattr(one, name) for name in _COLUMNS] for one in view.breaks]
    return spreadsheets.BOM + "".join(map(spreadsheets.row, [_COLUMNS, *rows]))


def _iso(day: str) -> str:
    try:
        return date.fromisoformat(day).isoformat() if len(day) == 10 else ""
    except ValueError:
        raise UnknownBreak(day) from None
