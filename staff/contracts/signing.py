"""The contract of a request: drafted, read, confirmed by the customer, sealed, handed over."""

from __future__ import annotations

from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from services.contracts import agreements, copies, signing
from services.contracts.errors import (
    ConsentMissing,
    DraftChanged,
    DraftRefused,
    PapersUnseen,
    SealUnavailable,
)
from services.contracts.requests import ContractFile
from services.contracts.seal import approval, sealing
from services.contracts.signing import Consent
from services.errors import (
    AlreadyDecided,
    CodeExpired,
    InvalidInput,
    NotYours,
    SamePerson,
    ServiceError,
    TooManyCodes,
    UnknownTicket,
    WrongCode,
    WrongSignIn,
)
from staff import guard
from staff.desk import open_file, page
from web.office import office

bp = Blueprint("staff_signing", __name__)
for missing in (UnknownTicket, NotYours, AlreadyDecided):
    bp.register_error_handler(missing, guard.missing)

# What the page says (staff/contracts/signing/_problems.html), and the status it is said with.
_REFUSALS: list[tuple[type[ServiceError], str, int]] = [
    (SamePerson, "sign_same", 409), (NotYours, "NotYours", 409),
    (AlreadyDecided, "AlreadyDecided", 409),
    (DraftChanged, "sign_changed", 409), (DraftRefused, "sign_fields", 422),
    (PapersUnseen, "sign_unseen", 409), (TooManyCodes, "sign_codes", 429),
    (ConsentMissing, "sign_consent", 422), (WrongCode, "sign_code", 422),
    (CodeExpired, "sign_late", 422), (WrongSignIn, "sign_witness", 422),
    (SealUnavailable, "sign_seal", 503), (InvalidInput, "sign_input", 422),
]


@bp.post("/work/<ticket>/contract")
def draft(ticket: str):
    """Soạn hợp đồng."""
    return _after(ticket, lambda file: agreements.draft(file, office().context()))


@bp.post("/work/<ticket>/contract/code")
def send_code(ticket: str):
    """Gửi mã OTP."""
    return _after(ticket, lambda file: signing.send_code(file, _digest(), office().context()))


@bp.post("/work/<ticket>/contract/sign")
def sign(ticket: str):
    """Ký hợp đồng, with the code or by hand."""
    here, form, digest = office().context(), request.form, _digest()
    agreed = tuple(form.getlist("consent"))
    if "hand" in form:
        witness = (form.get("witness", ""), form.get("witness_password", ""),
                   form.get("witness_code", ""))
        return _after(ticket, lambda file: signing.sign_by_hand(
            Consent(file, digest, agreed), form["hand"], witness, here))
    return _after(ticket, lambda file: signing.sign_by_code(
        Consent(file, digest, agreed), form.get("code", ""), here))


@bp.post("/work/<ticket>/contract/approve")
def approve(ticket: str):
    """Duyệt, by the second officer."""
    return _after(ticket, lambda file: approval.approve(file, _digest(), office().context()))


@bp.post("/work/<ticket>/contract/turn-down")
def turn_down(ticket: str):
    """Trả lại, with a reason and the papers that are to be photographed anew."""
    form = request.form
    redo = {name.removeprefix("redo-"): reason for name, reason in form.items()
            if name.startswith("redo-") and reason}
    return _after(ticket, lambda file: approval.turn_down(file, _digest(), form.get("why", ""),
                                                          redo, office().now()))


@bp.post("/work/<ticket>/contract/seal")
def seal(ticket: str):
    """Đóng dấu lại."""
    return _after(ticket, lambda file: sealing.finish(file.ticket, office().context()))


@bp.get("/work/<ticket>/contract")
def read(ticket: str):
    """Đọc hợp đồng: the pages at reading size."""
    found = signing.read_draft(open_file(ticket), office().now())
    return render_template("staff/contracts/signing/read.html", ticket=ticket, found=found)


@bp.get("/work/<ticket>/contract/<int(min=1):number>.png")
def picture(ticket: str, number: int):
    """One page of the draft."""
    here, found = office(), signing.find_draft(open_file(ticket))
    try:
        return _file(agreements.page_pictures(found, here.settings, here.vault)[number - 1],
                     "image/png", "")
    except (IndexError, DraftChanged):
        abort(404)


@bp.get("/work/<ticket>/contract.pdf")
def signed(ticket: str):
    """Tải hợp đồng đã ký."""
    try:
        data = copies.download(open_file(ticket), office().context())
    except (OSError, InvalidTag):
        return page(ticket, "sign_lost"), 503
    return _file(data, "application/pdf", f"hop-dong-{ticket}.pdf")


def _digest() -> str:
    return request.form.get("digest", "")


def _after(ticket: str, change: Callable[[ContractFile], object]):
    """Make a change and show the page; when it was refused, with the reason."""
    try:
        change(open_file(ticket))
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
