"""What an e-invoice says of money and energy, and whether it adds up."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, NamedTuple

from services.errors import ServiceError
from services.importing.einvoices import written
from services.importing.einvoices.fields import text_of

if TYPE_CHECKING:
    from lxml.etree import _Element

# TChat of a line (Decision 1450, appendix IV; 5 since Decree 70/2025). Notes count for nothing.
_SOLD, _PROMOTION, _DISCOUNT, _NOTE, _SPECIAL = "1", "2", "3", "4", "5"
_DONG = {"VND", "VNĐ", "Đ"}


class BadInvoice(ServiceError):
    """An invoice that cannot be a bill: which field, what stands there, what was expected."""

    def __init__(self, field: str, value: object, reason: str):
        super().__init__(f"{field}: {value!r}: {reason}")
        self.field = field
        self.value = str(value)
        self.reason = reason


class Amounts(NamedTuple):
    """đ, and kWh of the lines (None when no line is in kWh)."""

    subtotal: int
    vat: int
    total: int
    kwh: int | None


def read(data: _Element) -> Amounts:
    """The amounts of an invoice's DLHDon; raises BadInvoice for what is not in VND or does not
    add up."""
    currency = text_of(data.find("{*}TTChung/{*}DVTTe"))
    if currency.upper() not in _DONG:
        raise BadInvoice("DVTTe", currency, "only VND is read")
    sums = data.find("{*}NDHDon/{*}TToan")
    if sums is None:
        raise BadInvoice("TToan", "", "the sums are missing")
    subtotal, vat, total = (_whole(sums, tag) for tag in ("TgTCThue", "TgTThue", "TgTTTBSo"))
    lines = data.findall("{*}NDHDon/{*}DSHHDVu/{*}HHDVu")
    if _rounded(sum(map(_line, lines), Decimal())) != subtotal:
        raise BadInvoice("TgTCThue", subtotal,
                         f"the lines add up to {sum(map(_line, lines), Decimal())}")
    if subtotal + vat != total:
        raise BadInvoice("TgTTTBSo", total, f"TgTCThue + TgTThue is {subtotal + vat}")
    _check_rates(sums, subtotal, vat)
    return Amounts(subtotal, vat, total, _kwh(lines))


def _whole(parent: _Element, tag: str) -> int:
    text = text_of(parent.find("{*}" + tag))
    number = written.number(text)
    if number is None or number < 0 or number != number.to_integral_value():
        raise BadInvoice(tag, text, "a whole number of đồng expected")
    return int(number)


def _decimal(parent: _Element, tag: str) -> Decimal:
    text = text_of(parent.find("{*}" + tag))
    number = written.number(text)
    if number is None:
        raise BadInvoice(tag, text, "a number such as 12345.67 expected")
    return number


def _rounded(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_HALF_UP))


def _line(line: _Element) -> Decimal:
    """What a line adds to the sum: a discount is written with or without its minus."""
    kind = _kind(line)
    if kind == _NOTE or (kind == _PROMOTION and line.find("{*}ThTien") is None):
        return Decimal()
    amount = _decimal(line, "ThTien")
    return -abs(amount) if kind == _DISCOUNT else amount


def _kind(line: _Element) -> str:
    kind = text_of(line.find("{*}TChat")) or _SOLD
    if kind not in (_SOLD, _PROMOTION, _DISCOUNT, _NOTE, _SPECIAL):
        raise BadInvoice("TChat", kind, "one of 1 to 5 expected")
    return kind


def _check_rates(sums: _Element, subtotal: int, vat: int) -> None:
    rates = sums.findall("{*}THTTLTSuat/{*}LTSuat")
    for tag, total_tag, total in (("ThTien", "TgTCThue", subtotal), ("TThue", "TgTThue", vat)):
        told = [_decimal(rate, tag) for rate in rates if text_of(rate.find("{*}" + tag))]
        if told and _rounded(sum(told, Decimal())) != total:
            raise BadInvoice(total_tag, total, f"the tax rates (LTSuat) add up to {sum(told)}")


def _kwh(lines: list[_Element]) -> int | None:
    found = [_decimal(line, "SLuong") for line in lines
             if _kind(line) in (_SOLD, _SPECIAL)
             and text_of(line.find("{*}DVTinh")).lower() == "kwh"]
    used = sum(found, Decimal())
    if used != used.to_integral_value() or used < 0:
        raise BadInvoice("SLuong", used, "a whole number of kWh expected")
    return int(used) if found else None
