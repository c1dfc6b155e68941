"""The contract of a request: drafted, read, confirmed by the customer, sealed, handed over."""

from __future__ import annotations

from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from services.contracts import agreements, copies, signing
from services.contracts.seal import sealing
from services.errors import (
    AlreadyDecided,
    CodeExpired,
    ConsentMissing,
    DraftChanged,
    DraftRefused,
    InvalidInput,
    NotYours,
    NumberHeld,
    SealUnavailable,
    ServiceError,
    TooManyCodes,
    UnknownTicket,
    WrongCode,
    WrongSignIn,
)
from staff import guard
from staff.desk import page
from web.office import office

bp = Blueprint("staff_signing", __name__)
for missing in (UnknownTicket, NotYours, AlreadyDecided):
    bp.register_error_handler(missing, guard.missing)

# What the page says (staff/contracts/signing/_problems.html), and the status it is said with.
_REFUSALS: list[tuple[type[ServiceError], str, int]] = [
    (NotYours, "NotYours", 409), (AlreadyDecided, "AlreadyDecided", 409),
    (DraftChanged, "sign_changed", 409), (DraftRefused, "sign_fields", 422),
    (NumberHeld, "sign_number", 409), (TooManyCodes, "sign_codes", 429),
    (ConsentMissing, "sign_consent", 422), (WrongCode, "sign_code", 422),
    (CodeExpired, "sign_late", 422), (WrongSignIn, "sign_witness", 422),
    (SealUnavailable, "sign_seal", 503), (InvalidInput, "sign_input", 422),
]


@bp.post("/work/<ticket>/contract")
def draft(ticket: str):
    """Soạn hợp đồng."""
    here = office()
    return _after(ticket, lambda: agreements.draft(
        ticket, guard.officer(), here.settings, here.vault, here.now()))


@bp.post("/work/<ticket>/contract/number")
def release_number(ticket: str):
    """Cho ký bằng số này."""
    return _after(ticket, lambda: signing.release_number(
        ticket, _digest(), guard.officer(), office().now()))


@bp.post("/work/<ticket>/contract/code")
def send_code(ticket: str):
    """Gửi mã OTP."""
    here = office()
    return _after(ticket, lambda: signing.send_code(
        ticket, _digest(), guard.officer(), here.settings, here.vault, here.now()))


@bp.post("/work/<ticket>/contract/sign")
def sign(ticket: str):
    """Ký hợp đồng, with the code or by hand."""
    here, form = office(), request.form
    what = signing.Given(ticket, _digest(), tuple(form.getlist("consent")), guard.officer())
    if "hand" in form:
        witness = form.get("witness", ""), form.get("witness_password", "")
        return _after(ticket, lambda: signing.sign_by_hand(
            what, form["hand"], witness, here.settings, here.vault, here.now()))
    return _after(ticket, lambda: signing.sign_by_code(
        what, form.get("code", ""), here.settings, here.vault, here.now()))


@bp.post("/work/<ticket>/contract/seal")
def seal(ticket: str):
    """Đóng dấu lại."""
    here = office()
    return _after(ticket, lambda: sealing.again(
        ticket, guard.officer(), here.settings, here.vault, here.now()))


@bp.get("/work/<ticket>/contract")
def read(ticket: str):
    """Đọc hợp đồng: the pages at reading size."""
    found = signing.shown(ticket, guard.officer(), office().now())
    return render_template("staff/contracts/signing/read.html", ticket=ticket, found=found)


@bp.get("/work/<ticket>/contract/<int(min=1):number>.png")
def picture(ticket: str, number: int):
    """One page of the draft."""
    here = office()
    found = signing.shown(ticket, guard.officer(), None)
    try:
        return _file(agreements.page_pictures(found, here.settings, here.vault)[number - 1],
                     "image/png", "")
    except (IndexError, DraftChanged):
        abort(404)


@bp.get("/work/<ticket>/contract.pdf")
def signed(ticket: str):
    """Tải hợp đồng đã ký."""
    here = office()
    try:
        data = copies.download(ticket, guard.officer(), here.settings, here.vault, here.now())
    except (OSError, InvalidTag):
        return page(ticket, "sign_lost"), 503
    return _file(data, "application/pdf", f"hop-dong-{ticket}.pdf")


def _digest() -> str:
    return request.form.get("digest", "")


def _after(ticket: str, change: Callable[[], object]):
    """Make a change and show the page; when it was refused, with the reason."""
    try:
        change()
    except ServiceError as error:
        for kind, problem, status in _REFUSALS:
            if isinstance(error, kind):
                return page(ticket, problem, error=error), status
        raise
    return redirect(url_for("staff_desk.work", ticket=ticket, _anchor="contract"), 303)


def _file(data: bytes, mimetype: str, name: str) -> Response:
    answer = Response(data, mimetype=mimetype)
    if name:
        answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
