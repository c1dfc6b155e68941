"""One line to a real SMPP centre: bind, submit, receive, notice a dead line, part politely."""

from __future__ import annotations

import threading

import pytest

from sms.smpp import account, pdus
from sms.smpp.frames import LinkDown
from sms.smpp.link import Link, Unanswered
from tests.peers.programs import free_port, wait_until

HOA = "+84912000017"


class Line:
    """A link with its reading thread, as the transceiver process keeps it."""

    def __init__(self, url: str):
        self.deliveries: list = []
        self.status = 0
        self.account = account.parse(url).with_sender("8055")
        self.link = Link(self.account, self.received)
        self.stopped = threading.Event()
        self.broken = ""

    def received(self, delivery, answer) -> None:
        self.deliveries.append(delivery)
        answer(self.status)

    def start(self) -> Line:
        self.link.open()
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()
        return self

    def _serve(self) -> None:
        try:
            self.link.serve(self.stopped)
        except LinkDown as error:
            self.broken = str(error)

    def submit(self, text: str, receipt: bool = False) -> list:
        parts = pdus.outgoing(text, 7, self.account.alphabet)
        return [self.link.submit(HOA, part, receipt) for part in parts]

    def stop(self) -> bool:
        self.stopped.set()
        self.thread.join(5)
        return self.link.close()


@pytest.fixture
def line(centre):
    running = Line(centre.url).start()
    yield running
    running.stop()


def test_it_binds_as_a_transceiver_of_the_agreed_type(centre, line) -> None:
    assert centre.events("bind") == [
        {"event": "bind", "ok": True, "command": "bind_transceiver", "system_type": "VMA"}]


def test_a_wrong_password_is_told(centre) -> None:
    with pytest.raises(LinkDown, match="bind refused: 0x0d"):
        Line(centre.url.replace("secret", "wrong")).start()


def test_nobody_there(centre) -> None:
    with pytest.raises(LinkDown, match="cannot connect"):
        Line(f"smpp://a:b@127.0.0.1:{free_port()}/").start()


def test_a_short_text_goes_out_as_one_message(centre, line) -> None:
    answers = line.submit("QUAYDIEN: no 546.108d {@}")
    assert [answer.status for answer in answers] == [0]
    assert answers[0].message_id == "00000001"
    sent = centre.wait_for("submit", 1)[0]
    assert (sent["from"], sent["to"], sent["text"]) == (
        "8055", "84912000017", "QUAYDIEN: no 546.108d {@}")
    assert (sent["ton"], sent["coding"], sent["registered"]) == ([3, 1], 0, 0)


def test_a_long_accented_text_goes_out_in_joined_parts(centre, line) -> None:
    text = "Bác Nguyễn Thị Hoa còn nợ 546.108 đ tiền điện kỳ 10/2026. " * 2
    assert len(line.submit(text)) == 2
    first, second = centre.wait_for("submit", 2)
    assert first["text"] + second["text"] == text
    assert (first["udh"], second["udh"]) == (["0003070201"], ["0003070202"])
    assert first["coding"] == second["coding"] == 8


def test_a_refusal_is_no_acceptance(centre, line) -> None:
    centre.behave(refuse={"84912000017": pdus.BAD_ADDRESS})
    assert line.submit("a")[0].status == pdus.BAD_ADDRESS
    assert centre.submitted() == []


def test_a_slow_down_is_passed_on(centre, line) -> None:
    centre.behave(throttle=1, full=1)
    assert [line.submit("a")[0].status for _ in range(3)] == [
        pdus.THROTTLED, pdus.QUEUE_FULL, 0]


def test_an_answer_that_never_comes_is_neither_yes_nor_no(centre) -> None:
    running = Line(centre.url + "&answer_s=1").start()
    centre.behave(silent=1)
    with pytest.raises(Unanswered):
        running.submit("a")
    running.stop()


def test_a_line_cut_under_way_leaves_the_answer_unknown(centre, line) -> None:
    centre.behave(silent=1)
    cut = threading.Timer(0.2, centre.order, ("drop",))
    cut.start()
    with pytest.raises(Unanswered):
        line.submit("a")
    cut.join()
    with pytest.raises(LinkDown, match="not bound"):
        line.submit("b")


def test_many_at_once_share_the_line(centre, line) -> None:
    centre.behave(delay=20)
    answers: list = []
    threads = [threading.Thread(target=lambda n=n: answers.extend(line.submit(f"text {n}")))
               for n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({answer.message_id for answer in answers}) == 40


def test_a_text_comes_in_and_is_confirmed(centre, line) -> None:
    centre.deliver("one", source_addr="84912000017", destination_addr="8055",
                   short_message="TD PA04DH0000017")
    assert centre.wait_for("deliver_resp", 1)[0]["status"] == 0
    assert [d.octets for d in line.deliveries] == [b"TD PA04DH0000017"]


def test_a_text_we_could_not_keep_comes_again(centre, line) -> None:
    line.status = 0x64
    centre.deliver("one", source_addr="84912000017", destination_addr="8055", short_message="TD")
    centre.wait_for("deliver_resp", 1)
    line.status = 0
    wait_until(lambda: centre.events("deliver_resp")[-1]["status"] == 0, "the second try")
    assert len(line.deliveries) >= 2


def test_a_silent_line_is_asked_whether_it_lives(centre, line) -> None:
    centre.wait_for("enquire", 2)
    assert line.link.bound


def test_a_cut_line_is_noticed_and_can_be_opened_again(centre, line) -> None:
    centre.order("drop")
    wait_until(lambda: line.broken, "the break")
    assert not line.link.bound
    line.start()
    assert line.submit("again")[0].status == 0


def test_parting_is_confirmed(centre) -> None:
    running = Line(centre.url).start()
    assert running.stop() is True
    assert len(centre.wait_for("unbind", 1)) == 1
