"""Lưu trữ: old paper contracts, how far each office is, and one contract with its scan."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for

from db import reference
from db.archive import archive_entries
from services.archive import entries, pages, placing, typing_twice
from services.errors import InvalidInput, Unknown, UnknownEntry, UnknownPage
from services.officers import opaque_words
from staff import guard
from staff.contracts.papers import store
from web.office import office

bp = Blueprint("staff_archive", __name__)
bp.register_error_handler(Unknown, guard.missing)


@bp.get("")
def progress() -> str:
    """Tiến độ: each office on its way to 100 %."""
    reach = guard.officer().reach
    rows = entries.progress(reach)
    return render_template("staff/archive/progress.html", rows=rows, whole=entries.total(rows),
                           digitised=entries.count_digitised(reach), since=entries.ELECTRONIC_SINCE)


@bp.get("/contracts")
def contracts() -> str:
    """Entries of an office, in a state."""
    return _contracts()


@bp.post("/contracts")
def find():
    """Tìm: straight to the contract with this number."""
    typed = request.form.get("number", "")[:80]
    try:
        entry = entries.find_number(typed, guard.officer())
    except UnknownEntry:
        return _contracts(typed, "unknown"), 404
    return redirect(url_for(".contract", entry_id=entry.id), 303)


def _contracts(typed: str = "", problem: str = "") -> str:
    where, state = _office(request.args.get("office", "")), request.args.get("state", "")
    state = state if state in archive_entries.STATES else ""
    return render_template(
        "staff/archive/contracts.html", typed=typed, problem=problem, where=where, state=state,
        found=entries.listing(guard.officer(), where, state), offices=reference.offices(),
        states=archive_entries.STATES, most=entries.MOST_SHOWN)


def _office(text: str) -> str:
    return text if len(text) == 6 and text.isascii() and text.isalnum() else ""


@bp.get("/<int:entry_id>")
def contract(entry_id: int) -> str:
    """One contract: what is known, its scan, what was typed."""
    return _contract(entry_id)


@bp.post("/<int:entry_id>/pages/<page_id>/out")
def take_out(entry_id: int, page_id: str):
    """Tách trang: the page is of another contract."""
    return _after(entry_id, lambda: pages.take_out(entry_id, page_id, guard.officer(),
                                                   office().now()))


@bp.post("/<int:entry_id>/rescan")
def rescan(entry_id: int):
    """Quét lại: the scan cannot be read."""
    return _after(entry_id, lambda: pages.scan_anew(entry_id, guard.officer(), store(),
                                                    office().now()))


@bp.post("/<int:entry_id>/anew")
def type_anew(entry_id: int):
    """Nhập lại từ đầu: a mistake was found in what is agreed."""
    return _after(entry_id, lambda: typing_twice.type_anew(entry_id, guard.officer(),
                                                           office().now()))


def _after(entry_id: int, change):
    return guard.after(change, lambda problem: _contract(entry_id, problem),
                       url_for(".contract", entry_id=entry_id))


def _contract(entry_id: int, problem: str = "") -> str:
    who, vault = guard.officer(), office().vault
    record = placing.look(entry_id, who, vault, office().now())
    word = (opaque_words.hide(record.entry.customer_code, "customer", who, vault)
            if record.customer_within else "")
    return render_template("staff/archive/contract.html", record=record, entry=record.entry,
                           word=word, problem=problem, open_states=pages.OPEN, who=who,
                           may_decide=typing_twice.may_decide)


@bp.get("/scans/<page_id>")
def page(page_id: str) -> Response:
    """One page of a scan, as a file: an image on a page of ours, else a download."""
    try:
        picture = pages.look_at(page_id, guard.officer(), store(), office().now())
    except InvalidInput:
        return guard.missing(UnknownPage(page_id))
    return Response(picture, mimetype="image/jpeg", headers={
        "Content-Disposition": f'attachment; filename="{page_id[:8]}.jpg"'})


@bp.post("/separators")
def separators() -> Response:
    """In tờ phân cách: of one contract, or of all of an office that wait for their scan."""
    chosen = request.form.getlist("entry", type=int)[:entries.MOST_SHEETS]
    where = "" if chosen else _office(request.form.get("office", ""))
    made = entries.separators(chosen, where, guard.officer(), office().settings.pay_account_name,
                              office().now())
    return Response(made, mimetype="application/pdf", headers={
        "Content-Disposition": 'attachment; filename="to-phan-cach.pdf"'})
