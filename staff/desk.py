"""The desk: what waits, and the page of one request or call."""

from __future__ import annotations

import functools

from flask import Blueprint, abort, render_template, request, url_for

from db import desk as desk_records
from db import reference
from services import deadlines
from services.contracts.contract_forms import Entry
from services.desk import desk
from services.errors import NotYours, ServiceError, UnknownTicket
from services.notation import phones, tickets
from services.notation.folding import folded
from services.officers import opaque_words
from staff import guard
from staff.contracts import request_page
from web.office import office

bp = Blueprint("staff_desk", __name__)
bp.register_error_handler(UnknownTicket, guard.missing)


@bp.get("/")
def index():
    """The whole desk, or only its lists when the page asks for news by itself."""
    who, now, commune = guard.officer(), office().now(), request.args.get("commune", "")
    since = min(max(request.args.get("since", now, type=int), 0), now)
    try:
        queue = desk.queue(who, commune, now)
        news = desk.new_calls(who, commune, since) if guard.is_poll() else []
    except NotYours:
        abort(404)
    limit = deadlines.limits(office().settings)
    template = "staff/desk/_queue.html" if guard.is_poll() else "staff/desk/desk.html"
    return render_template(template, queue=queue, news=news, now=now, commune=commune,
                           communes=communes(), urgency=desk.urgency,
                           stand=lambda work: desk.stand(work, limit, now),
                           masked=office().vault.masked_phone)


@bp.get("/work/<ticket>")
def work(ticket: str):
    """One request or call."""
    return page(ticket)


@bp.post("/work/<ticket>/take")
def take(ticket: str):
    """Nhận việc."""
    return after(ticket, lambda: desk.take(ticket, guard.officer(), office().now()))


@bp.post("/work/<ticket>/back")
def give_back(ticket: str):
    """Trả việc."""
    return after(ticket, lambda: desk.give_back(ticket, guard.officer(), office().now()))


@bp.post("/work/<ticket>/end")
def end(ticket: str):
    """Xong."""
    outcome = request.form.get("outcome", "")
    return after(ticket, lambda: desk.end(ticket, guard.officer(), outcome,
                                          office().now()))


@bp.post("/work/<ticket>/notes")
def add_note(ticket: str):
    """Thêm ghi chú."""
    text = request.form.get("note", "")
    return after(ticket, lambda: desk.add_note(ticket, guard.officer(), text,
                                               office().now()))


def communes() -> list[reference.Commune]:
    """The communes that this officer works for, by name."""
    reach = guard.officer().reach
    return [commune for commune in _by_name() if reach is None or commune.code in reach]


@functools.cache
def _by_name() -> list[reference.Commune]:
    return sorted(reference.communes().values(), key=lambda commune: folded(commune.name))


def after(ticket: str, change):
    """Make a change and show the page; when it was refused, with the reason."""
    _check(ticket)
    return guard.after(change, lambda problem: page(ticket, problem),
                       url_for("staff_desk.work", ticket=ticket))


def page(ticket: str, problem: str = "", typed: Entry | None = None,
         error: ServiceError | None = None) -> str:
    """The page of one request or call. `problem`: a key of _problems.html; `typed`: the
    request's form, when it is to stand there as somebody filled it in; `error`: what was refused,
    for problems that have more to say."""
    _check(ticket)
    who, now, vault = guard.officer(), office().now(), office().vault
    found, notes, whole = desk.look_at(ticket, who, now)
    phone = vault.masked_phone(found.phone_sealed)
    if whole and found.phone_sealed:
        phone = phones.local_form(vault.open_phone(found.phone_sealed))
    is_call, mine = found.kind == desk_records.CALL, desk.holds(found, who)
    more = {} if is_call else request_page.values(found, who, mine, typed)
    return render_template(
        "staff/desk/work.html", work=found, notes=notes, phone=phone, whole=whole, now=now, who=who,
        problem=problem, error=error, typed=request.form.get("note", ""), mine=mine,
        is_call=is_call, urgency=desk.urgency(found, now),
        customer=opaque_words.hide(found.code, "customer", who, vault) if found.code else "",
        **more)


def _check(ticket: str) -> None:
    # Only a ticket as it is written goes any further, in particular to the database.
    if tickets.parse(ticket) != ticket:
        raise UnknownTicket(ticket)
