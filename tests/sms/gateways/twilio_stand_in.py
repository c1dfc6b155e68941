"""Twilio's message resource on the loopback: create and list, with the faults of a real line.

Fields and parameters are those of Twilio's published description (API 2010-04-01, Message),
which a test compares with the client that Twilio generates from it.
"""

from __future__ import annotations

import base64
import json
import threading
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

ACCOUNT, TOKEN = "AC" + "0" * 32, "12345"
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
FIELDS = ("body", "num_segments", "direction", "from", "to", "date_updated", "price",
          "error_message", "uri", "account_sid", "num_media", "status", "messaging_service_sid",
          "sid", "date_sent", "date_created", "error_code", "price_unit", "api_version",
          "subresource_uris")
PARAMETERS = frozenset(["To", "From", "MessagingServiceSid", "Body", "StatusCallback",
                        "ValidityPeriod", "MediaUrl", "ContentSid", "SmartEncoded"])
# By the last digit of the recipient, so that a test reads like Twilio's own test numbers.
ERRORS = {"+84900000010": (400, 21610), "+84900000011": (400, 21211),
          "+84900000014": (400, 21614), "+84900000029": (429, 20429),
          "+84900000003": (401, 20003), "+84900000050": (500, 20500),
          "+84900000099": (400, 99999)}


class TwilioStandIn:
    """`messages` holds what was accepted, oldest first. `fault` is done to the next creation:
    "lose answer" (accepted, connection cut), "cut" (not accepted, connection cut) or "hold"
    (accepted, answered after `release`)."""

    def __init__(self) -> None:
        self.messages: list[dict] = []
        self.forms: list[dict] = []
        self.fault = ""
        self.arrived, self.release = threading.Event(), threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.stand_in = self  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.release.set()
        self._server.shutdown()
        self._server.server_close()

    def create(self, form: dict) -> tuple[int, dict]:
        self.forms.append(form)
        unknown = form.keys() - PARAMETERS
        sender = form.get("From") or form.get("MessagingServiceSid")
        if unknown or not form.get("To") or not form.get("Body") or not sender:
            return 400, {"code": 21604, "message": f"bad parameters {unknown}", "status": 400}
        if form["To"] in ERRORS:
            status, code = ERRORS[form["To"]]
            return status, {"code": code, "message": "refused", "status": status,
                            "more_info": f"https://www.twilio.com/docs/errors/{code}"}
        self.messages.append(self._message(form))
        return 201, self.messages[-1]

    def _message(self, form: dict) -> dict:
        sid = f"SM{len(self.messages):032x}"
        now = format_datetime(datetime.now(UTC))
        message = dict.fromkeys(FIELDS)
        message.update(
            body=form["Body"], num_segments="1", direction="outbound-api",
            to=form["To"], date_updated=now, date_created=now, account_sid=ACCOUNT, num_media="0",
            uri=f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json", status="queued", sid=sid,
            price_unit="USD", api_version="2010-04-01", subresource_uris={},
            messaging_service_sid=form.get("MessagingServiceSid"))
        message["from"] = form.get("From")
        return message

    def page(self, to: str) -> dict:
        found = [one for one in reversed(self.messages) if one["to"] == to]
        return {"messages": found, "page": 0, "page_size": 50, "uri": PATH, "next_page_uri": None}


class _Handler(BaseHTTPRequestHandler):
    """One request of the worker; the stand-in hangs at the server."""

    @property
    def stand_in(self) -> TwilioStandIn:
        return self.server.stand_in  # type: ignore[attr-defined]

    def do_POST(self) -> None:
        form = self._form()
        fault, self.stand_in.fault = self.stand_in.fault, ""
        answer = None if fault == "cut" else self._refusal() or self.stand_in.create(form)
        self.stand_in.arrived.set()
        if fault == "hold":
            self.stand_in.release.wait(30)
        if fault in ("lose answer", "cut"):
            self.close_connection = True
            self.connection.close()
            return
        self._answer(*answer)

    def do_GET(self) -> None:
        to = parse_qs(urlsplit(self.path).query).get("To", [""])[0]
        self._answer(*(self._refusal() or (200, self.stand_in.page(to))))

    def _form(self) -> dict:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        return {name: values[0] for name, values in
                parse_qs(body, keep_blank_values=True).items()}

    def _refusal(self) -> tuple[int, dict] | None:
        key = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {key}":
            return 401, {"code": 20003, "message": "Authenticate", "status": 401}
        if urlsplit(self.path).path != PATH:
            return 404, {"code": 20404, "message": "no such resource", "status": 404}
        return None

    def _answer(self, status: int, document: dict) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args) -> None:
        return
