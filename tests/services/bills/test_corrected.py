"""The company corrects a bill while it waits somewhere: the newest amount wins everywhere."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

import pytest

from db import adjustments
from db import bills as bill_records
from db.bills import BillRow
from db.checking import problems
from db.connection import fetch, fetch_row, write
from db.outbox import outbox as outbox_records
from db.outbox.outbox import OutboxMessage
from db.outbox.owed import Owed
from services.bills import billing, payment_links
from services.bills.payment_links import LinkText
from services.clock import DAY
from services.errors import AmountMismatch
from services.messages import campaigns
from services.outbox import outbox
from services.payments import payments
from services.providers import notices
from services.transfers import credits
from sms.gateways.base import Consequence, Gateway, Message, NotSent
from sms.send import Worker
from tests import billing_files
from tests.kiosk.person import enter, pay, text
from tests.villagers import HOA, NOON

OLD, NEW = 546_108, 540_000
BILL = f"{HOA.code}-202610-1"


@pytest.fixture
def correct(runner, tmp_path):
    """correct(…): the billing system sends Hoa's bill again, with 540 000 đ or other columns."""
    def go(**columns):
        changed = columns or {"subtotal": 500_000, "vat": 40_000, "total": NEW}
        path = billing_files.bills(tmp_path / "bills.csv", billing_files.bill(**changed))
        return runner.invoke(args=["bills", "import", str(path)])
    return go


@pytest.fixture
def adjust(runner, tmp_path):
    """adjust(kind, amount): an adjustment of Hoa's bill."""
    def go(kind: str, amount: object = ""):
        path = billing_files.write(tmp_path / "adjust.csv", [
            ("code", "year", "month", "ky", "kind", "amount", "on"),
            (HOA.code, 2026, 10, 1, kind, amount, "2026-11-15")])
        return runner.invoke(args=["bills", "adjust", str(path)])
    return go


@pytest.fixture(autouse=True)
def sound(app):
    yield
    assert list(problems()) == []


def bill() -> BillRow:
    return billing.find(BILL)


class Carrier(Gateway):
    """Takes every text."""

    name = "log"

    def __init__(self) -> None:
        self.texts: list[str] = []

    def send(self, message: Message) -> str:
        self.texts.append(message.text)
        return str(message.outbox_id)


class Busy(Gateway):
    """Takes nothing; `meanwhile` happens before it says so."""

    name = "kannel"

    def __init__(self, meanwhile: Callable) -> None:
        self.meanwhile = meanwhile
        self.one_at_a_time = threading.Lock()  # several texts are on their way at once

    def send(self, _message: Message) -> str:
        with self.one_at_a_time:
            self.meanwhile()
        raise NotSent(Consequence.RETRY, "busy")


def send(app, *gateways: Gateway) -> None:
    Worker(app.extensions["office"], gateways).drain()


def remind(kind: str = "new_bill", now: int = NOON) -> None:
    campaigns.build_now(kind, "test", lambda: now, 10_000)


def to_hoa(carrier: Carrier) -> list[str]:
    return [said for said in carrier.texts if HOA.code in said]


# (a) A reminder in the outbox


def test_a_reminder_says_the_newest_amount(app, correct) -> None:
    remind()
    correct()
    carrier = Carrier()
    send(app, carrier)
    (said,) = to_hoa(carrier)
    assert "540.000d" in said and "546.108" not in said


@pytest.mark.parametrize(("kind", "amount", "said"), [("lower", 500_000, ["500.000d"]),
                                                      ("cancel", "", [])])
def test_a_reminder_of_an_adjusted_bill(app, adjust, kind, amount, said) -> None:
    remind()
    adjust(kind, amount)
    carrier = Carrier()
    send(app, carrier)
    assert len(to_hoa(carrier)) == len(said)
    assert all(part in sent for part, sent in zip(said, to_hoa(carrier), strict=True))


def test_a_bill_corrected_between_two_carriers_is_told_anew(app, correct) -> None:
    remind()
    carrier = Carrier()
    send(app, Busy(correct), carrier)
    (said,) = to_hoa(carrier)
    assert "540.000d" in said


@pytest.mark.parametrize(("owed", "handed"), [
    (lambda: Owed((bill().id,), OLD, "2026-11-20"), True),
    (lambda: Owed((bill().id,), NEW, "2026-11-20"), False),
    (lambda: Owed((bill().id,), OLD, "2026-11-25"), False),
    (lambda: Owed((bill().id,), OLD), True)])
def test_the_hand_over_itself_asks_what_is_owed(vault, owed, handed) -> None:
    write(lambda: outbox.queue("link", "x", vault.seal_phone(HOA.phone), {}, NOON))
    (claimed,) = write(lambda: outbox_records.claim(NOON, NOON + 1000, 1))
    assert write(lambda: outbox_records.begin(claimed.id, "log", "x", NOON, NOON + 1000, 1,
                                              owed())) is handed


def test_who_got_a_later_day_is_not_called_overdue_and_told_again_when_it_is(
        app, clock, correct) -> None:
    clock.ms = NOON + 6 * DAY
    remind("overdue", clock.ms)
    correct(due_on="2026-11-25")
    carrier = Carrier()
    send(app, carrier)
    assert to_hoa(carrier) == []
    clock.ms = NOON + 11 * DAY
    remind("overdue", clock.ms)
    send(app, carrier)
    assert ["quá hạn" in said or "qua han" in said for said in to_hoa(carrier)] == [True]


def test_a_reminder_dropped_because_paid_comes_again_after_a_void(app, correct, clock) -> None:
    remind()
    pay(bill(), "m-1", clock())
    carrier = Carrier()
    send(app, carrier)
    payments.void("momo", "m-1", "nhầm", "23:00", clock())
    remind()
    send(app, carrier)
    assert [said for said in to_hoa(carrier) if "han 20/11" in said and "546.108d" in said]


def test_a_link_says_the_newest_amount(app, vault, correct) -> None:
    contents = LinkText(HOA.code, "10/2026", OLD, "PA04DH00000171026", (bill().id,))
    write(lambda: payment_links.send(contents, vault.seal_phone(HOA.phone), "https://q", NOON))
    correct()
    carrier = Carrier()
    send(app, carrier)
    assert ["540.000d" in said for said in carrier.texts] == [True]


def test_a_link_whose_bill_is_cancelled_does_not_go(app, vault, adjust) -> None:
    contents = LinkText(HOA.code, "10/2026", OLD, "PA04DH00000171026", (bill().id,))
    write(lambda: payment_links.send(contents, vault.seal_phone(HOA.phone), "https://q", NOON))
    adjust("cancel")
    carrier = Carrier()
    send(app, carrier)
    assert carrier.texts == []
    assert OutboxMessage.get().error == "not owed"


# (b) A wallet's order


def order(runner, change_settings) -> dict:
    change_settings(vnpay_tmn_code="DEMOTMN1", vnpay_secret="s")
    return json.loads(runner.invoke(args=["partners", "order", "vnpay", HOA.code,
                                          "2026-10"]).stdout)


def told(made: dict, vault, txn: str = "V1") -> notices.Verdict:
    return notices.record(notices.Notice("vnpay", "VNPAY", made["order_ref"], txn, "paid",
                                         made["amount"], NOON), vault, NOON)


def test_money_of_an_order_of_the_old_amount_waits_for_an_officer(
        runner, change_settings, vault, correct) -> None:
    made = order(runner, change_settings)
    correct()
    assert told(made, vault).right_amount
    assert fetch_row("SELECT state, amount, code FROM bank_credit") == ("over", OLD, HOA.code)
    assert bill().state == "unpaid"


def test_the_next_order_is_of_the_new_amount(runner, change_settings, correct) -> None:
    made = order(runner, change_settings)
    correct()
    again = order(runner, change_settings)
    assert (again["amount"], again["order_ref"] != made["order_ref"]) == (NEW, True)


def test_money_of_an_order_of_a_cancelled_bill_is_due_back(
        runner, change_settings, vault, adjust) -> None:
    made = order(runner, change_settings)
    adjust("cancel")
    told(made, vault)
    assert fetch("SELECT amount, why, state FROM refund") == [(OLD, "cancel", "due")]


# (c) A code on a screen


def test_a_code_that_is_shown_gives_way_to_the_new_amount(client, correct) -> None:
    enter(client, HOA)
    state = f"/kiosk/pay/202610-1/state?shown={OLD}"
    assert client.get(state).status_code == 204
    correct()
    answer = client.get(state)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (286, "/kiosk/pay/202610-1")
    assert "540.000 đ" in text(client.get("/kiosk/pay/202610-1"))


def test_a_code_of_a_cancelled_bill_says_that_nothing_is_to_pay(client, adjust) -> None:
    enter(client, HOA)
    adjust("cancel")
    answer = client.get(f"/kiosk/pay/202610-1/state?shown={OLD}")
    assert answer.status_code == 286
    assert "Công ty đã hủy hóa đơn này" in text(answer) and "Đã nhận tiền" not in text(answer)
    page = text(client.get("/kiosk/bills"))
    assert "Bác không nợ tiền điện." in page and "Trả tiền" not in page


def test_the_link_and_the_slip_show_the_newest(client, correct) -> None:
    token, slip = payment_links.link_for(HOA.code, NOON)
    correct()
    assert "540.000 đ" in text(client.get(f"/q/{token}")).replace("\xa0", " ")
    enter(client, slip)
    assert "540.000 đ" in text(client.get("/kiosk/bills"))


@pytest.mark.parametrize(("new", "state"), [(NEW, "over"), (600_000, "under")])
def test_a_transfer_of_the_old_amount_waits(vault, correct, new, state) -> None:
    correct(subtotal=new - 40_000, vat=40_000, total=new)
    credit, _new = credits.record(credits.Incoming(
        "casso", "Casso", "N1", OLD, "PA04DH00000171026", NOON, "N1"), vault, NOON)
    assert credit.state == state


# (d) A partner's list


def test_a_payment_of_the_old_amount_is_a_mismatch(correct) -> None:
    correct()
    assert billing.due(HOA.code).unpaid[0].total == NEW
    with pytest.raises(AmountMismatch):
        payments.post(payments.Report("viettel", "T1", BILL, OLD, NOON, "0" * 64), NOON)


# (e) Paid, corrected, taken back


def test_the_correction_of_a_paid_bill_counts_once_its_payment_is_voided(correct, clock) -> None:
    pay(bill(), "m-1", clock())
    assert "1 left because paid" in correct().stdout
    assert bill().total == OLD
    payments.void("momo", "m-1", "nhầm", "23:00", clock())
    assert (bill().state, bill().total) == ("unpaid", NEW)


def test_a_lowering_that_came_after_the_correction_counts_then(correct, adjust, clock) -> None:
    pay(bill(), "m-1", clock())
    correct()
    adjust("lower", 500_000)
    payments.void("momo", "m-1", "nhầm", "23:00", clock())
    assert bill().total == 500_000


def test_a_correction_that_the_next_file_takes_back_is_forgotten(correct, clock) -> None:
    pay(bill(), "m-1", clock())
    correct()
    correct(due_on="2026-11-20")
    payments.void("momo", "m-1", "nhầm", "23:00", clock())
    assert bill().total == OLD


def test_the_same_file_does_not_undo_a_lowering(correct, adjust) -> None:
    adjust("lower", 500_000)
    assert correct(due_on="2026-11-20").stdout.startswith("0 new, 0 changed, 1 unchanged")
    assert bill().total == 500_000


def test_a_newer_amount_replaces_a_lowering(correct, adjust) -> None:
    adjust("lower", 500_000)
    correct()
    assert (bill().total, bill().lowered) == (NEW, 0)
    assert adjustments.waiting_total(bill().id) is None


def test_paid_bills_are_listed_without_what_was_cancelled(adjust) -> None:
    adjust("cancel")
    assert 10 not in [row.month for row in bill_records.last_paid(HOA.code, 3)]
