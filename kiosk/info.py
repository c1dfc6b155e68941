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

_A_PAGE = 3  # places that fit without scrolling
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
    near = places.near(_commune())
    pages = max(1, -(-len(near) // _A_PAGE))
    page = min(communes.page_number(), pages)
    return near[(page - 1) * _A_PAGE:page * _A_PAGE], page, pages


def _commune() -> str:
    customer = customer_records.get(visits.current().code) if visits.current().code else None
    device = machine.device()
    return customer.commune_code if customer else device.commune_code if device else ""
