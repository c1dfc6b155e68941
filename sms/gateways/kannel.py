"""Kannel: get-url in with the reply in the answer, sendsms out, delivery reports.

docs/gateways/kannel.md has the configuration; Kannel's user guide, "Parameters" and
"HTTP interface", is the source.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import wraps
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, abort, request

from config import Settings
from db.outbox import outbox as outbox_records
from sms import receive, reports, segments
from sms.gateways.base import AnswerLost, Consequence, Message, NotSent
from web.office import office

bp = Blueprint("sms_kannel", __name__)

NAME = "kannel"
_MOST_FIELDS = 30
_UCS2 = "2"  # Kannel's number of a coding
# %d of a delivery report (dlr-mask 31 asks for all of them).
_ARRIVED = {"1": outbox_records.DELIVERED, "4": outbox_records.ACCEPTED, "8": outbox_records.SENT}
_FAILED = {"2": "undeliverable", "16": "rejected"}
_ALL_REPORTS = "31"
# sendsms: what follows from a status other than 202.
_CONSEQUENCES = {400: Consequence.GIVE_UP, 403: Consequence.REFUSED, 404: Consequence.REFUSED}
_TIMEOUT_S, _CONNECT_WITHIN_S = 10, 3


def with_token(view: Callable[[dict[str, bytes]], Response]) -> Callable[[], Response]:
    """Lets in only who knows KANNEL_TOKEN: 404 while there is none, 403 without it."""
    @wraps(view)
    def checked() -> Response:
        token = office().settings.kannel_token
        if not token:
            abort(404)
        fields = _fields()
        if not hmac.compare_digest(fields.get("token", b""), token.encode()):
            abort(403)
        return view(fields)
    return checked


def _fields() -> dict[str, bytes]:
    """Parameters as octets: a text in UTF-16BE is no UTF-8, which `request.args` would expect.

    A POST has them in its body, or in its address as Kannel's post-url does.
    """
    raw = b"&".join(filter(None, (request.query_string, request.get_data())))
    try:
        pairs = parse_qsl(raw.decode("latin-1"), keep_blank_values=True, encoding="latin-1",
                          max_num_fields=_MOST_FIELDS)
    except ValueError:
        abort(400)
    return {name: value.encode("latin-1") for name, value in pairs}


@bp.route("", methods=["GET", "POST"])
@with_token
def incoming(fields: dict[str, bytes]) -> Response:
    """A text from a phone; the body of the answer is the reply."""
    message_id = _text(fields, "id")
    if not message_id or not fields.get("from"):
        abort(400)
    reply = receive.receive(office(), receive.Inbound(
        NAME, message_id, _text(fields, "from"), _message(fields)))
    answer = Response(reply, content_type="text/plain; charset=utf-8")
    if not segments.is_gsm7(reply):
        answer.headers["X-Kannel-Coding"] = _UCS2
    return answer


def _text(fields: dict[str, bytes], name: str) -> str:
    return fields.get(name, b"").decode("utf-8", "replace").strip()


def _message(fields: dict[str, bytes]) -> str:
    charset = _text(fields, "charset").lower().replace("-", "")
    wide = charset == "utf16be" or (not charset and _text(fields, "coding") == _UCS2)
    return fields.get("text", b"").decode("utf-16-be" if wide else "utf-8", "replace")


@bp.route("/status", methods=["GET", "POST"])
@with_token
def status(fields: dict[str, bytes]) -> Response:
    """A delivery report; `id` is our own number of the message, so each finds its message."""
    number = _text(fields, "id")
    if number.isascii() and number.isdigit() and len(number) < 19:
        _report(_text(fields, "type"), int(number), _text(fields, "answer"))
    # An answer other than 200 would bring the same report again and again.
    return Response("", mimetype="text/plain")


def _report(kind: str, number: int, answer: str) -> None:
    if kind in _ARRIVED:
        reports.note_arrival(NAME, str(number), number, _ARRIVED[kind])
    elif kind in _FAILED:
        reports.note_failure(NAME, str(number), number, Consequence.GIVE_UP,
                       f"{_FAILED[kind]} {answer}".strip(), office().now())


class Sender:
    """sendsms. Kannel's 202 says that Kannel has the message, not that the operator does."""

    name = NAME
    taken = outbox_records.ACCEPTED

    def __init__(self, settings: Settings):
        import httpx  # loaded where it is used: docs/decisions/0006-rooms.md

        self._settings = settings
        self._url, _, query = settings.kannel_send_url.partition("?")
        self._fixed = dict(parse_qsl(query, keep_blank_values=True))
        self._client = httpx.Client(
            timeout=httpx.Timeout(_TIMEOUT_S, connect=_CONNECT_WITHIN_S))

    def send(self, message: Message) -> str:
        """Hand the text to Kannel; raises NotSent or AnswerLost."""
        import httpx  # loaded where it is used: docs/decisions/0006-rooms.md

        try:
            answer = self._client.get(self._url, params=self._parameters(message))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout,
                httpx.UnsupportedProtocol) as error:  # not handed over
            raise NotSent(Consequence.RETRY, f"kannel: {type(error).__name__}") from error
        except httpx.HTTPError as error:
            raise AnswerLost(f"kannel: {type(error).__name__}") from error
        if answer.status_code != 202:
            raise NotSent(_CONSEQUENCES.get(answer.status_code, Consequence.RETRY),
                          f"kannel {answer.status_code}: {answer.text[:80]}")
        return str(message.outbox_id)

    def _parameters(self, message: Message) -> dict[str, str]:
        wide = not segments.is_gsm7(message.text)
        return {"from": self._settings.sms_short_code, **self._fixed, "to": message.to,
                "text": message.text, "charset": "UTF-8", "coding": _UCS2 if wide else "0",
                "dlr-mask": _ALL_REPORTS, "dlr-url": self._report_url(message)}

    def _report_url(self, message: Message) -> str:
        ours = urlencode({"token": self._settings.kannel_token, "id": message.outbox_id})
        # Kannel fills in its % signs; ours are doubled so that it leaves them alone.
        base = f"{self._settings.public_url}/sms/kannel/status?{ours}".replace("%", "%%")
        return base + "&type=%d&answer=%A&smsc=%F"

    def find(self, message: Message, since: int) -> str | None:
        """Kannel can't be asked; its report will tell, since it carries our number."""
        raise AnswerLost("kannel can't be asked for a message")
