"""Sending stops and goes on: nothing queued leaves meanwhile, whatever carries it."""

from __future__ import annotations

import threading

import pytest

from db.campaigns import Campaign
from db.connection import write
from db.outbox.outbox import OutboxMessage
from services.clock import HOUR, MINUTE
from services.messages import campaigns
from services.outbox import outbox, pausing
from sms.send import Worker
from sms.smpp import transceiver
from sms.smpp.account import parse
from tests.officers import audited
from tests.sms.gateways.gateway_fake import FakeGateway
from tests.villagers import HOA, NOON

RECEIPT = {"code": HOA.code, "period": "10/2026", "amount": 546_108,
           "receipt_no": "PA04DH-2026-000001"}


@pytest.fixture
def here(app):
    return app.extensions["office"]


@pytest.fixture(params=["smpp", "twilio", "kannel", "modem"])
def gateway(request) -> FakeGateway:
    return FakeGateway(request.param)


def queue(here, kind: str = "receipt", params: dict = RECEIPT, dedupe: str = "1") -> None:
    phone = here.vault.seal_phone(HOA.phone)
    write(lambda: outbox.queue(kind, dedupe, phone, params, here.now()))


def states() -> list[tuple[str, str]]:
    return [(row.state, row.error) for row in OutboxMessage.select().order_by(OutboxMessage.id)]


def test_nothing_leaves_by_any_gateway_until_sending_goes_on(here, gateway) -> None:
    queue(here)
    pausing.pause("terminal", NOON)
    Worker(here, [gateway]).drain()
    assert gateway.sent == [] and states() == [("queued", "")]
    pausing.resume("terminal", NOON)
    Worker(here, [gateway]).drain()
    assert len(gateway.sent) == 1


def test_the_process_of_an_smpp_line_sends_nothing_either(here) -> None:
    queue(here)
    pausing.pause("terminal", NOON)
    stop, gateway = threading.Event(), FakeGateway("smpp")
    account = parse("smpp://a:b@127.0.0.1:1/")
    line = transceiver.Transceiver(here, account, Worker(here, [gateway], stop))
    assert line.worker.round() is False
    assert gateway.sent == []


def test_a_text_that_a_worker_has_in_hand_does_not_begin_its_way(here, gateway) -> None:
    queue(here)
    worker = Worker(here, [gateway])
    claimed = write(lambda: outbox.claim(NOON, NOON + MINUTE, 1, None))
    pausing.pause("terminal", NOON)
    worker._courier.deliver(claimed[0])
    assert gateway.sent == [] and OutboxMessage.get().gateway == ""


def test_what_became_too_old_is_dropped_and_the_rest_goes(here, clock) -> None:
    queue(here, "otp", {"code": outbox.hide(here.vault, "482915")})
    queue(here)
    pausing.pause("terminal", NOON)
    clock.ms += HOUR
    pausing.resume("terminal", clock.ms)
    gateway = FakeGateway()
    Worker(here, [gateway]).drain()
    assert states() == [("dropped", "too late"), ("sent", "")]
    assert len(gateway.sent) == 1


def test_reminders_are_not_heaped_up_meanwhile(here) -> None:
    pausing.pause("terminal", NOON)
    campaigns.work(here.settings, NOON)
    assert Campaign.select().count() == OutboxMessage.select().count() == 0
    pausing.resume("terminal", NOON)
    campaigns.work(here.settings, NOON)
    assert OutboxMessage.select().count() > 0


def test_who_texts_us_is_answered_in_the_same_breath(runner) -> None:
    runner.invoke(args=["sms", "pause"])
    assert "546.108d" in runner.invoke(args=["sms", "say", HOA.phone, "TD"]).stdout


def test_the_commands_say_what_stands_however_often(here, runner, clock) -> None:
    def say(word: str) -> str:
        ended = runner.invoke(args=["sms", word])
        assert (ended.exit_code, ended.stderr) == (0, "")
        return ended.stdout

    assert say("resume") == "sending is not paused\n"
    assert say("pause") == "sending is paused since 2026-11-15 12:00\n"
    clock.ms += HOUR
    assert say("pause") == "sending is paused since 2026-11-15 12:00\n"
    assert say("resume") == "sending goes on\n"
    assert say("resume") == "sending is not paused\n"
    assert audited() == [("terminal", "sms.pause", "sms", "by hand"),
                         ("terminal", "sms.resume", "sms", "")]


def test_two_who_pause_at_once_are_one_pause(here) -> None:
    found: list[bool] = []
    threads = [threading.Thread(target=lambda: found.append(pausing.pause("terminal", NOON)))
               for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [False] * 7 + [True] and len(audited()) == 1


def test_a_command_that_would_queue_reminders_says_why_not(runner) -> None:
    runner.invoke(args=["sms", "pause"])
    ended = runner.invoke(args=["sms", "remind", "new_bill"])
    assert ended.exit_code == 2 and "sending is paused since 2026-11-15 12:00" in ended.stderr
    assert runner.invoke(args=["sms", "send", "--once"]).stderr == (
        "sending is paused since 2026-11-15 12:00\n")


def test_reminders_that_are_off_are_neither_queued_nor_sent(here, runner, change_settings,
                                                            app) -> None:
    campaigns.build_now("new_bill", "terminal", here.now, 500_000)
    waiting = OutboxMessage.select().count()
    queue(here)
    change_settings(sms_reminders_a_day=0)
    off, gateway = app.extensions["office"], FakeGateway()
    campaigns.work(off.settings, NOON)
    ended = runner.invoke(args=["sms", "remind", "due_soon"])
    assert ended.exit_code == 2 and "SMS_REMINDERS_A_DAY=0" in ended.stderr
    Worker(off, [gateway]).drain()
    assert waiting and states() == [("dropped", "reminders off")] * waiting + [("sent", "")]
    assert Campaign.select().count() == 1


def test_readyz_says_that_sending_is_paused_and_stays_fit(here, client, clock) -> None:
    queue(here)
    clock.ms += 10 * MINUTE
    assert client.get("/readyz").json["checks"]["texts"] == {"ok": False, "held_up_s": 600}
    pausing.pause("terminal", NOON)
    assert client.get("/readyz").json["checks"]["texts"] == {
        "ok": True, "held_up_s": 600, "paused": "2026-11-15T12:00:00+07:00"}
