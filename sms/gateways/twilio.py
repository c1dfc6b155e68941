"""Twilio: signed webhooks in with the reply in the answer, REST out, delivery reports.

Source: https://www.twilio.com/docs/usage/security (signature), …/messaging/api/message-resource
(sending, states), …/api/errors (codes).
"""

from __future__ import annotations

import functools
import hmac
import logging
from datetime import timedelta
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from flask import Blueprint, Response, abort, request

from config import Settings
from db.outbox import outbox as outbox_records
from services import clock
from sms import reports
from sms.gateways.base import AnswerLost, Consequence, Message, NotSent
from sms.receive import Inbound, receive
from web.office import office

if TYPE_CHECKING:
    from twilio.base.exceptions import TwilioException
    from twilio.request_validator import RequestValidator

bp = Blueprint("sms_twilio", __name__)

NAME = "twilio"
TIMEOUT_S = 10.0
# What each error code means for the message. Others: by HTTP status, else the end.
CONSEQUENCES = {
    21610: Consequence.OPTED_OUT,  # the person texted STOP to the carrier
    21211: Consequence.WRONG_NUMBER, 21614: Consequence.WRONG_NUMBER,
    21408: Consequence.GIVE_UP,  # this account may not text to that country
    30003: Consequence.RETRY_SLOWLY, 30008: Consequence.RETRY_SLOWLY,
    30005: Consequence.GIVE_UP, 30006: Consequence.GIVE_UP,
    30007: Consequence.FILTERED,
    20429: Consequence.RETRY, 20003: Consequence.REFUSED,
}
_BY_STATUS = {401: Consequence.REFUSED, 403: Consequence.REFUSED, 429: Consequence.RETRY}
FAILED = frozenset(["failed", "undelivered", "canceled"])
ARRIVED = {"delivered": outbox_records.DELIVERED, "read": outbox_records.DELIVERED,
           **dict.fromkeys(["accepted", "scheduled", "queued", "sending", "sent"],
                           outbox_records.SENT)}
_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response>{}</Response>'


@bp.before_request
def check_signature() -> None:
    """404 where Twilio is not set up, 403 for what Twilio did not sign."""
    settings = office().settings
    if not settings.twilio_auth_token:
        abort(404)
    query = request.query_string.decode("latin-1")
    url = settings.public_url + request.path + ("?" + query if query else "")
    # A missing header must not become None, which the validator cannot compare.
    signature = request.headers.get("X-Twilio-Signature", "")
    if not is_genuine(settings.twilio_auth_token, url, request.form, signature):
        abort(403)


def is_genuine(token: str, url: str, params, signature: str) -> bool:
    """True for Twilio's signature over the public URL and every parameter, blanks included."""
    validator = _validator(token)
    made = validator.compute_signature(url, params)
    if hmac.compare_digest(made.encode(), signature.encode("utf-8", "replace")):
        return True
    # Twilio names the port in the signed URL or leaves it out; the validator tries both.
    return validator.validate(url, params, signature)


@functools.cache
def _validator(token: str) -> RequestValidator:
    from twilio.request_validator import (
        RequestValidator,  # loaded where it is used: docs/decisions/0006-rooms.md
    )

    return RequestValidator(token)


@bp.post("")
def inbound() -> Response:
    """A text from a phone; the reply goes back in the answer."""
    form = request.form
    message_id = form.get("MessageSid") or form.get("SmsSid") or abort(400)
    reply = receive(office(), Inbound(NAME, message_id, form.get("From", ""),
                                      form.get("Body", "")))
    inside = f"<Message>{escape(reply)}</Message>" if reply else ""
    return Response(_TWIML.format(inside), mimetype="text/xml")


@bp.post("/status")
def status() -> tuple[str, int]:
    """A delivery report. They come out of order, so a state never goes back."""
    form, now = request.form, office().now()
    state, message_id = form.get("MessageStatus", ""), form.get("MessageSid", "")[:64]
    outbox_id = request.args.get("message", type=int)
    if state in FAILED:
        code = form.get("ErrorCode", "", type=str)
        consequence = CONSEQUENCES.get(int(code) if code.isdecimal() else 0, Consequence.GIVE_UP)
        reports.note_failure(NAME, message_id, outbox_id, consequence,
                             f"{state} {code}".strip(), now)
    elif state in ARRIVED:
        reports.note_arrival(NAME, message_id, outbox_id, ARRIVED[state])
    return "", 204


class Sender:
    """Texts through Twilio's REST API."""

    name = NAME
    taken = outbox_records.SENT

    def __init__(self, settings: Settings):
        # 8 MB and 0.1 s, which only the worker needs to pay: docs/decisions/0006-rooms.md
        from twilio.http.http_client import TwilioHttpClient
        from twilio.rest import Client

        quiet = logging.getLogger("quaydien.twilio")
        quiet.setLevel(logging.WARNING)  # its requests name phone numbers
        self._client = Client(settings.twilio_account_sid, settings.twilio_auth_token,
                              http_client=TwilioHttpClient(timeout=TIMEOUT_S, logger=quiet))
        self._client.api.base_url = settings.twilio_api_base
        self._from = ({"messaging_service_sid": settings.twilio_from}
                      if settings.twilio_from.startswith("MG") else {"from_": settings.twilio_from})
        # Twilio refuses an address it cannot reach, such as the demo's own machine.
        self._report_to = settings.public_url + "/sms/twilio/status" if settings.secure else ""

    def send(self, message: Message) -> str:
        """Create the message at Twilio; returns its sid. Not idempotent there."""
        from twilio.base.exceptions import (
            TwilioException,  # loaded where it is used: docs/decisions/0006-rooms.md
        )

        more = dict(self._from)
        if self._report_to:
            more["status_callback"] = f"{self._report_to}?message={message.outbox_id}"
        try:
            made = self._client.messages.create(to=message.to, body=message.text, **more)
        except TwilioException as error:
            raise _refusal(error) from error
        except Exception as error:
            raise _lost_or_unreachable(error) from error
        if not made.sid:
            raise AnswerLost("answer without a sid")
        return made.sid

    def find(self, message: Message, since: int) -> str | None:
        """Look among the newest messages to this phone for the same text."""
        earliest = clock.local(since) - timedelta(minutes=1)
        try:
            newest = self._client.messages.list(to=message.to, limit=50)
        except Exception as error:
            raise AnswerLost(f"list: {type(error).__name__}") from error
        return next((one.sid for one in newest if (one.body or "").endswith(message.text)
                     and one.date_created and one.date_created >= earliest), None)


def _refusal(error: TwilioException) -> NotSent | AnswerLost:
    status, code = getattr(error, "status", 0) or 0, getattr(error, "code", 0) or 0
    if status >= 500 and code not in CONSEQUENCES:
        return AnswerLost(f"HTTP {status}")  # it may have failed after it took the message
    consequence = CONSEQUENCES.get(code) or _BY_STATUS.get(status, Consequence.GIVE_UP)
    return NotSent(consequence, f"{code or status}")


def _lost_or_unreachable(error: Exception) -> NotSent | AnswerLost:
    """Without a connection nothing was sent; a broken one leaves it open."""
    causes: list = [error, *error.args, *(getattr(arg, "reason", None) for arg in error.args)]
    names = {type(cause).__name__ for cause in causes}
    if names & {"NewConnectionError", "ConnectTimeout", "ConnectTimeoutError",
                "NameResolutionError"}:
        return NotSent(Consequence.RETRY, "no connection")
    return AnswerLost(type(error).__name__)
