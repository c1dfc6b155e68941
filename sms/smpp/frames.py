"""The octet stream of an SMPP line cut into PDUs."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from typing import NamedTuple

# command_id (5.1.2.1); an answer's is the question's with the highest bit set.
SUBMIT_SM, DELIVER_SM, UNBIND, BIND_TRANSCEIVER, ENQUIRE_LINK = 0x04, 0x05, 0x06, 0x09, 0x15
RESPONSE = GENERIC_NACK = 0x80000000
_HEADER = struct.Struct(">LLLL")
_LONGEST = 70_000  # a message_payload has at most 65 535 octets


class LinkDown(Exception):
    """The line is not there; nothing of this went out."""


class Frame(NamedTuple):
    """One PDU as it came."""

    command: int
    status: int
    sequence: int
    body: bytes


def pack(command: int, sequence: int, status: int = 0, body: bytes = b"") -> bytes:
    """The octets of one PDU."""
    return _HEADER.pack(_HEADER.size + len(body), command, status, sequence) + body


def frames(line: socket.socket) -> Iterator[Frame | None]:
    """PDUs as they come, and None after each time-out of the socket. Raises LinkDown when
    the line ends or what comes is no SMPP."""
    buffer = b""
    while True:
        try:
            received = line.recv(65_536)
        except TimeoutError:
            yield None
            continue
        if not received:
            raise LinkDown("the centre closed the connection")
        buffer += received
        while length := _complete(buffer):
            raw, buffer = buffer[:length], buffer[length:]
            _, command, status, sequence = _HEADER.unpack_from(raw)
            yield Frame(command, status, sequence, raw[_HEADER.size:])


def _complete(buffer: bytes) -> int:
    if len(buffer) < _HEADER.size:
        return 0
    length = _HEADER.unpack_from(buffer)[0]
    if not _HEADER.size <= length <= _LONGEST:
        raise LinkDown("what comes is no SMPP")
    return length if len(buffer) >= length else 0
