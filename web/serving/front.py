"""From the head of a request to the end of its answer: the body is taken in, a place at the counter
waited for, the application called, its answer sent."""

from __future__ import annotations

import contextlib
import functools
import logging
import tempfile
from collections.abc import Callable, Iterable
from typing import IO

from web.serving import bodies, environs, steps
from web.serving.answers import Answer, Answers
from web.serving.counter import Counter
from web.serving.steps import Steps

log = logging.getLogger("quaydien")

_READING = ("GET", "HEAD", "OPTIONS")
_REPORTS = ("/sms/", "/partners/callbacks/")  # machines that tell us something by GET
AT_ONCE = 1024 * 1024  # bytes of an answer that are handed over in one piece
_PIECE = 128 * 1024
_SENDING_S, _SLOWEST = 60, 4 * 1024  # seconds, and bytes a second that a reader must take


class Front:
    """`wsgi` behind a counter with so many `places`."""

    def __init__(self, wsgi: Callable, places: int):
        self._wsgi = wsgi
        self._counter = Counter(places)
        self._answers = Answers(wsgi)
        # What the application does when a thread is done with a request.
        self._afterwards: Callable[[], None] = getattr(wsgi, "lay_down", lambda: None)
        steps.watch()

    def take(self, request) -> None:
        """One request, on a thread that granian lends: its head is here."""
        environ = environs.make(request.scope)
        health = self._answers.live
        if environ["PATH_INFO"] == "/healthz" and health:
            self._say(request, environ, health)
        elif expected := bodies.length(environ):
            self._take_in(request, environ, expected)
        else:
            self._serve(request, environ)

    def _take_in(self, request, environ: dict, expected: int) -> None:
        refuse = functools.partial(self._refuse, request, environ)

        def longer(seconds: float) -> None:
            waiting.until = since + seconds

        def received(body) -> None:
            if body is None:
                request.done()  # the client has gone
            elif isinstance(body, int):
                refuse(body)
            else:
                self._serve_with(request, environ, body, expected)

        waiting = Steps(_body(request.proto, expected, longer), received,
                        functools.partial(refuse, 408), bodies.PATIENCE_S)
        since = waiting.until
        steps.begin(waiting)

    def _serve_with(self, request, environ: dict, body: IO[bytes], expected: int) -> None:
        environ["wsgi.input"] = body
        if expected == bodies.UNTOLD:
            del environ["HTTP_TRANSFER_ENCODING"]
            environ["CONTENT_LENGTH"] = str(body.seek(0, 2))
            body.seek(0)
        try:
            self._serve(request, environ)
        finally:
            body.close()

    def _serve(self, request, environ: dict) -> None:
        changes = environ["REQUEST_METHOD"] not in _READING or environ["PATH_INFO"].startswith(
            _REPORTS)
        if not self._counter.enter(changes):
            self._refuse(request, environ, 503)
            return
        try:
            self._work(request, environ)
        except Exception as error:
            log.exception("unexpected error: %s", error)
            request.err(error)
        finally:
            self._afterwards()
            self._counter.leave(changes)

    def _work(self, request, environ: dict) -> None:
        head: list = []
        pieces = self._wsgi(environ, lambda status, headers, _error=None:
                            head.extend((int(status[:3]), headers)))
        with contextlib.ExitStack() as left:
            if hasattr(pieces, "close"):
                left.callback(pieces.close)
            body = _gather(pieces)
        if isinstance(body, bytes):
            request.proto.response_bytes(*head[:2], body)
            request.done()
        else:
            self._send(request, head, body)

    def _send(self, request, head: list, file: IO[bytes]) -> None:
        """A long answer goes at its reader's pace, and nobody of ours waits for it."""
        def longer(seconds: float) -> None:
            sending.until = since + seconds

        def end(_value=None) -> None:
            file.close()
            request.done()

        line = request.proto.response_stream(*head[:2])
        sending = Steps(_pour(file, line, longer), end, end, _SENDING_S)
        since = sending.until
        steps.begin(sending)

    def _refuse(self, request, environ: dict, status: int) -> None:
        self._say(request, environ, self._answers.refusal(environ["PATH_INFO"], status))

    def _say(self, request, environ: dict, answer: Answer) -> None:
        body = b"" if environ["REQUEST_METHOD"] == "HEAD" else answer.body
        request.proto.response_bytes(answer.status, answer.headers, body)
        request.done()


async def _body(proto, expected: int, longer: Callable) -> IO[bytes] | int | None:
    """The body; the status with which it is refused; None when its sender has hung up."""
    try:
        return await bodies.receive(proto, expected, longer)
    except bodies.TooLarge:
        return 413
    except (bodies.NoRoom, OSError) as error:
        log.error("a body cannot be taken in: %s", str(error) or "too much at once")
        return 503
    except EOFError:
        return None


def _gather(pieces: Iterable[bytes]) -> bytes | IO[bytes]:
    """An answer in memory, or a long one in a file without a name."""
    found, size = [], 0
    each = iter(pieces)
    for piece in each:
        found.append(piece)
        size += len(piece)
        if size > AT_ONCE:
            break
    else:
        return b"".join(found)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it is sent
    file.writelines(found)
    file.writelines(each)
    file.seek(0)
    return file


async def _pour(file: IO[bytes], line, longer: Callable) -> None:
    sent = 0
    while piece := file.read(_PIECE):
        await line.send_bytes(piece)
        sent += len(piece)
        longer(sent / _SLOWEST)
