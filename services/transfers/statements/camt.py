"""camt.053 and camt.054 (ISO 20022) of any version: statement and credit notification.

Read without entities, without DTD, without network. Only booked credits in VND count; an
entry that bundles several transfers is split when its details give each its amount.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from lxml import etree

from services import clock
from services.notation import values
from services.transfers.statements.lines import InvalidStatement, Statement, StatementLine

MOST_BYTES = 64 * 1024 * 1024
_REPORTS = ("{*}BkToCstmrStmt/{*}Stmt", "{*}BkToCstmrDbtCdtNtfctn/{*}Ntfctn")
_NOT_PROVIDED = ("", "NOTPROVIDED", "NONREF")


def parse(path: Path) -> Statement:
    """All credits of the file; raises InvalidStatement or OSError."""
    if path.stat().st_size > MOST_BYTES:
        raise InvalidStatement(f"larger than {MOST_BYTES // 1024**2} MB")
    root = _root(path)
    reports = [report for name in _REPORTS for report in root.iterfind(name)]
    if not reports:
        raise InvalidStatement("neither a camt.053 nor a camt.054 document")
    credits: list[StatementLine] = []
    others = 0
    for report in reports:
        account = _first(report, "{*}Acct/{*}Id/{*}IBAN", "{*}Acct/{*}Id/{*}Othr/{*}Id")
        for entry in report.iterfind("{*}Ntry"):
            found = list(_lines(entry, account)) if _is_booked_credit(entry) else []
            credits += found
            others += not found
    return Statement(credits, others)


def _root(path: Path) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False,
                             dtd_validation=False, huge_tree=False, remove_comments=True,
                             remove_pis=True)
    try:
        tree = etree.parse(str(path), parser)
    except etree.XMLSyntaxError as error:
        raise InvalidStatement(f"not well-formed XML: {error.msg}") from None
    if tree.docinfo.doctype:
        raise InvalidStatement("a document type or entities are not accepted")
    return tree.getroot()


def _is_booked_credit(entry: etree._Element) -> bool:
    status = _first(entry, "{*}Sts/{*}Cd", "{*}Sts")
    reversal = _first(entry, "{*}RvslInd") in ("true", "1")
    return (_first(entry, "{*}CdtDbtInd") == "CRDT" and status in ("", "BOOK")
            and not reversal)


def _lines(entry: etree._Element, account: str) -> Iterator[StatementLine]:
    total = _amount(entry, "{*}Amt")
    details = entry.findall("{*}NtryDtls/{*}TxDtls")
    parts = [_amount(detail, "{*}Amt", "{*}AmtDtls/{*}TxAmt/{*}Amt") for detail in details]
    if len(details) > 1 and None not in parts and sum(filter(None, parts)) == total:
        for number, (detail, part) in enumerate(zip(details, parts, strict=True)):
            yield _line(entry, [detail], part or 0, account, f"/{number + 1}")
        return
    yield _line(entry, details, total or 0, account, "")


def _line(entry: etree._Element, details: list[etree._Element], amount: int, account: str,
          number: str) -> StatementLine:
    where = _first(entry, "{*}NtryRef", "{*}AcctSvcrRef") or f"line {entry.sourceline}"
    if amount <= 0:
        raise InvalidStatement(f"entry {where}: no amount in VND above 0")
    text = " ".join(piece for detail in details for piece in _texts(detail))
    text = text or _first(entry, "{*}AddtlNtryInf")
    reference = _reference(entry, details)
    paid_at = _moment(entry, where)
    return StatementLine(_txn_id(reference, entry, amount, paid_at, text, number), amount,
                         values.text(text, 1000), paid_at,
                         _first(*details[:1], "{*}RltdPties/{*}Dbtr/{*}Nm",
                                "{*}RltdPties/{*}Dbtr/{*}Pty/{*}Nm"), account, reference)


def _texts(detail: etree._Element) -> Iterator[str]:
    for name in ("{*}RmtInf/{*}Ustrd", "{*}RmtInf/{*}Strd/{*}CdtrRefInf/{*}Ref", "{*}AddtlTxInf"):
        for element in detail.iterfind(name):
            yield (element.text or "").strip()


def _reference(entry: etree._Element, details: list[etree._Element]) -> str:
    """The bank's own number of the transfer, or "" when the file gives none."""
    names = ("{*}Refs/{*}AcctSvcrRef", "{*}Refs/{*}TxId", "{*}Refs/{*}InstrId",
             "{*}Refs/{*}EndToEndId")
    found = [_first(detail, name) for detail in details[:1] for name in names]
    found += [_first(entry, "{*}AcctSvcrRef"), _first(entry, "{*}NtryRef")]
    return next((ref for ref in found if ref not in _NOT_PROVIDED), "")


def _txn_id(reference: str, entry: etree._Element, amount: int, paid_at: int, text: str,
            number: str) -> str:
    # The parts of a bundle may share its number.
    shared = number and reference in (_first(entry, "{*}AcctSvcrRef"), _first(entry, "{*}NtryRef"))
    if reference:
        return values.text(reference, 46) + (number if shared else "")
    facts = f"{amount}|{paid_at}|{text}|{number}"
    return "x" + hashlib.sha256(facts.encode()).hexdigest()[:40]


def _amount(element: etree._Element, *names: str) -> int | None:
    """Whole đồng in VND, or None."""
    for name in names:
        found = element.find(name)
        if found is not None and found.get("Ccy", "VND") == "VND":
            whole, _dot, rest = (found.text or "").strip().partition(".")
            return values.dong(whole) if not rest.strip("0") else None
    return None


def _moment(entry: etree._Element, where: str) -> int:
    text = _first(entry, "{*}BookgDt/{*}DtTm", "{*}BookgDt/{*}Dt", "{*}ValDt/{*}DtTm",
                  "{*}ValDt/{*}Dt")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidStatement(f"entry {where}: no booking date") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=clock.LOCAL)
    return int(moment.timestamp() * 1000)


def _first(element: etree._Element | str, *names: str) -> str:
    """The text of the first of `names` that is there and not empty."""
    if isinstance(element, str):
        return ""
    for name in names:
        found = element.find(name)
        text = (found.text or "").strip() if found is not None else ""
        if text:
            return text
    return ""
