"""The visit at this screen: its row in the database, found by the random id in the cookie."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from urllib.parse import quote

from flask import g, redirect, request, session

from db import payments as payment_records
from db.bills import UNPAID, BillRow
from kiosk import machine
from services import clock
from services.bills import lookups
from services.bills.lookups import Lookup
from services.errors import UnknownCustomer
from services.kiosks import visits
from services.kiosks.visits import NOBODY, Visit
from web import addresses
from web.office import office

SWITCHES = ("big", "dark")  # large text, dark ground
# How the screen looks and speaks, and the call on its way, outlive the person's data.
_KEPT = ("language", *SWITCHES, "call", "joined")
# Longer than the browser's own count-down, so that the person decides, not the server.
_SLACK = clock.MINUTE
_PAYING = "/kiosk/pay/"


def current() -> Visit:
    """The visit of this request; NOBODY when none was begun or it ran out."""
    if "visit" not in g:
        g.visit = NOBODY  # stays so for the error page when the database is away
        if session.get("visit"):
            g.visit = visits.find(session["visit"], office().now())
        elif session.get("unstored"):
            data, until = session["unstored"]
            g.visit = Visit("", data, until) if until > office().now() else NOBODY
    return g.visit


def arrive() -> None:
    """Before every page: somebody is here, so the visit lives on. A page that asks by itself is
    no sign of anybody."""
    htmx = request.htmx  # type: ignore[attr-defined]
    if request.method == "GET" and (not htmx or htmx.boosted):
        g.visit = visits.lengthen(current(), office().now(), lifetime())
        if g.visit.data and not g.visit.id:
            _keep(g.visit._replace(expires_at=office().now() + lifetime()))


def _keep(visit: Visit) -> None:
    """Let the browser know the visit: by its id, or on a disk that takes nothing in by what the
    signed cookie can hold. That is never a proof, which has to end with Kết thúc for good."""
    g.visit = visit
    for name in ("visit", "unstored"):
        session.pop(name, None)
    if visit.id:
        session["visit"] = visit.id
    elif visit.data:
        session["unstored"] = [visit.data, visit.expires_at]


def lifetime() -> int:
    """How long (ms) a visit lives without a request: longer than the page on the screen waits."""
    settings = office().settings
    idle_s = settings.kiosk_pay_idle_s if _is_paying() else settings.kiosk_idle_s
    return (idle_s + settings.kiosk_warn_s) * clock.SECOND + _SLACK


def _is_paying() -> bool:
    """The page on the screen is about a payment. What a page sends by the way, such as "still
    here" or a look, tells by its referrer which page that is."""
    pages = (request.path, addresses.referrer_path())
    return any(page.startswith(_PAYING) for page in pages)


def update(change: Callable[[dict], dict]) -> Visit:
    """Store `change(data)`; begins a visit when there is none. Raises TooManyActs where too many
    were begun."""
    if not current().id and machine.device() is None:
        machine.count("visit.device")
    _keep(visits.update(current(), change, office().now(), lifetime()))
    return g.visit


def remember(**values) -> None:
    """Add to what the visit remembers; None forgets."""
    update(lambda data: {name: value for name, value in {**data, **values}.items()
                         if value is not None})


def enter(typed: str) -> None:
    """Begin the visit of the customer meant by `typed`, with a new id.

    Raises InvalidCode, UnknownCustomer or TooManyLookups.
    """
    entered = visits.enter(current(), typed, machine.kiosk_id(), office().now(), lifetime(),
                           limited=office().settings.limits, carry=_KEPT)
    _keep(entered)


def enter_proven(code: str) -> None:
    """Begin the visit of a customer whose phone was proven; raises UnknownCustomer."""
    _keep(visits.enter_proven(current(), code, office().now(), lifetime(), _KEPT))


def leave() -> None:
    """Back at the start: forget the person, keep how the screen looks."""
    if set(current().data) <= set(_KEPT):
        return
    kept = {name: current().data[name] for name in _KEPT if name in current().data}
    visits.end(current())
    _use(visits.anew(kept, office().now(), lifetime()) if kept else NOBODY)


def end() -> None:
    """Forget everything: the row, the cookie, the form token."""
    visits.end(current())
    _use(NOBODY)


def _use(visit: Visit) -> None:
    # A form token ends with the person: pages that were left open do nothing any more.
    session.clear()
    g.pop("csrf_token", None)
    _keep(visit)


def needs_customer(view: Callable) -> Callable:
    """A page about a customer: whoever gave no code, or whose visit ran out, is asked for one."""
    @functools.wraps(view)
    def guarded(**arguments):
        try:
            if current().code:
                return view(**arguments)
        except UnknownCustomer:
            end()  # the billing system has removed the customer meanwhile
        return redirect("/kiosk/customer", 303)
    return guarded


def needs_proof(view: Callable) -> Callable:
    """A page that says more than the paper bill does: the second proof comes first."""
    @functools.wraps(view)
    def guarded(**arguments):
        if current().proven:
            return view(**arguments)
        page = quote(request.path.removeprefix("/kiosk/"))
        return redirect(f"/kiosk/proof?then={page}", 303)
    return needs_customer(guarded)


def invoices(bills: Iterable[BillRow]) -> dict[int, Lookup]:
    """Where the e-invoices of these bills can be looked up, by bill. Who has such a code may read
    the whole invoice there, so that the second proof comes first."""
    return lookups.of(bills, office().settings.einvoice_lookup_url) if current().proven else {}


def shows(bill: BillRow) -> bool:
    """True where the amount of a bill may be shown: to whom knows only the code if it is owed, or
    if its money came in within the hour, so that the payer may still stand here."""
    if current().proven or bill.state == UNPAID:
        return True
    payment = payment_records.get_by_id(bill.payment_id) if bill.payment_id else None
    return payment is not None and payment.received_at > office().now() - clock.HOUR
