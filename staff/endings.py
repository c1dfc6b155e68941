"""Xong: ending a request or a call, and taking that back within a minute."""

from __future__ import annotations

from flask import Blueprint, request

from services.contracts import completeness
from services.contracts.requests import ContractFile
from services.desk import desk, endings
from services.errors import UnknownTicket
from services.notation import tickets
from staff import guard
from staff.desk import after, open_file, page, show
from web.office import office

bp = Blueprint("staff_endings", __name__)
bp.register_error_handler(UnknownTicket, guard.missing)


@bp.post("/work/<ticket>/end")
def end(ticket: str):
    """Xong; where something is missing it is named, and only Vẫn kết thúc ends the request."""
    guard.need_ticket(ticket)
    outcome, who = request.form.get("outcome", ""), guard.officer()
    file = open_file(ticket) if tickets.word_of(ticket) == tickets.REQUEST else None
    if not outcome:
        return page(ticket, "outcome_invalid"), 422
    lack = completeness.lacking(file.row) if file else None
    if file and lack and lack.any and file.is_held and "anyway" not in request.form:
        return _ask(file, lack, outcome)
    return after(ticket, lambda: endings.end(ticket, who, outcome, office().now(),
                                             lack.record if lack else ""))


def _ask(file: ContractFile, lack: completeness.Lack, outcome: str):
    if outcome not in endings.outcomes(desk.work_of(file.row)):
        return show(file, "outcome_invalid"), 422
    return show(file, lack=lack)


@bp.post("/work/<ticket>/reopen")
def take_back(ticket: str):
    """Lấy lại."""
    return after(ticket, lambda: endings.take_back(ticket, guard.officer(), office().now()))
