"""The desk: what waits, and the page of one request or call."""

from __future__ import annotations

import functools
from collections.abc import Callable

from flask import Blueprint, abort, render_template, request, url_for

from db import reference
from db.desk import Work
from services import deadlines
from services.contracts import requests
from services.contracts.completeness import Lack
from services.contracts.contract_forms import Entry
from services.contracts.requests import ContractFile
from services.desk import danger, desk, endings, waiting
from services.desk.kinds import KINDS
from services.desk.waiting import Chosen
from services.errors import InvalidInput, NotYours, ServiceError, UnknownTicket
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
    """What waits, a page at a time; only the list when the page asks for news by itself."""
    who, now, limit = guard.officer(), office().now(), deadlines.limits(office().settings)
    chosen = Chosen(*(request.args.get(name, "") for name in Chosen._fields))
    try:
        queue = waiting.queue(who, chosen, request.args.get("after", ""), limit, now)
    except (NotYours, InvalidInput):
        abort(404)
    template = "staff/desk/_queue.html" if guard.is_poll() else "staff/desk/desk.html"
    return render_template(template, queue=queue, now=now, chosen=chosen, communes=communes(),
                           after=request.args.get("after", ""), kinds=KINDS,
                           has_left=lambda work: waiting.has_left(work, now),
                           stand=lambda work: desk.stand(work, limit, now),
                           tells_at=lambda work: endings.tells_at(work, now),
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


def after(ticket: str, change: Callable[[], object], anchor: str | None = None):
    """Make a change and show the page, at the part `anchor`; when it was refused, with the
    reason."""
    guard.need_ticket(ticket)
    return guard.after(change, lambda problem: page(ticket, problem),
                       url_for("staff_desk.work", ticket=ticket, _anchor=anchor))


def after_file(ticket: str, change: Callable[[ContractFile], object], anchor: str | None = None):
    """As `after`, for a change of the file of a request."""
    return after(ticket, lambda: change(open_file(ticket)), anchor)


def page(ticket: str, problem: str = "", error: ServiceError | None = None) -> str:
    """The page of one request or call as it stands now; as `show`."""
    if tickets.word_of(ticket) == tickets.REQUEST:
        return show(open_file(ticket), problem, error=error)
    guard.need_ticket(ticket)
    return show(desk.find(ticket, guard.officer()), problem)


def show(found: Work | ContractFile, problem: str = "", typed: Entry | None = None,
         error: ServiceError | None = None, lack: Lack | None = None) -> str:
    """The page of a call, or of a request whose file was read already. `problem`: a key of
    _problems.html; `typed`: the request's form, when it is to stand there as somebody filled it
    in; `error`: what was refused, for problems that have more to say; `lack`: what is missing
    when somebody wants to end the request, who is asked once more."""
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
        outcomes=endings.outcomes(work), lack=lack, tells_at=endings.tells_at(work, here.now),
        has_left=waiting.has_left(work, here.now), chosen=request.form.get("outcome", ""),
        customer=(opaque_words.hide(work.code, "customer", who, here.vault)
                  if work.code else ""), **more)


def phone_of(work: Work, whole: bool) -> str:
    """The number of who asked: whole ("0912…") or masked; "" for none."""
    vault = office().vault
    if whole and work.phone_sealed:
        return phones.local_form(vault.open_phone(work.phone_sealed))
    return vault.masked_phone(work.phone_sealed)
