"""Our own programs beside the carriers': the web server on a port of our choice, commands."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request
from pathlib import Path

from tests.conftest import ENVIRON, ROOT
from tests.peers.programs import Program, environ, wait_until


def settings(database_url: str, **more: str) -> dict[str, str]:
    """The environment of a program of ours."""
    return environ(**{**ENVIRON, "DATABASE_URL": database_url, **more})


class Web(Program):
    """The web server, on this port of the loopback."""

    def __init__(self, folder: Path, port: int, database_url: str, **more: str):
        self.url = f"http://127.0.0.1:{port}"
        super().__init__(
            folder, "web",
            [sys.executable, "-m", "web.serving", "--port", str(port), "--workers", "2",
             "--threads", "4", "app:create_app"],
            cwd=ROOT, env=settings(database_url, PUBLIC_URL=self.url, **more))
        wait_until(self._answers, "the web server")

    def _answers(self) -> bool:
        try:
            return urllib.request.urlopen(self.url + "/healthz", timeout=1).status == 200
        except (urllib.error.URLError, OSError):
            return False


class Command(Program):
    """A long-running command: Command(folder, url, "sms", "send", SMS_GATEWAY="kannel")."""

    def __init__(self, folder: Path, database_url: str, *words: str, **more: str):
        super().__init__(folder, "-".join(words),
                         [sys.executable, "-m", "flask", "--app", "app", *words],
                         cwd=ROOT, env=settings(database_url, **more))
