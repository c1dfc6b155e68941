"""One bound line to an operator's SMPP centre: octets in and out, answers matched to questions.

One thread reads (`serve`); any thread may submit. At most `window` submissions wait for
their answers at a time.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from sms.smpp import codec, frames, pdus
from sms.smpp.account import Account
from sms.smpp.frames import Frame, LinkDown
from sms.smpp.pdus import Delivery, Outgoing

log = logging.getLogger("quaydien.smpp")

_TICK_S = 0.2
_BAD_COMMAND, _REJECTED = 0x03, 0x66  # command_status, 5.1.3
_INTERNATIONAL, _ISDN = 1, 1  # type of number and numbering plan, 5.2.5 and 5.2.6


class Unanswered(Exception):
    """It went out, but no answer came: whether the centre took it is not known."""


class Answer(NamedTuple):
    """What the centre said to a submission: status 0 is ok."""

    status: int
    message_id: str


class _Question:
    """Somebody waits for the answer to a PDU of ours."""

    def __init__(self) -> None:
        self.answered = threading.Event()
        self.frame: Frame | None = None


class Link:
    """One connection. `received(delivery, answer)` is called for each deliver_sm, on the
    reading thread; `answer(status)` may be called later, from any thread."""

    def __init__(self, account: Account,
                 received: Callable[[Delivery, Callable[[int], None]], None]):
        self._account = account
        self._received = received
        self._count = itertools.count()
        self._send_lock = threading.Lock()
        self._window = threading.BoundedSemaphore(account.window)
        self._questions: dict[int, _Question] = {}
        self._socket: socket.socket | None = None  # while bound
        self._line: socket.socket | None = None  # the last one bound, also when it broke
        self._heard_at = self._asked_at = 0.0

    def _next_sequence(self) -> int:
        return next(self._count) % 0x7FFFFFFE + 1

    @property
    def bound(self) -> bool:
        """Whether messages can go out now."""
        return self._socket is not None

    def open(self) -> None:
        """Connect and bind; raises LinkDown naming the reason."""
        account = self._account
        try:
            line = socket.create_connection((account.host, account.port), account.answer_s)
            if account.tls:
                line = ssl.create_default_context().wrap_socket(
                    line, server_hostname=account.host)
        except OSError as error:
            raise LinkDown(f"cannot connect: {error}") from error
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._bind(line)
        except (OSError, LinkDown) as error:
            line.close()
            raise LinkDown(str(error)) from error

    def _bind(self, line: socket.socket) -> None:
        account = self._account
        body = codec.bind_transceiver(account.system_id, account.password,
                                      account.system_type)
        line.sendall(frames.pack(frames.BIND_TRANSCEIVER, self._next_sequence(),
                                 body=body))
        self._frames = frames.frames(line)
        line.settimeout(account.answer_s)
        answer = next(self._frames)
        if answer is None:
            raise LinkDown("no answer to bind")
        if answer.status or answer.command != _answer_to(frames.BIND_TRANSCEIVER):
            raise LinkDown(f"bind refused: 0x{answer.status:02x}")
        line.settimeout(_TICK_S)
        self._heard_at = time.monotonic()
        self._socket = self._line = line

    def serve(self, stopped: threading.Event) -> None:
        """Read until `stopped`; raises LinkDown when the line breaks."""
        line = self._line
        assert line is not None  # opened before it is served
        try:
            for frame in self._frames:
                if stopped.is_set():
                    return
                self._take(frame) if frame else self._check_silence()
        except OSError as error:
            raise LinkDown(str(error)) from error
        finally:
            if not stopped.is_set():
                self._drop()
                line.close()

    def _take(self, frame: Frame) -> None:
        self._heard_at, self._asked_at = time.monotonic(), 0.0
        if frame.command & frames.RESPONSE:
            self._take_answer(frame)
        elif frame.command == frames.DELIVER_SM:
            self._take_delivery(frame)
        elif frame.command == frames.ENQUIRE_LINK:
            self._respond(_answer_to(frame.command), frame.sequence)
        elif frame.command == frames.UNBIND:
            self._respond(_answer_to(frame.command), frame.sequence)
            raise LinkDown("the centre unbound")
        else:
            self._respond(frames.GENERIC_NACK, frame.sequence, _BAD_COMMAND)

    def _take_answer(self, frame: Frame) -> None:
        question = self._questions.pop(frame.sequence, None)
        if question:
            question.frame = frame
            question.answered.set()

    def _take_delivery(self, frame: Frame) -> None:
        def answer(status: int) -> None:
            self._respond(_answer_to(frame.command), frame.sequence, status,
                          codec.message_id(""))
        try:
            delivery = pdus.parse_delivery(frame.body)
        except ValueError as error:
            # Asking for it again would bring the same octets for ever.
            log.error("deliver_sm refused: %s", error)
            answer(_REJECTED)
            return
        self._received(delivery, answer)

    def _check_silence(self) -> None:
        now, patience = time.monotonic(), self._account.enquire_s
        if self._asked_at and now - self._asked_at > patience:
            raise LinkDown("the centre does not answer")
        if not self._asked_at and now - self._heard_at > patience:
            self._asked_at = now
            with contextlib.suppress(Unanswered):
                self._send(frames.pack(frames.ENQUIRE_LINK, self._next_sequence()))

    def submit(self, to: str, part: Outgoing, receipt: bool) -> Answer:
        """Hand one part to the centre and wait for its answer; raises LinkDown, Unanswered."""
        account = self._account
        body = codec.submit_sm(
            (account.source_ton, account.source_npi, account.source),
            (_INTERNATIONAL, _ISDN, to.removeprefix("+")),
            part.esm_class, part.coding, part.octets, receipt)
        with self._window:
            frame = self._ask(frames.SUBMIT_SM, body)
        return Answer(frame.status, codec.read_message_id(frame.body))

    def _ask(self, command: int, body: bytes) -> Frame:
        sequence = self._next_sequence()
        question = self._questions[sequence] = _Question()
        try:
            self._send(frames.pack(command, sequence, body=body))
            question.answered.wait(self._account.answer_s)
        finally:
            self._questions.pop(sequence, None)
        if question.frame is None:
            raise Unanswered("no answer to the submission")
        return question.frame

    def _respond(self, command: int, sequence: int, status: int = 0, body: bytes = b"") -> None:
        # On a broken line the centre asks again later; the reader sees the break.
        with contextlib.suppress(LinkDown, Unanswered):
            self._send(frames.pack(command, sequence, status, body))

    def _send(self, octets: bytes) -> None:
        with self._send_lock:
            if self._socket is None:
                raise LinkDown("not bound")
            try:
                self._socket.sendall(octets)
            except OSError as error:
                self._drop()
                raise Unanswered(str(error)) from error

    def _drop(self) -> None:
        line, self._socket = self._socket, None
        if line is not None:
            # Not closed here: the reader may be waiting on it. It wakes up and lets go.
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        for question in list(self._questions.values()):
            question.answered.set()

    def close(self) -> bool:
        """Unbind; True when the centre confirmed, so that it has read all our answers."""
        try:
            self._send(frames.pack(frames.UNBIND, self._next_sequence()))
            end = time.monotonic() + 1
            for frame in self._frames:
                if frame and frame.command == _answer_to(frames.UNBIND):
                    return True
                if time.monotonic() > end:
                    break
        except (LinkDown, Unanswered, OSError):
            pass
        finally:
            self._drop()
            if self._line is not None:
                self._line.close()
        return False


def _answer_to(command: int) -> int:
    return command | frames.RESPONSE
