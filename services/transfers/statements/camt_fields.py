"""Fields of a camt entry, wherever banks put them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from lxml import etree

from services.notation import values

_DECIMAL = re.compile(r"\+?\d{1,13}(\.\d{0,5})?", re.ASCII)
_TEXTS = ("{*}RmtInf/{*}Ustrd", "{*}RmtInf/{*}Strd/{*}CdtrRefInf/{*}Ref",
          "{*}RmtInf/{*}Strd/{*}AddtlRmtInf", "{*}AddtlTxInf")
_PAYERS = ("Dbtr/{*}Nm", "Dbtr/{*}Pty/{*}Nm", "UltmtDbtr/{*}Nm", "UltmtDbtr/{*}Pty/{*}Nm")
# Filled by the payer, the payer's bank or a counter of the document: never identity.
_EVIDENCE = ("EndToEndId", "TxId", "InstrId", "UETR", "PmtInfId", "MsgId", "ClrSysRef", "ChqNb")
_BOOKED = ("{*}BookgDt/{*}DtTm", "{*}BookgDt/{*}Dt", "{*}ValDt/{*}DtTm", "{*}ValDt/{*}Dt")
_VALUE_DAY = ("{*}ValDt/{*}Dt", "{*}ValDt/{*}DtTm", "{*}BookgDt/{*}Dt", "{*}BookgDt/{*}DtTm")
_OF_THE_DETAIL = ("AccptncDtTm", "TxDtTm", "IntrBkSttlmDt", "TradDt")


def first(element: etree._Element | None, *names: str) -> str:
    """The text of the first of `names` that is there and not empty."""
    if element is None:
        return ""
    for name in names:
        for found in element.iterfind(name):
            if text := (found.text or "").strip():
                return text
    return ""


def amount(element: etree._Element, currency: str, *names: str) -> Decimal | None:
    """The first of `names` that is an amount in `currency`; None when there is none. `currency`
    is also that of an amount which does not name one."""
    for name in names:
        found = element.find(name)
        if found is None or (found.get("Ccy") or currency).strip().upper() != currency:
            continue
        text = (found.text or "").strip()
        return Decimal(text) if _DECIMAL.fullmatch(text) else None
    return None


def status(entry: etree._Element) -> str:
    """`BOOK` and others; "proprietary …" for a bank's own word; "" when there is none."""
    own = first(entry, "{*}Sts/{*}Prtry")
    return f"proprietary {own}" if own else first(entry, "{*}Sts/{*}Cd", "{*}Sts")


def is_true(entry: etree._Element, name: str) -> bool:
    return first(entry, name) in ("true", "1")


def texts(details: list[etree._Element], entry: etree._Element | None) -> str:
    """What the payer wrote; else what the bank says of the entry, if it is given."""
    pieces = [words for detail in details for name in _TEXTS
              for found in detail.iterfind(name) if (words := (found.text or "").strip())]
    return values.text(" ".join(pieces) or first(entry, "{*}AddtlNtryInf"), 1000)


def payer(details: list[etree._Element]) -> str:
    """The payer's name, when there is one payer."""
    detail = details[0] if len(details) == 1 else None
    return values.text(first(detail, *(f"{{*}}RltdPties/{{*}}{name}" for name in _PAYERS)), 120)


def evidence(details: list[etree._Element], entry: etree._Element) -> str:
    """ "EndToEndId X, NtryRef 3": for an officer's eyes."""
    return values.text(", ".join(_evidence(details, entry)), 200)


def _evidence(details: list[etree._Element], entry: etree._Element) -> Iterator[str]:
    for detail in details[:1]:
        for name in _EVIDENCE:
            if (told := first(detail, f"{{*}}Refs/{{*}}{name}")) and told != "NOTPROVIDED":
                yield f"{name} {told}"
    if told := first(entry, "{*}NtryRef"):
        yield f"NtryRef {told}"


def dates(details: list[etree._Element], entry: etree._Element) -> tuple[str, str]:
    """(booking moment, value day) as they are written; "" for none. The statement's own dates
    are no dates of an entry."""
    own = first(details[0] if details else None,
                *(f"{{*}}RltdDts/{{*}}{name}" for name in _OF_THE_DETAIL))
    return first(entry, *_BOOKED) or own, first(entry, *_VALUE_DAY) or own


def told_parts(entry: etree._Element, details: list[etree._Element]) -> int:
    """How many transfers the entry says it holds."""
    told = [first(batch, "{*}NbOfTxs") for batch in entry.iterfind("{*}NtryDtls/{*}Btch")]
    counts = [int(text) for text in told if text.isascii() and text.isdigit() and len(text) < 10]
    return max(sum(counts), len(details), 1)
