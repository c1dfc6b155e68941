"""Transfers that did not find their bill: whose are they, and what becomes of them."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for

from db import partners
from db import transfers as transfer_records
from db.paging import MOST_COUNTED
from services.errors import (
    AlreadyDone,
    CreditTooSmall,
    InvalidCode,
    InvalidInput,
    NotYours,
    ServiceError,
    UnknownBill,
    UnknownCredit,
    UnknownCustomer,
)
from services.notation import codes
from services.officers import opaque_words, reach
from services.transfers import credit_desk, credit_hints, doubts
from staff import guard
from web import paging
from web.office import office

bp = Blueprint("staff_transfers", __name__)
bp.register_error_handler(UnknownCredit, guard.missing)

_TO_DECIDE = tuple(state for state in transfer_records.OPEN if state != transfer_records.KEPT)


@bp.get("/credits")
def index():
    """What waits for an officer's word, the longest waiting first; what is kept for a bill to come
    only when it is asked for."""
    who, wanted = guard.officer(), request.args.get("state", "")
    states = (wanted,) if wanted in transfer_records.OPEN else _TO_DECIDE
    return render_template("staff/transfers/transfers.html", counts=credit_desk.counts(who),
                           page=credit_desk.waiting(states, who, office().vault, paging.wanted()),
                           wanted=wanted, most=MOST_COUNTED,
                           uncounted=transfer_records.NOT_COUNTED, title_of=partners.title_of)


@bp.get("/credits/<int:credit_id>")
def credit(credit_id: int):
    """One transfer with what the bank wrote, and whose it may be."""
    return page(credit_id)


@bp.post("/credits/<int:credit_id>/customer")
def choose(credit_id: int):
    """Look at the bills of a customer whose code the officer typed."""
    who, vault = guard.officer(), office().vault
    try:
        code = reach.customer(codes.repair(request.form.get("code", "")), who).code
    except (InvalidCode, UnknownCustomer):
        return page(credit_id, "UnknownCustomer"), 422
    return redirect(url_for("staff_transfers.credit", credit_id=credit_id,
                            customer=opaque_words.hide(code, "customer", who, vault)), 303)


@bp.post("/credits/<int:credit_id>/assign")
def assign(credit_id: int):
    """Gán: the ticked bills are paid out of it, and out of other credits that are ticked."""
    more = request.form.getlist("credit", type=int)

    def work(who, now: int) -> None:
        bills = request.form.getlist("bill")
        if not bills:
            raise InvalidInput("bills", "empty")
        for other in more:
            credit_desk.look(other, who, office().vault, now)
        credit_desk.assign([credit_id, *more], bills, who, now)
    return after(credit_id, work)


@bp.post("/credits/<int:credit_id>/keep")
def keep(credit_id: int):
    """Giữ lại: the customer's credit, for a bill to come."""
    def work(who, now: int) -> None:
        word = request.form.get("customer", "")
        code = opaque_words.reveal(word, "customer", who, office().vault)
        credit_desk.keep(credit_id, reach.customer(code, who).code, who.name, note(), now)
    return after(credit_id, work)


@bp.post("/credits/<int:credit_id>/owe")
def owe(credit_id: int):
    """Hoàn lại: what is left goes back to its payer."""
    def work(who, now: int) -> None:
        why = note()
        if not why:
            raise InvalidInput("note", "missing")
        credit_desk.owe_back(credit_id, who.name, why, now)
    return after(credit_id, work)


def note() -> str:
    """What the officer wrote beside a decision."""
    return " ".join(request.form.get("note", "").split())[:200]


def after(credit_id: int, work):
    """Do the officer's word and show the credit; when it was refused, with the reason."""
    who, now = guard.officer(), office().now()
    credit_desk.look(credit_id, who, office().vault, now)
    try:
        work(who, now)
    except (AlreadyDone, CreditTooSmall, NotYours) as error:
        return page(credit_id, type(error).__name__), 409
    except InvalidInput as error:
        return page(credit_id, f"{error.field}_{error.reason}"), 422
    except (UnknownBill, UnknownCustomer) as error:
        return page(credit_id, type(error).__name__), 422
    return redirect(url_for("staff_transfers.credit", credit_id=credit_id), 303)


def page(credit_id: int, problem: str = "") -> str:
    """A transfer's page, with what was wrong about what the officer asked for."""
    who, vault = guard.officer(), office().vault
    found = credit_desk.look(credit_id, who, vault, office().now())
    movable = found.credit.state in transfer_records.MOVABLE
    hints = credit_hints.suggest(found.credit, found.text, found.payer, who) if movable else []
    chosen = _chosen()
    if chosen:
        hints = [chosen] + [hint for hint in hints if hint.customer.code != chosen.customer.code]
    words = {hint.customer.code: opaque_words.hide(hint.customer.code, "customer", who, vault)
             for hint in hints}
    return render_template(
        "staff/transfers/transfer.html", line=found, credit=found.credit, hints=hints, words=words,
        problem=problem, title=partners.title_of(found.credit.source),
        others=_others(found.credit), open_states=transfer_records.OPEN,
        movable=transfer_records.MOVABLE, about=doubts.about(found.credit, who, vault),
        title_of=partners.title_of,
        typed=request.form.get("code", ""), noted=request.form.get("note", ""),
        paid=credit_desk.payments_out_of(credit_id))


def _chosen() -> credit_hints.Hint | None:
    who, word = guard.officer(), request.args.get("customer", "")
    try:
        code = opaque_words.reveal(word, "customer", who, office().vault)
        return credit_hints.hint(reach.customer(code, who).code, "chosen")
    except ServiceError:
        return None


def _others(credit: transfer_records.CreditRow) -> list[transfer_records.CreditRow]:
    """The same customer's other transfers that still hold money."""
    if not credit.code:
        return []
    return [other for other in transfer_records.of_customer(credit.code)
            if other.id != credit.id and other.left and other.state in transfer_records.MOVABLE]
