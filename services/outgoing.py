"""The one place where the back office asks other companies over the network.

Never inside a transaction. Hosts come from settings alone, redirects are not followed, and an
answer must be complete within a limit of size and time.
"""

from __future__ import annotations

import functools
import json
import ssl
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from services.errors import NoAnswer

if TYPE_CHECKING:
    import httpx

PATIENCE_S = 30.0  # MoMo asks for no less; the others answer within one
CONNECT_S = 5.0
MOST_ANSWER = 64 * 1024  # bytes


class Request(NamedTuple):
    """A POST: `body` goes out as JSON, or as a form."""

    url: str
    body: dict
    as_form: bool = False


Send = Callable[[Request], dict]


def send(request: Request, patience_s: float = PATIENCE_S) -> dict:
    """Send and return the JSON object of the answer.

    Raises NoAnswer for everything else: unreachable, too slow, an error status, an empty or
    unreadable body. None of these says what the other side did.
    """
    # loaded where it is used: docs/decisions/0006-rooms.md
    import httpx

    end = time.monotonic() + patience_s
    timeout = httpx.Timeout(patience_s, connect=min(CONNECT_S, patience_s))
    form = request.body if request.as_form else None
    json_body = None if request.as_form else request.body
    try:
        with (httpx.Client(timeout=timeout, follow_redirects=False, verify=_trust()) as client,
              client.stream("POST", request.url, data=form, json=json_body) as response):
            body = _read(response, end)
            if not response.is_success:
                raise NoAnswer(f"status {response.status_code}")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NoAnswer(type(error).__name__) from None
    return _object(body)


@functools.cache
def _trust() -> ssl.SSLContext:
    # loaded where it is used: docs/decisions/0006-rooms.md
    import httpx

    # Reading the machine's certificates takes a tenth of a second, so once is enough.
    return httpx.create_ssl_context()


def _read(response: httpx.Response, end: float) -> bytes:
    body = b""
    for piece in response.iter_bytes():
        body += piece
        # A trickle keeps a read alive for ever; the whole has a deadline.
        if len(body) > MOST_ANSWER or time.monotonic() > end:
            raise NoAnswer("answer too long")
    return body


def _object(body: bytes) -> dict:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise NoAnswer("answer is not JSON") from None
    if not isinstance(answer, dict):
        raise NoAnswer("answer is not an object")
    return answer
