"""Tin nhắc: a supervisor sees how many reminders a kind would be, starts it, sees how far it is."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for

from services.errors import InvalidInput, NotYours
from services.messages import campaigns
from services.outbox import outbox, pausing
from staff import guard
from web.office import office

bp = Blueprint("staff_campaigns", __name__)


@bp.get("/campaigns")
def page():
    """The kinds, what the chosen one would be, and the last runs."""
    if guard.is_poll():
        return render_template("staff/campaigns/runs.html", runs=campaigns.runs())
    return _page(request.args.get("kind", ""))


@bp.post("/campaigns")
def start():
    """Bắt đầu gửi."""
    kind = request.form.get("kind", "")
    try:
        campaigns.ask(kind, guard.officer(), office().settings.sms_reminders_a_day, office().now())
    except InvalidInput:
        return _page("", "kind"), 422
    except campaigns.RemindersOff:
        return _page("", "off"), 422
    except pausing.SendingPaused:
        return _page("", "paused"), 422
    except NotYours:
        abort(403)
    return redirect(url_for(".page"), 303)


def _page(kind: str, problem: str = "") -> str:
    preview = campaigns.preview(kind, office().now()) if kind in campaigns.KINDS else None
    return render_template("staff/campaigns/campaigns.html", kinds=campaigns.KINDS, kind=kind,
                           preview=preview, problem=problem, runs=campaigns.runs(),
                           by_day=outbox.is_daytime(office().now()))
