"""Handing a signed contract over: printed, by a link as text or as a QR code on the screen."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from flask import Blueprint, Response, redirect, render_template, url_for

from services.bills import qr_images
from services.contracts import copies
from services.errors import AlreadyDecided, NotYours, UnknownTicket
from staff import guard
from staff.desk import after, page
from web.office import office

bp = Blueprint("staff_handover", __name__)
for missing in (UnknownTicket, NotYours, AlreadyDecided):
    bp.register_error_handler(missing, guard.missing)


@bp.post("/work/<ticket>/contract/print")
def print_copy(ticket: str):
    """In bản giấy: noted, then the file as a page to print."""
    here = office()
    try:
        copies.note_print(ticket, guard.officer(), here.settings, here.vault, here.now())
    except (OSError, InvalidTag):
        return page(ticket, "sign_lost"), 503
    return redirect(url_for(".copy", ticket=ticket), 303)


@bp.get("/work/<ticket>/contract/copy.pdf")
def copy(ticket: str):
    """The signed contract in the browser's own viewer."""
    here = office()
    try:
        data = copies.download(ticket, guard.officer(), here.settings, here.vault, here.now())
    except (OSError, InvalidTag):
        return page(ticket, "sign_lost"), 503
    answer = Response(data, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=f"hop-dong-{ticket}.pdf")
    return answer


@bp.get("/work/<ticket>/contract/given")
def given(ticket: str):
    """How it was handed over so far; the request's page asks when it is looked at again."""
    found = copies.seen(ticket, guard.officer(), office().now())
    return render_template("staff/contracts/signing/_given.html", given=found)


@bp.post("/work/<ticket>/contract/share")
def share(ticket: str):
    """Hiện mã QR: a link for the phone of who stands at the desk."""
    here = office()
    address = copies.share(ticket, guard.officer(), here.settings, here.now())
    size, path = qr_images.svg_path(address)
    return render_template("staff/contracts/signing/share.html", ticket=ticket, address=address,
                           qr_size=size,
                           qr_path=path, days=here.settings.contract_link_days)


@bp.post("/work/<ticket>/contract/text")
def text(ticket: str):
    """Nhắn liên kết."""
    here = office()
    return after(ticket, lambda: copies.text_again(ticket, guard.officer(), here.settings,
                                                   here.vault, here.now()))


@bp.post("/work/<ticket>/contract/revoke")
def revoke(ticket: str):
    """Thu hồi liên kết."""
    return after(ticket, lambda: copies.revoke(ticket, guard.officer(), office().now()))
