"""Kannel (bearerbox and smsbox) with the configuration of our manual, and its fake operator."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote_to_bytes

from tests.peers.programs import Program, environ, free_port, listens, wait_until

MANUAL = Path(__file__).resolve().parents[2] / "docs" / "gateways" / "kannel.md"
FAKESMSC = "/usr/lib/kannel/test/fakesmsc"
TOKEN, PASSWORD = "CHANGE-ME-TOKEN", "CHANGE-ME-PASSWORD"
_OPERATOR = """
group = smsc
smsc = fake
smsc-id = operator
port = {port}
our-host = 127.0.0.1
connect-allow-ip = 127.0.0.1
"""
_ARRIVED = re.compile(rb"Got message \d+: <(\S+) (\S+) (text|ucs-2) (.*)>$", re.M)


class Kannel:
    """The group of the manual on free ports, with a fake operator's line added."""

    def __init__(self, folder: Path, our_url: str):
        self.folder = folder
        self.operator_port, admin, box, self.send_port = (free_port() for _ in range(4))
        self.config = folder / "kannel.conf"
        self.config.write_text(self._configuration(our_url, admin, box))
        (folder / "spool").mkdir()
        self.bearerbox = Program(
            folder, "bearerbox", ["/usr/sbin/bearerbox", "-v", "1", str(self.config)],
            env=environ())
        wait_until(lambda: listens(box), "bearerbox")
        self.smsbox = Program(
            folder, "smsbox", ["/usr/sbin/smsbox", "-v", "1", str(self.config)], env=environ())
        wait_until(lambda: listens(self.send_port), "smsbox")

    @property
    def send_url(self) -> str:
        """KANNEL_SEND_URL of the manual, on this Kannel's port."""
        return (f"http://127.0.0.1:{self.send_port}/cgi-bin/sendsms"
                f"?username=quaydien&password={PASSWORD}")

    def _configuration(self, our_url: str, admin: int, box: int) -> str:
        block = re.search(r"```kannel\n(.*?)```", MANUAL.read_text(), re.S)
        text = block[1] + _OPERATOR.format(port=self.operator_port)
        for manual, here in (("http://127.0.0.1:8000", our_url), ("13000", admin), ("13001", box),
                             ("13013", self.send_port),
                             ("/var/spool/kannel", self.folder / "spool")):
            assert manual in text, manual
            text = text.replace(manual, str(here))
        return text

    def operator(self, *messages: str, count: int | None = None, pause_s: float = 0.01,
                 vary: int = 0) -> Operator:
        """A fake operator who delivers `messages` ("FROM TO text WORDS") to Kannel and takes
        what Kannel sends; `count`: how many, picked from `messages` at random. Kannel speaks
        to one operator at a time: stop the one before."""
        count = len(messages) if count is None else count
        return Operator(self.folder, self.operator_port, messages or ("1 2 text -",), count,
                        pause_s, vary)

    def stop(self) -> None:
        self.smsbox.stop()
        self.bearerbox.stop()


class Operator(Program):
    """One run of fakesmsc. It stays connected after its last message, until it is stopped."""

    _runs = 0

    def __init__(self, folder: Path, port: int, messages: tuple, count: int, pause_s: float,
                 vary: int):
        Operator._runs += 1
        super().__init__(
            folder, f"operator-{Operator._runs}",
            [FAKESMSC, "-v", "0", "-H", "127.0.0.1", "-r", str(port), "-i", str(pause_s),
             "-m", str(count), "-z", str(vary), *messages], env=environ())

    def arrived(self) -> list[tuple[str, str]]:
        """(recipient, text) of all that reached the operator, in order."""
        return [(match[2].decode(), _words(match[3], match[4]))
                for match in _ARRIVED.finditer(self.log.read_bytes())]

    def wait_for(self, count: int, seconds: float = 60) -> list[tuple[str, str]]:
        """Wait until `count` messages arrived."""
        wait_until(lambda: len(self.arrived()) >= count, f"{count} texts at the operator", seconds)
        return self.arrived()


def _words(kind: bytes, data: bytes) -> str:
    if kind == b"ucs-2":
        return unquote_to_bytes(data.replace(b"+", b"%20")).decode("utf-16-be")
    return data.decode(errors="replace")
