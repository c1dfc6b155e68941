"""The page behind an SMS link: small, plain, payable."""

from __future__ import annotations

import base64
import re
import subprocess

import pytest

from db.adjustments import BillAdjustment
from db.bills import Bill
from db.connection import write
from services.bills import payment_links, vietqr
from services.clock import DAY
from tests import einvoices
from tests.villagers import HOA, MAY, NOON, SON


@pytest.fixture
def token(app, clock):
    """token(code) of a live link."""
    return lambda code: write(lambda: payment_links.link_for(code, clock.ms))[0]


def picture(page: str) -> bytes:
    return base64.b64decode(re.search(r"data:image/png;base64,([^\"]+)", page)[1])


def read_by_a_phone(png: bytes) -> str:
    """What a QR reader sees in the picture."""
    found = subprocess.run(["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "-"],
                           input=png, capture_output=True, check=True)
    return found.stdout.decode().strip()


def test_the_page_shows_who_period_amount_and_when(client, token) -> None:
    page = client.get(f"/q/{token(HOA.code)}").text
    for text in ("N*** T** H**", HOA.code, "10/2026", "546.108\N{NO-BREAK SPACE}đ",
                 "Hạn 20/11/2026", "Lúc 12:00 15/11/2026", "PA04DH00000171026"):
        assert text in page
    assert "Hoa" not in page


def test_the_picture_pays_the_bill(client, token) -> None:
    payload = read_by_a_phone(picture(client.get(f"/q/{token(HOA.code)}").text))
    fields = vietqr.decode(payload)
    assert (fields["54"], fields["62"]["08"]) == ("546108", "PA04DH00000171026")


def test_the_code_names_the_service_that_is_set(client, token, change_settings) -> None:
    change_settings(vietqr_service="QRPUSH")
    payload = read_by_a_phone(picture(client.get(f"/q/{token(HOA.code)}").text))
    assert vietqr.decode(payload)["38"]["02"] == "QRPUSH"


def test_several_bills_are_one_code_for_their_sum(client, token) -> None:
    page = client.get(f"/q/{token(MAY.code)}").text
    assert "09/2026" in page and "10/2026" in page and "324.972\N{NO-BREAK SPACE}đ" in page
    fields = vietqr.decode(read_by_a_phone(picture(page)))
    assert (fields["54"], fields["62"]["08"]) == ("324972", MAY.code)


def test_the_page_is_small_and_works_without_javascript(client, token) -> None:
    answer = client.get(f"/q/{token(HOA.code)}")
    assert len(answer.data) <= 4096
    assert "<script" not in answer.text and "style=" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_longest_page_is_small_too(client, token, change_settings) -> None:
    change_settings(pay_account="9" * 19, pay_account_name="X" * 50)
    for month in range(1, 10):
        write(lambda month=month: Bill.create(
            code=MAY.code, year=2025, month=month, from_date="2025-01-01", to_date="2025-01-31",
            old_index=0, new_index=1, kwh=1, subtotal=1, vat=0, total=9_999_999_999,
            due_on="2025-12-20", bill_no="1"))
    answer = client.get(f"/q/{token(MAY.code)}")
    assert len(answer.data) <= 4096
    assert "Và 5 kỳ khác" in answer.text
    assert vietqr.decode(read_by_a_phone(picture(answer.text)))["54"] == "90000324963"


def test_paid_meanwhile_the_page_says_so(client, token) -> None:
    address = f"/q/{token(HOA.code)}"
    write(lambda: Bill.update(state="received").where(
        (Bill.code == HOA.code) & (Bill.month == 10)).execute())
    page = client.get(address).text
    assert "Không còn nợ" in page and "546.108" not in page
    assert "<img" not in page


def test_a_link_of_who_owes_nothing_says_so(client, token) -> None:
    assert "Không còn nợ" in client.get(f"/q/{token(SON.code)}").text


def test_an_old_link_is_a_kind_404(client, token, clock) -> None:
    address = f"/q/{token(HOA.code)}"
    clock.ms = NOON + 8 * DAY
    answer = client.get(address)
    assert answer.status_code == 404
    for text in ("Liên kết đã hết hạn", "8055", "19006769"):
        assert text in answer.text


@pytest.mark.parametrize("token", ["abcdefghij", "x", "482915", "a" * 200, "%00%00%00%00%00%00%00",
                                   "abc%20fghij", "%F0%9F%98%80bcdefghi"])
def test_what_is_no_live_token_is_a_kind_404(client, token: str) -> None:
    answer = client.get(f"/q/{token}")
    assert answer.status_code == 404 and "Liên kết đã hết hạn" in answer.text


def test_a_slip_number_opens_no_page(client, app, clock) -> None:
    slip = write(lambda: payment_links.link_for(HOA.code, clock.ms))[1]
    assert client.get(f"/q/{slip}").status_code == 404


def test_whoever_has_the_link_gets_at_no_invoice_and_no_credit(client, token) -> None:
    einvoices.give_lookups()
    bill = Bill.get(Bill.code == HOA.code, Bill.month == 10)
    write(lambda: BillAdjustment.create(bill=bill.id, code=HOA.code, kind="credit", amount=77_000,
                                        day="2026-11-14", reduction=0, at=NOON))
    page = client.get(f"/q/{token(HOA.code)}").text
    assert "546.108" in page and "TN-0017202610" not in page and "77.000" not in page
