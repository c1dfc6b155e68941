"""A process of the web server, and all that we know of granian's inside (2.8).

granian (RSGI) hands each request to a thread of its pool as soon as the head is there; the body is
a promise. The way through an event loop of Python's would cost a fifth of the throughput, so a
request without a body is answered on that thread, and a promise that is kept goes on upon the
thread that brings it (`steps.py`).
"""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Callable
from typing import Any

from granian._granian import CallbackScheduler, RSGIWorker
from granian._signals import set_loop_signals
from granian.server.common import WORKERS_METHODS
from granian.server.mp import MPServer, WorkerProcess

from web.serving.front import Front
from web.serving.steps import Wake

# Threads that may stand still at once: at work, waiting their turn, or bringing a body. They are
# made when needed and end when idle.
MOST_THREADS = 256
BREATH_S = 1
# Behind the process number and the application, granian names these in this order.
_NAMES = ("sock", "ipc", "loop", "runtime_mode", "runtime_threads", "runtime_blocking_threads",
          "blocking_threads", "idle_s", "backpressure", "task_impl", "http_mode", "http1", "http2",
          "websockets", "static", "log_format", "tls", "scope", "metrics")


class _Scheduler(CallbackScheduler):
    """Calls `take` with each request: {scope, proto, done()}."""

    __slots__ = ()

    def __init__(self, _loop, take: Callable, _task, _enter, _leave) -> None:
        super().__init__()
        self._schedule_fn = take


class _Loop:
    """In place of the event loop: a step goes on where it is, the rest is for the real one."""

    def __init__(self, loop: asyncio.AbstractEventLoop):
        self._loop = loop

    def call_soon_threadsafe(self, callback: Callable, *values, context=None) -> None:
        if isinstance(getattr(callback, "__self__", None), Wake):
            callback(*values)
        else:
            self._loop.call_soon_threadsafe(callback, *values, context=context)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loop, name)


class Server(MPServer):
    """granian's parent of the processes. Its own gives up and ends all of them when one dies twice
    within 5.5 s; ours starts it again however often, after a second where it died at once."""

    _last = 0.0

    def _respawn_workers(self, workers, spawn_target, target_loader, delay: float = 0) -> None:
        if time.monotonic() - self._last < BREATH_S:
            time.sleep(BREATH_S)
        super()._respawn_workers(workers, spawn_target, target_loader, delay)
        self._last = time.monotonic()
        self.respawned_wrks.clear()


def with_threads(threads: int) -> Callable:
    """What granian starts in each process."""
    return WorkerProcess.wrap_target(functools.partial(_serve, threads))


def _serve(threads: int, number: int, wsgi: Callable, *given) -> None:
    its = dict(zip(_NAMES, given, strict=True))
    front = Front(wsgi, threads)
    loop, stop = its["loop"], set_loop_signals(its["loop"])
    ended = asyncio.Event()
    stop.add_cb(lambda: loop.call_soon_threadsafe(ended.set))
    worker = RSGIWorker(  # type: ignore[call-arg]
        number, its["sock"], its["ipc"], its["runtime_threads"],
        its["runtime_blocking_threads"], MOST_THREADS, its["idle_s"], its["backpressure"],
        its["http_mode"], its["http1"], its["http2"], its["websockets"], its["static"], *its["tls"],
        its["metrics"])
    serve = getattr(worker, WORKERS_METHODS[its["runtime_mode"]][False])
    serve(_Scheduler(loop, front.take, None, None, None), _Loop(loop), stop)
    loop.run_until_complete(ended.wait())
