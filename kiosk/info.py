"""Việc khác: saving electricity, where to pay in cash, and the way to other pages."""

from __future__ import annotations

import re

from flask import Blueprint, render_template, request

from db import customers as customer_records
from db.places import Place
from kiosk import communes, machine, visits
from services.cash import places

bp = Blueprint("kiosk_info", __name__)
bp.before_request(visits.arrive)

# Places that fit without scrolling: with so many letters of name and address, and with more.
_A_PAGE, _SHORT, _LONG_A_PAGE = 3, 70, 2
_BILLS = re.compile(r"[0-9]{6}-[0-9](,[0-9]{6}-[0-9])*")  # as pages of paying name them


@bp.get("/info")
def info() -> str:
    """More that people come for."""
    return render_template("kiosk/info/topics.html")


@bp.get("/info/saving")
def saving() -> str:
    """How to use less electricity."""
    return render_template("kiosk/info/saving.html")


@bp.get("/info/cash")
def cash() -> str:
    """Where a bill can be paid in cash: near where the customer lives, else near this kiosk."""
    shown, page, pages = cash_page()
    paying = request.args.get("pay", "")
    return render_template("kiosk/info/cash.html", places=shown, page=page, pages=pages,
                           pay=paying if _BILLS.fullmatch(paying) else "")


def cash_page() -> tuple[list[Place], int, int]:
    """(places, page, pages) as the address asks."""
    filled = _fill_pages(places.near(commune()))
    page = min(communes.page_number(), len(filled))
    return filled[page - 1], page, len(filled)


def _fill_pages(near: list[Place]) -> list[list[Place]]:
    """As many on a page as fit without scrolling, in their order; one page at least."""
    filled: list[list[Place]] = [[]]
    for place in near:
        most = _A_PAGE if max(map(_letters, [*filled[-1], place])) <= _SHORT else _LONG_A_PAGE
        if len(filled[-1]) >= most:
            filled.append([])
        filled[-1].append(place)
    return filled


def _letters(place: Place) -> int:
    return len(place.name) + len(place.address)


def commune() -> str:
    """Code of the customer's commune; of this kiosk's where no code was given; or ""."""
    customer = customer_records.get(visits.current().code) if visits.current().code else None
    device = machine.device()
    return customer.commune_code if customer else device.commune_code if device else ""
