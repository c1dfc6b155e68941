"""python -m web.serving [--host H] [--port P] [--workers N] [--threads N] FACTORY: the web server.

FACTORY, such as app:create_app, makes the WSGI application.
"""

from __future__ import annotations

import argparse
import resource

from granian.constants import HTTPModes, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels

from web.serving import gate, worker

OURS = "app:create_app"
HEADERS_MS = 10_000  # to send the head of a request; an idle connection ends after it too
MOST_CONNECTIONS = 2_048  # a process, slow and idle ones too
ENDS_IN_S = 4  # what is answered by then was under way when we were told to stop


def main() -> None:
    """Serve until told to stop (SIGTERM, SIGINT)."""
    parser = argparse.ArgumentParser(prog="python -m web.serving", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2, help="processes, one a core")
    parser.add_argument("--threads", type=int, default=12,
                        help="requests that each of them works on at a time")
    parser.add_argument("factory")
    given = parser.parse_args()
    if given.factory == OURS:
        gate.look()
    _allow_connections()
    server(given.factory, given.host, given.port, given.workers).serve(
        spawn_target=worker.with_threads(given.threads))


def server(factory: str, host: str, port: int, workers: int) -> worker.Server:
    """granian as we set it. HTTP/1 only: one client could open hundreds of slow streams over one
    HTTP/2 connection. A process that dies is started again."""
    return worker.Server(
        factory, address=host, port=port, workers=workers, factory=True, websockets=False,
        http=HTTPModes.http1, http1_settings=HTTP1Settings(header_read_timeout=HEADERS_MS),
        loop=Loops.asyncio, backpressure=MOST_CONNECTIONS, log_level=LogLevels.error,
        respawn_failed_workers=True, workers_kill_timeout=ENDS_IN_S)


def _allow_connections() -> None:
    """Each connection is an open file, and the usual limit is 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * MOST_CONNECTIONS + 512
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


if __name__ == "__main__":
    main()
