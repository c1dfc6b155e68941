"""A feature phone in the browser: texts to the counter and what comes back (only with DEMO=1)."""

from __future__ import annotations

import re
import uuid
from typing import NamedTuple

from flask import Blueprint, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from db import messages as message_records
from db.outbox import outbox as outbox_records
from services import clock
from services.demo import people
from services.errors import InvalidInput
from services.notation import phones
from services.outbox.outbox import reveal
from sms.receive import Inbound, receive
from web.office import office

bp = Blueprint("sms_simulator", __name__)

GATEWAY = "log"
_MOST_SHOWN = 30
_STRANGER = "+84977123456"  # a phone that is on nobody's file
_LINK = re.compile(r"(https?://\S+)")


class Bubble(NamedTuple):
    """One text on the phone's screen."""

    at: int  # epoch ms
    text: str
    mine: bool

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The text cut into (piece, whether it is a link)."""
        return [(piece, number % 2 == 1) for number, piece in enumerate(_LINK.split(self.text))
                if piece]


def owners() -> list[tuple[str, str]]:
    """(number, name) of the phones on the table; the last belongs to a stranger, ""."""
    known = [(person.phone, person.name) for person in people.KNOWN if person.phone]
    return [*known, (_STRANGER, "")]


@bp.get("")
def phone() -> ResponseReturnValue:
    """The phone in hand, with its texts."""
    return _draw(_in_hand(), "")


@bp.post("")
def text() -> ResponseReturnValue:
    """Send a text from the phone in hand."""
    number, words = _in_hand(), request.form.get("text", "")
    receive(office(), Inbound(GATEWAY, f"sim-{uuid.uuid4()}", number, words))
    return redirect(request.path, 303)


@bp.post("/hand")
def take() -> ResponseReturnValue:
    """Take another phone, one of the table or a number of one's own."""
    typed = request.form.get("number", "")
    try:
        session["number"] = phones.normalise(typed)
    except InvalidInput:
        return _draw(_in_hand(), typed), 422
    return redirect(request.path.removesuffix("/hand"), 303)


def _in_hand() -> str:
    return session.get("number", owners()[0][0])


def _draw(number: str, wrong: str) -> str:
    settings = office().settings
    return render_template(
        "sms/simulator/phone.html", number=number, local=phones.local_form(number), wrong=wrong,
        owners=[(of, phones.local_form(of), name) for of, name in owners()],
        bubbles=_bubbles(number), now=clock.local(office().now()),
        short_code=settings.sms_short_code)


def _bubbles(number: str) -> list[Bubble]:
    vault = office().vault
    phone_hash = vault.phone_hash(number)
    shown = [Bubble(at, reveal(vault, words), False)
             for at, words in outbox_records.sent_to(phone_hash, _MOST_SHOWN)]
    for at, words, reply, _gateway in message_records.history(phone_hash, _MOST_SHOWN):
        shown.append(Bubble(at, words, True))
        if reply:
            shown.append(Bubble(at, reply, False))
    return sorted(shown, key=lambda bubble: bubble.at)[-_MOST_SHOWN:]
