"""Handing a signed contract over: printed, or by a link in a text or as a QR code on the screen."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from flask import Blueprint, Response, redirect, render_template, url_for

from services.bills import qr_images
from services.contracts import copies
from services.errors import AlreadyDecided, NotYours, UnknownTicket
from staff import guard
from staff.desk import after_file, open_file, page
from web.office import office

bp = Blueprint("staff_handover", __name__)
for missing in (UnknownTicket, NotYours, AlreadyDecided):
    bp.register_error_handler(missing, guard.missing)


@bp.post("/work/<ticket>/contract/print")
def print_copy(ticket: str):
    """In bản giấy: noted, then the file as a page to print."""
    try:
        copies.note_print(open_file(ticket), office().context())
    except (OSError, InvalidTag):
        return page(ticket, "sign_lost"), 503
    return redirect(url_for(".copy", ticket=ticket), 303)


@bp.get("/work/<ticket>/contract/copy.pdf")
def copy(ticket: str):
    """The signed contract in the browser's own viewer."""
    try:
        data = copies.download(open_file(ticket), office().context())
    except (OSError, InvalidTag):
        return page(ticket, "sign_lost"), 503
    answer = Response(data, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=f"hop-dong-{ticket}.pdf")
    return answer


@bp.get("/work/<ticket>/contract/given")
def given(ticket: str):
    """How it was handed over so far; the request's page asks whenever it is looked at again."""
    found = copies.tally_for_officer(open_file(ticket), office().now())
    return render_template("staff/contracts/signing/_given.html", given=found)


@bp.post("/work/<ticket>/contract/share")
def share(ticket: str):
    """Hiện mã QR: a link for the phone of whoever stands at the desk."""
    here = office()
    address = copies.share(open_file(ticket), here.settings, here.now())
    size, path = qr_images.svg_path(address)
    return render_template("staff/contracts/signing/share.html", ticket=ticket, address=address,
                           qr_size=size, qr_path=path, days=here.settings.contract_link_days)


@bp.post("/work/<ticket>/contract/text")
def text(ticket: str):
    """Nhắn liên kết."""
    return after_file(ticket, lambda file: copies.text_again(file, office().context()))


@bp.post("/work/<ticket>/contract/revoke")
def revoke(ticket: str):
    """Thu hồi liên kết."""
    return after_file(ticket, lambda file: copies.revoke(file, office().now()))
