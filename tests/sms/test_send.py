"""The worker: order, retries, fail-over, lost answers, and the end of a message's life."""

from __future__ import annotations

import uuid

import pytest

from db import heartbeats
from db import messages as message_records
from db import payment_links as payment_link_records
from db.connection import run, write
from db.limits import LimitCount
from db.outbox import outbox as outbox_records
from db.outbox.outbox import OutboxMessage
from services.clock import DAY, HOUR, MINUTE, SECOND
from services.limits import strangers
from services.outbox import outbox
from sms.gateways.base import AnswerLost, Consequence
from sms.send import Worker, tidy
from tests.sms.gateways.gateway_fake import FakeGateway, refusal
from tests.villagers import HOA, MAY, NOON

RECEIPT = {"code": HOA.code, "period": "10/2026", "amount": 546_108,
           "receipt_no": "PA04DH-2026-000001"}


@pytest.fixture
def queue(app, clock):
    """queue(kind, params, to): one message waits; gives its number."""
    def add(kind: str = "receipt", params: dict = RECEIPT, to: str = HOA.phone) -> int:
        phone = app.extensions["office"].vault.seal_phone(to)
        dedupe = uuid.uuid4().hex
        write(lambda: outbox.queue(kind, dedupe, phone, params, clock.ms))
        return OutboxMessage.get(OutboxMessage.dedupe == f"{kind}:{dedupe}").id
    return add


@pytest.fixture
def work(app):
    """work(gateway, …): one worker sends all that is due."""
    def once(*gateways: FakeGateway) -> None:
        Worker(app.extensions["office"], gateways).drain()
    return once


def row(message_id: int) -> OutboxMessage:
    return OutboxMessage.get_by_id(message_id)


def test_a_receipt_is_written_when_it_is_sent(queue, work) -> None:
    message_id, gateway = queue(), FakeGateway()
    work(gateway)
    assert [(one.to, one.text) for one in gateway.sent] == [(HOA.phone, (
        "QUAYDIEN: Da nhan 546.108d tien dien ky 10/2026 cua PA04DH0000017."
        " Bien nhan PA04DH-2026-000001. Cam on quy khach."))]
    sent = row(message_id)
    assert (sent.state, sent.gateway, sent.gateway_id, sent.text, sent.sent_at) == (
        "sent", "log", f"log-{message_id}", gateway.sent[0].text, NOON)


@pytest.mark.parametrize(("kind", "params", "words"), [
    ("ticket", {"ticket": "HD-482915"}, "HS HD-482915"),
    ("done", {"ticket": "HD-482915"}, "HD-482915 da xong"),
    ("refund_due", RECEIPT, "546.108d (PA04DH-2026-000001) se duoc hoan lai"),
    ("voided", RECEIPT, "546.108d (PA04DH-2026-000001) da bi huy"),
    ("refunded", {**RECEIPT, "way": "cash"},
     "Da hoan lai 546.108d cua PA04DH0000017 (bien nhan PA04DH-2026-000001) bang tien mat"),
    ("refunded", {"code": HOA.code, "amount": 5, "receipt_no": "", "period": "", "way": "transfer"},
     "Da hoan lai 5d cua PA04DH0000017 qua chuyen khoan."),
    ("link", {"code": HOA.code, "period": "10/2026", "amount": 546_108,
              "reference": "PA04DH00000171026", "token": "abcdefghij", "slip": "482915",
              "url": "https://quaydien.example/q/abcdefghij"},
     "https://quaydien.example/q/abcdefghij ")])
def test_every_kind_has_its_words(queue, work, kind: str, params: dict, words: str) -> None:
    queue(kind, params)
    gateway = FakeGateway()
    work(gateway)
    assert words in gateway.sent[0].text


def test_who_asked_for_accents_gets_them(app, queue, work) -> None:
    phone_hash = app.extensions["office"].vault.phone_hash(HOA.phone)
    write(lambda: message_records.remember(phone_hash, message_records.Memory(accents=1)))
    queue()
    gateway = FakeGateway()
    work(gateway)
    assert "Đã nhận 546.108đ" in gateway.sent[0].text


def test_messages_to_one_phone_go_in_the_order_they_were_queued(queue, work) -> None:
    ids = [queue() for _ in range(5)]
    gateway = FakeGateway()
    work(gateway)
    assert [one.outbox_id for one in gateway.sent] == ids


def test_a_message_that_waits_holds_back_the_next_one_to_the_same_phone_only(
        queue, work, clock) -> None:
    first, second, other = queue(), queue(), queue(to=MAY.phone)
    gateway = FakeGateway("log", refusal(Consequence.RETRY))
    gateway.only_to = HOA.phone
    work(gateway)
    assert [one.outbox_id for one in gateway.sent] == [other]
    clock.ms += MINUTE
    work(gateway)
    assert [one.outbox_id for one in gateway.sent] == [other, first, second]


def test_a_message_for_later_holds_nothing_back_before_its_time(queue, work, clock) -> None:
    later, now = queue(), queue()
    run("UPDATE outbox_message SET next_at = ? WHERE id = ?", clock.ms + MINUTE, later)
    gateway = FakeGateway()
    work(gateway)
    assert [one.outbox_id for one in gateway.sent] == [now]
    clock.ms += MINUTE
    work(gateway)
    assert [one.outbox_id for one in gateway.sent] == [now, later]


def test_a_failure_is_tried_again_later_and_later(queue, work, clock) -> None:
    message_id = queue()
    gateway = FakeGateway("log", *[refusal(Consequence.RETRY) for _ in range(6)])
    waits = []
    for _ in range(6):
        work(gateway)
        waits.append(row(message_id).next_at - clock.ms)
        clock.ms = row(message_id).next_at
    assert all(10 * SECOND <= wait <= 30 * MINUTE * 4 / 3 for wait in waits)
    assert waits[-1] > 4 * waits[0]
    work(gateway)
    assert row(message_id).state == "sent"


@pytest.mark.parametrize(("attempts", "least", "most"), [
    (1, 10, 20), (2, 20, 40), (3, 40, 80), (12, 1200, 2400), (99, 1200, 2400)])
def test_waits_double_up_to_half_an_hour_with_a_third_of_chance(attempts, least, most) -> None:
    assert outbox.wait_before_retry(attempts, 0.0) == least * SECOND
    assert outbox.wait_before_retry(attempts, 1.0) == pytest.approx(most * SECOND, abs=1)


def test_a_phone_out_of_reach_is_tried_again_slowly(queue, work) -> None:
    message_id = queue()
    work(FakeGateway("log", refusal(Consequence.RETRY_SLOWLY)))
    assert row(message_id).next_at == NOON + 30 * MINUTE


@pytest.mark.parametrize("consequence", [
    Consequence.WRONG_NUMBER, Consequence.GIVE_UP, Consequence.FILTERED, Consequence.OPTED_OUT])
def test_a_final_failure_ends_it_and_tries_no_other_gateway(queue, work, consequence) -> None:
    message_id, other = queue(), FakeGateway("twilio")
    work(FakeGateway("log", refusal(consequence)), other)
    ended = row(message_id)
    assert (ended.state, ended.error) == ("failed", f"{consequence.value}: told so")
    assert other.sent == []


def test_an_opt_out_at_the_provider_counts_as_huy(queue, work) -> None:
    message_id = queue()
    work(FakeGateway("log", refusal(Consequence.OPTED_OUT)))
    assert message_records.opted_out(row(message_id).to_hash)


@pytest.mark.parametrize("consequence", [Consequence.RETRY, Consequence.REFUSED])
def test_the_next_gateway_takes_over(queue, work, consequence) -> None:
    message_id, second = queue(), FakeGateway("twilio")
    work(FakeGateway("log", refusal(consequence)), second)
    assert (row(message_id).state, row(message_id).gateway) == ("sent", "twilio")
    assert len(second.sent) == 1


def test_a_lost_answer_is_uncertain_and_no_other_gateway_is_tried(queue, work) -> None:
    message_id, second = queue(), FakeGateway("twilio")
    work(FakeGateway("log", AnswerLost("cut")), second)
    assert (row(message_id).state, second.sent) == ("uncertain", [])


def test_a_lost_message_that_the_provider_has_is_sent(queue, work, clock) -> None:
    message_id = queue()
    gateway = FakeGateway("log", AnswerLost())
    work(gateway)
    gateway.taken_after_all = True
    clock.ms += 31 * SECOND
    work(gateway)
    assert (row(message_id).state, row(message_id).gateway_id, gateway.sent) == (
        "sent", f"found-{message_id}", [])


def test_a_lost_message_is_sent_again_only_when_it_surely_was_not_taken(
        queue, work, clock) -> None:
    message_id = queue()
    gateway = FakeGateway("log", AnswerLost())
    work(gateway)
    clock.ms += 31 * SECOND
    work(gateway)
    assert (row(message_id).state, gateway.asked) == ("uncertain", 1)
    clock.ms += 4 * MINUTE
    work(gateway)  # asks again
    work(gateway)  # and sends
    assert (row(message_id).state, len(gateway.sent), gateway.asked) == ("sent", 1, 2)


def test_a_provider_that_cannot_be_asked_leaves_it_uncertain(queue, work, clock) -> None:
    message_id = queue()
    gateway = FakeGateway("log", AnswerLost())
    gateway.unreachable = True
    for _ in range(20):
        work(gateway)
        clock.ms += 10 * MINUTE
    assert (row(message_id).state, gateway.sent) == ("uncertain", [])


def test_a_third_loss_is_the_end(queue, work, clock) -> None:
    message_id = queue()
    gateway = FakeGateway("log", *[AnswerLost() for _ in range(9)])
    for _ in range(30):
        work(gateway)
        clock.ms += 3 * MINUTE
    assert (row(message_id).state, row(message_id).attempts) == ("failed", 3)


@pytest.mark.parametrize(("kind", "life"), sorted(outbox.LIFETIME.items()))
def test_what_is_too_late_is_dropped_and_not_sent(queue, work, clock, kind, life) -> None:
    message_id, gateway = queue(kind), FakeGateway()
    clock.ms += life
    work(gateway)
    assert (row(message_id).state, gateway.sent) == ("dropped", [])


def test_an_hour_without_the_provider_drops_links_and_keeps_receipts(queue, work, clock) -> None:
    link = queue("link", {})
    receipt = queue(to=MAY.phone)
    down = FakeGateway("log", *[refusal(Consequence.RETRY) for _ in range(99)])
    end = clock.ms + HOUR
    while clock.ms < end:
        work(down)
        clock.ms += MINUTE
    gateway = FakeGateway()
    clock.ms += HOUR
    work(gateway)
    assert [one.outbox_id for one in gateway.sent] == [receipt]
    assert row(link).state in ("dropped", "failed")


def test_a_message_without_words_is_put_aside_and_the_rest_goes_out(queue, work) -> None:
    bad, good, gateway = queue(params={}), queue(to=MAY.phone), FakeGateway()
    work(gateway)
    assert row(bad).state == "failed" and row(bad).error.startswith("not written")
    assert [one.outbox_id for one in gateway.sent] == [good]


def test_who_wants_no_reminders_gets_none_but_still_gets_receipts(
        app, queue, work, clock) -> None:
    phone = app.extensions["office"].vault.seal_phone(HOA.phone)
    write(lambda: message_records.opt_out(phone[0], NOON))
    write(lambda: outbox_records.add("due_soon", "due_soon:1", phone, "{}", NOON, NOON + DAY))
    receipt, gateway = queue(), FakeGateway()
    work(gateway)
    assert [one.outbox_id for one in gateway.sent] == [receipt]
    dropped = OutboxMessage.get(OutboxMessage.kind == "due_soon")
    assert (dropped.state, dropped.error) == ("dropped", "opted out")


def test_a_dead_workers_lease_turns_uncertain_only_if_it_had_begun(queue, work, clock) -> None:
    begun, claimed = queue(), queue(to=MAY.phone)
    write(lambda: outbox_records.claim(clock.ms, clock.ms + MINUTE, 9))
    write(lambda: outbox_records.begin(begun, "log", "text", clock.ms, clock.ms + MINUTE))
    clock.ms += 2 * MINUTE
    gateway = FakeGateway()
    gateway.unreachable = True
    work(gateway)
    assert (row(begun).state, row(claimed).state) == ("uncertain", "sent")


def test_a_lease_that_ran_out_is_not_used(queue, app, clock) -> None:
    message_id = queue()
    write(lambda: outbox_records.claim(clock.ms, clock.ms + MINUTE, 9))
    clock.ms += 2 * MINUTE
    assert not write(lambda: outbox_records.begin(message_id, "log", "x", clock.ms,
                                                  clock.ms + MINUTE))


def test_after_stop_what_was_not_begun_goes_back(app, queue, clock) -> None:
    ids = [queue(to=f"+8491200{n:04}") for n in range(40)]
    worker = Worker(app.extensions["office"], [gateway := FakeGateway()])
    gateway.during = worker.stop.set
    worker.run()
    states = [row(one).state for one in ids]
    assert set(states) == {"sent", "queued"} and states.count("sent") == len(gateway.sent)
    assert all(row(one).attempts == 0 for one in ids if row(one).state == "queued")


def test_the_worker_says_that_it_lives(work, clock) -> None:
    work(FakeGateway())
    assert heartbeats.last_beat("worker") == clock.ms


def test_a_clock_that_jumps_back_sends_nothing_twice(queue, work, clock) -> None:
    message_id, gateway = queue(), FakeGateway()
    work(gateway)
    clock.ms -= 2 * HOUR
    work(gateway)
    clock.ms += 400 * DAY
    work(gateway)
    assert (len(gateway.sent), row(message_id).state) == (1, "sent")


def test_tidying_forgets_what_ran_out(app, clock) -> None:
    for ago in (3 * DAY, HOUR):
        strangers.sms_lookup("a" * 32, HOA.code, NOON - ago)
    write(lambda: payment_link_records.add("abcdefghij", "482915", HOA.code, NOON - 2, NOON - 1))
    write(lambda: tidy(NOON))
    assert {one.slot for one in LimitCount.select()} == {NOON - 12 * HOUR}
    assert payment_link_records.code_of_token("abcdefghij", NOON - 2) is None
