"""The roof: settings, database, doors and commands put together, and the URL map of all rooms.

A process loads what it uses and no more (`docs/decisions/0006-rooms.md`): a server the doors that
ROOMS names, a command its own file.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
from collections.abc import Callable

import click
from flask import redirect
from flask.cli import AppGroup, FlaskGroup

from config import ConfigError, Settings
from services import clock
from web import house
from web.house import House
from web.office import Closed, Office

# Libraries that read what people hand in.
READERS = ("pyhanko", "pyhanko_certvalidator", "pypdf", "pypdfium2", "PIL", "fontTools")
# Payment providers and banks that report to us: a name is a file of `partners/callbacks/`.
CALLBACKS = ("vnpay", "zalopay", "momo", "payos", "casso", "sepay")
# Where each room hangs: the address above it, and its files. A file's own routes stand in it.
URL_MAP: dict[str, dict[str, list[str]]] = {
    "kiosk": {"/kiosk": ["screens", "bills", "proofs", "payments", "ways", "contracts", "papers",
                         "agreement", "help", "outages", "info", "enrol", "slips", "speech"]},
    "links": {"/q": ["bill"], "/c": ["contract"]},
    "sms": {"/sms/twilio": ["gateways.twilio"], "/sms/twilio/voice": ["voice"],
            "/sms/kannel": ["gateways.kannel"], "/sms/modem": ["gateways.modem"]},
    "staff": {"/staff": ["signin", "account", "desk", "calls", "endings", "register",
                         "messages", "campaigns", "customers", "speech", "contracts.requests",
                         "contracts.papers", "contracts.signing", "contracts.handover", "cash",
                         "transfers", "doubts", "refunds", "payments", "reconciliation",
                         "promotions", "officers.officers"],
              "/staff/archive": ["archive.archive", "archive.scans", "archive.typing"]},
    "partners": {"/partners/v1": ["api"], "/partners": ["api_docs"],
                 "/partners/callbacks": ["callbacks.returning"],
                 **{f"/partners/callbacks/{name}": [f"callbacks.{name}"] for name in CALLBACKS}},
    "edge": {},
}
DEMO_URL_MAP = {"kiosk": {"/kiosk": ["styleguide"]}, "sms": {"/sms/simulator": ["simulator"]}}
# Doors where machines knock: they sign each request, so no form token is asked.
SIGNED = {"sms.gateways.twilio", "sms.gateways.kannel", "sms.gateways.modem", "sms.voice",
          "partners.api", *(f"partners.callbacks.{name}" for name in CALLBACKS)}
# Commands by name: the file, and the group in it.
COMMANDS = {
    "archive": "terminal.archive:archive", "audit": "terminal.audit:audit",
    "bills": "terminal.imports:bills_group", "contracts": "terminal.contracts:contracts",
    "customers": "terminal.imports:customers_group", "db": "terminal.database:db",
    "kiosks": "terminal.kiosks:kiosks", "outages": "terminal.imports:outages_group",
    "partners": "partners.terminal:partners", "payments": "terminal.payments:payments",
    "places": "terminal.imports:places_group", "qr": "terminal.qr:qr",
    "sms": "sms.terminal:sms", "speech": "terminal.speech:speech",
    "staff": "staff.terminal:staff",
}


class Commands(AppGroup):
    """Our commands, each loaded when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*COMMANDS, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return super().get_command(ctx, name)
        file, _colon, group = COMMANDS[name].partition(":")
        return getattr(importlib.import_module(file), group)


def create_app(settings: Settings | None = None, now: Callable[[], int] = clock.now_ms) -> House:
    """The whole application. `now` is the clock, in UTC epoch milliseconds."""
    logging.basicConfig()  # level and logger before each line, on standard error
    os.umask(0o077)  # what a process makes, SQLite's files too, is for its own account alone
    _hush_readers()
    app = House(__name__)
    app.cli = Commands()
    if _looks_for_a_command():
        app.extensions["office"] = _office_of_a_command(settings, now)
        return app
    settings = settings or _settings_or_exit()
    app.extensions["office"] = Office(settings, now)
    _open(app, settings)
    return app


def _hush_readers() -> None:
    """Libraries that read files from outside say nothing: what is wrong with a file is our
    answer to give, in one line, and they would print it too, some with a traceback."""
    for name in READERS:
        logger = logging.getLogger(name)
        logger.propagate = False
        logger.addHandler(logging.NullHandler())


def _looks_for_a_command() -> bool:
    """True while `flask` only wants to know our commands: they need no door. Its own `run`,
    `routes` and `shell`, a server and a test want the doors."""
    context = click.get_current_context(silent=True)
    return context is not None and isinstance(context.command, FlaskGroup)


def _open(app: House, settings: Settings) -> None:
    # loaded where it is used: docs/decisions/0006-rooms.md
    from web import admission

    app.extensions["office"].open_records(serving=True)
    admission.init_app(app)
    house.furnish(app, settings)
    for room in settings.open_rooms:
        _hang(app, room, URL_MAP[room])
        if settings.demo:
            _hang(app, room, DEMO_URL_MAP.get(room, {}))
    if "kiosk" in settings.open_rooms:
        app.add_url_rule("/", "root", lambda: redirect("/kiosk/", 303))


def _hang(app: House, room: str, rows: dict[str, list[str]]) -> None:
    for prefix, files in rows.items():
        for file in files:
            name = f"{room}.{file}"
            bp = importlib.import_module(name).bp
            app.register_blueprint(bp, url_prefix=prefix)
            if name in SIGNED:
                house.exempt_from_token(bp)


def _office_of_a_command(settings: Settings | None, now: Callable[[], int]) -> Office | Closed:
    """Bad settings close the office to a command, which says so when it comes to it: `--help` and
    what needs no records work without."""
    try:
        return Office(settings or Settings.load(os.environ), now)
    except ConfigError as error:
        return Closed(str(error))


def _settings_or_exit() -> Settings:
    try:
        return Settings.load(os.environ)
    except ConfigError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(2) from None
