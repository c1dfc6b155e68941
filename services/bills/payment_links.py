"""Payment links: a token for a phone's browser, a slip number for any kiosk."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from db import customers as customer_records
from db import payment_links as payment_link_records
from db.connection import write
from services import clock
from services.errors import TooManyMessages
from services.limits import limits
from services.limits.limits import Asker
from services.outbox import outbox

LIFETIME = 7 * clock.DAY


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


def send(contents: LinkText, to: tuple[str, bytes], public_url: str, now: int,
         asker: Asker | None = None) -> None:
    """Queue a text with the customer's payment link, at most once an hour for the same bills.

    `to`: (phone_hash, phone_sealed). `asker`: who is limited, None for nobody. Call inside
    `write`, which a refusal undoes. Raises TooManyMessages when the machine sent, or the phone
    got, enough.
    """
    token, slip = link_for(contents.code, now)
    params = {**contents._asdict(), "token": token, "slip": slip, "url": f"{public_url}/q/{token}"}
    dedupe = f"{token}:{contents.period}:{to[0]}:{now // clock.HOUR}"
    if outbox.queue("link", dedupe, to, params, now) and asker is not None:
        customer = customer_records.get(contents.code)
        limits.act("link", asker._replace(phone=to[0], commune=customer.commune_code
                                          if customer else ""), now)
        if not limits.may_text(to[0], now):
            raise TooManyMessages(to[0], "others.phone")
