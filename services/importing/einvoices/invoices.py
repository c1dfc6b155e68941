"""One e-invoice (`HDon`) as a row of bills."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from services.importing.einvoices import amounts, written
from services.importing.einvoices.amounts import BadInvoice
from services.importing.einvoices.fields import FieldMap, Texts, Told, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element

T = TypeVar("T")
_REPLACES, _ADJUSTS = "1", "2"  # TCHDon
_EXPECTED = {
    "period": "a month such as 10/2026 expected", "dates": "two days expected",
    "from_date": "a day such as 22/09/2026 expected",
    "to_date": "a day such as 21/10/2026 expected",
    "due_on": "a day such as 20/11/2026 expected", "ky": "a kỳ from 1 to 9 expected"}


def number_of(invoice: _Element) -> str:
    """Form, series and number as the invoice writes them, "1K26TDH0000012"; "" where one is
    missing."""
    parts = [text_of(invoice.find(f"{{*}}DLHDon/{{*}}TTChung/{{*}}{tag}"))
             for tag in ("KHMSHDon", "KHHDon", "SHDon")]
    return "".join(parts) if all(parts) else ""


def read(invoice: _Element, field_map: FieldMap) -> dict[str, str]:
    """The cells of its row, as a CSV of bills would hold them; raises BadInvoice.

    Its signature (DSCKS) is not verified.
    """
    data, number = invoice.find("{*}DLHDon"), number_of(invoice)
    if data is None:
        raise BadInvoice("DLHDon", "", "missing")
    if not number:
        raise BadInvoice("SHDon", "", "KHMSHDon, KHHDon and SHDon expected")
    replaces = _replaced(data, number)
    sums = amounts.read(data)
    fields = _Fields(Texts(data), field_map)
    first, last = fields.days()
    period = fields.period()
    return {
        "code": fields.text("code"), "year": str(period.year), "month": str(period.month),
        "ky": str(period.ky), "from_date": first, "to_date": last,
        "old_index": fields.whole("old_index"), "new_index": fields.whole("new_index"),
        "kwh": _kwh(sums.kwh, fields), "subtotal": str(sums.subtotal), "vat": str(sums.vat),
        "total": str(sums.total), "due_on": fields.need("due_on", _day), "bill_no": number,
        "lookup_code": fields.text("lookup_code", optional=True),
        "lookup_url": fields.text("lookup_url", optional=True), "replaces": replaces}


def _replaced(data: _Element, number: str) -> str:
    """Number of the invoice that this one replaces, without the zeros before it; "" for none."""
    related = data.find("{*}TTChung/{*}TTHDLQuan")
    kind = text_of(related.find("{*}TCHDon")) if related is not None else ""
    if related is None or (not kind and len(related) == 0):
        return ""
    other = [text_of(related.find("{*}" + tag))
             for tag in ("KHMSHDCLQuan", "KHHDCLQuan", "SHDCLQuan")]
    if kind == _ADJUSTS:
        raise BadInvoice("TCHDon", number, f"adjusts the invoice {''.join(other)} and is no bill:"
                         " enter it with flask bills adjust")
    if kind != _REPLACES:
        raise BadInvoice("TCHDon", kind, "1 (replaces) or 2 (adjusts) expected")
    if not all(other):
        raise BadInvoice("TTHDLQuan", number, "does not name the one invoice that it replaces")
    replaced = _without_zeros(*other)
    if replaced == _without_zeros(number[:7], "", number[7:]):
        raise BadInvoice("TTHDLQuan", number, "replaces itself")
    return replaced


def _without_zeros(form: str, series: str, number: str) -> str:
    return form + series + number.lstrip("0")


def _kwh(of_lines: int | None, fields: _Fields) -> str:
    told = fields.find("kwh", _whole)
    if of_lines is None and told is None:
        raise BadInvoice("kwh", "", "no line in kWh (DVTinh), and not told elsewhere")
    if told is not None and of_lines is not None and told != str(of_lines):
        raise BadInvoice("kwh", told, f"the lines add up to {of_lines} kWh")
    return told if told is not None else str(of_lines)


def _day(told: Told) -> str | None:
    return written.day(told.text)


def _whole(told: Told) -> str | None:
    return written.whole(told.text, told.is_number)


class _Fields:
    """The fields of one invoice, found by the map."""

    def __init__(self, texts: Texts, field_map: FieldMap) -> None:
        self._texts = texts
        self._map = field_map
        self._unread: dict[str, str] = {}  # by field the text that could not be read

    def find(self, field: str, value: Callable[[Told], T | None]) -> T | None:
        """What stands at the first place that `value` can read, or None; raises BadInvoice when
        one place tells two things."""
        for place in self._map[field]:
            told = self._texts.at(place)
            found = {read: told_here.text for told_here in told
                     if (read := value(told_here)) is not None}
            if len(found) > 1:
                raise BadInvoice(field, " / ".join(found.values()), "told in two ways")
            if found:
                return next(iter(found))
            if told:
                self._unread.setdefault(field, told[0].text)
        return None

    def need(self, field: str, value: Callable[[Told], T | None]) -> T:
        """`find`; raises BadInvoice when there is nothing to be read."""
        found = self.find(field, value)
        if found is None:
            raise self._missing(field)
        return found

    def _missing(self, field: str) -> BadInvoice:
        expected = _EXPECTED.get(field, "a whole number expected")
        return BadInvoice(field, self._unread.get(field, ""), expected if field in self._unread
                          else "missing; docs/import.md tells where it is looked for")

    def text(self, field: str, optional: bool = False) -> str:
        """The text as it stands."""
        if optional:
            return self.find(field, lambda told: told.text) or ""
        return self.need(field, lambda told: told.text)

    def whole(self, field: str) -> str:
        """A whole number's digits."""
        return self.need(field, _whole)

    def days(self) -> tuple[str, str]:
        """First and last day, ISO: each by itself, else in one sentence."""
        first, last = self.find("from_date", _day), self.find("to_date", _day)
        if first and last:
            return first, last
        both = self.find("dates", lambda told: written.two_days(told.text))
        if both is None:
            raise self._missing("to_date" if first else "from_date")
        return both

    def period(self) -> written.Period:
        """Year, month and kỳ: each by itself, else in one text; kỳ 1 where none is told."""
        year, month = self.find("year", _whole), self.find("month", _whole)
        if year and month:
            found = written.Period(int(year), int(month))
        else:
            found = self.need("period", lambda told: written.period(told.text))
        ky = self.find("ky", lambda told: written.only_ky(told.text))
        if ky is None and not written.period(self._unread.get("ky", "1/2000")):
            raise self._missing("ky")
        return found._replace(ky=ky or found.ky or 1)
