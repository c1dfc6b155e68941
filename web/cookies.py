"""Each door has a cookie of its own, so that a kiosk visit and an officer's session never mix."""

from __future__ import annotations

import functools
import hashlib

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature

_NAMES = {"kiosk": "kiosk", "staff": "staff", "sms": "phone", "c": "contract"}
_MOST_KEPT = 2_000  # contents of cookies, a process
_MOST_AGE_S = 24 * 3600  # a visit and a session are far shorter on the server


class CookiePerDoor(SecureCookieSessionInterface):
    """A signed cookie named after the door; it holds a random id and the form token, no more."""

    digest_method = staticmethod(hashlib.sha256)  # Flask's own is SHA-1

    def __init__(self) -> None:
        # A visit sends the same cookie with every page; its seal is looked at once.
        self._contents = functools.lru_cache(_MOST_KEPT)(self._unseal)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the cookie holds; nothing for none, as machines and first visits come."""
        if "HTTP_COOKIE" not in request.environ:
            return self.session_class()  # request.cookies would walk through all headers
        cookie = request.cookies.get(self.get_cookie_name(app))
        return self.session_class(self._contents(app, cookie) if cookie else None)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie where it changed; a door that never looked at it has none to send."""
        if session.accessed or session.modified:
            super().save_session(app, session, response)

    def _unseal(self, app: Flask, cookie: str) -> dict:
        serializer = self.get_signing_serializer(app)
        assert serializer is not None  # production refuses to start without SECRET_KEY
        try:
            return serializer.loads(cookie, max_age=_MOST_AGE_S)
        except BadSignature:
            return {}

    def get_cookie_name(self, app: Flask) -> str:
        door = request.path.split("/", 2)[1]
        name = _NAMES.get(door, "visit")
        # __Host- binds the cookie to this host and https (RFC 6265bis, 4.1.3.2).
        return f"__Host-{name}" if app.config["SESSION_COOKIE_SECURE"] else name


def settings(secret_key: str, secure: bool) -> dict:
    """Flask's cookie settings."""
    return {
        "SECRET_KEY": secret_key,
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
    }
