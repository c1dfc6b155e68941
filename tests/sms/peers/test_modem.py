"""Through a real gammu-smsd with its dummy phone and the helper of our manual."""

from __future__ import annotations

import subprocess
from types import SimpleNamespace

import pytest

from sms.gateways.base import Message
from sms.gateways.modem import Sender
from tests.conftest import ROOT
from tests.peers.gammu import Modem
from tests.peers.programs import environ, free_port, wait_until
from tests.sms.peers import notes
from tests.villagers import HOA

TOKEN = "modem-token"
HELPER = ROOT / "scripts" / "gammu-receive"
HOOKS = f"RunOnReceive = {HELPER}\nRunOnSent = {HELPER} sent\nRunOnFailure = {HELPER} failed"


@pytest.fixture
def database_kind() -> str:
    """One kind is enough here: the door's own tests run on both."""
    return "sqlite"


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def helper(tmp_path, port) -> dict[str, str]:
    """What the helper finds in its environment."""
    return {"QUAYDIEN_URL": f"http://127.0.0.1:{port}", "MODEM_TOKEN": TOKEN,
            "MODEM_SPOOL": str(tmp_path / "waiting")}


@pytest.fixture
def modem(programs, tmp_path, helper):
    """A SIM in a modem."""
    running = Modem(tmp_path / "gammu", HOOKS, **helper)
    programs(running)
    return running


@pytest.fixture
def worker(start, modem):
    """Starts the worker that sends through the modem."""
    return lambda: start("sms", "send", SMS_GATEWAY="modem", MODEM_TOKEN=TOKEN,
                         MODEM_INJECT=f"gammu-smsd-inject -c {modem.config}")


def test_a_text_is_answered_over_the_modem(serve, port, modem, worker, records) -> None:
    serve(port, MODEM_TOKEN=TOKEN)
    worker()
    modem.receive(HOA.phone, f"TD {HOA.code}")
    number, text = modem.wait_for(1)[0]
    assert number == HOA.phone and "546.108d" in text
    wait_until(lambda: notes.states() == {"sent": 1}, "the state")


def test_long_accented_texts_both_ways(serve, port, modem, worker, records) -> None:
    serve(port, MODEM_TOKEN=TOKEN)
    long = ("Cho tôi hỏi tiền điện tháng này của nhà tôi ở xã Định Hóa, "
            f"mã khách hàng là {HOA.code}")
    modem.receive(HOA.phone, "Có dấu")
    wait_until(lambda: len(notes.incoming()) == 1, "the first text")
    modem.receive(HOA.phone, long)
    wait_until(lambda: len(notes.incoming()) == 2, "the second text")
    assert [text for text, _ in notes.incoming()] == ["Có dấu", long]
    worker()
    assert "546.108đ" in modem.wait_for(2)[1][1]


def test_a_text_that_came_while_we_were_away_is_kept_and_handed_over_once(
        serve, port, modem, helper, tmp_path, records) -> None:
    modem.receive(HOA.phone, "TG")
    wait_until(lambda: list((tmp_path / "waiting").glob("*.json")), "the helper to keep it")
    again = [HELPER]
    assert subprocess.run(again, env=environ(**helper), check=False).returncode == 1
    serve(port, MODEM_TOKEN=TOKEN)
    assert subprocess.run(again, env=environ(**helper), check=False).returncode == 0
    assert subprocess.run(again, env=environ(**helper), check=False).returncode == 0
    assert [text for text, _ in notes.incoming()] == ["TG"]


def test_many_go_out_in_order(modem, worker, serve, port, records) -> None:
    serve(port, MODEM_TOKEN=TOKEN)
    texts = [f"QUAYDIEN: tin {number} {{@}}" for number in range(8)]
    notes.queue(HOA.phone, *texts)
    worker()
    assert [text for _, text in modem.wait_for(8)] == texts
    wait_until(lambda: notes.states() == {"sent": 8}, "the states")


def test_two_texts_to_one_number_never_share_a_name(modem) -> None:
    modem.stop()
    sender = Sender(SimpleNamespace(modem_inject=f"gammu-smsd-inject -c {modem.config}"))
    names = set()
    for number in range(2):
        names.add(sender.send(Message(number, HOA.phone, f"QUAYDIEN: tin {number}")))
        (modem.folder / "outbox" / max(names)).unlink()  # as when the modem took it at once
    assert len(names) == 2


def test_without_gammu_the_message_waits_and_the_gateway_rests(start, records) -> None:
    notes.queue(HOA.phone, "QUAYDIEN: mot")
    running = start("sms", "send", SMS_GATEWAY="modem", MODEM_TOKEN=TOKEN,
                    MODEM_INJECT="no-such-program")
    wait_until(lambda: "gateway modem rests" in running.printed(), "the breaker")
    wait_until(lambda: notes.states() == {"queued": 1}, "the message to be put back")
