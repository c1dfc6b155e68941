"""What partners send, read strictly: JSON with no double keys, each field of its type.

Raises Unreadable for what is no JSON, InvalidInput (field and reason) for the rest. The
reasons are worded in `templates/partners/detail.txt`, the same rules stand in
`templates/partners/openapi.json`.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any, NoReturn

from services.errors import InvalidInput
from services.notation import bounds
from services.payments.payments import Report
from services.reconciliation.comparing import DayLine

# Letters, digits and - . _ ~ : need no escaping in a path, so the number signs the same
# everywhere.
TXN_ID = re.compile(r"[A-Za-z0-9._~:-]{1,64}")
# No control characters, no signs that turn the reading direction, no half surrogates: they cannot
# be stored or printed, or make a page show something else than what stands there.
_LINE = (r"[^\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_WORD = re.compile(_LINE + r"{1,64}")
_PAYER = re.compile(_LINE + r"{1,120}")
_REASON = re.compile(_LINE + r"{1,200}")
_STATUS = re.compile(r"[a-z_]{1,20}")
# RFC 3339: always with seconds and a zone.
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})",
                     re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"))
_MOST_LINES = 100_000


class Unreadable(Exception):
    """The body is no JSON as RFC 8259 has it, in UTF-8."""


def report(partner: str, raw: bytes) -> Report:
    """A payment as the partner reports it."""
    body = _object(_json(raw), {"partner_txn_id", "bill_id", "amount", "paid_at", "payer",
                                "promotion"})
    promotion = _promotion(body["promotion"]) if "promotion" in body else {}
    return Report(partner, _text(body, "partner_txn_id", TXN_ID), _text(body, "bill_id", _WORD),
                  _dong(body, "amount"), _moment(body, "paid_at"), _digest(body),
                  payer=_text(body, "payer", _PAYER) if "payer" in body else "",
                  promotion=_CANONICAL.encode(promotion) if promotion else "",
                  discount=promotion.get("discount", 0))


def void_reason(raw: bytes) -> str:
    """Why a payment is taken back."""
    return _text(_object(_json(raw), {"reason"}), "reason", _REASON)


def lines(raw: bytes) -> list[DayLine]:
    """A partner's list of one day."""
    content = _json(raw)
    if not isinstance(content, list):
        raise InvalidInput("body", "array")
    if len(content) > _MOST_LINES:
        raise InvalidInput("body", "long")
    return [_line(item, number) for number, item in enumerate(content)]


def day(text: str) -> date:
    """The day in an address; raises InvalidInput."""
    try:
        if not _DAY.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("date", "day") from None


def _line(item: Any, number: int) -> DayLine:
    try:
        body = _object(item, {"partner_txn_id", "amount", "status"})
        return DayLine(_text(body, "partner_txn_id", TXN_ID), _dong(body, "amount"),
                       _text(body, "status", _STATUS))
    except InvalidInput as error:
        raise InvalidInput(f"[{number}].{error.field}", error.reason) from None


def _json(raw: bytes) -> Any:
    try:
        return _DECODER.decode(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Unreadable from None


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError("a key appears twice")
    return content


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _number(text: str) -> int | float:
    """JSON does not tell 546108.0 from 546108, so neither do we."""
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


_DECODER = json.JSONDecoder(object_pairs_hook=_no_doubles, parse_constant=_refuse,
                            parse_float=_number)


def _digest(body: dict) -> str:
    """Hex SHA-256 of the content, whatever the order of its keys and its spacing."""
    return hashlib.sha256(_CANONICAL.encode(body).encode()).hexdigest()


def _object(content: Any, known: set[str]) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise InvalidInput("body", "object")
    for name in content.keys() - known:
        raise InvalidInput(name[:40].encode("ascii", "replace").decode(), "unknown")
    return content


def _field(body: dict, name: str) -> Any:
    if name not in body:
        raise InvalidInput(name, "missing")
    return body[name]


def _text(body: dict, name: str, form: re.Pattern) -> str:
    value = _field(body, name)
    if not isinstance(value, str):
        raise InvalidInput(name, "text")
    if not form.fullmatch(value):
        raise InvalidInput(name, "form")
    return value


def _dong(body: dict, name: str) -> int:
    value = _field(body, name)
    if type(value) is not int:  # True is an int to Python, not to JSON
        raise InvalidInput(name, "whole")
    if not 0 < value <= bounds.MOST_DONG:
        raise InvalidInput(name, "range")
    return value


def _moment(body: dict, name: str) -> int:
    value = _field(body, name)
    if not isinstance(value, str):
        raise InvalidInput(name, "text")
    try:
        if not _MOMENT.fullmatch(value):
            raise ValueError(value)
        return (datetime.fromisoformat(value.upper()) - _EPOCH) // timedelta(milliseconds=1)
    except ValueError:
        raise InvalidInput(name, "moment") from None


def _promotion(content: Any) -> dict[str, Any]:
    try:
        promotion = _object(content, {"id", "discount", "funded_by"})
        _text(promotion, "id", _WORD)
        _dong(promotion, "discount")
        _text(promotion, "funded_by", _WORD)
    except InvalidInput as error:
        field = "promotion" if error.field == "body" else f"promotion.{error.field}"
        raise InvalidInput(field, error.reason) from None
    return promotion
