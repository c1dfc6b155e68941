"""The visit at this screen: its row in the database, found by the random id in the cookie."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote

import peewee
from flask import g, redirect, request, session

from db import bills as bill_records
from db import connection, reference
from db import outages as outage_records
from db.kiosks import KioskDevice
from services import clock
from services.bills import billing
from services.errors import UnknownBill, UnknownCustomer
from services.kiosks import devices, reading, visits
from services.kiosks.visits import NOBODY, Visit
from web import languages
from web.office import office

# How the screen looks and speaks, and the call on its way, outlive the person's data.
LOOKS = ("language", "big", "dark")
_KEPT = (*LOOKS, "call")
OUTAGES_AHEAD = 14 * clock.DAY
# Longer than the browser's own count-down, so that the person decides, not the server.
_SLACK = clock.MINUTE


class Chrome(NamedTuple):
    """What every page needs to draw its frame."""

    looks: str  # class names for <html>
    big: str  # "true" or "false", as aria-pressed wants it
    dark: str
    alive: bool  # somebody's choices are remembered
    unwritten: bool  # the language chosen has no texts yet: the page is in Vietnamese
    idle_s: int
    warn_s: int
    hotline: str


def current() -> Visit:
    """The visit of this request; NOBODY when none was begun or it ran out."""
    if "visit" not in g:
        g.visit = NOBODY  # stays so for the error page when the database is away
        if session.get("visit"):
            g.visit = visits.find(session["visit"], office().now())
    return g.visit


def arrive() -> None:
    """Before every page: a person is here, so the visit lives on. A page's own polling is
    no sign of a person."""
    htmx = request.htmx  # type: ignore[attr-defined]
    if request.method == "GET" and (not htmx or htmx.boosted):
        g.visit = visits.lengthen(current(), office().now(), lifetime())


def lifetime() -> int:
    """How long (ms) a visit lives without a request."""
    settings = office().settings
    return (settings.kiosk_idle_s + settings.kiosk_warn_s) * clock.SECOND + _SLACK


def update(change: Callable[[dict], dict]) -> Visit:
    """Store `change(data)`; begins a visit when there is none."""
    g.visit = visits.update(current(), change, office().now(), lifetime())
    session["visit"] = g.visit.id
    return g.visit


def remember(**values) -> None:
    """Add to what the visit remembers; None forgets."""
    update(lambda data: {name: value for name, value in {**data, **values}.items()
                         if value is not None})


def enter(typed: str) -> None:
    """Begin the visit of the customer meant by `typed`, with a new id.

    Raises InvalidCode, UnknownCustomer or TooManyLookups.
    """
    entered = visits.enter(current(), typed, kiosk_id(), office().now(), lifetime(),
                           limited=office().settings.limits, carry=_KEPT)
    g.visit = entered
    session["visit"] = entered.id


def enter_proven(code: str) -> None:
    """Begin the visit of a customer whose phone was proven; raises UnknownCustomer."""
    entered = visits.enter_proven(current(), code, office().now(), lifetime(), _KEPT)
    g.visit = entered
    session["visit"] = entered.id


def leave() -> None:
    """Back at the start: forget the person, keep how the screen looks."""
    if set(current().data) <= set(_KEPT):
        return
    kept = {name: current().data[name] for name in _KEPT if name in current().data}
    visits.end(current())
    _use(visits.update(NOBODY, lambda _: kept, office().now(), lifetime()) if kept else NOBODY)


def end() -> None:
    """Forget everything: the row, the cookie, the form token."""
    visits.end(current())
    _use(NOBODY)


def _use(visit: Visit) -> None:
    # A form token ends with the person: pages that were left open do nothing any more.
    session.clear()
    g.pop("csrf_token", None)
    g.visit = visit
    if visit.id:
        session["visit"] = visit.id


def needs_customer(view: Callable) -> Callable:
    """A page about somebody: who has not said who they are (any more) is asked."""
    @functools.wraps(view)
    def guarded(**arguments):
        try:
            if current().code:
                return view(**arguments)
        except UnknownCustomer:
            end()  # the billing system took the customer out meanwhile
        return redirect("/kiosk/customer", 303)
    return guarded


def needs_proof(view: Callable) -> Callable:
    """A page that says more than the paper bill: asks for the second proof first."""
    @functools.wraps(view)
    def guarded(**arguments):
        if current().proven:
            return view(**arguments)
        page = quote(request.path.removeprefix("/kiosk/"))
        return redirect(f"/kiosk/proof?then={page}", 303)
    return needs_customer(guarded)


def device_cookie() -> str:
    """Name of the cookie by which a machine shows that it is one of our kiosks."""
    return "__Host-device" if office().settings.secure else "device"


def device() -> KioskDevice | None:
    """The enrolled kiosk that asks, or None for any other browser."""
    if "device" not in g:
        g.device = devices.find(request.cookies.get(device_cookie(), ""))
    return g.device


def kiosk_id() -> str:
    """Names the machine for limits, without keeping its address."""
    ours = device()
    name = f"kiosk {ours.name}" if ours else request.remote_addr or ""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def language() -> str:
    """Language that this visit chose, or ""."""
    return _even_without_database().data.get("language", "")


def chrome() -> Chrome:
    """The frame of this page."""
    visit, settings = _even_without_database(), office().settings
    on = [name for name in ("big", "dark") if name in visit.data]
    big, dark = ("true" if name in on else "false" for name in ("big", "dark"))
    return Chrome(" ".join(on), big, dark, bool(visit.id), languages.unwritten(),
                  settings.kiosk_idle_s, settings.kiosk_warn_s, settings.hotline)


def spoken_context() -> dict:
    """What the texts of `templates/kiosk/speech` may say: of this visit, and of the page
    whose address says more (?bills=, ?commune=, ?step=, ?error=, ?kind=)."""
    visit, asked = current(), request.args
    commune = asked.get("commune", "")
    return {
        "account": billing.due(visit.code) if visit.code else None,
        "months": bill_records.latest(visit.code) if visit.code else [],
        "total": _total(visit.code, asked.get("bills", "")),
        "slip": visit.data.get("slip", {}).get("number", ""),
        "call": visit.data.get("call", ""),
        "ticket": visit.data.get("ticket"),
        "agreement": agreement(),
        "number": request.args.get("page", 1, type=int),
        "commune": reference.commune_name(commune),
        "outages": planned(commune),
        **{name: asked.get(name, "") for name in ("step", "error", "kind")},
    }


def agreement() -> reading.ContractText | None:
    """The contract that this visit has proved to be its own; it may have been drafted anew, or
    taken back, since the page before."""
    kept = current().data.get("agreement", {})
    if not kept.get("proven"):
        return None
    found = reading.current(kept["ticket"])
    return reading.text(found, office().vault) if found else None


def planned(commune_code: str) -> list[tuple]:
    """(outage, local start, local end) of a commune in the next 14 days."""
    now = office().now()
    return [(outage, clock.local(outage.starts_at), clock.local(outage.ends_at))
            for outage in outage_records.upcoming(commune_code, now, now + OUTAGES_AHEAD)]


def _total(code: str, names: str) -> int:
    try:
        return sum(billing.find(f"{code}-{name}").total for name in names.split(",") if name)
    except UnknownBill:
        return 0


def _even_without_database() -> Visit:
    try:
        return current()
    except (*connection.UNAVAILABLE, peewee.DatabaseError):
        return NOBODY
