"""The load generator counts what a server really answered."""

from __future__ import annotations

import socketserver
import threading

import pytest

from bench import load


class Answers(socketserver.StreamRequestHandler):
    """Answers each request by its path; keeps the connection."""

    def handle(self) -> None:
        while line := self.rfile.readline():
            length = 0
            while (header := self.rfile.readline()) != b"\r\n":
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
            self.rfile.read(length)
            self.answer(line.split()[1].decode())

    def answer(self, path: str) -> None:
        status, body = ("500 Oops", b"broken") if path == "/bad" else ("200 OK", b"fine" * 9_000)
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        for part in (head[:10], head[10:], body[:20], body[20:]):
            self.wfile.write(part)
            self.wfile.flush()


@pytest.fixture
def port():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answers) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


def test_every_request_is_answered_once(port: int) -> None:
    done = load.run(port, [get("/")] * 50, b"fine", lines=4, seconds=30)
    assert (len(done.latencies), done.errors) == (50, 0)
    assert all(0 < latency < 30 for latency in done.latencies)


def test_wrong_answers_are_counted(port: int) -> None:
    requests = [get("/"), get("/bad"), get("/")]
    assert load.run(port, requests, b"fine", lines=1, seconds=30).errors == 1
    assert load.run(port, requests, b"gold", lines=1, seconds=30).errors == 3


def test_a_round_ends_with_its_time(port: int) -> None:
    endless = (get("/") for _ in iter(int, 1))
    done = load.run(port, endless, b"fine", lines=3, seconds=0.1)
    assert len(done.latencies) >= 3


def test_fewer_requests_than_connections_are_no_trouble(port: int) -> None:
    assert len(load.run(port, [get("/")], b"fine", lines=8, seconds=30).latencies) == 1


def test_a_body_may_be_posted(port: int) -> None:
    post = b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"
    assert load.run(port, [post] * 10, b"fine", lines=2, seconds=30).errors == 0


def test_percentiles_are_latencies_that_occurred() -> None:
    latencies = [number / 1000 for number in range(1, 101)]
    assert load.percentile(latencies, 0.5) == 51
    assert load.percentile(latencies, 0.99) == 100
    assert load.percentile([0.007], 0.99) == 7
