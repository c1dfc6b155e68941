"""Each door has a cookie of its own, so that a kiosk visit and an officer's session never mix."""

from __future__ import annotations

from flask import Flask, Request, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

_NAMES = {"kiosk": "kiosk", "staff": "staff", "sms": "phone"}


class CookiePerDoor(SecureCookieSessionInterface):
    """A signed cookie named after the door; it holds a random id and the form token, no more."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Without a cookie there is nothing to unseal: machines and first visits come so."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

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
