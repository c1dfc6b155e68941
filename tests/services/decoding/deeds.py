"""What a file might make its reader do. Run by the child."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.decoding.jobs import MB, Answer, Job
from services.errors import InvalidInput


def job(name: str, **more: int) -> Job:
    return Job(f"{__name__}:{name}", **({"cpu_s": 2, "wall_s": 20} | more))


def say(told: Any, data: bytes) -> Answer:
    return Answer({"told": told, "pid": os.getpid()}, data[::-1])


def refuse(_told: Any, _data: bytes) -> Answer:
    raise InvalidInput("photo", "kind")


def count(told: int, _data: bytes) -> Iterator[Answer]:
    yield from (Answer(number, b"x" * 1000) for number in range(told))


def count_and_refuse(told: int, _data: bytes) -> Iterator[Answer]:
    yield from (Answer(number) for number in range(told))
    raise InvalidInput("scan", "page")


def eat_memory(_told: Any, _data: bytes) -> Answer:
    return Answer(len([bytearray(16 * MB) for _piece in range(200)]))


def eat_time(_told: Any, _data: bytes) -> Answer:
    while True:
        sum(range(1000))


def sleep(_told: Any, _data: bytes) -> Answer:
    time.sleep(60)
    return Answer()


def flood(_told: Any, _data: bytes) -> Answer:
    return Answer(None, bytes(32 * MB))


def crash(_told: Any, _data: bytes) -> Answer:
    ctypes.string_at(0)
    return Answer()


def begin(_told: Any, _data: bytes) -> Iterator[Answer]:
    """A word, and then nothing for long."""
    yield Answer("begun")
    time.sleep(60)


def be_wrong(_told: Any, _data: bytes) -> Answer:
    raise KeyError("a fault of ours")


def nonsense(_told: Any, _data: bytes) -> Answer:
    os.write(0, b"\xff" * 16)
    return Answer()


def tricks(told: str, _data: bytes) -> Answer:
    """What a file in command of the child would try: the error's name, "" when it worked."""
    ways = {
        "write": Path(told).touch, "empty": lambda: Path(told + ".there").write_bytes(b""),
        "connect": lambda: socket.create_connection(("127.0.0.1", 9)),
        "socket": socket.socket, "delete": Path(told + ".there").unlink, "mkdir": Path(told).mkdir,
        "rename": lambda: Path(told + ".there").rename(told),
        "start": lambda: subprocess.run([sys.executable, "-c", ""]),
        "kill": lambda: os.kill(os.getppid(), signal.SIGTERM)}
    return Answer({name: _try(way) for name, way in ways.items()})


def _try(way) -> str:
    try:
        way()
    except OSError as error:
        return type(error).__name__
    return ""


def surroundings(_told: Any, _data: bytes) -> Answer:
    return Answer({"environ": dict(os.environ), "modules": sorted(sys.modules)})
