"""The worker as a process: killed, stopped, cut off from its database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable

import pytest

from db import connection
from db.connection import write
from db.outbox import outbox as outbox_records
from db.outbox.outbox import OutboxMessage
from services.clock import MINUTE, SECOND, now_ms
from services.outbox import outbox
from sms.gateways.twilio import Sender
from sms.send import THREADS, Worker
from tests import postgres
from tests.conftest import ENVIRON, PUBLIC_URL, ROOT
from tests.sms.gateways.gateway_fake import FakeGateway
from tests.sms.gateways.twilio_stand_in import ACCOUNT, TOKEN, TwilioStandIn
from tests.villagers import HOA, MAY

RECEIPT = {"code": HOA.code, "period": "10/2026", "amount": 546_108,
           "receipt_no": "PA04DH-2026-000001"}


@pytest.fixture
def stand_in():
    made = TwilioStandIn()
    yield made
    made.stop()


@pytest.fixture
def start(app, stand_in, database_url):
    """start(): `flask sms send` as its own process, with Twilio's stand-in. All are ended."""
    environ = {**os.environ, **ENVIRON, "DATABASE_URL": database_url, "PUBLIC_URL": PUBLIC_URL,
               "SMS_GATEWAY": "twilio", "TWILIO_ACCOUNT_SID": ACCOUNT,
               "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_FROM": "+84810008055",
               "TWILIO_API_BASE": stand_in.url}
    running = []

    def go() -> subprocess.Popen:
        running.append(subprocess.Popen([sys.executable, "-m", "flask", "--app", "app", "sms",
                                         "send"], cwd=ROOT, env=environ))
        return running[-1]

    yield go
    for process in running:
        if process.poll() is None:
            process.kill()
        process.wait(20)


def queue(app, to: str = HOA.phone) -> int:
    phone, dedupe = app.extensions["office"].vault.seal_phone(to), uuid.uuid4().hex
    now = now_ms()
    write(lambda: outbox.queue("receipt", dedupe, phone, RECEIPT, now))
    return OutboxMessage.get(OutboxMessage.dedupe == f"receipt:{dedupe}").id


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def state(message_id: int) -> str:
    return OutboxMessage.get_by_id(message_id).state


def next_worker(app, change_settings, stand_in, clock, later: int = 2 * MINUTE) -> Worker:
    change_settings(twilio_api_base=stand_in.url, twilio_from="+84810008055",
                    twilio_account_sid=ACCOUNT, twilio_auth_token=TOKEN)
    clock.ms = now_ms() + later
    office = app.extensions["office"]
    return Worker(office, [Sender(office.settings)])


def test_killed_after_the_provider_took_it_it_is_found_and_never_sent_twice(
        app, change_settings, start, stand_in, clock) -> None:
    message_id, stand_in.fault = queue(app), "hold"
    process = start()
    assert stand_in.arrived.wait(60)
    process.kill()
    process.wait(20)
    assert state(message_id) == "leased"
    stand_in.release.set()
    next_worker(app, change_settings, stand_in, clock).drain()
    assert state(message_id) == "sent"
    assert len(stand_in.messages) == len(stand_in.forms) == 1


def test_killed_while_the_line_was_cut_it_is_uncertain_first_and_sent_once_in_the_end(
        app, change_settings, start, stand_in, clock) -> None:
    message_id = queue(app)
    write(lambda: outbox_records.claim(now_ms(), now_ms() + MINUTE, 1))
    write(lambda: outbox_records.begin(message_id, "twilio", "QUAYDIEN: x", now_ms(),
                                       now_ms() + MINUTE))
    worker = next_worker(app, change_settings, stand_in, clock, 61 * SECOND)
    worker.round()
    assert (state(message_id), stand_in.messages) == ("uncertain", [])
    clock.ms += 4 * MINUTE
    worker.round()  # asks Twilio, which does not know it
    worker.round()
    assert (state(message_id), len(stand_in.messages)) == ("sent", 1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_finishes_what_is_in_flight_and_ends(
        app, start, stand_in, number: int) -> None:
    message_id, stand_in.fault = queue(app), "hold"
    process = start()
    assert stand_in.arrived.wait(60)
    process.send_signal(number)
    stand_in.release.set()
    assert process.wait(5) == 0
    assert (state(message_id), len(stand_in.messages)) == ("sent", 1)


def test_told_to_stop_it_does_not_wait_for_a_provider_that_hangs(app, start, stand_in) -> None:
    message_id, stand_in.fault = queue(app), "hold"
    process = start()
    assert stand_in.arrived.wait(60)
    process.send_signal(signal.SIGTERM)
    assert process.wait(6) == 0
    assert state(message_id) == "leased"  # and uncertain when its lease has run out


def test_several_workers_send_each_message_once(app, start, stand_in, database_kind) -> None:
    ids = [queue(app, f"+8491200{n % 7:04}") for n in range(40)]
    for _ in range(2):
        start()
    until(lambda: all(state(one) == "sent" for one in ids), 60)
    assert len(stand_in.messages) == 40
    for phone in {one["to"] for one in stand_in.messages}:
        assert len([one for one in stand_in.messages if one["to"] == phone]) in (5, 6)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_the_database_restarts_and_the_worker_goes_on(app, database_url, postgres_url) -> None:
    app.extensions["office"].now.ms = now_ms() + MINUTE
    worker = Worker(app.extensions["office"], [gateway := FakeGateway()])
    thread = threading.Thread(target=worker.run, daemon=True)
    thread.start()
    try:
        first = queue(app)
        until(lambda: state(first) == "sent")
        postgres.disconnect(postgres_url, database_url.rsplit("/", 1)[1].split("?")[0])
        connection.forget_broken()
        second = queue(app, MAY.phone)
        until(lambda: state(second) == "sent")
    finally:
        worker.stop.set()
        thread.join(20)
    assert [one.outbox_id for one in gateway.sent] == [first, second]


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_all_threads_of_the_worker_outlive_five_restarts(app, database_url, postgres_url) -> None:
    office = app.extensions["office"]
    office.now.ms = now_ms() + MINUTE
    worker = Worker(office, [gateway := FakeGateway()])
    thread = threading.Thread(target=worker.run, daemon=True)
    thread.start()
    name, ids = database_url.rsplit("/", 1)[1].split("?")[0], []
    try:
        for restart in range(6):
            # More than a worker has threads, so that each has met the connection that is cut.
            new = [queue(app, f"+84912{restart}{number:05}") for number in range(3 * THREADS)]
            until(lambda new=new: all(state(one) == "sent" for one in new), 30)
            ids += new
            postgres.disconnect(postgres_url, name)
            connection.forget_broken()
    finally:
        worker.stop.set()
        thread.join(20)
    assert sorted(one.outbox_id for one in gateway.sent) == ids
    assert outbox.spent_today(office.now.ms) == len(ids)
