"""One payment's page, its receipt, undoing it, and the file for the billing system."""

from __future__ import annotations

import pytest

from db.connection import run
from tests import einvoices
from tests.officers import PASSWORD, VO, audited
from tests.staff.conftest import english, text
from tests.staff.money import page_of, pay
from tests.staff.test_cash import giamsat  # noqa: F401 — a fixture
from tests.villagers import HOA, PAO

HOA_BILL, PAO_BILL = f"{HOA.code}-202610-1", f"{PAO.code}-202610-1"


@pytest.fixture
def paid(app) -> str:
    """Hoa paid by MoMo; the page of the payment."""
    return f"/staff/payments/{pay(HOA_BILL, 546_108)}"


def test_a_bill_leads_to_its_payment(canbo, paid):
    bill = canbo.get(page_of(canbo, HOA.code) + "/bills/202610-1")
    assert f'href="{paid}"' in bill.text
    page = canbo.get(paid)
    for words in ("PA04DH-2026-000001", "Momo", "Đã nhận tiền", "Chưa gạch nợ"):
        assert words in text(page)
    assert english(page) == []


def test_money_received_and_books_cleared_are_two_lines(canbo, paid):
    run("UPDATE bill SET state = 'settled' WHERE payment_id IS NOT NULL")
    page = text(canbo.get(paid))
    assert "Tiền Đã nhận tiền" in page and "Sổ công ty Đã gạch nợ" in page


def test_a_receipt_is_read_and_printed(canbo, paid):
    assert "Biên nhận thu tiền điện" in text(canbo.get(paid + "/receipt"))
    for paper in ("a5", "80"):
        assert canbo.get(f"{paid}/receipt-{paper}.pdf").data.startswith(b"%PDF")
    assert canbo.get(paid + "/receipt-a4.pdf").status_code == 404


def test_bill_payment_and_receipt_say_where_the_invoice_is_looked_up(canbo, paid):
    einvoices.give_lookups()
    for page in (paid, paid + "/receipt", page_of(canbo, HOA.code) + "/bills/202610-1"):
        assert "Mã tra cứu hóa đơn TN-0017202610 tại hoadon.dienluc.example" in text(
            canbo.get(page))


def test_the_payment_of_another_commune_does_not_exist(sign_in, paid):
    vo = sign_in(VO)
    for address in (paid, paid + "/receipt", paid + "/receipt-a5.pdf", "/staff/payments/999"):
        assert vo.get(address).status_code == 404
    assert vo.post(paid + "/undo", data={"reason": "nhầm"}).status_code == 404


def test_an_undo_leads_to_the_refund(canbo, paid, clock):
    page = canbo.post(paid + "/undo", data={"reason": "khách trả nhầm"})
    assert page.status_code == 409 and "nơi đã thu tự hủy" in text(page)
    clock.ms += 24 * 3600 * 1000
    canbo.post("/staff/signin", data={"name": "canbo", "password": "lua-nep-thom"})
    assert canbo.post(paid + "/undo", data={"reason": " "}).status_code == 422
    answer = canbo.post(paid + "/undo", data={"reason": "khách trả nhầm"})
    assert "Hủy thu: khách trả nhầm" in text(canbo.get(answer.location))
    assert "Đã hủy" in text(canbo.get(paid))
    assert canbo.post(paid + "/undo", data={"reason": "lại"}).status_code == 409


def test_the_export_is_for_who_leads(canbo, giamsat, paid):  # noqa: F811
    assert canbo.get("/staff/payments/export").status_code == 403
    assert canbo.post("/staff/payments/export", data={"since": "2026-11-15"}).status_code == 403
    page = giamsat.get("/staff/payments/export")
    assert 'value="2026-11-14"' in page.text and english(page) == []
    assert giamsat.post("/staff/payments/export", data={"since": "x"}).status_code == 422
    page = giamsat.post("/staff/payments/export",
                        data={"since": "2026-11-15", "password": "khong-phai"})
    assert page.status_code == 422 and "Mật khẩu không đúng" in text(page)
    made = giamsat.post("/staff/payments/export",
                        data={"since": "2026-11-15", "password": PASSWORD})
    assert made.headers["Content-Disposition"] == (
        'attachment; filename="thu-tien-tu-2026-11-15.csv"')
    assert HOA_BILL in made.text and made.text.count("\r\n") == 2
    assert [entry for entry in audited() if entry[1] == "payments.export"] == [
        ("giamsat", "payments.export", "payments", "since 2026-11-15")]


def test_a_large_payment_is_only_asked_to_be_undone(canbo, change_settings, clock):
    change_settings(refund_approval_from=1_000_000)
    address = f"/staff/payments/{pay(PAO_BILL, 1_534_140)}"
    clock.ms += 24 * 3600 * 1000
    canbo.post("/staff/signin", data={"name": "canbo", "password": "lua-nep-thom"})
    answer = canbo.post(address + "/undo", data={"reason": "nhầm"})
    assert "Chờ duyệt hủy thu" in text(canbo.get(answer.location))
    assert "Đã nhận tiền" in text(canbo.get(address))
