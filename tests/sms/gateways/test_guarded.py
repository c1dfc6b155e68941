"""The rate and the breaker before a gateway."""

from __future__ import annotations

import threading

import pytest

from sms.gateways.base import AnswerLost, Consequence, Message, NotSent
from sms.gateways.guarded import FIRST_REST_S, LONGEST_REST_S, Breaker, Guarded, Rate
from tests.villagers import HOA

MESSAGE = Message(1, HOA.phone, "QUAYDIEN")


class Seconds:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Line:
    """A gateway that does what it is told: a number to return, or an error to raise."""

    name, taken = "line", "sent"

    def __init__(self) -> None:
        self.does: str | Exception = "number"
        self.tries = 0

    def send(self, message: Message) -> str:
        self.tries += 1
        if isinstance(self.does, Exception):
            raise self.does
        return self.does

    def find(self, message: Message, since: int) -> str | None:
        return "found"


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def guarded(line, seconds) -> Guarded:
    return Guarded(line, Rate(0), Breaker(seconds), threading.Event())


def fail(guarded: Guarded, times: int) -> None:
    for _ in range(times):
        with pytest.raises((NotSent, AnswerLost)):
            guarded.send(MESSAGE)


def test_a_gateway_that_works_is_passed_through(guarded, line) -> None:
    assert guarded.send(MESSAGE) == "number"
    assert (guarded.name, guarded.taken, guarded.find(MESSAGE, 0)) == ("line", "sent", "found")


@pytest.mark.parametrize("trouble", [NotSent(Consequence.RETRY, "away"), AnswerLost("silent")])
def test_after_five_failures_it_rests(guarded, line, trouble) -> None:
    line.does = trouble
    fail(guarded, 7)
    assert line.tries == 5


def test_a_refused_account_rests_at_once_and_long(guarded, line, seconds) -> None:
    line.does = NotSent(Consequence.REFUSED, "password")
    fail(guarded, 3)
    assert line.tries == 1
    seconds.now += LONGEST_REST_S - 1
    fail(guarded, 1)
    assert line.tries == 1


def test_after_the_rest_one_tries_and_the_others_wait(guarded, line, seconds) -> None:
    line.does = NotSent(Consequence.RETRY, "away")
    fail(guarded, 5)
    seconds.now += FIRST_REST_S
    fail(guarded, 3)
    assert line.tries == 6


def test_while_a_trial_is_under_way_the_others_wait_for_its_outcome(seconds) -> None:
    breaker = Breaker(seconds)
    breaker.note_failure(at_once=True)
    seconds.now += LONGEST_REST_S
    assert [breaker.lets_through() for _ in range(3)] == [True, False, False]
    breaker.note_success()
    assert breaker.lets_through()


def test_each_failed_trial_doubles_the_rest(guarded, line, seconds) -> None:
    line.does = NotSent(Consequence.RETRY, "away")
    fail(guarded, 5)
    seconds.now += FIRST_REST_S
    fail(guarded, 1)
    seconds.now += FIRST_REST_S
    fail(guarded, 1)
    assert line.tries == 6
    seconds.now += FIRST_REST_S
    fail(guarded, 1)
    assert line.tries == 7


def test_a_successful_trial_ends_the_rest(guarded, line, seconds) -> None:
    line.does = NotSent(Consequence.RETRY, "away")
    fail(guarded, 5)
    seconds.now += FIRST_REST_S
    line.does = "number"
    assert [guarded.send(MESSAGE) for _ in range(3)] == ["number"] * 3


@pytest.mark.parametrize("consequence", [
    Consequence.WRONG_NUMBER, Consequence.OPTED_OUT, Consequence.GIVE_UP, Consequence.FILTERED,
    Consequence.RETRY_SLOWLY])
def test_a_message_that_is_refused_alone_is_no_trouble(guarded, line, consequence) -> None:
    line.does = NotSent(consequence, "this one")
    fail(guarded, 9)
    assert line.tries == 9


def test_turns_are_even(seconds) -> None:
    rate = Rate(4, seconds)
    assert [rate.wait_s() for _ in range(3)] == [0, 0.25, 0.5]
    seconds.now += 10
    assert rate.wait_s() == 0


def test_nobody_queues_for_long(seconds, line) -> None:
    rate = Rate(0.1, seconds)
    assert [rate.wait_s() for _ in range(4)] == [0, 10, 20, None]


def test_waiting_for_a_turn_ends_with_the_work(line, seconds) -> None:
    stop = threading.Event()
    guarded = Guarded(line, Rate(0.1, seconds), Breaker(seconds), stop)
    guarded.send(MESSAGE)
    stop.set()
    with pytest.raises(NotSent, match="rate"):
        guarded.send(MESSAGE)
    assert line.tries == 1
