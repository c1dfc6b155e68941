"""What issuers of e-invoices write in free text, and where: a table of forms that occur, and that
what is written is read again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from services.importing.einvoices import fields, invoices, written, xml_stream
from services.importing.einvoices.amounts import BadInvoice
from tests import einvoices
from tests.einvoices import HOA_EXTRA, Invoice, Line, document

DEFAULT = fields.load(fields.DEFAULT)


@pytest.mark.parametrize(("text", "found"), [
    ("10/2026", (2026, 10, 0)),
    ("2026-10", (2026, 10, 0)),
    ("202610", (2026, 10, 0)),
    ("Tháng 10/2026", (2026, 10, 0)),
    ("THANG 10 NAM 2026", (2026, 10, 0)),
    ("Kỳ 1 - 10/2026", (2026, 10, 1)),
    ("10/2026 (kỳ 2)", (2026, 10, 2)),
    ("Kỳ: 3, tháng 9 năm 2026", (2026, 9, 3)),
    ("Kỳ 10/2026", (2026, 10, 0)),
    ("Điện tiêu thụ tháng 10 năm 2026 từ ngày 22/09/2026 đến ngày 21/10/2026", (2026, 10, 0)),
    ("Kỳ 2 tháng 10/2026, từ 11/10/2026 đến 20/10/2026", (2026, 10, 2)),
    ("21/10/2026", None),
    ("13/2026", None),
    ("10/1999", None),
    ("tháng 9/2026 và tháng 10/2026", None),
    ("Điện sinh hoạt bậc 1", None),
    ("1", None),
    ("", None),
])
def test_a_period_is_read_or_left(text: str, found: tuple | None) -> None:
    assert written.period(text) == found


@pytest.mark.parametrize(("text", "found"), [
    ("2026-10-21", "2026-10-21"),
    ("2026-10-21T00:00:00+07:00", "2026-10-21"),
    ("21/10/2026", "2026-10-21"),
    ("1-2-2026", "2026-02-01"),
    ("21.10.2026 23:59:59", "2026-10-21"),
    ("Ngày 21 tháng 10 năm 2026", "2026-10-21"),
    ("31/02/2026", None),
    ("10/21/2026", None),
    ("21/10/26", None),
    ("21/10/2026 hoặc 22/10/2026", None),
    ("trước 21/10/2026", None),
    ("", None),
])
def test_a_day_is_read_or_left(text: str, found: str | None) -> None:
    assert written.day(text) == found


@pytest.mark.parametrize(("text", "found"), [
    ("từ ngày 22/09/2026 đến ngày 21/10/2026", ("2026-09-22", "2026-10-21")),
    ("2026-09-22 - 2026-10-21", ("2026-09-22", "2026-10-21")),
    ("Từ 22/09/2026", None),
    ("22/09/2026, 21/10/2026, 20/11/2026", None),
    ("30/02/2026 - 21/10/2026", None),
])
def test_two_days_are_read_or_left(text: str, found: tuple | None) -> None:
    assert written.two_days(text) == found


@pytest.mark.parametrize(("text", "is_number", "found"), [
    ("1222", False, "1222"), ("01222", False, "1222"), ("222 kWh", False, "222"),
    ("1222.00", False, "1222"), ("1222.000", True, "1222"), ("1222.000000", False, "1222"),
    ("1.222", False, None), ("1.000", False, None), ("1,222", False, None), ("1 222", False, None),
    ("-5", False, None), ("12.5", True, None), ("1E3", True, None), ("٣", True, None),
    ("", True, None),
])
def test_a_whole_number_is_read_or_left(text: str, is_number: bool, found: str | None) -> None:
    assert written.whole(text, is_number) == found


# Where issuers put things

SENTENCE = ("Điện tiêu thụ tháng 10 năm 2026 từ ngày 22/09/2026 đến ngày 21/10/2026")
ISSUERS = {
    "words in Vietnamese": {
        "Kỳ hóa đơn": "Kỳ 1 - 10/2026", "Từ ngày": "22/09/2026", "Đến ngày": "21/10/2026",
        "Chỉ số cũ": "1000", "Chỉ số mới": "1222", "Hạn thanh toán": "20/11/2026",
        "Mã tra cứu": "TN7K2M9QX4", "Link tra cứu": "https://hoadon.dienluc.example/"},
    "capitals": {
        "KY": "1", "THANG": "10", "NAM": "2026", "NGAY_DKY": "2026-09-22",
        "NGAY_CKY": "2026-10-21", "CS_CU": "1000", "CS_MOI": "1222", "HAN_TT": "20/11/2026",
        "MTCUU": "TN7K2M9QX4", "URL_TRA_CUU": "https://hoadon.dienluc.example/"},
    "one sentence": {
        "Nội dung": SENTENCE, "Số cũ": "1000", "Số mới": "1222", "Ngày đến hạn": "20-11-2026",
        "Fkey": "TN7K2M9QX4", "PortalLink": "https://hoadon.dienluc.example/"},
    "a period with its days": {
        "Kỳ tiêu thụ": f"Kỳ 1. {SENTENCE}", "ChiSoDau": "1000.00", "ChiSoCuoi": "1222.00",
        "SanLuong": "222", "Thời hạn thanh toán": "Ngày 20 tháng 11 năm 2026",
        "Mã số bí mật": "TN7K2M9QX4", "Website tra cứu": "https://hoadon.dienluc.example/"},
}
HOA_ROW = {
    "code": "PA04DH0000017", "year": "2026", "month": "10", "ky": "1", "from_date": "2026-09-22",
    "to_date": "2026-10-21", "old_index": "1000", "new_index": "1222", "kwh": "222",
    "subtotal": "505656", "vat": "40452", "total": "546108", "due_on": "2026-11-20",
    "bill_no": "1K26TDH12", "lookup_code": "TN7K2M9QX4",
    "lookup_url": "https://hoadon.dienluc.example/", "replaces": ""}


def read(invoice: Invoice) -> dict[str, str]:
    (row,) = (invoices.read(one, DEFAULT) for one in xml_stream.invoices([document(invoice)]))
    return row


@pytest.mark.parametrize("level", ["DLHDon", "TTChung", "NMua", "TToan", "HHDVu"])
@pytest.mark.parametrize("issuer", ISSUERS)
def test_every_issuer_is_read_at_every_level(issuer: str, level: str) -> None:
    assert read(Invoice(extra=ISSUERS[issuer], extra_at=level)) == HOA_ROW


def test_the_sentence_may_be_the_name_of_a_line() -> None:
    note = Line("", "", "", kind="4", unit="", name=SENTENCE)
    extra = {name: text for name, text in HOA_EXTRA.items()
             if name not in ("KyHoaDon", "TuNgay", "DenNgay")}
    assert read(Invoice(lines=(*einvoices.HOA_LINES, note), extra=extra)) == HOA_ROW


def test_a_number_is_one_where_the_issuer_says_so() -> None:
    extra = {**HOA_EXTRA, "ChiSoMoi": "1222.000"}
    assert read(Invoice(extra=extra, kind_of_extra="numeric"))["new_index"] == "1222"
    with pytest.raises(BadInvoice, match="new_index"):
        read(Invoice(extra=extra))


def test_an_index_told_for_each_meter_is_not_guessed() -> None:
    invoice = next(xml_stream.invoices([document(Invoice(extra_at="HHDVu"))]))
    second = invoice.findall(".//HHDVu")[1]
    second.append(etree.fromstring(
        "<TTKhac><TTin><TTruong>ChiSoCu</TTruong><DLieu>7</DLieu></TTin></TTKhac>"))
    with pytest.raises(BadInvoice, match="told in two ways"):
        invoices.read(invoice, DEFAULT)


ROWS = st.fixed_dictionaries({
    "number": st.integers(1, 99_999_999), "year": st.integers(2000, 2100),
    "month": st.integers(1, 12), "ky": st.integers(1, 9), "old": st.integers(0, 999_999_999),
    "kwh": st.lists(st.integers(0, 99_999), min_size=1, max_size=6),
    "price": st.decimals(0, 9_999, places=2), "vat": st.integers(0, 10**9),
    "days": st.lists(st.dates(min_value=date(2000, 1, 1),
                              max_value=date(2099, 12, 31)),
                     min_size=3, max_size=3),
    "lookup": st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=60)})


@settings(max_examples=200, deadline=None)
@given(ROWS)
def test_what_is_written_is_read_again(row: dict) -> None:
    lines = tuple(Line(f"{kwh}.000000", str(row["price"]), str(kwh * row["price"]))
                  for kwh in row["kwh"])
    exact = sum((kwh * row["price"] for kwh in row["kwh"]), Decimal())
    subtotal = int(exact + Decimal("0.5"))
    first, last, due = (day.strftime("%d/%m/%Y") for day in row["days"])
    found = read(Invoice(
        number=str(row["number"]), lines=lines, subtotal=f"{subtotal}.0", vat=str(row["vat"]),
        total=str(subtotal + row["vat"]), extra={
            "KyHoaDon": f"Kỳ {row['ky']} tháng {row['month']} năm {row['year']}",
            "TuNgay": first, "DenNgay": last, "ChiSoCu": str(row["old"]),
            "ChiSoMoi": str(row["old"]), "HanThanhToan": due, "MaTraCuu": row["lookup"]}))
    first, last, due = (day.isoformat() for day in row["days"])
    assert found == {
        "code": "PA04DH0000017", "year": str(row["year"]), "month": str(row["month"]),
        "ky": str(row["ky"]), "from_date": first, "to_date": last, "old_index": str(row["old"]),
        "new_index": str(row["old"]), "kwh": str(sum(row["kwh"])), "subtotal": str(subtotal),
        "vat": str(row["vat"]), "total": str(subtotal + row["vat"]), "due_on": due,
        "bill_no": f"1K26TDH{row['number']}", "lookup_code": row["lookup"], "lookup_url": "",
        "replaces": ""}


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    good = document(Invoice())
    for text in (data, good[:900] + data + good[900:]):
        try:
            for invoice in xml_stream.invoices([text]):
                invoices.read(invoice, DEFAULT)
        except (xml_stream.InvalidXml, BadInvoice):
            pass
