"""Đối soát: the days compared with the partners' lists, and what is left to explain."""

from __future__ import annotations

import re

from flask import Blueprint, Response, redirect, render_template, request, session, url_for

from services.errors import AlreadyDecided, InvalidInput, NotYours, UnknownBreak, UnknownStray
from services.payments import strays
from services.reconciliation import reconciliation_desk
from services.reconciliation.day_files import InvalidDayFile
from staff import guard
from web.office import office

bp = Blueprint("staff_reconciliation", __name__)
for error in (UnknownBreak, UnknownStray, NotYours):
    bp.register_error_handler(error, guard.missing)

_MOST_SHOWN = 200  # breaks on a page
_MOST_UPLOAD = 8 * 1024 * 1024  # bytes; larger lists come through the API or the terminal


@bp.url_value_preprocessor
def allow_a_list(endpoint: str | None, _values: dict | None) -> None:
    """Before anything reads the form; only for a browser that signed in here."""
    if endpoint == "staff_reconciliation.take_in" and "sid" in session:
        request.max_content_length = _MOST_UPLOAD


@bp.get("/reconciliation")
def days() -> str:
    """The newest days, of all partners or of one."""
    return _days(request.args.get("partner", "")[:20])


@bp.post("/reconciliation")
def take_in():
    """So với sổ: a partner's day file against our books."""
    form, file = request.form, request.files.get("list")
    partner = form.get("partner", "")[:20]
    try:
        day = reconciliation_desk.take_in(
            partner, form.get("day", ""), file.read() if file else b"", guard.officer(),
            office().now())
    except InvalidInput as error:
        return _days("", problem=error.field), 422
    except InvalidDayFile as error:
        return _days("", bad=error), 422
    return redirect(url_for(".day", partner=partner, day=day), 303)


@bp.get("/reconciliation/<partner>/<day>")
def day(partner: str, day: str) -> str:
    """One partner's day: the totals and each break."""
    return _page(partner, day)


@bp.post("/reconciliation/<partner>/<day>/<int:break_id>")
def resolve(partner: str, day: str, break_id: int):
    """Xử lý: say why a break is no trouble any more."""
    form = request.form
    try:
        reconciliation_desk.resolve(partner, day, break_id, form.get("reason", ""),
                                    form.get("note", ""),
                                    guard.officer(), office().now())
    except AlreadyDecided:
        return _page(partner, day, break_id, "decided"), 409
    except InvalidInput as error:
        return _page(partner, day, break_id, f"{error.field}_{error.reason}"), 422
    return redirect(url_for(".day", partner=partner, day=day), 303)


@bp.get("/reconciliation/<partner>/<day>/breaks.csv")
def export(partner: str, day: str) -> Response:
    """Tải CSV."""
    text = reconciliation_desk.export(partner, day, guard.officer(), office().now())
    name = f"doi-soat-{partner}-{day}.csv"
    return Response(text, mimetype="text/csv",
                    headers={"Content-Disposition": f'attachment; filename="{name}"'})


@bp.get("/reconciliation/strays")
def untaken() -> str:
    """Báo chưa ghi nhận: what was told and not taken in, or ("over") what came of it."""
    return _untaken()


@bp.post("/reconciliation/strays/<int:stray_id>")
def resolve_stray(stray_id: int):
    """Xử lý: an officer has looked."""
    try:
        strays.resolve(guard.officer(), stray_id, request.form.get("note", ""), office().now())
    except AlreadyDecided:
        return _untaken(stray_id, "decided"), 409
    except InvalidInput as error:
        return _untaken(stray_id, error.reason), 422
    return redirect(url_for(".untaken"), 303)


def _untaken(wrong: int = 0, problem: str = "") -> str:
    before = request.args.get("before", "")
    is_open = request.args.get("state") != "over"
    found = strays.page(guard.officer(), is_open,
                         int(before) if re.fullmatch(r"[0-9]{1,18}", before) else 0)
    return render_template("staff/reconciliation/strays.html", found=found, is_open=is_open,
                           wrong=wrong, problem=problem, typed=request.form.get("note", ""),
                           content=lambda row: strays.content(row, office().vault))


def _days(partner: str, problem: str = "", bad: InvalidDayFile | None = None) -> str:
    days, more = reconciliation_desk.days(partner, request.args.get("after", ""))
    return render_template("staff/reconciliation/reconciliation.html", days=days, more=more,
                           waiting=strays.waiting(guard.officer()),
                           partner=partner,
                           senders=reconciliation_desk.senders(), problem=problem, bad=bad,
                           may_take_in=guard.officer().reach is None, typed=request.form)


def _page(partner: str, day: str, wrong: int = 0, problem: str = "") -> str:
    return render_template("staff/reconciliation/day.html", wrong=wrong, problem=problem,
                           view=reconciliation_desk.look(partner, day, guard.officer()),
                           first=_first_break(), most=_MOST_SHOWN,
                           reasons=reconciliation_desk.REASONS, typed=request.form)


def _first_break() -> int:
    """How many breaks stand on the pages before this one."""
    text = request.args.get("first", "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 9 else 0
