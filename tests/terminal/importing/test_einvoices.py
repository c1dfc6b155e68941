"""flask bills import of e-invoice XML and ZIP: the same rules as for CSV, and the lookup code."""

from __future__ import annotations

import json

import pytest

from db import audit
from db import bills as bill_records
from db import einvoices as einvoice_records
from db.connection import fetch, run, write
from services.payments import payments
from tests import billing_files, einvoices
from tests.billing_files import HOA_BILL
from tests.einvoices import HOA_EXTRA, HOA_LINES, Invoice, Line, adjusting, document, zipped
from tests.villagers import HOA, MAY, SON

HOA_KEY = (HOA.code, 2026, 10, 1)
NOVEMBER = Invoice(
    number="0000045", lines=(Line("78", "2007.69", "156600"),), subtotal="156600", vat="12528",
    total="169128", extra={**HOA_EXTRA, "KyHoaDon": "11/2026", "TuNgay": "22/10/2026",
                           "DenNgay": "21/11/2026", "ChiSoCu": "1222", "ChiSoMoi": "1300",
                           "HanThanhToan": "20/12/2026", "MaTraCuu": "NOV-45"})
LOWER = Invoice(number="13", lines=(Line("200", "2500", "500000"),), subtotal="500000",
                vat="40000", total="540000", extra={**HOA_EXTRA, "MaTraCuu": "NEWER-13",
                                                    "ChiSoMoi": "1200"})
STORED = "SELECT * FROM bill ORDER BY id", "SELECT * FROM bill_lookup ORDER BY bill_id", (
    "SELECT * FROM replaced_invoice ORDER BY number")


@pytest.fixture
def take_in(runner, tmp_path):
    """take_in(bytes, options) imports a file of these bytes."""
    def go(data: bytes, *options: str, name: str = "bills.xml"):
        path = einvoices.write(tmp_path / name, data)
        return runner.invoke(args=["bills", "import", str(path), *options])
    return go


def stored() -> list:
    return [fetch(query) for query in STORED]


def lookup(*key) -> tuple[str, str] | None:
    bill = bill_records.get(*key)
    return einvoice_records.lookups([bill.id]).get(bill.id)


def refusal(answer) -> str:
    """What a refused file was told, without its name."""
    assert (answer.exit_code, answer.stdout) == (2, "")
    (line,) = answer.stderr.splitlines()
    assert line.startswith("error: ") and line.endswith("; nothing was stored")
    return line.split(": ", 2)[2].removesuffix("; nothing was stored")


def test_a_new_invoice_is_owed_and_can_be_looked_up(take_in) -> None:
    answer = take_in(document(NOVEMBER))
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert answer.stdout == ("note: 1 lookup codes of invoices are new or other ones\n"
                             "1 new, 0 changed, 0 unchanged, 0 left because paid\n")
    row = bill_records.get_with_readings(bill_records.get(HOA.code, 2026, 11, 1).id)
    assert (row.from_date, row.to_date, row.old_index, row.new_index, row.kwh, row.subtotal,
            row.vat, row.total, row.due_on, row.bill_no, row.state) == (
        "2026-10-22", "2026-11-21", 1222, 1300, 78, 156600, 12528, 169128, "2026-12-20",
        "1K26TDH0000045", "unpaid")
    assert lookup(HOA.code, 2026, 11, 1) == ("NOV-45", "https://hoadon.dienluc.example/")


@pytest.mark.parametrize("pack", [
    lambda: document(Invoice(), NOVEMBER),
    lambda: zipped({"10/a.xml": document(Invoice()), "11/b.xml": document(NOVEMBER)}),
    lambda: b"\xef\xbb\xbf" + document(Invoice(), NOVEMBER),
    lambda: document(*(einvoices.xml(one, ' xmlns="http://gdt.example/hoadon"')
                       for one in (Invoice(), NOVEMBER))),
    lambda: document(*(einvoices.xml(one).replace("<", "<x:").replace("<x:/", "</x:").replace(
        "<x:HDon>", '<x:HDon xmlns:x="urn:hoadon">') for one in (Invoice(), NOVEMBER))),
], ids=["wrapper", "zip", "mark", "namespace", "prefix"])
@pytest.mark.parametrize("name", ["bills.xml", "bills.zip", "bills.csv", "bills"])
def test_bytes_and_not_the_name_tell_what_a_file_is(take_in, pack, name) -> None:
    answer = take_in(pack(), "--dry-run", name=name)
    assert answer.stdout.splitlines()[-1] == (
        "dry run, nothing stored: 1 new, 1 changed, 0 unchanged, 0 left because paid")


def test_the_same_file_again_changes_nothing(take_in) -> None:
    data = zipped({"a.xml": document(Invoice()), "b.xml": document(NOVEMBER)})
    take_in(data)
    before, chain = stored(), audit.head()
    assert take_in(data).stdout == "0 new, 0 changed, 2 unchanged, 0 left because paid\n"
    assert (stored(), audit.head()) == (before, chain)


def test_a_dry_run_says_the_same_and_stores_nothing(take_in) -> None:
    before, chain = stored(), audit.head()
    said = take_in(document(NOVEMBER), "--dry-run").stdout
    assert (stored(), audit.head()) == (before, chain)
    assert said.replace("dry run, nothing stored: ", "") == take_in(document(NOVEMBER)).stdout


def test_an_invoice_of_a_paid_bill_brings_its_lookup_code(take_in, clock) -> None:
    run("UPDATE bill SET bill_no = '1K26TDH12' WHERE code = ? AND month = 10", HOA.code)
    write(lambda: payments.post(payments.Report(
        "momo", "T1", "PA04DH0000017-202610-1", 546108, clock(), "0" * 64), clock()))
    answer = take_in(document(Invoice()))
    assert answer.stdout.splitlines()[-1] == "0 new, 0 changed, 1 unchanged, 0 left because paid"
    assert lookup(*HOA_KEY) == ("TN7K2M9QX4", "https://hoadon.dienluc.example/")
    (entry,) = fetch("SELECT action FROM audit_entry WHERE actor = 'import'")
    assert entry == ("bills.imported",)


def test_another_amount_for_a_paid_bill_is_named_and_left(take_in, clock) -> None:
    write(lambda: payments.post(payments.Report(
        "momo", "T1", "PA04DH0000017-202610-1", 546108, clock(), "0" * 64), clock()))
    answer = take_in(zipped({"muoi.xml": document(LOWER)}))
    assert answer.stdout == (
        "left: muoi.xml, invoice 1K26TDH13: PA04DH0000017 10/2026 kỳ 1 is paid with 546108 đ,"
        " the file says 540000 đ\n0 new, 0 changed, 0 unchanged, 1 left because paid\n")
    assert lookup(*HOA_KEY) is None


# Which invoice is the bill


def test_an_invoice_that_replaces_another_corrects_its_bill(take_in) -> None:
    take_in(document(Invoice()))
    answer = take_in(document(LOWER._replace(related=adjusting("1", "00000012"))))
    assert answer.stdout.splitlines()[-1] == "0 new, 1 changed, 0 unchanged, 0 left because paid"
    assert bill_records.get(*HOA_KEY).total == 540000
    assert lookup(*HOA_KEY) == ("NEWER-13", "https://hoadon.dienluc.example/")


@pytest.mark.parametrize("number", ["12", "0000012"])
def test_a_replaced_invoice_never_comes_back(take_in, number) -> None:
    take_in(document(LOWER._replace(related=adjusting("1", "12"))))
    before = stored()
    answer = take_in(document(Invoice(number=number)))
    assert answer.stdout == (
        f"note: 1 rows, first invoice 1K26TDH{number}: another invoice has replaced this one;"
        " left out\n0 new, 0 changed, 0 unchanged, 0 left because paid\n")
    assert stored() == before


def test_a_replaced_invoice_does_not_come_back_by_csv(take_in, runner, tmp_path) -> None:
    take_in(document(LOWER._replace(related=adjusting("1", "12"))))
    path = billing_files.bills(tmp_path / "old.csv", billing_files.bill(bill_no="1K26TDH0012"))
    answer = runner.invoke(args=["bills", "import", str(path)])
    assert answer.stdout.startswith("note: 1 rows, first line 2: another invoice has replaced")
    assert bill_records.get(*HOA_KEY).total == 540000


def test_replaced_and_replacing_may_come_together_in_any_order(take_in) -> None:
    replacing = LOWER._replace(related=adjusting("1", "12"))
    for options in (("--dry-run",), ()):
        answer = take_in(document(replacing, Invoice()), *options)
        assert answer.stdout.splitlines()[-1].endswith(
            "0 new, 1 changed, 0 unchanged, 0 left because paid")
    assert bill_records.get(*HOA_KEY).total == 540000


def test_replacing_the_invoice_of_another_bill_is_refused(take_in) -> None:
    take_in(document(Invoice()))
    for_son = Invoice(number="14", code=SON.code, related=adjusting("1", "12"))
    for options in (("--dry-run",), ()):
        assert refusal(take_in(document(for_son), *options)) == (
            "invoice 1K26TDH14, column TTHDLQuan: '1K26TDH12': replaces the invoice of"
            " PA04DH0000017 10/2026 kỳ 1, which would stay owed: cancel that with flask bills"
            " adjust first")


@pytest.mark.parametrize(("related", "complaint"), [
    (adjusting("2", "12"), "column TCHDon: '1K26TDH12': adjusts the invoice 1K26TDH12 and is no"
                           " bill: enter it with flask bills adjust"),
    (adjusting("3", "12"), "column TCHDon: '3': 1 (replaces) or 2 (adjusts) expected"),
    (adjusting("1", "00012"), "column TTHDLQuan: '1K26TDH12': replaces itself"),
    ("<TCHDon>1</TCHDon><SBKCLQuan>BK-1</SBKCLQuan>",
     "column TTHDLQuan: '1K26TDH12': does not name the one invoice that it replaces"),
    ("<LHDCLQuan>1</LHDCLQuan>", "column TCHDon: '': 1 (replaces) or 2 (adjusts) expected"),
])
def test_an_invoice_that_is_no_bill_is_refused_by_its_number(take_in, related, complaint) -> None:
    before = stored()
    assert refusal(take_in(document(Invoice(related=related)))) == f"invoice 1K26TDH12, {complaint}"
    assert stored() == before


# What does not add up, or is not there


def changed(**extra: str) -> Invoice:
    kept = {name: text for name, text in {**HOA_EXTRA, **extra}.items() if text}
    return Invoice(extra=kept)


@pytest.mark.parametrize(("invoice", "complaint"), [
    (Invoice(currency="USD"), "DVTTe: 'USD': only VND is read"),
    (Invoice(subtotal="505657", total="546109"), "TgTCThue: '505657': the lines add up to 505656"),
    (Invoice(total="546109"), "TgTTTBSo: '546109': TgTCThue + TgTThue is 546108"),
    (Invoice(total="546108.50"), "TgTTTBSo: '546108.50': a whole number of đồng expected"),
    (Invoice(total="5.46E+05"), "TgTTTBSo: '5.46E+05': a whole number of đồng expected"),
    (Invoice(vat="-40452"), "TgTThue: '-40452': a whole number of đồng expected"),
    (Invoice(rates="<LTSuat><TSuat>8%</TSuat><ThTien>505656</ThTien><TThue>40451</TThue></LTSuat>"),
     "TgTThue: '40452': the tax rates (LTSuat) add up to 40451"),
    (Invoice(lines=(Line("222", "1", "505656", kind="9"),)), "TChat: '9': one of 1 to 5 expected"),
    (Invoice(lines=(Line("222.5", "1", "505656"),)),
     "SLuong: '222.5': a whole number of kWh expected"),
    (Invoice(lines=(Line("222", "1", "505656", unit="tháng"),)),
     "kwh: '': no line in kWh (DVTinh), and not told elsewhere"),
    (Invoice(lines=(Line("222", "1", "x"),)), "ThTien: 'x': a number such as 12345.67 expected"),
    (changed(SanLuong="223"), "kwh: '223': the lines add up to 222 kWh"),
    (changed(KyHoaDon=""), "period: 'Điện sinh hoạt': a month such as 10/2026 expected"),
    (changed(KyHoaDon="13/2026"), "period: '13/2026': a month such as 10/2026 expected"),
    (changed(TuNgay="31/02/2026"), "from_date: '31/02/2026': a day such as 22/09/2026 expected"),
    (changed(HanThanhToan=""), "due_on: '': missing; docs/import.md tells where it is looked for"),
    (changed(ChiSoMoi="1.222"), "new_index: '1.222': a whole number expected"),
    (changed(ChiSoMoi="9.12E+11"), "new_index: '9.12E+11': a whole number expected"),
    (changed(**{"Chỉ số mới": "1300"}), "new_index: '1222 / 1300': told in two ways"),
    (Invoice(code=""), "code: '': missing; docs/import.md tells where it is looked for"),
    (Invoice(code="PA04DH17"),
     "code: 'PA04DH17': a customer code such as PA04DH0000017 expected"),
    (Invoice(code="PA04DH7654321"), "code: 'PA04DH7654321': no such customer"),
    (changed(DenNgay="2026-09-01"), "to_date: '2026-09-01': before from_date"),
    (changed(MaTraCuu="X" * 61),
     f"lookup_code: '{'X' * 40}…': printable text of 60 characters expected"),
])
def test_what_cannot_be_a_bill_is_named_and_nothing_is_stored(take_in, invoice, complaint) -> None:
    before = stored()
    answer = take_in(document(NOVEMBER, invoice))
    assert refusal(answer) == f"invoice 1K26TDH12, column {complaint}"
    assert stored() == before


def test_an_invoice_without_a_number_is_named_by_its_place(take_in) -> None:
    assert refusal(take_in(zipped({"x/y.xml": document(NOVEMBER, Invoice(number=""))}))) == (
        "x/y.xml, invoice 2, column SHDon: '': KHMSHDon, KHHDon and SHDon expected")


def test_a_bill_that_stands_twice_is_named(take_in) -> None:
    assert refusal(take_in(document(Invoice(), Invoice(number="13")))) == (
        "invoice 1K26TDH13, column code, year, month, ky: 'PA04DH0000017 2026 10 1': stands"
        " already on invoice 1K26TDH12")


@pytest.mark.parametrize("lines", [
    (*HOA_LINES, Line("", "", "", kind="4", unit="", name="Cảm ơn bác")),
    (*HOA_LINES[:-1], Line("22", "2998", "66956"), Line("", "", "1000", kind="3", unit="")),
    (*HOA_LINES[:-1], Line("22", "2998", "66956"), Line("", "", "-1000", kind="3", unit="")),
    (Line("222.000000", "2277.73", "505655.6"),),
    (Line("222", "1", "500000"), Line("5", "1", "5656", unit="kVArh", name="Công suất phản kháng")),
], ids=["note", "discount", "discount with its minus", "rounded", "other goods"])
def test_lines_of_every_kind_add_up(take_in, lines) -> None:
    take_in(document(Invoice(lines=lines)))
    assert lookup(*HOA_KEY) is not None
    assert bill_records.get(*HOA_KEY).kwh == 222


# Lookup codes by CSV


def test_a_csv_may_tell_lookup_codes(runner, tmp_path) -> None:
    columns = [*billing_files.BILL_COLUMNS, "lookup_url", "lookup_code"]
    path = billing_files.write(tmp_path / "bills.csv", [
        columns, [*HOA_BILL, "hoadon.example", "CSV-1"],
        [*billing_files.bill(month=11, bill_no="9"), "", ""]])
    answer = runner.invoke(args=["bills", "import", str(path)])
    assert answer.stdout == ("note: 1 lookup codes of invoices are new or other ones\n"
                             "1 new, 0 changed, 1 unchanged, 0 left because paid\n")
    assert lookup(*HOA_KEY) == ("CSV-1", "hoadon.example")
    without = billing_files.bills(tmp_path / "bills.csv", HOA_BILL)
    runner.invoke(args=["bills", "import", str(without)])
    assert lookup(*HOA_KEY) == ("CSV-1", "hoadon.example")


def test_the_code_of_an_invoice_that_is_the_bill_no_more_is_not_shown(take_in, runner,
                                                                     tmp_path) -> None:
    take_in(document(Invoice()))
    path = billing_files.bills(tmp_path / "bills.csv", billing_files.bill(bill_no="1K26TDH99"))
    runner.invoke(args=["bills", "import", str(path)])
    assert lookup(*HOA_KEY) is None


# The map of fields


def test_a_map_says_where_an_issuer_tells_things(take_in, change_settings, tmp_path) -> None:
    path = tmp_path / "fields.json"
    path.write_text(json.dumps({"code": ["NDHDon/NMua/TTKhac:Danh bộ"],
                                "lookup_code": ["NDHDon/NMua/TTKhac:Chìa khóa"]}))
    told = NOVEMBER._replace(code="so 17", extra_at="NMua", extra={
        **NOVEMBER.extra, "DANH_BO": HOA.code, "Chìa khóa": "K-45"})
    change_settings(einvoice_fields=str(path))
    take_in(document(told))
    assert lookup(HOA.code, 2026, 11, 1) == ("K-45", "https://hoadon.dienluc.example/")


@pytest.mark.parametrize(("text", "complaint"), [
    ("{", "not JSON"),
    ("[]", "not an object of the fields code, period, "),
    ('{"colour": []}', "not an object of the fields code, period, "),
    ('{"code": "NDHDon"}', "code: a list of places expected"),
    ('{"code": ["a b"]}', "code: no place in an e-invoice: 'a b'"),
    ('{"code": ["NMua:x"]}', "code: no place in an e-invoice: 'NMua:x'"),
    (None, "No such file or directory"),
])
def test_a_map_that_is_none_is_refused_in_one_line(take_in, change_settings, tmp_path, text,
                                                   complaint) -> None:
    path = tmp_path / "fields.json"
    if text is not None:
        path.write_text(text)
    change_settings(einvoice_fields=str(path))
    answer = take_in(document(NOVEMBER))
    assert (answer.exit_code, answer.stdout) == (2, "")
    (line,) = answer.stderr.splitlines()
    assert complaint in line


def test_another_villager_owes_two_and_gets_both_codes(take_in) -> None:
    one = Invoice(number="1", code=MAY.code, lines=(Line("100", "2017", "201700"),),
                  subtotal="201700", vat="16136", total="217836",
                  extra={**HOA_EXTRA, "ChiSoMoi": "1100", "MaTraCuu": "MAY-10"})
    take_in(document(one))
    bills = bill_records.unpaid(MAY.code)
    assert list(einvoice_records.lookups([bill.id for bill in bills]).values()) == [
        ("MAY-10", "https://hoadon.dienluc.example/")]
