"""An SMPP message centre (npm `smpp`, see smpp-server/), spoken to by lines of JSON."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.peers.programs import Program, environ, wait_until

SERVER = Path(__file__).resolve().parent / "smpp-server" / "server.js"


class Centre(Program):
    """The operator's message centre on a free loopback port."""

    def __init__(self, folder: Path, port: int = 0):
        super().__init__(folder, "centre", ["node", str(SERVER), "127.0.0.1", str(port)],
                         env=environ(), stdin=subprocess.PIPE, text=True)
        self.port = wait_until(lambda: self.events("listening"), "the message centre")[-1]["port"]

    @property
    def url(self) -> str:
        """SMPP_URL of this centre."""
        return f"smpp://quaydien:secret@127.0.0.1:{self.port}/?system_type=VMA&enquire_s=1"

    def events(self, kind: str) -> list[dict]:
        """What happened at the centre so far, oldest first."""
        lines = (json.loads(line) for line in self.printed().splitlines(keepends=True)
                 if line.endswith("\n"))
        return [line for line in lines if line["event"] == kind]

    def submitted(self) -> list[dict]:
        """The accepted submissions, oldest first."""
        return [event for event in self.events("submit") if event["status"] == 0]

    def wait_for(self, kind: str, count: int, seconds: float = 60) -> list[dict]:
        """Wait until `count` events of a kind happened."""
        wait_until(lambda: len(self.events(kind)) >= count, f"{count} × {kind}", seconds)
        return self.events(kind)

    def order(self, order: str, **fields) -> None:
        """Give the centre an order (see server.js) and wait until it is carried out."""
        before = len(self.events("ordered"))
        self.process.stdin.write(json.dumps({"order": order, **fields}) + "\n")
        self.process.stdin.flush()
        wait_until(lambda: len(self.events("ordered")) > before, order)

    def behave(self, **changes) -> None:
        """Change the centre's behaviour: receipts="dec", throttle=3, …"""
        self.order("set", **changes)

    def deliver(self, key: str = "", **pdu) -> None:
        """Hand a deliver_sm to whoever is bound, now or later, until it is answered ok."""
        self.order("deliver", key=key, pdu=pdu)
