"""e-Invoices as billing systems send them, about the villagers; all of our own making."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from db.bills import Bill
from db.einvoices import BillLookup

SIGNATURE = ('<DSCKS><NBan><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/>'
             "<SignatureValue>bGFuZw==</SignatureValue></Signature></NBan></DSCKS>")


class Line(NamedTuple):
    """One line of goods: kWh at a price."""

    quantity: str
    price: str
    amount: str
    kind: str = "1"
    unit: str = "kWh"
    name: str = "Điện sinh hoạt"


# The bill that Hoa owes for 10/2026: 222 kWh by the tariff.
HOA_LINES = (Line("50", "1984", "99200"), Line("50", "2050", "102500"),
             Line("100", "2380", "238000"), Line("22", "2998", "65956"))
HOA_EXTRA = {"KyHoaDon": "Kỳ 1 - 10/2026", "TuNgay": "2026-09-22", "DenNgay": "2026-10-21",
             "ChiSoCu": "1000", "ChiSoMoi": "1222", "HanThanhToan": "2026-11-20",
             "MaTraCuu": "TN7K2M9QX4", "LinkTraCuu": "https://hoadon.dienluc.example/"}


class Invoice(NamedTuple):
    """An invoice; `extra` stands in the TTKhac at `extra_at`."""

    number: str = "12"
    form: str = "1"
    series: str = "K26TDH"
    code: str = "PA04DH0000017"
    currency: str = "VND"
    lines: tuple[Line, ...] = HOA_LINES
    subtotal: str = "505656"
    vat: str = "40452"
    total: str = "546108"
    extra: dict[str, str] = HOA_EXTRA
    extra_at: str = "DLHDon"
    kind_of_extra: str = "string"
    related: str = ""  # inside TTHDLQuan
    rates: str = ""  # inside THTTLTSuat


def adjusting(kind: str, number: str, series: str = "K26TDH") -> str:
    """TTHDLQuan: this invoice replaces (1) or adjusts (2) another one."""
    return (f"<TCHDon>{kind}</TCHDon><LHDCLQuan>1</LHDCLQuan><KHMSHDCLQuan>1</KHMSHDCLQuan>"
            f"<KHHDCLQuan>{series}</KHHDCLQuan><SHDCLQuan>{number}</SHDCLQuan>"
            "<NLHDCLQuan>2026-10-25</NLHDCLQuan>")


def xml(invoice: Invoice, namespace: str = "") -> str:
    """The HDon of an invoice, without a declaration."""
    other = _other(invoice)
    related = f"<TTHDLQuan>{invoice.related}</TTHDLQuan>" if invoice.related else ""
    rates = f"<THTTLTSuat>{invoice.rates}</THTTLTSuat>" if invoice.rates else ""
    lines = "".join(_line(number, line, other) if number == 1 else _line(number, line, {})
                    for number, line in enumerate(invoice.lines, 1))
    return (
        f'<HDon{namespace}><DLHDon Id="data"><TTChung><PBan>2.0.0</PBan>'
        f"<THDon>Hóa đơn giá trị gia tăng</THDon><KHMSHDon>{invoice.form}</KHMSHDon>"
        f"<KHHDon>{invoice.series}</KHHDon><SHDon>{invoice.number}</SHDon><NLap>2026-10-26</NLap>"
        f"<DVTTe>{invoice.currency}</DVTTe><TGia>1</TGia><HTTToan>TM/CK</HTTToan>{related}"
        f"{other.get('TTChung', '')}</TTChung><NDHDon><NBan><Ten>Công ty Điện lực mẫu</Ten>"
        f"<MST>0100000000</MST><DChi>Xóm 1</DChi></NBan><NMua><Ten>Nguyễn Thị Hoa</Ten>"
        f"<DChi>Xóm 1</DChi><MKHang>{escape(invoice.code)}</MKHang>{other.get('NMua', '')}</NMua>"
        f"<DSHHDVu>{lines}</DSHHDVu><TToan>{rates}<TgTCThue>{invoice.subtotal}</TgTCThue>"
        f"<TgTThue>{invoice.vat}</TgTThue><TgTTTBSo>{invoice.total}</TgTTTBSo>"
        f"<TgTTTBChu>…</TgTTTBChu>{other.get('TToan', '')}</TToan></NDHDon>"
        f"{other.get('DLHDon', '')}</DLHDon><MCCQT>M1-26-ABCDE</MCCQT>{SIGNATURE}</HDon>")


def _other(invoice: Invoice) -> dict[str, str]:
    entries = "".join(
        f"<TTin><TTruong>{escape(name)}</TTruong><KDLieu>{invoice.kind_of_extra}</KDLieu>"
        f"<DLieu>{escape(text)}</DLieu></TTin>" for name, text in invoice.extra.items())
    return {invoice.extra_at: f"<TTKhac>{entries}</TTKhac>"}


def _line(number: int, line: Line, other: dict[str, str]) -> str:
    return (f"<HHDVu><TChat>{line.kind}</TChat><STT>{number}</STT><THHDVu>{escape(line.name)}"
            f"</THHDVu><DVTinh>{line.unit}</DVTinh><SLuong>{line.quantity}</SLuong>"
            f"<DGia>{line.price}</DGia><ThTien>{line.amount}</ThTien><TSuat>8%</TSuat>"
            f"{other.get('HHDVu', '')}</HHDVu>")


def document(*invoices: Invoice | str) -> bytes:
    """An XML file: one invoice, or several in the wrapper of the tax office's messages."""
    texts = [one if isinstance(one, str) else xml(one) for one in invoices]
    inside = texts[0] if len(texts) == 1 else (
        f"<TDiep><TTChung><PBan>2.0.0</PBan><SLuong>{len(texts)}</SLuong></TTChung><DLieu>"
        f"{''.join(texts)}</DLieu></TDiep>")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{inside}'.encode()


def zipped(files: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP with these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def write(path: Path, data: bytes) -> Path:
    """A file with these bytes."""
    path.write_bytes(data)
    return path


def give_lookups(url: str = "https://hoadon.dienluc.example/") -> None:
    """Every bill has its invoice; the code ends in the bill's number."""
    for bill in Bill.select():
        BillLookup.create(bill=bill, bill_no=bill.bill_no, code=f"TN-{bill.bill_no}", url=url)
