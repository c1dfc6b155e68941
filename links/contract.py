"""The page behind the link to a signed contract: a second proof, then the file.

Made for a phone of 240 x 320 pixels, a relative's smartphone and a shop's computer alike; works
without JavaScript. Opening the link changes nothing: messengers open links by themselves.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask_wtf.csrf import CSRFError

from services import clock
from services.contracts import copies, handover
from services.contracts.errors import LinkGone
from services.contracts.handover import Opening
from services.errors import CodeExpired, InvalidInput, ServiceError, TooManyCodes, WrongCode
from services.limits import limits
from web import askers
from web.office import office

bp = Blueprint("links_contract", __name__)

OPEN_FOR = 10 * clock.MINUTE  # after the proof
_SKEW = clock.MINUTE  # clocks of two machines may differ by this much
_MOST_TYPED = 400  # characters; a card reader types the whole text of the card
# Refusals after which the page asks again, and the status that it has then.
_WRONG: dict[type[ServiceError], int] = {WrongCode: 422, CodeExpired: 422, TooManyCodes: 429}


@bp.errorhandler(LinkGone)
def gone(error: LinkGone) -> Response:
    """Why the link opens nothing, and what helps now."""
    session.pop("proven", None)
    status = 404 if error.reason == "unknown" else 410
    if status == 404 and office().settings.limits and not limits.may(
            "guesses.device", askers.address(), office().now()):
        status = 429
    return _answer("gone", status, reason=error.reason)


@bp.errorhandler(CSRFError)
def no_cookie(_error: CSRFError) -> Response:
    """The page stood open for long, or the browser keeps no cookie."""
    return _answer("gone", 400, reason="cookie")


@bp.get("/<token>")
def page(token: str) -> Response:
    """What the link is for; after the proof, the file to take."""
    link = _find(token)
    if _is_open(link):
        return _answer("open", link=link, token=token, has_words=copies.has_words(link.ticket))
    return _ask(token, link)


@bp.post("/<token>/code")
def send_code(token: str) -> Response:
    """Gửi mã cho tôi."""
    try:
        handover.send_code(token, office().vault, office().now(), askers.by_address())
    except (TooManyCodes, InvalidInput) as error:
        return _ask(token, _find(token), error)
    return redirect(url_for(".page", token=token, sent=1), 303)  # type: ignore[return-value]


@bp.post("/<token>")
def prove(token: str) -> Response:
    """Mở hợp đồng, with the code or the number of the citizen card."""
    typed = request.form.get("proof", "")[:_MOST_TYPED]
    try:
        link = handover.prove(token, typed, office().vault, office().now())
    except (WrongCode, CodeExpired) as error:
        return _ask(token, _find(token), error)
    session["proven"] = [link.token_hash, office().now()]
    return redirect(url_for(".page", token=token), 303)  # type: ignore[return-value]


@bp.get("/<token>/loi")
def text(token: str) -> Response:
    """Đọc ngay tại đây: the words of the contract, for a phone that shows no PDF."""
    link, here = _find(token), office()
    words, short = copies.read_by_link(link, here.vault, here.now()) if _is_open(link) else ({}, "")
    if not words.get("clauses"):
        return redirect(url_for(".page", token=token), 303)  # type: ignore[return-value]
    return _answer("text", link=link, token=token, told=words, short=short)


@bp.get("/<token>/hop-dong.pdf")
def file(token: str) -> Response:
    """Tải hợp đồng."""
    link = _find(token)
    if not _is_open(link):
        return redirect(url_for(".page", token=token), 303)  # type: ignore[return-value]
    try:
        data = copies.take_by_link(link, office().context())
    except (OSError, InvalidTag):
        return _answer("gone", 503, reason="lost")
    answer = Response(data, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "attachment", filename=f"hop-dong-{link.ticket}.pdf")
    return answer


def _find(token: str) -> Opening:
    return handover.find(token, office().vault, office().now())


def _is_open(link: Opening) -> bool:
    """The proof was given in this browser, minutes ago; a clock set back revives none."""
    token_hash, at = session.get("proven", ("", 0))
    return token_hash == link.token_hash and at - _SKEW <= office().now() < at + OPEN_FOR


def _ask(token: str, link: Opening, error: ServiceError | None = None) -> Response:
    status = _WRONG.get(type(error), 422) if error else 200
    return _answer("ask", status, link=link, token=token, error=type(error).__name__ if error
                   else "", left=getattr(error, "left", 0),
                   sent=bool(error) or "sent" in request.args)


def _answer(name: str, status: int = 200, **values) -> Response:
    settings = office().settings
    text = render_template(f"links/contract/{name}.html", settings=settings, **values)
    return Response(text, status, headers={"X-Robots-Tag": "noindex"})
