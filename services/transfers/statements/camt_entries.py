"""One entry (Ntry) of a camt document → movements.

An entry that bundles several transfers is split when its details give each its amount and these
add up; else it stays one sum that says how many it holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from lxml import etree

from services import clock
from services.transfers.statements import camt_fields, days, lines
from services.transfers.statements.camt_fields import first
from services.transfers.statements.lines import InvalidStatement, LeftOut, Statement, StatementLine

_VND = "VND"
_REFERENCE, _DETAILS = "{*}AcctSvcrRef", "{*}NtryDtls/{*}TxDtls"
_VALUE_WITHIN = 366 * clock.DAY  # of the booking; a day further off is a fault of the file
_PART_AMOUNTS = ("{*}Amt", "{*}AmtDtls/{*}TxAmt/{*}Amt", "{*}AmtDtls/{*}InstdAmt/{*}Amt")


class Report(NamedTuple):
    """What the statement around an entry says."""

    account: str
    ours: bool
    currency: str  # of the account; "" where it is not told
    now: int


class _Part(NamedTuple):
    """One movement of an entry: a detail of a bundle, or all of it."""

    details: list[etree._Element]
    amount: Decimal
    side: str  # CRDT or DBIT
    number: str
    bundle: str = ""
    bundle_amount: int = 0
    parts: int = 1
    whole: bool = True  # not one detail of several


def read(entry: etree._Element, report: Report, found: Statement) -> None:
    """Add what an entry says to `found`; raises InvalidStatement for one that is none."""
    named = first(entry, _REFERENCE, "{*}NtryRef")[:40]
    where = f"entry {named or f'on line {entry.sourceline}'}"
    unfit = _unfit(entry, report)
    if unfit:
        found.left_out.append(LeftOut(where, *unfit))
        return
    for part in _parts(entry, where):
        unfit = _unfit_part(part, entry, report.now)
        if unfit:
            found.left_out.append(LeftOut(where, *unfit))
            continue
        line = _line(part, entry, report, where)
        if part.side == "CRDT" or line.reverses:
            found.lines.append(line)
        elif line.number:
            found.outgoing.append(line)
        else:
            found.left_out.append(LeftOut(where, "outgoing", str(line.amount)))


def _unfit(entry: etree._Element, report: Report) -> tuple[str, str] | None:
    """(why, what) when an entry does not count at all."""
    if not report.ours:
        return "foreign_account", report.account
    # The schema asks for a status, and no published sample lacks it: without one nobody has
    # said that the money is there.
    status = camt_fields.status(entry)
    if status != "BOOK":
        return "not_booked", status or "no status"
    currency = _currency(entry, report)
    return ("currency", currency) if currency != _VND else None


def _currency(entry: etree._Element, report: Report) -> str:
    amount = entry.find("{*}Amt")
    told = "" if amount is None else (amount.get("Ccy") or "").strip()
    return (told or report.currency or _VND).upper()


def _unfit_part(part: _Part, entry: etree._Element, now: int) -> tuple[str, str] | None:
    if not part.amount:
        return "zero", "0"
    if part.amount % 1:
        return "fraction", str(part.amount)
    booked = camt_fields.dates(part.details, entry)[0]
    moment = days.read(booked)
    if moment is None:
        return "no_date", booked or str(part.amount)
    return None if days.is_near(moment, now) else ("far_date", booked)


def _parts(entry: etree._Element, where: str) -> Iterator[_Part]:
    # An amount without currency is the account's, which is VND when we come here.
    total = camt_fields.amount(entry, _VND, "{*}Amt")
    side = first(entry, "{*}CdtDbtInd")
    if total is None or side not in ("CRDT", "DBIT"):
        raise InvalidStatement(f"{where}: no amount, or neither CRDT nor DBIT")
    details = entry.findall(_DETAILS)
    number = lines.number(first(entry, _REFERENCE), where)
    count = camt_fields.told_parts(entry, details)
    if count == 1:
        yield _alone(details, total, side, number, where)
        return
    split = _split(entry, details, total, side)
    if not split:
        yield _Part(details, total, side, number, parts=count)
        return
    group, numbers = _numbers(number, details, where)
    for own, (detail, amount, own_side) in zip(numbers, split, strict=True):
        yield _Part([detail], amount, own_side, own, group, int(total), whole=False)


def _alone(details: list[etree._Element], total: Decimal, side: str, number: str,
           where: str) -> _Part:
    own = lines.number(first(details[0], f"{{*}}Refs/{_REFERENCE}"), where) if details else ""
    if own and number and own != number:
        # Another document may tell it by the entry's number only.
        return _Part(details, total, side, own, number, int(total))
    return _Part(details, total, side, own or number)


def _split(entry: etree._Element, details: list[etree._Element], total: Decimal,
           side: str) -> list[tuple[etree._Element, Decimal, str]]:
    """(detail, amount, side) of each; [] when they do not make up the entry."""
    found = []
    balance = Decimal(0)
    for detail in details:
        amount = camt_fields.amount(detail, _VND, *_PART_AMOUNTS)
        if amount is None or amount % 1:
            return []
        # In a reversal a bank may repeat the side of what is reversed.
        own = side if camt_fields.is_true(entry, "{*}RvslInd") else (
            first(detail, "{*}CdtDbtInd") or side)
        balance += amount if own == side else -amount
        found.append((detail, amount, own))
    return found if len(found) > 1 and balance == total else []


def _numbers(entry_number: str, details: list[etree._Element], where: str) -> tuple[str, list[str]]:
    """(number of the bundle, number of each part). A number that several share tells none of
    them; then the place in the bundle does."""
    own = [lines.number(first(detail, f"{{*}}Refs/{_REFERENCE}"), where) for detail in details]
    shared = {number for number, count in Counter(own).items() if count > 1} | {entry_number, ""}
    group = entry_number or (own[0] if len(set(own)) == 1 else "")
    told = []
    for place, number in enumerate(own, 1):
        if number in shared:
            stem = group or number
            number = f"{stem}/{place}" if stem else ""
        told.append(number)
    return group, told


def _line(part: _Part, entry: etree._Element, report: Report, where: str) -> StatementLine:
    booked, value_day = camt_fields.dates(part.details, entry)
    paid_at = days.read(booked) or 0
    value = days.read(value_day)
    if value is None or abs(value - paid_at) > _VALUE_WITHIN:
        value = paid_at
    sent_back = camt_fields.is_true(entry, "{*}RvslInd") or any(
        detail.find("{*}RtrInf") is not None for detail in part.details)
    # What the bank says of an entry is no text of each of its parts.
    text = camt_fields.texts(part.details, entry if part.whole else None)
    return StatementLine(
        int(part.amount), text, paid_at, clock.local_day(value), report.account, part.number,
        part.bundle, part.bundle_amount, part.parts, camt_fields.payer(part.details),
        camt_fields.evidence(part.details, entry),
        reverses=sent_back and part.side == "DBIT", returned=sent_back and part.side == "CRDT")
