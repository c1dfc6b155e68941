"""Cán bộ: who may sign in, where they work, their sessions. Admins change it, supervisors read; a
second factor is started over by two."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for

from db import reference
from services.errors import (
    AlreadyDecided,
    InvalidInput,
    NotYours,
    UnknownOfficer,
    UnknownSession,
    WrongSignIn,
)
from services.notation import phones
from services.notation.folding import folded
from services.officers import accounts, joining, rights, second_factor, sessions, starting_over
from staff import guard
from web.office import office

bp = Blueprint("staff_officers", __name__)
for missing in (UnknownOfficer, UnknownSession):
    bp.register_error_handler(missing, guard.missing)


@bp.get("/officers")
def index():
    """Everybody who may sign in, of whom this officer may know."""
    return _list()


@bp.post("/officers")
def add():
    """Thêm cán bộ."""
    form = request.form
    try:
        name = joining.let_in(form.get("name", ""), form.get("role", ""), _communes(),
                              form.get("password", ""), _phone(), guard.officer(), _second(),
                              office().context())
    except AlreadyDecided:
        return _list("name_taken"), 409
    except NotYours as error:
        return _list(type(error).__name__), 409
    except WrongSignIn:
        return _list("second_wrong"), 422
    except InvalidInput as error:
        return _list(_problem(error)), 422
    return redirect(url_for(".officer", name=name, added=1), 303)


@bp.get("/officers/<name>")
def officer(name: str):
    """One officer: rights, second factor, sessions."""
    return _page(name)


@bp.post("/officers/<name>")
def change(name: str):
    """Lưu: role, communes, telephone."""
    def work(actor: str, now: int) -> None:
        joining.change_rights(name, request.form.get("role", ""), _communes(), guard.officer(),
                              now)
        if "forget_phone" in request.form or request.form.get("phone", "").strip():
            phone = None if "forget_phone" in request.form else _phone()
            accounts.set_phone(name, phone, actor, now)
    return _after(name, work)


@bp.post("/officers/<name>/disable")
def disable(name: str):
    """Khóa."""
    return _after(name, lambda actor, now: accounts.disable(name, actor, now))


@bp.post("/officers/<name>/enable")
def enable(name: str):
    """Mở khóa."""
    return _after(name, lambda actor, now: accounts.enable(name, actor, now))


@bp.post("/officers/<name>/password")
def set_password(name: str):
    """Đặt mật khẩu mới, with a second officer; the sessions of whose it is end."""
    return _after(name, lambda _actor, _now: joining.set_password(
        name, request.form.get("password", ""), guard.officer(), _second(), office().context()))


@bp.post("/officers/<name>/sessions")
def end_sessions(name: str):
    """Kết thúc mọi phiên."""
    return _after(name, lambda actor, now: sessions.sign_out_everywhere(
        accounts.find(name).name, now, actor))


@bp.post("/officers/<name>/sessions/<short>")
def end_session(name: str, short: str):
    """Kết thúc one session."""
    return _after(name, lambda actor, now: sessions.end_one(name, short, actor, now))


@bp.post("/officers/<name>/factor")
def reset_factor(name: str):
    """Làm lại bước xác thực, with a second officer."""
    return _after(name, lambda _actor, _now: starting_over.start_over(
        name, guard.officer(), _second(), office().context()))


def _second() -> tuple[str, str, str]:
    """What the second officer typed at this desk: name, password, code of the app."""
    form = request.form
    return form.get("second", ""), form.get("second_password", ""), form.get("second_code", "")


def _after(name: str, work: Callable[[str, int], object]):
    """Make a change and show the officer; when it was refused, with the reason."""
    _within(name)
    try:
        work(guard.officer().name, office().now())
    except (AlreadyDecided, NotYours) as error:
        return _page(name, type(error).__name__), 409
    except WrongSignIn:
        return _page(name, "second_wrong"), 422
    except InvalidInput as error:
        return _page(name, _problem(error)), 422
    return redirect(url_for(".officer", name=name, saved=1), 303)


def _within(name: str) -> None:
    if not accounts.is_within(name, guard.officer()):
        raise UnknownOfficer(name)


def _problem(error: InvalidInput) -> str:
    if error.field == "communes" and error.reason != "reach":
        return "communes"
    return f"{error.field}_{error.reason}"


def _communes() -> list[str]:
    """What was ticked: every commune, or the codes of some."""
    if request.form.get("reach") == rights.EVERYWHERE:
        return [rights.EVERYWHERE]
    return request.form.getlist("commune")


def _phone() -> accounts.Phone | None:
    typed = request.form.get("phone", "").strip()
    return office().vault.seal_phone(phones.normalise(typed)) if typed else None


def _list(problem: str = "") -> str:
    who = guard.officer()
    shown = [officer for officer in accounts.everybody() if accounts.is_within(officer.name, who)]
    return render_template("staff/officers/officers.html", officers=shown, problem=problem,
                           typed=request.form, roles=rights.ROLES, **_names())


def _page(name: str, problem: str = "") -> str:
    _within(name)
    found, vault = accounts.find(name), office().vault
    return render_template(
        "staff/officers/officer.html", shown=found, problem=problem, typed=request.form,
        roles=rights.ROLES, codes_left=second_factor.codes_left(found.name),
        phone=vault.masked_phone(found.phone_sealed), short=sessions.short,
        sessions=sessions.of_officer(found.name, office().now()), who=guard.officer(), **_names())


def _names() -> dict:
    return {"communes": sorted(reference.communes().values(), key=lambda one: folded(one.name)),
            "reach_of": rights.reach_of, "everywhere": rights.EVERYWHERE}
