"""gammu-smsd with its dummy phone: texts put into the phone's inbox, texts it sent."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.peers.programs import Program, environ, wait_until

_CONFIG = """
[gammu]
port = {folder}/phone
connection = none
model = dummy

[smsd]
service = files
phoneid = sim1
logfile = {folder}/smsd.log
debuglevel = 1
inboxpath = {folder}/inbox/
outboxpath = {folder}/outbox/
sentsmspath = {folder}/sent/
errorsmspath = {folder}/error/
commtimeout = 1
loopsleep = 1
receivefrequency = 1
{hooks}
"""
_SECTION = re.compile(r"^\[(SMSBackup\d+)\]\n(.*?)(?=^\[|^; See|\Z)", re.M | re.S)
_FIELD = re.compile(r'^(Number|Text\d\d) = "?([^"\n]*)', re.M)


class Modem:
    """A SIM in a modem, as gammu sees it; `hooks` are lines of the [smsd] section."""

    def __init__(self, folder: Path, hooks: str = "", **environment: str):
        self.folder = folder
        for part in ("inbox", "outbox", "sent", "error", *(f"phone/sms/{n}" for n in range(1, 6))):
            (folder / part).mkdir(parents=True)
        self.config = folder / "gammu-smsdrc"
        self.config.write_text(_CONFIG.format(folder=folder, hooks=hooks))
        self.environment = environ(**environment)
        self.daemon = Program(folder, "gammu-smsd", ["gammu-smsd", "-c", str(self.config)],
                              env=self.environment)
        wait_until(lambda: "Starting phone communication" in self._log(), "gammu-smsd")

    def _log(self) -> str:
        path = self.folder / "smsd.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def receive(self, sender: str, text: str) -> None:
        """A text arrives in the phone's inbox."""
        subprocess.run(
            ["gammu", "-c", str(self.config), "savesms", "TEXT", "-folder", "1", "-unread",
             "-sender", sender, "-unicode", "-autolen", str(len(text)), "-text", text],
            check=True, capture_output=True, env=self.environment)

    def sent(self) -> list[tuple[str, str]]:
        """(recipient, text) of all that the phone sent, in order of their file names."""
        return [_message(path) for path in sorted((self.folder / "sent").iterdir())]

    def wait_for(self, count: int, seconds: float = 60) -> list[tuple[str, str]]:
        """Wait until the phone sent `count` texts."""
        wait_until(lambda: len(self.sent()) >= count, f"{count} texts from the modem", seconds)
        return self.sent()

    def stop(self) -> None:
        self.daemon.stop()


def _message(path: Path) -> tuple[str, str]:
    # gammu writes the file again after each step, behind what stands there: the last copy counts.
    parts = {name: dict(_FIELD.findall(body)) for name, body
             in _SECTION.findall(path.read_text(errors="replace"))}
    octets = "".join(fields[name] for _, fields in sorted(parts.items())
                     for name in sorted(fields) if name.startswith("Text"))
    number = next(iter(parts.values()))["Number"]
    return number, bytes.fromhex(octets).decode("utf-16-be")
