"""A load generator that costs little: keep-alive sockets in one thread, requests made beforehand.

It shares the machine with the server, so it is bounded in requests and time and talks to the
loopback only.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterable, Iterator
from typing import NamedTuple

PATIENCE_S = 10  # for answers still on their way when the round ends


class Round(NamedTuple):
    """What one round brought: latencies in seconds, one an answer."""

    latencies: list[float]
    seconds: float
    errors: int


class _Line:
    """One connection with one request on its way."""

    __slots__ = ("data", "socket", "started", "total")

    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.data = b""
        self.total = self.started = 0.0

    def send(self, request: bytes) -> None:
        self.data, self.total = b"", 0
        self.started = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """True when the answer is whole."""
        chunk = self.socket.recv(262_144)
        if not chunk:
            raise ConnectionError("the server hung up")
        self.data = self.data + chunk if self.data else chunk
        if not self.total:
            self.total = _whole_size(self.data)
        return bool(self.total) and len(self.data) >= self.total


def run(port: int, requests: Iterable[bytes], expect: bytes, lines: int, seconds: float) -> Round:
    """Send `requests` over `lines` connections until they or the `seconds` run out.

    An answer that is not 2xx or lacks `expect` counts as an error.
    """
    source = iter(requests)
    open_lines = [_Line(port) for _ in range(lines)]
    try:
        return _drive(open_lines, source, expect, seconds)
    finally:
        for line in open_lines:
            line.socket.close()


def _drive(lines: list[_Line], source: Iterator[bytes], expect: bytes, seconds: float) -> Round:
    latencies: list[float] = []
    errors = 0
    start = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        busy = sum(_next(line, source, selector, register=True) for line in lines)
        while busy:
            for key, _ in _ready(selector):
                line = key.data
                if not line.receive():
                    continue
                now = time.perf_counter()
                latencies.append(now - line.started)
                errors += not (line.data[9:10] == b"2" and expect in line.data)
                if now - start > seconds or not _next(line, source, selector):
                    selector.unregister(line.socket)
                    busy -= 1
    return Round(latencies, time.perf_counter() - start, errors)


def _next(line: _Line, source: Iterator[bytes], selector, register: bool = False) -> bool:
    request = next(source, None)
    if request is None:
        return False
    if register:
        selector.register(line.socket, selectors.EVENT_READ, line)
    line.send(request)
    return True


def _ready(selector) -> list:
    events = selector.select(PATIENCE_S)
    if not events:
        raise TimeoutError(f"no answer within {PATIENCE_S} s")
    return events


def _whole_size(data: bytes) -> int:
    """Size of the whole answer once its head is here, else 0."""
    head_end = data.find(b"\r\n\r\n")
    if head_end < 0:
        return 0
    head = data[:head_end].lower()
    at = head.find(b"content-length:")
    if at < 0:
        raise ValueError("an answer without Content-Length")
    return head_end + 4 + int(head[at + 15:].split(b"\r\n", 1)[0])


def percentile(latencies: list[float], share: float) -> float:
    """The latency (ms) that `share` of the answers did not exceed."""
    ordered = sorted(latencies)
    return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)
