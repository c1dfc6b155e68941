"""Payment links: a token for a phone's browser, a slip number for any kiosk."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from db import payment_links as payment_link_records
from db.connection import write
from db.outbox import outbox as outbox_records
from services import clock
from services.errors import TooManyMessages
from services.outbox import outbox

LIFETIME = 7 * clock.DAY
MOST_TEXTS_A_DAY = 5  # links to one phone from kiosks: nobody is to be pestered


def link_for(code: str, now: int) -> tuple[str, str]:
    """(token, slip number) that open this customer's payment page for a week.

    A link with more than a day left is given out again, so that asking twice
    does not fill the table.
    """
    found = payment_link_records.live(code, now + clock.DAY)
    return found or write(lambda: _new_link(code, now))


def _new_link(code: str, now: int) -> tuple[str, str]:
    payment_link_records.drop_expired(now)
    while True:
        token, slip = secrets.token_urlsafe(8)[:10], f"{secrets.randbelow(1_000_000):06}"
        if payment_link_records.add(token, slip, code, now, now + LIFETIME):
            return token, slip


def code_behind(token_or_slip: str, now: int) -> str | None:
    """Customer code behind a live token (10 characters) or slip number (6 digits), or None."""
    if len(token_or_slip) == 6:
        return payment_link_records.code_of_slip(token_or_slip, now)
    return payment_link_records.code_of_token(token_or_slip, now)


class LinkText(NamedTuple):
    """What a payment link's text is about."""

    code: str
    period: str  # "10/2026", or "09/2026-10/2026" for several
    amount: int  # đ
    reference: str
    bills: tuple[int, ...] = ()  # row ids: what is right when the text is sent is read from them


def send(contents: LinkText, to: tuple[str, bytes], public_url: str, now: int, *,
         limited: bool = True) -> None:
    """Queue a text with the customer's payment link, at most once an hour for the same bills.

    `to`: (phone_hash, phone_sealed). Call inside `write`. Raises TooManyMessages when the
    phone got enough links today.
    """
    if limited and outbox_records.count_since("link", to[0], now - clock.DAY) >= MOST_TEXTS_A_DAY:
        raise TooManyMessages(to[0])
    token, slip = link_for(contents.code, now)
    params = {**contents._asdict(), "token": token, "slip": slip, "url": f"{public_url}/q/{token}"}
    outbox.queue("link", f"{token}:{contents.period}:{to[0]}:{now // clock.HOUR}", to, params, now)
