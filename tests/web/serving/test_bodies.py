"""A body comes in whole or not at all, within its time, whoever sends it how."""

from __future__ import annotations

import hashlib
import socket
import time

import pytest

from tests.web.serving.lines import Small, ask, line, read_all, status, told
from web.serving import bodies


@pytest.fixture(scope="module")
def small():
    running = Small()
    yield running
    running.stop()


def head(method: str = "POST", **headers: object) -> bytes:
    lines = [f"{method} /x HTTP/1.1", "Host: localhost", "Connection: close",
             *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


@pytest.mark.parametrize("size", [0, 1, 1_000, bodies.SMALL, bodies.SMALL + 1, 5_000_000])
def test_a_body_arrives_as_it_was_sent(small, size: int) -> None:
    body = bytes(number % 251 for number in range(1_000)) * (size // 1_000 + 1)
    body = body[:size]
    with line(small.port, head(Content_Length=size), body) as made:
        answer = told(read_all(made))
    assert (answer["size"], answer["sha"]) == (size, hashlib.sha256(body).hexdigest())


def test_of_many_small_bodies_none_is_forgotten(small) -> None:
    """Head and body come one right behind the other, in whatever order threads notice."""
    for number in range(300):
        with line(small.port, head(Content_Length=1), b"x", seconds=5) as made:
            assert told(read_all(made))["size"] == 1, number


def test_a_body_in_chunks_is_told_its_length(small) -> None:
    with line(small.port, head(Transfer_Encoding="chunked"), b"3\r\nabc\r\n",
              b"2\r\nde\r\n0\r\n\r\n") as made:
        answer = told(read_all(made))
    assert (answer["size"], answer["environ"]["CONTENT_LENGTH"]) == (5, "5")


def test_chunks_may_hold_nothing(small) -> None:
    with line(small.port, head(Transfer_Encoding="chunked"), b"0\r\n\r\n") as made:
        assert told(read_all(made))["size"] == 0


def test_who_waits_for_leave_to_send_gets_it(small) -> None:
    with line(small.port, head(Content_Length=2, Expect="100-continue")) as made:
        assert made.recv(100).startswith(b"HTTP/1.1 100")
        made.sendall(b"ab")
        assert told(read_all(made))["size"] == 2


@pytest.mark.parametrize(("headers", "sent"), [
    ({"Content_Length": 10}, b"half"), ({"Content_Length": 400_000}, b"x" * 300_000),
])
def test_half_a_body_is_none(small, headers: dict, sent: bytes) -> None:
    """Its sender hangs up, and nothing reaches the application."""
    with line(small.port, head(**headers), sent) as made:
        made.shutdown(socket.SHUT_WR)
        answer = read_all(made)
    assert not answer or status(answer) >= 400


def test_a_length_that_is_none_is_refused(small) -> None:
    with line(small.port, head(Content_Length="zz"), b"ab") as made:
        assert status(read_all(made)) == 400


def test_a_body_that_no_door_takes_is_refused_and_the_answer_arrives(small) -> None:
    with line(small.port, head(Content_Length=bodies.MOST + 1), b"x" * 1_000_000) as made:
        made.sendall(b"x" * (bodies.MOST_IN_VAIN - 900_000))
        assert status(made.recv(1_000)) == 413


def test_thirty_slow_senders_are_told_after_ten_seconds_and_hold_up_nobody(small) -> None:
    senders = [line(small.port, head(Content_Length=500), b"code=PA04") for _ in range(30)]
    opened = [sender.__enter__() for sender in senders]
    begun = time.monotonic()
    assert told(ask(small.port, "/", seconds=2))["size"] == 0
    assert time.monotonic() - begun < 2
    answers = [read_all(made) for made in opened]
    assert {status(answer) for answer in answers} == {408}
    assert bodies.PATIENCE_S - 1 < time.monotonic() - begun < bodies.PATIENCE_S + 5
    for sender in senders:
        sender.__exit__(None, None, None)
    assert told(ask(small.port, "/"))["size"] == 0


def test_a_sender_of_a_byte_now_and_then_is_no_better_off(small) -> None:
    begun = time.monotonic()
    with line(small.port, head(Content_Length=500), seconds=1) as made:
        answer = b""
        while not answer and time.monotonic() - begun < 20:
            made.sendall(b"x")
            try:
                answer = made.recv(1_000)
            except TimeoutError:
                continue
    assert status(answer) == 408


def test_a_head_that_does_not_end_is_not_waited_for(small) -> None:
    with line(small.port, b"GET / HTTP/1.1\r\nHost: localhost\r\n", seconds=15) as made:
        assert read_all(made) == b""


def test_a_long_answer_comes_whole(small) -> None:
    answer = ask(small.port, "/large/6553600")
    assert len(answer.partition(b"\r\n\r\n")[2]) == 6_553_600


def test_who_reads_slowly_holds_up_nobody(small) -> None:
    readers = [line(small.port, b"GET /large/16384000 HTTP/1.1\r\nHost: localhost\r\n\r\n")
               for _ in range(8)]
    for reader in readers:
        reader.__enter__()
    assert told(ask(small.port, "/", seconds=20))["size"] == 0
    for reader in readers:
        reader.__exit__(None, None, None)


def test_a_head_request_gets_a_head(small) -> None:
    with line(small.port, head("HEAD")) as made:
        answer = read_all(made)
    assert status(answer) == 200 and answer.endswith(b"\r\n\r\n")


def test_the_request_is_told_as_wsgi_wants_it(small) -> None:
    request = (b"GET /a%20b/%C3%A9?x=%20 HTTP/1.1\r\nHost: localhost\r\nX-A: 1\r\nX-A: 2\r\n"
               b"X_A: 3\r\nCookie: a=1\r\nCookie: b=2\r\nConnection: close\r\n\r\n")
    with line(small.port, request) as made:
        environ = told(read_all(made))["environ"]
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/a b/é"
    assert environ["QUERY_STRING"] == "x=%20"
    assert (environ["HTTP_X_A"], environ["HTTP_COOKIE"]) == ("1, 2", "a=1; b=2")
    assert (environ["REMOTE_ADDR"], environ["SERVER_PORT"]) == ("127.0.0.1", str(small.port))
