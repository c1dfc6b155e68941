"""The web server of the Procfile, with our application or the bare one in it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OURS, BARE = "app:create_app", "bench.bare:create_app"
_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1024**2


class Server:
    """A running server; `url` is where it listens."""

    def __init__(self, factory: str, environ: dict[str, str]):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = _web_command().replace(OURS, factory)
        self.process = subprocess.Popen(
            ["bash", "-c", f"exec {command}"], cwd=ROOT, stdout=sys.stderr,
            env={**os.environ, **environ, "HOST": "127.0.0.1", "PORT": str(self.port),
                 "PUBLIC_URL": self.url})
        self._wait()

    def _wait(self, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        self.stop()
        raise RuntimeError("the server did not start")

    def cpu_ms(self) -> float:
        """CPU time that the server's processes have used so far."""
        return sum(_cpu_ms(pid) for pid in process_tree(self.process.pid))

    def rss_mb(self) -> float:
        """Memory of the server's processes together."""
        return round(sum(_rss_mb(pid) for pid in process_tree(self.process.pid)), 1)

    def stop(self, seconds: float = 10) -> None:
        """End the server and wait for it; what does not end by itself is killed."""
        processes = process_tree(self.process.pid) if self.process.poll() is None else []
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            for pid in processes:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait()


@contextlib.contextmanager
def running(factory: str, environ: dict[str, str]) -> Iterator[Server]:
    """A server for the time of a `with`."""
    server = Server(factory, environ)
    try:
        yield server
    finally:
        server.stop()


def free_port() -> int:
    """A port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _web_command() -> str:
    for line in (ROOT / "Procfile").read_text().splitlines():
        if line.startswith("web:"):
            return line.removeprefix("web:").strip()
    raise RuntimeError("the Procfile has no web line")


def process_tree(pid: int) -> list[int]:
    """A process and all that it started, by their ids."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(below for child in children for below in process_tree(int(child)))]


def _cpu_ms(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK_MS


def _rss_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_MB
