"""Through a real Kannel and its fake operator, with the configuration of our manual."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.peers.kannel import TOKEN, Kannel
from tests.peers.programs import free_port, wait_until
from tests.sms.peers import notes
from tests.villagers import HOA, MAY, SON


@pytest.fixture
def database_kind() -> str:
    """One kind is enough here: the door's own tests run on both."""
    return "postgresql"


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def kannel(programs, tmp_path, port):
    """Kannel, which calls us on `port`."""
    running = Kannel(tmp_path, f"http://127.0.0.1:{port}")
    programs(running)
    return running


@pytest.fixture
def operator(kannel, programs):
    """operator("FROM TO text WORDS", …): a fake operator who delivers these."""
    def delivering(*messages: str, **how):
        running = kannel.operator(*messages, **how)
        programs(running)
        return running
    return delivering


@pytest.fixture
def worker(kannel, start, port):
    """Starts the worker that sends through Kannel."""
    def started(**environ: str):
        return start("sms", "send", SMS_GATEWAY="kannel", PUBLIC_URL=f"http://127.0.0.1:{port}",
                     **{"KANNEL_TOKEN": TOKEN, "KANNEL_SEND_URL": kannel.send_url, **environ})
    return started


def test_a_text_is_answered_to_its_sender(serve, port, operator) -> None:
    serve(port, KANNEL_TOKEN=TOKEN)
    arrived = operator(f"{HOA.phone} 8055 text td pa04 dh 0000017").wait_for(1)
    assert len(arrived) == 1
    assert arrived[0][0] == HOA.phone
    assert "546.108d" in arrived[0][1] and "10/2026" in arrived[0][1]


def test_accents_come_in_and_go_out(serve, port, operator, records) -> None:
    serve(port, KANNEL_TOKEN=TOKEN)
    asked = "Có dấu".encode("utf-16-be")
    first = operator(f"{HOA.phone} 8055 ucs2 " + "".join(f"%{octet:02x}" for octet in asked))
    first.wait_for(1)
    first.stop()
    assert notes.incoming()[0][0] == "Có dấu"
    second = operator(f"{HOA.phone} 8055 text TD {HOA.code}")
    assert "546.108đ" in "".join(text for _, text in second.wait_for(1))


def test_hundreds_at_once_are_each_answered_once(serve, port, operator, records) -> None:
    serve(port, KANNEL_TOKEN=TOKEN, LIMITS="off")
    running = operator(f"{HOA.phone} 8055 text TD {HOA.code}", f"{SON.phone} 8055 text TG",
                       f"{MAY.phone} 8055 text TD {MAY.code}", count=300, pause_s=0.001)
    arrived = running.wait_for(300, 60)
    assert len(notes.incoming()) == len(arrived) == 300
    asked = Counter(reply for _, reply in notes.incoming())
    assert Counter(text for _, text in arrived) == asked


def test_a_text_that_came_while_we_were_away_is_answered_later(serve, port, operator,
                                                               records) -> None:
    running = operator(f"{HOA.phone} 8055 text TD {HOA.code}")
    wait_until(lambda: "sent message 1" in running.printed(), "the text at Kannel")
    serve(port, KANNEL_TOKEN=TOKEN)
    assert len(running.wait_for(1)) == 1
    assert len(notes.incoming()) == 1


def test_what_we_send_is_followed_to_the_handset(serve, port, operator, worker, records) -> None:
    serve(port, KANNEL_TOKEN=TOKEN)
    running = operator()
    notes.queue(HOA.phone, "QUAYDIEN: mot", "QUAYDIEN: hai {@}", "QUAYDIEN: đã nhận tiền")
    worker()
    arrived = running.wait_for(3)
    assert arrived == [(HOA.phone, "QUAYDIEN: mot"), (HOA.phone, "QUAYDIEN: hai {@}"),
                       (HOA.phone, "QUAYDIEN: da nhan tien")]
    wait_until(lambda: notes.states() == {"delivered": 3}, "the receipts")


def test_accepted_is_not_sent_while_the_operator_is_away(serve, port, operator, worker,
                                                         records) -> None:
    serve(port, KANNEL_TOKEN=TOKEN)
    worker()
    notes.queue(HOA.phone, "QUAYDIEN: mot")
    wait_until(lambda: notes.states() == {"accepted": 1}, "Kannel to take it")
    assert operator().wait_for(1, 40) == [(HOA.phone, "QUAYDIEN: mot")]
    wait_until(lambda: notes.states() == {"delivered": 1}, "the receipt")


def test_a_long_text_arrives_in_joined_parts(serve, port, operator, worker, records) -> None:
    serve(port, KANNEL_TOKEN=TOKEN)
    running = operator()
    text = "QUAYDIEN: " + "0123456789 " * 20
    notes.queue(HOA.phone, text)
    worker()
    wait_until(lambda: len(re.findall("Got message", running.printed())) >= 2, "both parts")
    wait_until(lambda: notes.states() == {"delivered": 1}, "the receipt")


def test_a_refused_password_keeps_the_message_and_rests_the_gateway(worker, kannel,
                                                                    records) -> None:
    notes.queue(HOA.phone, "QUAYDIEN: mot")
    running = worker(KANNEL_SEND_URL=kannel.send_url.replace("quaydien", "stranger"))
    wait_until(lambda: "gateway kannel rests" in running.printed(), "the breaker")
    wait_until(lambda: notes.states() == {"queued": 1}, "the message to be put back")
