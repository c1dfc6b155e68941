"""Typing old contracts from their scans: twice, compared, and put into today's commune."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for

from db import reference
from services.archive import forms, placing, typing_twice
from services.contracts.requests import PURPOSES
from services.errors import AlreadyDecided, InvalidInput, NotYours, UnknownEntry
from services.notation import communes
from staff import guard
from web.office import office

bp = Blueprint("staff_archive_typing", __name__)
bp.register_error_handler(UnknownEntry, guard.missing)

_MOST_TYPED = 300  # characters of a field; more is never right


@bp.get("/work")
def work() -> str:
    """Việc cần làm: what waits to be typed, compared and placed."""
    return _work()


def _work(problem: str = "") -> str:
    who = guard.officer()
    return render_template(
        "staff/archive/work.html", problem=problem, who=who, queue=typing_twice.queue(who),
        differing=typing_twice.to_compare(who), may_decide=typing_twice.may_decide,
        agreed=placing.to_place(who), saved=request.args.get("saved", ""),
        most=typing_twice.MOST_WAITING)


@bp.get("/<int:entry_id>/type")
def type_in(entry_id: int):
    """The empty form beside the scan."""
    return _answer(200, _typing, entry_id)


@bp.post("/<int:entry_id>/type")
def save(entry_id: int):
    """Lưu: keep what this officer reads, and go on to the next one."""
    typed = _read_form()
    try:
        state = typing_twice.save(entry_id, typed, guard.officer(), office().vault,
                                  office().now())
    except InvalidInput as error:
        return _answer(422, _typing, entry_id, typed, error.field)
    except AlreadyDecided:
        return _answer(409, _typing, entry_id, typed, "faster")
    except NotYours:
        return _work("NotYours"), 409
    queue = typing_twice.queue(guard.officer())
    if queue:
        return redirect(url_for(".type_in", entry_id=queue[0].id, saved=state), 303)
    return redirect(url_for(".work", saved=state), 303)


def _typing(entry_id: int, typed: dict | None = None, wrong: str = "") -> str:
    entry, scan = typing_twice.to_type(entry_id, guard.officer())
    return render_template("staff/archive/type.html", entry=entry, scan=scan, typed=typed or {},
                           wrong=wrong, saved=request.args.get("saved", ""), purposes=PURPOSES,
                           districts=communes.former_by_district())


@bp.route("/<int:entry_id>/compare", methods=["GET", "POST"])
def compare(entry_id: int):
    """Đối chiếu: the right value of each field in which the readings differ."""
    if request.method == "GET":
        return _answer(200, _comparing, entry_id)
    form = _read_form() | {name: request.form.get(name, "") for name in request.form
                       if name.startswith("pick_")}
    try:
        typing_twice.decide(entry_id, form, guard.officer(), office().vault, office().now())
    except InvalidInput as error:
        return _answer(422, _comparing, entry_id, form, error.field)
    except (AlreadyDecided, NotYours) as error:
        return _work(type(error).__name__), 409
    return redirect(url_for(".work", saved="decided"), 303)


def _comparing(entry_id: int, typed: dict | None = None, wrong: str = "") -> str:
    found = typing_twice.third_look(entry_id, guard.officer(), office().vault, office().now())
    return render_template("staff/archive/compare.html", found=found, entry=found.entry,
                           scan=found.scan, typed=typed or {}, wrong=wrong, fields=forms.FIELDS,
                           purposes=PURPOSES)


@bp.route("/<int:entry_id>/commune", methods=["GET", "POST"])
def commune(entry_id: int):
    """Xác nhận xã: the commune of that day, which makes today's certain."""
    if request.method == "GET":
        return _answer(200, _placing, entry_id)
    code = request.form.get("commune", "")
    code = request.form.get("other", "") if code in ("", "other") else code
    try:
        placing.confirm(entry_id, code, guard.officer(), office().now())
    except InvalidInput as error:
        return _answer(422, _placing, entry_id, error.field)
    except AlreadyDecided:
        return _work("AlreadyDecided"), 409
    return redirect(url_for(".work", saved="done"), 303)


def _placing(entry_id: int, wrong: str = "") -> str:
    found = placing.proposal(entry_id, guard.officer(), office().vault, office().now())
    return render_template("staff/archive/commune.html", found=found, entry=found.entry,
                           scan=found.scan, wrong=wrong, districts=communes.former_by_district(),
                           names=reference.communes(), chosen=request.form.get("commune", ""))


def _read_form() -> dict[str, str]:
    return {field: request.form.get(field, "")[:_MOST_TYPED] for field in forms.FIELDS}


def _answer(status: int, page: Callable[..., str], *about):
    """A page, or what waits when the contract is no longer to be worked on here."""
    try:
        return page(*about), status
    except (AlreadyDecided, NotYours) as error:
        return _work(type(error).__name__), 409
