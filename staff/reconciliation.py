"""Đối soát: the days compared with the partners' lists, and what is left to explain."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for

from services import reconciliation_desk as desk
from services.errors import AlreadyDecided, InvalidInput, UnknownBreak
from staff import guard
from web.office import office

bp = Blueprint("staff_reconciliation", __name__)
bp.register_error_handler(UnknownBreak, guard.missing)

_MOST_SHOWN = 200  # breaks on a page; the file has all


@bp.get("/reconciliation")
def days() -> str:
    """The newest days, of all partners or of one."""
    partner = request.args.get("partner", "")[:20]
    return render_template("staff/reconciliation.html", days=desk.days(partner),
                           partner=partner, most=desk.MOST_DAYS)


@bp.get("/reconciliation/<partner>/<day>")
def day(partner: str, day: str) -> str:
    """One partner's day: the totals and each break."""
    return _page(partner, day)


@bp.post("/reconciliation/<partner>/<day>/<int:break_id>")
def resolve(partner: str, day: str, break_id: int):
    """Xử lý: say why a break is no trouble any more."""
    form = request.form
    try:
        desk.resolve(partner, day, break_id, form.get("reason", ""), form.get("note", ""),
                     guard.officer(), office().now())
    except AlreadyDecided:
        return _page(partner, day, break_id, "decided"), 409
    except InvalidInput as error:
        return _page(partner, day, break_id, f"{error.field}_{error.reason}"), 422
    return redirect(url_for(".day", partner=partner, day=day), 303)


@bp.get("/reconciliation/<partner>/<day>/breaks.csv")
def export(partner: str, day: str) -> Response:
    """Tải CSV."""
    text = desk.export(partner, day, guard.officer(), office().now())
    name = f"doi-soat-{partner}-{day}.csv"
    return Response(text, mimetype="text/csv",
                    headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _page(partner: str, day: str, wrong: int = 0, problem: str = "") -> str:
    return render_template("staff/reconciliation_day.html", wrong=wrong, problem=problem,
                           view=desk.look(partner, day, guard.officer()), most=_MOST_SHOWN,
                           reasons=desk.REASONS, typed=request.form)
