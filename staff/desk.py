"""The desk: what waits, and the page of one request or call."""

from __future__ import annotations

import functools
from collections.abc import Callable

from flask import Blueprint, abort, render_template, request, url_for

from db import reference
from db.desk import Work
from services import deadlines
from services.contracts import requests
from services.contracts.contract_forms import Entry
from services.contracts.requests import ContractFile
from services.desk import danger, desk
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
                           masked=office().vault.masked_phone, words=_words)


def _words(work: Work) -> list[str]:
    return danger.words(office().vault, work)


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


def open_file(ticket: str) -> ContractFile:
    """The file of a request, read here once for all that is done with it; raises UnknownTicket."""
    guard.need_ticket(ticket)
    return requests.open_file(ticket, guard.officer())


def after(ticket: str, change: Callable[[], object]):
    """Make a change and show the page; when it was refused, with the reason."""
    guard.need_ticket(ticket)
    return guard.after(change, lambda problem: page(ticket, problem),
                       url_for("staff_desk.work", ticket=ticket))


def after_file(ticket: str, change: Callable[[ContractFile], object]):
    """As `after`, for a change of the file of a request."""
    return after(ticket, lambda: change(open_file(ticket)))


def page(ticket: str, problem: str = "", error: ServiceError | None = None) -> str:
    """The page of one request or call as it stands now; as `show`."""
    if tickets.word_of(ticket) == tickets.REQUEST:
        return show(open_file(ticket), problem, error=error)
    guard.need_ticket(ticket)
    return show(desk.find(ticket, guard.officer()), problem)


def show(found: Work | ContractFile, problem: str = "", typed: Entry | None = None,
         error: ServiceError | None = None) -> str:
    """The page of a call, or of a request whose file was read already. `problem`: a key of
    _problems.html; `typed`: the request's form, when it is to stand there as somebody filled it
    in; `error`: what was refused, for problems that have more to say."""
    who, here = guard.officer(), office().context()
    file = found if isinstance(found, ContractFile) else None
    work = desk.work_of(found.row) if isinstance(found, ContractFile) else found
    notes, whole = desk.look_at(work, who, here.now)
    more = request_page.values(file, here, typed) if file else {}
    return render_template(
        "staff/desk/work.html", work=work, notes=notes, phone=phone_of(work, whole), whole=whole,
        now=here.now, who=who, problem=problem, error=error, typed=request.form.get("note", ""),
        mine=desk.holds(work, who), said=_words(work), is_call=file is None,
        urgency=desk.urgency(work, here.now),
        customer=(opaque_words.hide(work.code, "customer", who, here.vault)
                  if work.code else ""), **more)


def phone_of(work: Work, whole: bool) -> str:
    """The number of who asked: whole ("0912…") or masked; "" for none."""
    vault = office().vault
    if whole and work.phone_sealed:
        return phones.local_form(vault.open_phone(work.phone_sealed))
    return vault.masked_phone(work.phone_sealed)
