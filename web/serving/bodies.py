"""Bodies of requests: taken in before anybody works on them, within a time of ours, large ones on
disk."""

from __future__ import annotations

import io
import tempfile
import threading
from collections.abc import Callable
from typing import IO

SMALL = 256 * 1024  # bytes; what is larger, or of unknown length, is taken in piece by piece
MOST = 66 * 1024 * 1024  # more than any door takes; each has a cap of its own
MOST_IN_VAIN = 4 * 1024 * 1024  # read and thrown away, so that a refused sender sees the answer
MOST_ON_DISK = 512 * 1024 * 1024  # of all that comes in at the same time
UNTOLD = -1
PATIENCE_S = 10
SLOWEST = 32 * 1024  # bytes a second: a large photograph over a village's line is no attack


class TooLarge(Exception):
    """No door takes so much."""


class NoRoom(Exception):
    """Too much comes in at once; later it can be taken."""


class _Disk:
    """How much of other people's bodies lies on our disk now."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._bytes = 0

    def take(self, count: int) -> bool:
        with self._mutex:
            self._bytes += count
            return self._bytes <= MOST_ON_DISK

    def give_back(self, count: int) -> None:
        with self._mutex:
            self._bytes -= count


disk = _Disk()


def length(environ: dict) -> int:
    """How many bytes follow the head; UNTOLD when that is not told (chunked)."""
    if "HTTP_TRANSFER_ENCODING" in environ:
        return UNTOLD
    return int(environ.get("CONTENT_LENGTH") or 0)


async def receive(proto, expected: int, more_time: Callable[[float], None]) -> IO[bytes]:
    """The whole body. `more_time` is called with the seconds that its size has earned.

    Raises TooLarge, NoRoom, and EOFError when the client hung up.
    """
    if 0 < expected <= SMALL:
        body = await proto()
        if len(body) != expected:
            raise EOFError
        return io.BytesIO(body)
    if expected > MOST:
        await _throw_away(proto)
        raise TooLarge
    return await _to_disk(proto, expected, more_time)


async def _to_disk(proto, expected: int, more_time: Callable) -> IO[bytes]:
    # Without a name in the file system: nothing is left of it, however we end.
    file = tempfile.SpooledTemporaryFile(SMALL)  # noqa: SIM115 - the reader closes it
    received = 0
    try:
        async for piece in proto:
            received += len(piece)
            if not disk.take(len(piece)):
                raise NoRoom
            if received > MOST:
                raise TooLarge
            file.write(piece)
            more_time(received / SLOWEST)
    except BaseException:
        file.close()
        raise
    finally:
        disk.give_back(received)
    if expected != UNTOLD and received != expected:
        file.close()
        raise EOFError
    file.seek(0)
    return file  # type: ignore[return-value]


async def _throw_away(proto) -> None:
    left = MOST_IN_VAIN
    async for piece in proto:
        left -= len(piece)
        if left < 0:
            return
