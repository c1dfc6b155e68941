"""May this process work on these records with these settings? Asked once, when it starts.

A server may start before its database does: then it asks again with each request until it knows,
and the request is answered like any other without a database.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from flask import Flask, request

from config import Settings
from db import audit, connection, house_state, schema
from services import data_key
from services.data_key import RecordsRefused
from services.officers import audit_trail
from web.office import Office, office
from web.serving.answers import REFUSED

log = logging.getLogger("quaydien")

_UNASKED = ("/healthz", "/readyz", "/static/")


def check(here: Office) -> None:
    """Raises RecordsRefused, or one of `connection.UNAVAILABLE`."""
    if house_state.get(house_state.DEMO) and _real(here.settings):
        raise RecordsRefused(
            "the demo filled this database: its people and officers are invented, their password"
            " is known; begin with a new one (or ALLOW_INSECURE=1 for a test installation)")
    data_key.check(here.vault, here.now())
    audit_trail.check_key(here.settings)


def _real(settings: Settings) -> bool:
    return not (settings.demo or settings.allow_insecure)


def unfit_for_restore(fetched: Callable[..., list]) -> str:
    """Why a backup must not be restored with these settings, or ""; `fetched` asks it."""
    here = office()
    steps = {name for (name,) in fetched("SELECT name FROM schema_migration")}
    if not data_key.fits(here.vault, steps, fetched):
        return "is sealed with another DATA_KEY than the one set; nothing was restored"
    if "0015_keys" not in steps:
        return ""
    noted = audit.noted_key(fetched)
    if noted and not audit.is_ours(noted):
        return "has an audit trail of another AUDIT_KEY than the one set; nothing was restored"
    if _real(here.settings) and house_state.is_there(house_state.DEMO, fetched):
        return "is of a database that the demo filled; nothing was restored"
    return ""


def or_exit(here: Office) -> None:
    """Look before any server process is made; ends with one line (2)."""
    here.open_records(serving=True)
    _is_known_or_exit(here)


def init_app(app: Flask) -> None:
    """Ends the process with one line where records and settings do not belong together."""
    if not _is_known_or_exit(app.extensions["office"]):
        waiting = [True]
        app.before_request(lambda: _ask_again(waiting))


def _is_known_or_exit(here: Office) -> bool:
    try:
        return _is_known(here)
    except RecordsRefused as error:
        _tell(error)
        raise SystemExit(2) from None


def _tell(error: Exception) -> None:
    print(f"error: {error}", file=sys.stderr, flush=True)


def _is_known(here: Office) -> bool:
    """True when it was asked and is well; False where it cannot be asked yet."""
    try:
        if schema.missing():
            return False
        check(here)
    except connection.UNAVAILABLE as error:
        log.warning("database unavailable: %s", type(error).__name__)
        connection.forget_broken()
        return False
    return True


def _ask_again(waiting: list[bool]) -> None:
    if REFUSED in request.environ:
        return  # told without a database
    if waiting[0] and not request.path.startswith(_UNASKED) and not schema.missing():
        check(office())
        waiting[0] = False
