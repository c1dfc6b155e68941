"""Tin nhắn: what a phone sent and got, what became of it, what it cost.

As on the customers' pages, addresses hold an opaque word instead of a number or a ticket.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for

from db import connection, house_state
from services import clock
from services.errors import AlreadyDecided, InvalidInput, UnknownCustomer
from services.messages import message_log, refusals
from services.messages.message_log import PhoneLog
from services.officers import opaque_words
from services.outbox import outbox
from staff import guard
from web.office import office

bp = Blueprint("staff_messages", __name__)
bp.register_error_handler(UnknownCustomer, guard.missing)

_LONGEST = 40


@bp.record_once
def _furnish(state) -> None:
    # Every page of this door says so while no text leaves.
    state.app.jinja_env.globals["house_states"] = _house_states


def _house_states() -> dict[str, house_state.State]:
    """What holds for the whole house; nothing for the page that tells of a lost database."""
    try:
        return house_state.everything()
    except (*connection.UNAVAILABLE, connection.FAULTY):
        return {}


@bp.get("/messages")
def form():
    """The empty search."""
    return render_template("staff/messages/messages.html", typed="", log=None)


@bp.post("/messages")
def search():
    """Hide what was typed in an address, so that going back and reloading work."""
    typed = " ".join(request.form.get("q", "").split())[:_LONGEST]
    try:
        message_log.meaning(typed, office().vault)
    except InvalidInput:
        return render_template("staff/messages/messages.html", typed=typed, log=None,
                               problem="form"), 422
    word = opaque_words.hide(typed, "messages", guard.officer(), office().vault)
    return redirect(url_for(".found", word=word), 303)


@bp.get("/messages/found/<word>")
def found(word: str):
    """The texts of one phone."""
    typed = opaque_words.reveal(word, "messages", guard.officer(), office().vault)
    try:
        return _page(word, _log(typed))
    except UnknownCustomer:
        return render_template("staff/messages/messages.html", typed=typed, log=None,
                               problem="none")


@bp.post("/messages/found/<word>/again")
def again(word: str):
    """Gửi lại."""
    who, here = guard.officer(), office()
    typed = opaque_words.reveal(word, "messages", who, here.vault)
    log = _log(typed)
    try:
        message_log.send_again(log, request.form.get("id", 0, type=int), who, here.now())
    except AlreadyDecided:
        return _page(word, log, "again"), 409
    return redirect(url_for(".found", word=word, again=1), 303)


@bp.get("/messages/cost")
def cost():
    """Segments by day, word and kind."""
    here, day = office(), request.args.get("day", "")[:10]
    settings, now = here.settings, here.now()
    return render_template("staff/messages/cost.html", bill=message_log.costs(now, day), day=day,
                           spent=outbox.spent_today(now), budget=settings.sms_texts_a_day,
                           limited=settings.limits)


@bp.get("/messages/limits")
def limits():
    """Giới hạn: what was refused today, or on another day."""
    who, here = guard.officer(), office()
    today = clock.local_day(here.now())
    day = request.args.get("day", "")[:10]
    day = day if clock.day_of(day) and day <= today else today
    return render_template("staff/messages/limits.html", today=today, limited=here.settings.limits,
                           found=refusals.on_day(day, who, here.vault), most=refusals.MOST_SHOWN)


def _log(typed: str) -> PhoneLog:
    here = office()
    kind, wanted = message_log.meaning(typed, here.vault)
    return message_log.find(kind, wanted, guard.officer(), here.vault, here.now())


def _page(word: str, log: PhoneLog, problem: str = "") -> str:
    return render_template("staff/messages/messages.html", typed="", log=log, word=word,
                           problem=problem, most=message_log.MOST_SHOWN,
                           spent=_is_spent(), refused=refusals.to_phone(
                               log.phone_hash, guard.officer(), office().now()))


def _is_spent() -> bool:
    """The day's budget is used up: what is queued waits for midnight."""
    settings = office().settings
    return settings.limits and outbox.spent_today(office().now()) >= settings.sms_texts_a_day
