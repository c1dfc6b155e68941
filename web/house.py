"""Our kind of Flask application: what all doors have in common, and templates that know formats
and languages as soon as the first one is drawn."""

from __future__ import annotations

from flask import Blueprint, Flask
from flask.helpers import get_debug_flag
from werkzeug.datastructures import ImmutableDict

from config import Settings
from web import texts


class House(Flask):
    """Flask, with templates compiled once a language (`web/texts.py`)."""

    # Flask's own way (None: as `debug`) makes the templates' environment for each command.
    default_config = ImmutableDict(  # type: ignore[assignment]
        {**Flask.default_config, "TEMPLATES_AUTO_RELOAD": get_debug_flag()})
    jinja_environment = texts.Environment
    jinja_options = {**Flask.jinja_options, "cache_size": texts.MOST_KEPT}

    def ensure_sync(self, func):
        """No function of a request is a coroutine; Flask would look at each of them every time."""
        return func

    def lay_down(self) -> None:
        """The server's thread is done with a request (`web/serving/front.py`)."""
        # loaded where it is used: docs/decisions/0006-rooms.md
        from db import connection

        connection.lay_down()

    def create_jinja_environment(self) -> texts.Environment:
        """A command that draws nothing loads neither formats nor catalogues."""
        # loaded where it is used: docs/decisions/0006-rooms.md
        from web import filters, languages

        environment = super().create_jinja_environment()
        assert isinstance(environment, texts.Environment)
        languages.furnish(self, environment)
        filters.furnish(environment)
        return environment


def furnish(app: House, settings: Settings) -> None:
    """Give the app what every door needs."""
    # loaded where it is used: docs/decisions/0006-rooms.md
    from htmx_flask import Htmx

    from web import cookies, errors, health, http_requests, insecure, security, static_files

    app.config.update(cookies.settings(settings.secret_key, settings.secure))
    app.session_interface = cookies.CookiePerDoor()
    Htmx(app)
    for part in (http_requests, errors, static_files):
        part.init_app(app)
    security.init_app(app, settings.secure)
    if settings.allow_insecure:
        insecure.init_app(app)
    app.register_blueprint(health.bp)


def exempt_from_token(bp: Blueprint) -> None:
    """Machines sign each request: their forms carry no token."""
    # loaded where it is used: docs/decisions/0006-rooms.md
    from web import security

    security.csrf.exempt(bp)
