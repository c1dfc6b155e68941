"""The child: reads files for its parent, one at a time, until nobody asks. `python -m` it."""

from __future__ import annotations

import importlib
import socket
import sys
import traceback
from collections.abc import Callable, Iterator

from services.decoding import confine, wire
from services.decoding.jobs import Answer
from services.errors import InvalidInput, ServiceError

IDLE_S = 90  # then its memory is worth more than its being ready
MOST_JOBS, MOST_MB = 200, 150  # more, and a fresh one is better
_MOST_ASKED = 256 * 1024 * 1024


def main() -> int:
    channel = socket.socket(fileno=0)
    confine.settle()
    for served in range(1, MOST_JOBS + 1):
        try:
            asked, data = wire.receive(channel, _MOST_ASKED, IDLE_S)
            end = _serve(channel, asked, data)
        except (TimeoutError, EOFError, ConnectionError):
            return 0
        except MemoryError:
            return wire.HEAVY
        last = served == MOST_JOBS or confine.peak_mb() > MOST_MB
        wire.send(channel, {**end, "last": last})
        if last:
            return 0
        del data
    return 0


def _serve(channel: socket.socket, asked: dict, data: bytes) -> dict:
    """Send each answer; returns the end of the job."""
    confine.memory(asked["memory_mb"])
    confine.seconds(asked["cpu_s"])
    try:
        for answer in _answers(_function(asked["function"]), asked["told"], data):
            wire.send(channel, {"told": answer.told}, answer.data)
            confine.seconds(asked["cpu_s"])
    except InvalidInput as error:
        return {"unfit": [error.field, error.reason]}
    except ServiceError as error:
        return {"unfit": [str(error)]}
    except ConnectionError:
        raise
    except OSError as error:
        return {"unreadable": [error.errno or 0, error.strerror or str(error)]}
    except MemoryError:
        raise
    except Exception:  # a defect of ours, told to the parent, which has a log
        return {"defect": traceback.format_exc()[-4000:]}
    return {"done": True}


def _answers(function: Callable, told: object, data: bytes) -> Iterator[Answer]:
    made = function(told, data)
    return iter([made]) if isinstance(made, Answer) else made


def _function(name: str) -> Callable:
    module, _colon, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


if __name__ == "__main__":
    sys.exit(main())
