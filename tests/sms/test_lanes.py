"""Who goes first: codes before receipts before reminders; by day only; within the budget."""

from __future__ import annotations

from datetime import date

import pytest

from db import counters
from db.connection import run, write
from db.outbox import outbox as outbox_records
from db.outbox.outbox import OutboxMessage
from services import clock
from services.clock import DAY, HOUR, MINUTE
from services.limits import rules
from services.messages import campaigns
from services.outbox import otp, outbox
from services.payments import payments
from services.payments.payments import Report
from sms import replies, segments
from sms.gateways.base import Consequence
from sms.send import Worker
from tests.sms.gateways.gateway_fake import FakeGateway, refusal
from tests.sms.test_replies import LONGEST, MORE
from tests.villagers import HOA, MAY, NOON

RECEIPT = {"code": HOA.code, "period": "10/2026", "amount": 546_108,
           "receipt_no": "PA04DH-2026-000001"}


@pytest.fixture
def work(app):
    """work(gateway): one worker sends all that is due; gives the kinds sent, in order."""
    def once(gateway: FakeGateway) -> list[str]:
        Worker(app.extensions["office"], [gateway]).drain()
        return [OutboxMessage.get_by_id(message.outbox_id).kind for message in gateway.sent]
    return once


def remind(now: int = NOON) -> None:
    campaigns.build_now("new_bill", "test", lambda: now, 10_000)


def receipt(vault, name: str = "1", to: str = HOA.phone, now: int = NOON) -> None:
    write(lambda: outbox.queue("receipt", name, vault.seal_phone(to), RECEIPT, now))


def test_a_reminder_goes_out_in_one_segment(app, work) -> None:
    remind()
    gateway = FakeGateway()
    assert work(gateway) == ["new_bill", "new_bill"]
    [text] = [message.text for message in gateway.sent if message.to == HOA.phone]
    assert text == (
        "QUAYDIEN: Tien dien ky 10/2026 cua PA04DH0000017: 546.108d, han 20/11/2026."
        " Tra tien: soan QR PA04DH0000017. Ngung nhac: soan HUY")
    assert {row.parts for row in OutboxMessage.select()} == {1}


def test_codes_and_receipts_overtake_reminders(app, vault) -> None:
    remind()
    receipt(vault)
    otp.send(vault, vault.seal_phone(HOA.phone), "sign", "HD-1", NOON)
    claimed = write(lambda: outbox.claim(NOON, NOON + MINUTE, 2, 99))
    assert [one.kind for one in claimed] == ["otp", "receipt"]


def test_a_reminder_that_waits_for_the_morning_holds_up_no_receipt(app, vault, work,
                                                                   clock) -> None:
    clock.ms = clock_at(22)
    remind(clock.ms)
    receipt(vault, now=clock.ms)
    assert work(FakeGateway()) == ["receipt"]


def test_a_receipt_that_waits_for_its_provider_holds_up_no_code(app, vault, work) -> None:
    receipt(vault)
    work(FakeGateway("log", refusal(Consequence.RETRY)))
    otp.send(vault, vault.seal_phone(HOA.phone), "sign", "HD-1", NOON)
    assert work(FakeGateway()) == ["otp"]


def clock_at(hour: int) -> int:
    return clock.at_local(date(2026, 11, 15), hour)


def test_a_reminder_that_comes_due_at_night_waits_until_eight(app, work, clock) -> None:
    remind()
    clock.ms = clock_at(20)
    assert work(FakeGateway()) == []
    clock.ms = clock_at(8) + DAY - 1
    assert work(FakeGateway()) == []
    clock.ms += 1
    assert work(FakeGateway()) == ["new_bill", "new_bill"]


def test_a_bill_paid_meanwhile_is_not_reminded_of(app, work) -> None:
    remind()
    payments.post(Report("viettel", "t1", f"{HOA.code}-202610-1", 546_108, NOON, "x"), NOON)
    gateway = FakeGateway()
    work(gateway)
    assert [message.to for message in gateway.sent if "546.108d, han" in message.text] == []
    [dropped] = OutboxMessage.select().where(OutboxMessage.state == "dropped")
    assert (dropped.kind, dropped.error) == ("new_bill", "paid meanwhile")


def test_who_texts_huy_after_the_queueing_gets_no_reminder(hoa, work) -> None:
    remind()
    hoa("HUY")
    gateway = FakeGateway()
    work(gateway)
    assert [message.to for message in gateway.sent] == [MAY.phone]


def test_the_days_budget_ends_the_sending_until_tomorrow(app, vault, work, clock,
                                                         change_settings) -> None:
    change_settings(sms_texts_a_day=3)
    for number in range(5):
        receipt(vault, str(number), f"+8491200010{number}")
    assert len(work(FakeGateway())) == 3
    assert work(FakeGateway()) == [] and outbox.spent_today(clock.ms) == 3
    clock.ms = clock_at(0) + DAY
    assert len(work(FakeGateway())) == 2


def test_a_claim_that_was_not_sent_costs_nothing(app, vault, work, clock, change_settings) -> None:
    change_settings(sms_texts_a_day=3)
    for number in range(3):
        receipt(vault, str(number), f"+8491200010{number}")
    # A worker claims all and dies, again and again.
    for _ in range(3):
        assert len(write(lambda: outbox.claim(clock.ms, clock.ms + 1, 64, 3))) == 3
        clock.ms += 2
        write(lambda: outbox_records.release_lost(clock.ms, clock.ms))
    assert outbox.spent_today(clock.ms) == 0
    assert len(work(FakeGateway())) == 3
    assert outbox.spent_today(clock.ms) == 3


def test_two_workers_do_not_share_out_more_than_the_budget(app, vault, clock) -> None:
    for number in range(5):
        receipt(vault, str(number), f"+8491200010{number}")
    first = write(lambda: outbox.claim(clock.ms, clock.ms + MINUTE, 2, 3))
    second = write(lambda: outbox.claim(clock.ms, clock.ms + MINUTE, 64, 3))
    assert (len(first), len(second)) == (2, 1)


def test_each_try_at_a_carrier_costs_a_text(app, vault, work, clock) -> None:
    receipt(vault)
    work(FakeGateway("log", refusal(Consequence.RETRY)))
    assert outbox.spent_today(clock.ms) == 1


def test_the_last_tenth_of_the_budget_is_not_for_reminders(app, vault, work, clock,
                                                           change_settings) -> None:
    change_settings(sms_texts_a_day=20)
    remind()
    receipt(vault, to="+84912000100")
    write(lambda: counters.add(f"sms:{clock_day()}", 17))
    assert work(FakeGateway()) == ["receipt"]


def clock_day() -> str:
    return clock.local_day(NOON)


def test_without_limits_there_is_no_budget(app, vault, work, change_settings) -> None:
    change_settings(sms_texts_a_day=1, limits=False)
    for number in range(3):
        receipt(vault, str(number), f"+8491200010{number}")
    assert len(work(FakeGateway())) == 3


def test_a_phone_gets_so_many_texts_a_day_and_no_more(app, vault, work, clock) -> None:
    for number in range(rules.most("own.phone")):
        receipt(vault, str(number))
    run("UPDATE outbox_message SET state = 'sent', gateway = 'log'")
    receipt(vault, "one more")
    receipt(vault, "a neighbour's", MAY.phone)
    gateway = FakeGateway()
    assert work(gateway) == ["receipt"] and gateway.sent[0].to == MAY.phone
    assert OutboxMessage.get(OutboxMessage.state == "dropped").error == "enough today"
    clock.ms += DAY
    receipt(vault, "tomorrow", now=clock.ms)
    assert work(FakeGateway()) == ["receipt"]


def test_replies_and_reminders_do_not_count_for_it(app, vault) -> None:
    phone = vault.seal_phone(HOA.phone)
    write(lambda: outbox.queue("reply", "1", phone, {"text": "a"}, NOON))
    remind()
    run("UPDATE outbox_message SET gateway = 'log'")
    assert outbox_records.handed_to(phone[0], NOON - HOUR, 99, ("reply",)) == 0


@pytest.mark.parametrize("kind", campaigns.KINDS)
def test_no_reminder_costs_more_than_a_supervisor_is_told(kind) -> None:
    values = {**LONGEST, **MORE.get(kind, [{}])[0]}
    assert segments.cost(replies.render(kind, **values)).parts <= campaigns.PARTS_PLAIN
    with_accents = replies.render(kind, accents=True, **values)
    assert segments.cost(with_accents).parts <= campaigns.PARTS_ACCENTS
