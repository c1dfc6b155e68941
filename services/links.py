"""Payment links: a token for a phone's browser, a slip number for any kiosk."""

from __future__ import annotations

import secrets

from db import links
from db.connection import write
from services import clock

LIFETIME = 7 * clock.DAY


def link_for(code: str, now: int) -> tuple[str, str]:
    """(token, slip number) that open this customer's payment page for a week.

    A link with more than a day left is given out again, so that asking twice
    does not fill the table.
    """
    found = links.live(code, now + clock.DAY)
    return found or write(lambda: _new_link(code, now))


def _new_link(code: str, now: int) -> tuple[str, str]:
    links.drop_expired(now)
    while True:
        token, slip = secrets.token_urlsafe(8)[:10], f"{secrets.randbelow(1_000_000):06}"
        if links.add(token, slip, code, now, now + LIFETIME):
            return token, slip


def code_behind(token_or_slip: str, now: int) -> str | None:
    """Customer code behind a live token (10 characters) or slip number (6 digits), or None."""
    if len(token_or_slip) == 6:
        return links.code_of_slip(token_or_slip, now)
    return links.code_of_token(token_or_slip, now)
