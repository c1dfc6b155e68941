"""Alternating rounds against two servers, so that what the machine does meanwhile hits both."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterator
from typing import NamedTuple

from bench import load
from bench.cases import Case
from bench.servers import Server

LINES = 32
_FIRST_RATE = 1_500  # requests a second to prepare for until the rate is known


class Figures(NamedTuple):
    """What one server did in one round."""

    throughput: float
    latencies: list[float]
    cpu_ms: float  # a request
    errors: int


class _Side:
    """One server under one case: its stream of requests and its rounds so far."""

    def __init__(self, server: Server, stream: Iterator[bytes], expect: bytes):
        self.server = server
        self.stream = stream
        self.expect = expect
        self.rate: float = _FIRST_RATE
        self.rounds: list[Figures] = []

    def go(self, seconds: float, keep: bool = True) -> None:
        """One round; requests are made before the clock starts."""
        requests = list(itertools.islice(self.stream, int(1.5 * self.rate * seconds)))
        if not requests:
            raise RuntimeError("no requests left: prepare more data")
        before = self.server.cpu_ms()
        done = load.run(self.server.port, requests, self.expect, LINES, seconds)
        used = self.server.cpu_ms() - before
        self.rate = len(done.latencies) / done.seconds
        if keep:
            self.rounds.append(Figures(self.rate, done.latencies, used / len(done.latencies),
                                       done.errors))

    def summary(self, prefix: str = "") -> dict:
        """Medians over the rounds; latencies over all requests."""
        latencies = [latency for figures in self.rounds for latency in figures.latencies]
        return {f"{prefix}throughput": round(_median(f.throughput for f in self.rounds), 1),
                f"{prefix}p50_ms": load.percentile(latencies, 0.50),
                f"{prefix}p99_ms": load.percentile(latencies, 0.99),
                f"{prefix}cpu_ms": round(_median(f.cpu_ms for f in self.rounds), 3),
                f"{prefix}rss_mb": self.server.rss_mb()}


def measure(case: Case, ours: Server, bare: Server, rounds: int, seconds: float) -> dict:
    """Run a case on both servers in turn and put the figures side by side."""
    sides = [_Side(ours, case.ours(ours), case.expect), _Side(bare, case.bare(bare), case.expect)]
    for side in sides:
        side.go(seconds / 2, keep=False)
    for number in range(rounds):
        for side in sides if number % 2 == 0 else reversed(sides):
            side.go(seconds)
    mine, theirs = sides
    ratio = _median(a.throughput / b.throughput
                    for a, b in zip(mine.rounds, theirs.rounds, strict=True))
    return {"case": case.name, "ratio": round(ratio, 2), **mine.summary(),
            **theirs.summary("bare_"),
            "requests": sum(len(f.latencies) for f in mine.rounds),
            "errors": sum(f.errors for side in sides for f in side.rounds)}


def _median(values) -> float:
    return statistics.median(values)
