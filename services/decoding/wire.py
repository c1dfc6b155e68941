"""Messages between a process and its child: lengths first, then JSON, then bytes.

The child may be in the hands of a file, so nothing that it sends is more than text, numbers and
bytes, and no length is believed beyond what the job may give.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from typing import Any

HEAVY = 3  # exit status of a child that ran out of memory
_LENGTHS = struct.Struct(">QQ")


class Nonsense(Exception):
    """A message that is none, or longer than it may be."""


def send(channel: socket.socket, told: Any, data: bytes = b"", within: float | None = None) -> None:
    """Raises OSError; a TimeoutError when it takes longer than `within` seconds."""
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass")
    channel.settimeout(within)
    channel.sendall(_LENGTHS.pack(len(text), len(data)) + text)
    if data:
        channel.sendall(data)


def receive(channel: socket.socket, most: int, within: float | None = None) -> tuple[Any, bytes]:
    """(told, data) of the next message. Raises EOFError at the end, Nonsense, or OSError."""
    until = None if within is None else time.monotonic() + within
    told, size = _LENGTHS.unpack(_exactly(channel, _LENGTHS.size, until))
    if told + size > most:
        raise Nonsense(f"{told + size} bytes")
    text, data = _exactly(channel, told, until), _exactly(channel, size, until)
    try:
        return json.loads(text.decode("utf-8", "surrogatepass")), bytes(data)
    except (ValueError, RecursionError):
        raise Nonsense("not JSON") from None


def _exactly(channel: socket.socket, size: int, until: float | None) -> bytearray:
    found = bytearray(size)
    view, at = memoryview(found), 0
    while at < size:
        if until is not None:
            channel.settimeout(max(0.001, until - time.monotonic()))
        else:
            channel.settimeout(None)
        got = channel.recv_into(view[at:])
        if not got:
            raise EOFError
        at += got
    return found
