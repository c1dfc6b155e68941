"""flask sms …: a phone in the terminal, what the log gateway sent, the worker once."""

from __future__ import annotations

import json

import pytest

from db.connection import write
from db.messages import InboundMessage
from db.outbox.outbox import OutboxMessage
from services.clock import SECOND
from services.outbox import outbox
from sms import segments
from tests.villagers import HOA

RECEIPT = {"code": HOA.code, "period": "10/2026", "amount": 546_108,
           "receipt_no": "PA04DH-2026-000001"}


def queue_receipt(app, clock) -> None:
    phone = app.extensions["office"].vault.seal_phone(HOA.phone)
    write(lambda: outbox.queue("receipt", "1", phone, RECEIPT, clock.ms))


def test_say_prints_one_segment_with_amount_and_period(runner) -> None:
    result = runner.invoke(args=["sms", "say", HOA.phone, "td pa04 dh 0000017"])
    reply = result.stdout.removesuffix("\n")
    assert result.exit_code == 0
    assert "546.108d" in reply and "10/2026" in reply
    assert segments.cost(reply)[::2] == ("GSM-7", 1)


def test_each_say_is_a_new_message(runner) -> None:
    for _ in range(3):
        runner.invoke(args=["sms", "say", "0912000017", "TD"])
    assert InboundMessage.select().count() == 3


@pytest.mark.parametrize("text", ["", "?", "-1", "--once", "😀", "x" * 2000])
def test_say_takes_any_text(runner, text: str) -> None:
    result = runner.invoke(args=["sms", "say", HOA.phone, text])
    assert result.exit_code == 0 and result.stdout.startswith("QUAYDIEN: ")


def test_say_from_a_short_code_prints_no_reply(runner) -> None:
    result = runner.invoke(args=["sms", "say", "8055", "TD"])
    assert (result.exit_code, result.stdout) == (0, "")
    assert "no reply" in result.stderr


@pytest.mark.parametrize("args", [["say", HOA.phone], ["say"], ["say", " ", "TD"],
                                  ["log"], ["log", "--to", "abc"], ["log", "--to", "8055"]])
def test_bad_usage_is_one_line_and_exit_2(runner, args: list) -> None:
    result = runner.invoke(args=["sms", *args])
    assert result.exit_code == 2 and result.stdout == ""
    assert result.stderr.startswith("error: ") and result.stderr.count("\n") == 1


def test_log_shows_replies_and_messages_oldest_first(app, runner, clock) -> None:
    runner.invoke(args=["sms", "say", HOA.phone, "TD"])
    clock.ms += SECOND
    queue_receipt(app, clock)
    assert runner.invoke(args=["sms", "send", "--once"]).exit_code == 0
    result = runner.invoke(args=["sms", "log", "--to", "0912 000 017", "--json"])
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(row["kind"], row["to"]) for row in rows] == [("reply", HOA.phone),
                                                          ("receipt", HOA.phone)]
    assert [list(row) for row in rows] == [["at", "to", "kind", "text"]] * 2
    assert [row["at"] for row in rows] == ["2026-11-15T12:00:00.000+07:00",
                                           "2026-11-15T12:00:01.000+07:00"]
    assert "Bien nhan PA04DH-2026-000001" in rows[1]["text"]


def test_log_for_people_is_a_line_a_text(app, runner) -> None:
    runner.invoke(args=["sms", "say", HOA.phone, "TD"])
    lines = runner.invoke(args=["sms", "log", "--to", HOA.phone]).stdout.splitlines()
    assert len(lines) == 1 and lines[0].startswith("2026-11-15T12:00:00.000+07:00  reply")


def test_log_of_a_silent_phone_is_empty(runner) -> None:
    result = runner.invoke(args=["sms", "log", "--to", "0977123456"])
    assert (result.exit_code, result.stdout) == (0, "")


def test_log_is_for_the_demo_only(runner, change_settings) -> None:
    change_settings(demo=False)
    result = runner.invoke(args=["sms", "log", "--to", HOA.phone])
    assert result.exit_code == 2 and "DEMO=1" in result.stderr


def test_send_once_leaves_nothing_due(app, runner, clock) -> None:
    queue_receipt(app, clock)
    runner.invoke(args=["sms", "send", "--once"])
    runner.invoke(args=["sms", "send", "--once"])
    assert [(row.state, row.attempts) for row in OutboxMessage.select()] == [("sent", 1)]


def test_remind_counts_first_and_then_queues_each_bill_once(runner) -> None:
    dry = runner.invoke(args=["sms", "remind", "new_bill", "--dry-run"])
    assert dry.stdout == "new_bill: 2 reminders, at most 2 segments\n"
    assert OutboxMessage.select().count() == 0
    for queued in (2, 0):
        result = runner.invoke(args=["sms", "remind", "new_bill"])
        assert (result.exit_code, result.stdout) == (0, f"new_bill: {queued} queued\n")
    assert OutboxMessage.select().count() == 2


@pytest.mark.parametrize("kind", ["", "receipt", "NEW_BILL"])
def test_remind_refuses_other_kinds_in_one_line(runner, kind: str) -> None:
    result = runner.invoke(args=["sms", "remind", kind])
    assert result.exit_code == 2 and result.stderr.count("\n") == 1
    assert result.stderr.startswith("error: ")


def test_send_once_begins_no_round_of_reminders(runner) -> None:
    runner.invoke(args=["sms", "send", "--once"])
    assert OutboxMessage.select().count() == 0
