"""From the code to what is owed: repaired, masked, limited."""

from __future__ import annotations

import re

import pytest

from db import bills as bill_records
from db.adjustments import BillAdjustment
from db.bills import Bill
from db.customers import Customer, CustomerPhone
from db.kiosks import KioskSession
from db.limits import LimitCount
from services.bills import payment_links
from services.limits import limits
from tests import einvoices
from tests.kiosk.person import enter, heading, pay, prove, text, title
from tests.villagers import HOA, MAY, NOON, SON


@pytest.mark.parametrize("typed", [
    HOA.code, "pa04dh0000017", " PA04 DH 0000017 ", "PA04-DH-000.0017", "PAO4DHOOOOO17",
    "PA04DH00000I7",
])
def test_a_code_is_understood_as_people_type_it(client, typed: str) -> None:
    answer = enter(client, typed)
    assert (answer.status_code, answer.location) == (303, "/kiosk/bills")


@pytest.mark.parametrize("typed", [
    "", "17", "PA04DH", "0123456789", "PA04DH000001", "PA04DH00000170", "\0" * 13,
    "PA04DH000001\0", "😀" * 13, "x" * 5000, "PA04DH٠٠٠٠٠١٧", "<script>alert(1)",
])
def test_what_is_no_code_is_asked_again_with_what_was_typed(client, typed: str) -> None:
    answer = enter(client, typed)
    assert answer.status_code == 422 and title(answer).startswith("Lỗi: ")
    assert text(answer).count("Lỗi: Mã có 13 chữ và số. Bác xem lại.") == 2
    assert 'aria-invalid="true"' in answer.get_data(as_text=True)
    assert "<script>alert" not in answer.get_data(as_text=True)


def test_the_typed_code_is_kept_after_an_error(client) -> None:
    answer = enter(client, "PA04DH00")
    assert 'name="code" value="PA04DH00"' in answer.get_data(as_text=True)


def test_an_unknown_code_says_no_more_than_that(client) -> None:
    answer = enter(client, "PA04DH9999999")
    assert answer.status_code == 422
    assert title(answer).startswith("Lỗi: Không tìm thấy mã này. Bác xem lại.")


def test_hoa_sees_her_bill_and_nothing_a_neighbour_should_not(client) -> None:
    enter(client, HOA)
    answer = client.get("/kiosk/bills")
    page = text(answer)
    assert heading(answer) == "Tiền điện"
    for shown in ("N*** T** H**", "546.108 đ", "10/2026", "20/11/2026", "Chưa trả", "Trả tiền"):
        assert shown in page
    for hidden in ("Nguyễn", "Hoa", "Xóm 1", "kWh", "222", "0912000017", HOA.code):
        assert hidden not in answer.get_data(as_text=True)


def test_may_may_pay_each_month_or_all_at_once(client) -> None:
    enter(client, MAY)
    page = client.get("/kiosk/bills").get_data(as_text=True)
    links_found = re.findall(r'href="(/kiosk/pay/[^"]+)"', page)
    assert links_found == ["/kiosk/pay/202609-1,202610-1", "/kiosk/pay/202609-1",
                           "/kiosk/pay/202610-1"]
    assert page.count("<span>Trả tiền</span>") == 2
    assert "324.972 đ" in text(client.get("/kiosk/bills"))


def test_son_owes_nothing_and_hears_it_kindly(client) -> None:
    enter(client, SON)
    page = text(client.get("/kiosk/bills"))
    assert "Bác không nợ tiền điện." in page and "Trả tiền" not in page
    assert not re.search(r"[0-9] đ|[0-9]/2026", page)
    prove(client, SON)
    assert "đã gạch nợ" in text(client.get("/kiosk/bills"))


def test_money_that_came_in_is_told_apart_from_a_settled_bill(client, clock) -> None:
    pay(bill_records.unpaid(HOA.code)[0], "m-1", clock())
    prove(client, HOA)
    page = text(client.get("/kiosk/bills"))
    assert "đã nhận tiền" in page and "đã gạch nợ" not in page and "không nợ" in page


def test_many_unpaid_months_come_page_by_page(client) -> None:
    bill = Bill.get(Bill.code == SON.code)
    for month in range(1, 6):
        Bill.create(**{**bill.__data__, "id": None, "month": month, "state": "unpaid"})
    enter(client, SON)
    first, last = (text(client.get(f"/kiosk/bills?page={page}")) for page in (1, 3))
    assert "01/2026" in first and "05/2026" not in first and "Trang sau" in first
    assert "05/2026" in last and "Trang trước" in last and "Trang sau" not in last


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "", "9" * 40])
def test_a_strange_page_number_shows_a_page(client, page: str) -> None:
    enter(client, MAY)
    assert client.get(f"/kiosk/bills?page={page}").status_code == 200


def test_twelve_months_are_bars_with_values(client) -> None:
    prove(client, HOA)
    answer = client.get("/kiosk/history")
    page = answer.get_data(as_text=True)
    assert page.count("<rect ") == 6 and 'width="1000"' in page
    for value in ("546.108 đ", "10/2026", "09/2026", "08/2026"):
        assert value in text(answer)


def test_a_slip_number_from_a_text_opens_the_bills(client, clock) -> None:
    _token, slip = payment_links.link_for(HOA.code, clock())
    assert enter(client, f"{slip[:3]} {slip[3:]}").location == "/kiosk/bills"
    assert "546.108 đ" in text(client.get("/kiosk/bills"))


def test_a_slip_number_that_ran_out_opens_nothing(client, clock) -> None:
    _token, slip = payment_links.link_for(HOA.code, clock())
    clock.ms += payment_links.LIFETIME + 1
    assert enter(client, slip).status_code == 422


def test_the_code_never_stands_in_an_address(client) -> None:
    enter(client, HOA)
    pages = [client.get(path).get_data(as_text=True)
             for path in ("/kiosk/bills", "/kiosk/history", "/kiosk/pay/202610-1")]
    assert not [page for page in pages if re.search(r'(href|action|hx-get)="[^"]*PA04', page)]


def test_sweeping_codes_is_stopped_and_says_when_to_come_back(client) -> None:
    for number in range(60):
        assert enter(client, f"PA04DH9{number:06}").status_code == 422
    answer = enter(client, HOA)
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
    assert title(answer).startswith("Lỗi: Máy đã tra nhiều mã.")
    assert client.get("/kiosk/bills").location == "/kiosk/customer"


def counted() -> int:
    """Different codes that the machine looked up."""
    limits.flush()
    return sum(one.number for one in LimitCount.select().where(LimitCount.rule == "codes.device"))


def test_a_code_that_was_looked_up_before_is_not_counted_again(client) -> None:
    for _ in range(70):
        assert enter(client, HOA).status_code == 303
    assert counted() == 1


def test_unknown_codes_count_as_much_as_known_ones(client) -> None:
    enter(client, "PA04DH9999999")
    enter(client, HOA)
    assert counted() == 2


def test_a_load_test_may_switch_the_limit_off(client, change_settings) -> None:
    change_settings(limits=False)
    for number in range(65):
        enter(client, f"PA04DH9{number:06}")
    assert enter(client, HOA).status_code == 303


def test_keys_type_without_a_script(client) -> None:
    answer = client.post("/kiosk/customer", data={"code": "12", "key": "PA04"})
    assert answer.status_code == 200
    assert 'name="code" value="PA04"' in answer.get_data(as_text=True)
    answer = client.post("/kiosk/customer", data={"code": "PA04D", "key": "delete"})
    assert 'name="code" value="PA04"' in answer.get_data(as_text=True)


def test_enter_on_a_keyboard_continues_and_presses_no_key(client) -> None:
    # A form's first submit button is the one that Enter and a barcode scanner press.
    page = client.get("/kiosk/customer").get_data(as_text=True)
    form = page[page.index('action="/kiosk/customer"'):]
    assert "Tiếp tục" in re.search(r"<button.*?</button>", form, flags=re.S)[0]


def test_the_prefixes_of_the_settings_are_quick_keys(client, change_settings) -> None:
    change_settings(code_prefixes="PB11, PC07")
    page = client.get("/kiosk/customer").get_data(as_text=True)
    assert 'value="PB11"' in page and 'value="PC07"' in page and 'value="PA04"' not in page


def test_a_customer_who_was_removed_meanwhile_is_asked_for_the_code(client) -> None:
    enter(client, SON)
    for table in (Bill, CustomerPhone, Customer):
        table.delete().where(table.code == SON.code).execute()
    assert client.get("/kiosk/bills").location == "/kiosk/customer"


def test_reading_pages_writes_nothing_for_half_a_minute(client, clock) -> None:
    enter(client, HOA)
    before = KioskSession.get().expires_at
    clock.ms += 29_000
    client.get("/kiosk/bills")
    assert KioskSession.get().expires_at == before
    clock.ms += 1_000
    client.get("/kiosk/bills")
    assert KioskSession.get().expires_at == before + 30_000


# Where the e-invoice is found


def test_each_bill_says_where_its_invoice_is_looked_up(client) -> None:
    einvoices.give_lookups()
    prove(client, HOA)
    assert "Mã tra cứu hóa đơn: TN-0017202610 tại hoadon.dienluc.example" in text(
        client.get("/kiosk/bills"))
    prove(client, MAY)
    page = text(client.get("/kiosk/bills"))
    assert "TN-0033202609" in page and "TN-0033202610" in page


def test_a_bill_without_an_invoice_says_nothing_of_it(client) -> None:
    prove(client, HOA)
    assert "Mã tra cứu" not in text(client.get("/kiosk/bills"))


@pytest.mark.parametrize(("told", "default", "shown"), [
    ("", "https://tracuu.example/", "TN-0017202610 tại tracuu.example "),
    ("", "", "TN-0017202610 "),
    ("a.example", "https://tracuu.example", "TN-0017202610 tại a.example "),
    ("javascript:alert(1)//<b>", "", "TN-0017202610 tại javascript:alert(1)//&lt;b&gt; "),
])
def test_the_address_is_the_invoices_or_else_the_companys(client, change_settings, told, default,
                                                          shown) -> None:
    change_settings(einvoice_lookup_url=default)
    einvoices.give_lookups(told)
    prove(client, HOA)
    page = client.get("/kiosk/bills")
    assert f"Mã tra cứu hóa đơn: {shown}" in text(page) + " "
    assert "javascript" not in "".join(re.findall(r'href="([^"]*)"', page.text))


def test_the_code_of_an_invoice_is_for_who_proved_who_they_are(client) -> None:
    einvoices.give_lookups()
    enter(client, HOA)
    assert "TN-0017202610" not in client.get("/kiosk/bills").text
    prove(client, HOA)
    assert "TN-0017202610" in client.get("/kiosk/bills").text


def test_a_credit_of_the_company_is_for_who_proved_who_they_are(client) -> None:
    bill = Bill.get(Bill.code == HOA.code, Bill.month == 10)
    BillAdjustment.create(bill=bill.id, code=HOA.code, kind="credit", amount=77_000,
                          day="2026-11-14", reduction=0, at=NOON)
    enter(client, HOA)
    assert "77.000" not in client.get("/kiosk/bills").text
    prove(client, HOA)
    assert "77.000" in client.get("/kiosk/bills").text


def test_a_month_that_was_paid_long_ago_tells_no_amount(client, clock) -> None:
    pay(bill_records.unpaid(HOA.code)[0], "m-1", clock())
    for minutes, shown in ((59, True), (61, False)):
        clock.ms = NOON + minutes * 60_000
        enter(client, HOA)
        page = client.get("/kiosk/pay/202610-1").text
        assert ("546.108" in page) is ("PA04DH-2026-" in page) is shown
        assert "Đã nhận tiền" in page
    assert "180" not in client.get("/kiosk/pay/202609-1").text
    prove(client, HOA)
    assert "546.108" in client.get("/kiosk/pay/202610-1").text
