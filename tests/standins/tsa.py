"""A time-stamp authority on the loopback (RFC 3161), played by openssl's own.

It shares no code with the product. `fault` "garbage" answers with what is no time stamp.
"""

from __future__ import annotations

import subprocess
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from tests.standins.loopback import Loopback

_CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
[req]
distinguished_name = name
[name]
[stamping]
extendedKeyUsage = critical, timeStamping
keyUsage = critical, digitalSignature
"""


class Authority(Loopback):
    """Stamps what is POSTed; `asked` counts the requests."""

    def __init__(self, folder: Path):
        self.fault, self.asked, self.folder = "", 0, folder
        (folder / "tsa.cnf").write_text(_CONFIG.format(folder=folder))
        (folder / "serial").write_text("01\n")
        self._openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj",
                      "/CN=Dau thoi gian/", "-keyout", "tsa.key", "-out", "tsa.pem", "-config",
                      "tsa.cnf", "-extensions", "stamping")
        super().__init__(_handler(self), "/tsa")

    def stamp(self, query: bytes) -> bytes:
        """The reply to one request."""
        self.asked += 1
        if self.fault == "garbage":
            return b"no time stamp"
        (self.folder / "query.tsq").write_bytes(query)
        self._openssl("ts", "-reply", "-queryfile", "query.tsq", "-out", "reply.tsr", "-config",
                      "tsa.cnf")
        return (self.folder / "reply.tsr").read_bytes()

    def _openssl(self, *args: str) -> None:
        subprocess.run(["openssl", *args], cwd=self.folder, check=True, capture_output=True)


def _handler(authority: Authority) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = authority.stamp(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            return

    return Handler
