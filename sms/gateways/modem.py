"""A SIM in a modem, kept by gammu-smsd: its helper posts what came in, gammu-smsd-inject sends.

docs/gateways/modem.md has the configuration.
"""

from __future__ import annotations

import hmac
import re
import shlex
import subprocess
import time

from flask import Blueprint, Response, abort, jsonify, request

from config import Settings
from db.outbox import outbox as outbox_records
from sms import reply_later, reports, segments
from sms.gateways.base import AnswerLost, Consequence, Message, NotSent
from sms.receive import Inbound
from web.office import office

bp = Blueprint("sms_modem", __name__)

NAME = "modem"
_INJECTED = re.compile(r"Written message with ID (\S+)")
_PATIENCE_S = 20


@bp.post("")
def incoming() -> Response:
    """One event of scripts/gammu-receive: a text ({"from", "text", "id"}), or what became of
    one of ours ({"status", "id"}). The reply to a text goes out through the outbox."""
    fields = _fields()
    _check_token(fields)
    if "status" in fields:
        return _status(fields)
    if not fields.get("from") or not fields.get("id"):
        abort(400)
    reply = reply_later.answer_later(office(), Inbound(
        NAME, fields["id"], fields["from"], fields.get("text", "")))
    return jsonify(reply=reply)


def _fields() -> dict[str, str]:
    """The JSON object of the request, its values as text; {} for anything else."""
    document = request.get_json(force=True, silent=True)
    if not isinstance(document, dict):
        return {}
    return {name: value for name, value in document.items() if isinstance(value, str)}


def _check_token(fields: dict[str, str]) -> None:
    token = office().settings.modem_token
    if not token:
        abort(404)
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    given = given or fields.get("token", "")
    if not hmac.compare_digest(given.encode(), token.encode()):
        abort(403)


def _status(fields: dict[str, str]) -> Response:
    number = fields.get("id", "")
    if fields["status"] == "sent":
        reports.note_arrival(NAME, number, None, outbox_records.SENT)
    elif fields["status"] == "failed":
        reports.note_failure(NAME, number, None, Consequence.GIVE_UP, "the modem gave up",
                       office().now())
    return jsonify(status="ok")


class Sender:
    """gammu-smsd-inject puts the text into gammu's queue; the modem sends it from there."""

    name = NAME
    taken = outbox_records.ACCEPTED

    def __init__(self, settings: Settings):
        self._command = shlex.split(settings.modem_inject)
        self._second, self._named = 0, set[str]()

    def send(self, message: Message) -> str:
        """Queue the text at gammu; raises NotSent or AnswerLost."""
        self._wait_for_a_name(message.to)
        size = ["-autolen", str(len(message.text))]
        coding = [] if segments.is_gsm7(message.text) else ["-unicode"]
        try:
            done = subprocess.run(
                [*self._command, "TEXT", message.to, *size, *coding, "-text", message.text],
                capture_output=True, timeout=_PATIENCE_S, check=False)
        except subprocess.TimeoutExpired as error:
            raise AnswerLost("gammu-smsd-inject does not end") from error
        except OSError as error:
            raise NotSent(Consequence.REFUSED, f"gammu-smsd-inject: {error.strerror}") from error
        self._remember_the_name(message.to)
        return _number_of(done)

    def _wait_for_a_name(self, to: str) -> None:
        """gammu names a text by its recipient and the clock's second, and takes a name again
        once the text is gone: then reports could not be told apart. A second passes first."""
        while to in self._named and self._second == int(time.time()):
            time.sleep(0.05)

    def _remember_the_name(self, to: str) -> None:
        if self._second != int(time.time()):
            self._second, self._named = int(time.time()), set()
        self._named.add(to)

    def find(self, message: Message, since: int) -> str | None:
        """gammu can't be asked by recipient and text."""
        raise AnswerLost("gammu can't be asked for a message")


def _number_of(done: subprocess.CompletedProcess) -> str:
    printed = (done.stdout + done.stderr).decode("utf-8", "replace")
    match = _INJECTED.search(printed)
    if done.returncode != 0 or match is None:
        last = printed.strip().splitlines()[-1:] or [f"exit {done.returncode}"]
        raise NotSent(Consequence.RETRY, f"gammu-smsd-inject: {last[0][:120]}")
    return match[1].rsplit("/", 1)[-1]
