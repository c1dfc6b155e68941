"""What is stored already, however it came there, breaks no page, no file and no answer."""

from __future__ import annotations

import re
from datetime import date

import peewee as pw
import pyotp
import pytest

from db import models
from db.connection import fetch, run, write
from db.kiosks import KioskSession
from services.bills import payment_links
from services.contracts import requests
from services.contracts.requests import Wish
from services.desk import calls
from services.payments import partner_keys, payments
from services.payments.payments import Report
from services.reconciliation import reconciliation
from services.reconciliation.comparing import DayLine
from services.transfers import credits
from services.transfers.credits import Incoming
from tests import officers
from tests.officers import GIAMSAT, PASSWORD
from tests.partners.signing import PAYMENTS, PartnerClient
from tests.sms.conftest import Phone
from tests.staff.money import open_shift, page_of
from tests.villagers import HOA, MAY, NOON

YEAR_1, YEAR_9999 = -62_135_596_800_000, 253_402_300_799_000
MOMENTS = (YEAR_1 - 1, YEAR_9999, -1, 0, 2**63 - 1, -(2**63))
# What would end a visit, a session or the audit chain, and so show no page at all.
_LEFT_ALONE = {"officer_session", "kiosk_session", "officer", "audit_entry", "audit_head",
               "partner_key", "kiosk_device", "one_time_code", "promotion", "pay_link"}
_MONEY = {"payment": ("amount",), "bill": ("total", "subtotal"), "refund": ("amount",),
          "bank_credit": ("amount", "left", "owed"), "ledger_entry": ("amount",),
          "cash_taking": ("due", "handed"), "cash_shift": ("expected", "float_amount", "counted"),
          "reconciled_day": ("ours_total", "theirs_total"),
          "reconciliation_break": ("ours_amount", "theirs_amount"),
          "provider_order": ("amount",)}
_DAYS = {"bill": ("from_date", "to_date", "due_on"), "customer": ("contract_signed_on",),
         "contract_request": ("supplied_on", "meet_on")}
_TEXTS = {"customer": ("name", "address", "meter_no"), "payment": ("payer", "void_reason"),
          "refund": ("reason", "evidence"), "cash_shift": ("reason",),
          "contract_request": ("name",), "outbox_message": ("text",),
          "inbound_message": ("text", "reply"), "bill": ("bill_no",),
          "bank_credit": ("note",), "reconciliation_break": ("note",)}


@pytest.fixture
def giamsat(app, clock):
    """Giám sát's browser: she sees everything."""
    officers.hire()
    browser = app.test_client()
    browser.post("/staff/signin", data={"name": GIAMSAT.name, "password": PASSWORD})
    secret = re.search(r'id="secret">(.*?)</code>', browser.get("/staff/signin/code").text)[1]
    device = pyotp.TOTP(re.sub(r"<[^>]+>", "", secret))
    browser.post("/staff/signin/code", data={"code": device.at(clock.ms // 1000)})
    return browser


@pytest.fixture
def kiosk(app):
    """Mẩy's visit at the kiosk, after the second proof."""
    browser = app.test_client()
    browser.post("/kiosk/customer", data={"code": MAY.code})
    row = KioskSession.get()
    KioskSession.update(data=row.data.replace("{", '{"proof":true,', 1)).execute()
    return browser


@pytest.fixture
def viettel(app, vault, clock) -> PartnerClient:
    return PartnerClient(app.test_client(), partner_keys.key("viettel", vault, clock()), clock)


@pytest.fixture
def addresses(app, vault, clock, giamsat) -> list[str]:
    """A day's work, and the address of every page that tells of it."""
    _pay("viettel", "VT-1", f"{MAY.code}-202609-1", 107_136)
    second = _pay("momo", "MM-1", f"{MAY.code}-202609-1", 107_136)
    held = _pay("momo", "MM-2", f"{HOA.code}-202610-1", 546_108)
    open_shift(giamsat)
    form = page_of(giamsat, MAY.code) + "/cash"
    key = re.search(r'name="key" value="(\w+)"', giamsat.get(form).text)[1]
    taking = giamsat.post(form, data={"bill": f"{MAY.code}-202610-1", "handed": "300.000",
                                      "key": key}).location
    credit, _new = credits.record(Incoming("acb", "ACB", "FT1", 5_000, "khong ro", NOON, "d",
                                           kind="bank"), vault, NOON)
    reconciliation.reconcile("viettel", date(2026, 11, 15), [DayLine("VT-1", 5, "posted"),
                                                      DayLine("VT-9", 5, "posted")], NOON)
    ticket = requests.request(Wish(MAY.name, vault.seal_phone(MAY.phone), MAY.commune_code, "any",
                                   "kiosk"), NOON)
    call = calls.raise_call("kiosk", NOON, commune_code=MAY.commune_code)
    Phone(app, MAY.phone)("TD " + MAY.code)
    refund_id = fetch("SELECT id FROM refund ORDER BY id")[0][0]
    shift_id = fetch("SELECT id FROM cash_shift")[0][0]
    customers = [page_of(giamsat, person.code) for person in (MAY, HOA)]
    found = giamsat.post("/staff/messages", data={"q": MAY.phone}).location
    return [
        *customers, customers[0] + "/bills/202609-1", customers[1] + "/bills/202610-1",
        customers[0] + "/cash", taking, f"{taking}/receipt", f"{taking}/receipt-a5.pdf",
        *(f"/staff/payments/{payment}{more}" for payment in (second, held)
          for more in ("", "/receipt", "/receipt-80.pdf", "/receipt-a5.pdf")),
        f"/staff/refunds/{refund_id}", "/staff/refunds", f"/staff/credits/{credit.id}",
        "/staff/credits", "/staff/cash", "/staff/cash/close", f"/staff/cash/shifts/{shift_id}",
        "/staff/cash/shifts", "/staff/reconciliation", "/staff/reconciliation/viettel/2026-11-15",
        "/staff/reconciliation/viettel/2026-11-15/breaks.csv", f"/staff/work/{ticket}",
        f"/staff/work/{call}", "/staff/", "/staff/?show=done", "/staff/messages/cost",
        *([found] if found else []), "/staff/campaigns", "/staff/account", "/staff/promotions",
        "/staff/meetings", "/staff/archive", "/staff/archive/contracts"]


def _pay(partner: str, number: str, bill: str, amount: int) -> int:
    return payments.post(Report(partner, number, bill, amount, NOON, number), NOON)[0].payment.id


def _plant(columns: dict[str, tuple[str, ...]], value) -> None:
    for table, names in columns.items():
        for name in names:
            write(lambda t=table, n=name: run(
                f'UPDATE "{t}" SET "{n}" = ? WHERE "{n}" IS NOT NULL', value))


def _moments() -> dict[str, tuple[str, ...]]:
    return {model._meta.table_name: tuple(
        name for name, field in model._meta.columns.items()
        if isinstance(field, pw.BigIntegerField) and (name == "at" or name.endswith("_at")))
        for model in models.ALL if model._meta.table_name not in _LEFT_ALONE}


def _broken(answers) -> list:
    return [(address, answer.status_code) for address, answer in answers
            if answer.status_code not in (200, 303)]


def _open_all(addresses, giamsat, kiosk, viettel, app) -> list:
    token = write(lambda: payment_links.link_for(MAY.code, NOON))[0]
    answers = [(address, giamsat.get(address)) for address in addresses]
    answers.append(("export", giamsat.post("/staff/payments/export", data={
        "since": "2026-11-01", "password": PASSWORD})))
    answers += [(address, kiosk.get(address)) for address in (
        "/kiosk/bills", "/kiosk/history", "/kiosk/meter", "/kiosk/why/202609-1",
        "/kiosk/pay/202609-1", "/kiosk/pay/202610-1", "/kiosk/speech/bills",
        "/kiosk/speech/history", "/kiosk/pay/202609-1/ways")]
    answers.append(("/q/", app.test_client().get(f"/q/{token}")))
    answers += [(address, viettel.get(address)) for address in (
        f"/partners/v1/customers/{MAY.code}/bills", f"{PAYMENTS}/VT-1",
        "/partners/v1/reconciliations/2026-11-15")]
    may = Phone(app, MAY.phone)
    assert all(may(f"{word} {MAY.code}") for word in ("TD", "LS", "CS", "CD", "QR"))
    assert may("HS")
    return answers


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_moment_that_cannot_be_is_said_to_be_unknown(addresses, giamsat, kiosk, viettel, app,
                                                       moment: int) -> None:
    _plant(_moments(), moment)
    answers = _open_all(addresses, giamsat, kiosk, viettel, app)
    assert _broken(answers) == []
    said = dict(answers)
    assert "không rõ ngày" in said["/staff/refunds"].text
    assert "không rõ ngày" in said["/kiosk/pay/202609-1"].text


@pytest.mark.parametrize("amount", [10**13, 9 * 10**18, -(9 * 10**18), -5, 0])
def test_an_amount_that_cannot_be_stands_in_figures(addresses, giamsat, kiosk, viettel, app,
                                                    amount: int) -> None:
    _plant(_MONEY, amount)
    write(lambda: run("UPDATE bill SET state = 'unpaid', payment_id = NULL WHERE month = 10"))
    assert _broken(_open_all(addresses, giamsat, kiosk, viettel, app)) == []


@pytest.mark.parametrize("day", ["", "2026-02-31", "0001-01-01", "9999-12-31", "hôm qua"])
def test_a_day_that_cannot_be_is_said_to_be_unknown(addresses, giamsat, kiosk, viettel, app,
                                                    day: str) -> None:
    _plant(_DAYS, day)
    write(lambda: run("UPDATE bill SET state = 'unpaid', payment_id = NULL WHERE month = 10"))
    assert _broken(_open_all(addresses, giamsat, kiosk, viettel, app)) == []


@pytest.mark.parametrize("text", ["", "a\x01b\x1b[31m\x85", "\u202ehnaht\u2066 x\u200f", "\r\n\t",
                                  "=1+1"])
def test_a_text_with_signs_that_nobody_sees_breaks_nothing(addresses, giamsat, kiosk, viettel, app,
                                                           text: str) -> None:
    _plant(_TEXTS, text)
    assert _broken(_open_all(addresses, giamsat, kiosk, viettel, app)) == []
