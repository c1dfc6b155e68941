"""Receipts on paper: the right words, extractable, in the embedded font."""

from __future__ import annotations

import io

import pypdf
import pytest

from db.connection import run
from services.cash import receipts, shifts, takings
from services.errors import UnknownPayment
from services.payments import payments
from services.payments.payments import Report
from tests import einvoices
from tests.officers import CANBO, VO, at_desk
from tests.villagers import HOA, MAY, NOON

HOA_BILL = f"{HOA.code}-202610-1"
WHO = at_desk(CANBO)


def pay(partner: str = "momo") -> int:
    return payments.post(Report(partner, "1", HOA_BILL, 546_108, NOON, "0" * 64),
                         NOON)[0].payment.id


def read(made: bytes) -> tuple[str, list, set[str]]:
    """(text in one line, size of the page in mm, embedded fonts)."""
    page = pypdf.PdfReader(io.BytesIO(made)).pages[0]
    fonts = {str(font.get_object()["/BaseFont"]).partition("+")[2]
             for font in page["/Resources"]["/Font"].values()}
    size = [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]]
    return " ".join(page.extract_text().split()), size, fonts


@pytest.mark.parametrize(("paper", "width"), [("a5", 148), ("80", 80)])
def test_a_receipt_says_who_what_and_how_much(app, paper: str, width: int) -> None:
    text, size, fonts = read(receipts.pdf(receipts.of_payment(pay(), WHO), paper,
                                          "CÔNG TY ĐIỆN LỰC"))
    for words in ("CÔNG TY ĐIỆN LỰC", "BIÊN NHẬN THU TIỀN ĐIỆN", HOA.name, HOA.code, "kỳ 10/2026",
                  "546.108", "PA04DH-2026-000001", "Momo", "222 kWh", "12:00 15/11/2026",
                  "năm trăm bốn mươi sáu nghìn một trăm linh tám đồng",
                  "Đã nhận tiền, công ty sẽ gạch nợ sau"):
        assert words in text
    assert size[0] == width
    assert fonts == {"NotoSans-Regular", "NotoSans-Bold"}


@pytest.mark.parametrize("paper", receipts.PAPERS)
def test_a_receipt_says_where_the_invoice_is_looked_up(app, paper: str) -> None:
    einvoices.give_lookups("")
    made = receipts.of_payment(pay(), WHO, "https://tracuu.example/")
    text = read(receipts.pdf(made, paper, "X"))[0]
    assert "Mã tra cứu hóa đơn: TN-0017202610 tại tracuu.example" in text


def test_money_received_and_cleared_in_the_books_are_told_apart(app) -> None:
    payment_id = pay()
    run("UPDATE bill SET state = 'settled' WHERE payment_id = ?", payment_id)
    text = read(receipts.pdf(receipts.of_payment(payment_id, WHO), "a5", "X"))[0]
    assert "công ty đã gạch nợ" in text and "sẽ gạch nợ" not in text


def test_a_second_payment_and_a_voided_one_say_so(app) -> None:
    first, second = pay(), pay("viettel")
    assert receipts.state(receipts.of_payment(second, WHO).paid[0]) == "refund_due"
    payments.void("momo", "1", "nhầm", "23:55", NOON)
    text = read(receipts.pdf(receipts.of_payment(first, WHO), "a5", "X"))[0]
    assert "Khoản này đã bị hủy" in text and "Đã nhận tiền" not in text


def test_cash_for_two_bills_is_one_paper_with_the_change(app) -> None:
    shifts.open_shift(WHO, 0, NOON)
    taking = takings.take(WHO, MAY.code, [f"{MAY.code}-202609-1", f"{MAY.code}-202610-1"], 400_000,
                          "b" * 32, NOON)
    receipt = receipts.of_taking(taking)
    assert (receipt.total, receipt.change, receipt.officer) == (324_972, 75_028, "canbo")
    text = read(receipts.pdf(receipt, "80", "X"))[0]
    for words in ("kỳ 09/2026", "kỳ 10/2026", "Tổng cộng", "324.972", "Trả lại", "75.028"):
        assert words in text


def test_words_of_the_data_are_never_commands_of_the_page(app) -> None:
    payment_id = pay()
    run("UPDATE customer SET name = ? WHERE code = ?", '#panic("x") *Hoa* $1$', HOA.code)
    assert '#panic("x") *Hoa* $1$' in read(
        receipts.pdf(receipts.of_payment(payment_id, WHO), "a5", "X"))[0]


@pytest.mark.parametrize(("number", "who"), [(999, WHO), (None, at_desk(VO))])
def test_a_receipt_out_of_reach_does_not_exist(app, number, who) -> None:
    payment_id = pay()
    with pytest.raises(UnknownPayment):
        receipts.of_payment(number or payment_id, who)
