"""What surrounds every page: its language, how it looks, when it asks whether anybody is there.

The page that says "the database is away" has a frame too.
"""

from __future__ import annotations

from typing import NamedTuple

from db import connection
from kiosk import visits
from services.kiosks.visits import NOBODY, Visit
from web import languages
from web.office import office


class Frame(NamedTuple):
    """What `templates/kiosk/layout.html` draws."""

    looks: str  # class names for <html>
    big: str  # "true" or "false", as aria-pressed wants it
    dark: str
    alive: bool  # somebody's choices are remembered
    unwritten: bool  # the language chosen has no texts yet: the page is in Vietnamese
    idle_s: int
    pay_idle_s: int  # of a page with a payment code
    warn_s: int
    hotline: str


def frame() -> Frame:
    """The frame of this page."""
    visit, settings = _visit(), office().settings
    on = [name for name in visits.SWITCHES if name in visit.data]
    big, dark = ("true" if name in on else "false" for name in visits.SWITCHES)
    return Frame(" ".join(on), big, dark, bool(visit.id), languages.is_unwritten(),
                 settings.kiosk_idle_s, settings.kiosk_pay_idle_s, settings.kiosk_warn_s,
                 settings.hotline)


def language() -> str:
    """Language that this visit chose, or ""."""
    return _visit().data.get("language", "")


def _visit() -> Visit:
    try:
        return visits.current()
    except (*connection.UNAVAILABLE, connection.FAULTY):
        return NOBODY
