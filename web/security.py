"""Headers and checks on every request: content policy, no caching, same origin for forms."""

from __future__ import annotations

import functools
from collections.abc import Callable

from flask import Flask, abort, request, session
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf

from web import addresses, proxies
from web.office import Office, office

csrf = CSRFProtect()

_POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
           " font-src 'self'; connect-src 'self'; media-src 'self'; form-action 'self';"
           " base-uri 'none'; frame-ancestors 'none'")
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}
# Who came once over https never comes without it again (ASVS 5.0, 3.4.1).
_HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
_NOT_KEPT = {"Cache-Control": "no-store"}
_MACHINES = ("/partners/", "/sms/twilio", "/sms/kannel", "/sms/modem")
MOST_BODY = 256 * 1024  # bytes; doors that take files set their own


def init_app(app: Flask, secure: bool) -> None:
    """Hang the checks on the app."""
    csrf.init_app(app)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BODY
    app.config["MAX_FORM_PARTS"] = 100
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # the token lives as long as the visit
    app.config["WTF_CSRF_SSL_STRICT"] = False  # `refuse_other_origins` asks newer headers
    app.context_processor(lambda: {"csrf_token": form_token})  # in place of Flask-WTF's
    app.before_request(refuse_other_origins)
    inner = with_headers(app.wsgi_app, secure)
    app.wsgi_app = guarded(inner, app.extensions)  # type: ignore[method-assign]


def form_token() -> str:
    """The token that a form of this visit carries; made and signed once a visit."""
    if "csrf_token" not in session:
        return generate_csrf()
    return _signed(session["csrf_token"])


@functools.lru_cache(2_000)
def _signed(_token: str) -> str:
    return generate_csrf()


def refuse_other_origins() -> None:
    """A form of another site may not post here; machines sign instead."""
    if request.method in ("GET", "HEAD", "OPTIONS") or request.path.startswith(_MACHINES):
        return
    if not _from_here(request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")):
        abort(403)


def _from_here(site: str | None, origin: str | None) -> bool:
    """By Sec-Fetch-Site, or by Origin from a browser that does not send it yet."""
    if site is not None:
        return site in ("same-origin", "none")
    # A proxy may ask us under a host name of its own.
    ours = (request.host, addresses.split(office().settings.public_url).origin.partition("://")[2])
    return origin is None or origin.partition("://")[2] in ours


def guarded(wsgi: Callable, extensions: dict) -> Callable:
    """Let every request tell of its client, not of our proxies, and of addresses that are some."""
    def application(environ: dict, start_response: Callable):
        there: Office = extensions["office"]
        proxies.resolve(environ, there.settings.trusted_proxies)
        addresses.guard(environ, there.settings)
        return wsgi(environ, start_response)

    return application


def with_headers(wsgi: Callable, secure: bool) -> Callable:
    """Security headers on every answer; personal pages are never cached, static files are.

    Around Flask, where an answer's headers are a plain list: Flask's own cost four times as much.
    """
    all_answers = _HEADERS | (_HTTPS_ONLY if secure else {})
    static, page = _by_name(all_answers), _by_name(all_answers | _NOT_KEPT)

    def application(environ: dict, start_response: Callable):
        added = static if environ.get("PATH_INFO", "").startswith("/static/") else page

        def start(status: str, headers: list[tuple[str, str]], exc_info=None):
            present = {name.lower() for name, _value in headers}
            headers += [pair for name, pair in added if name not in present]
            return start_response(status, headers, exc_info)

        return wsgi(environ, start)

    return application


def _by_name(headers: dict[str, str]) -> list[tuple[str, tuple[str, str]]]:
    return [(name.lower(), (name, value)) for name, value in headers.items()]
