"""What the providers' files share: reading a JSON body, and answering when we cannot record."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable

from flask import Blueprint
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from db import connection
from web import errors
from web.office import office

log = logging.getLogger("quaydien.callbacks")

WINDOW_S = 300  # how old or early a signed timestamp may be


def json_object(raw: bytes | str) -> dict | None:
    """The JSON object in `raw`, or None."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def digest(text: str | bytes) -> str:
    """Hex SHA-256 of what was signed: the same for a repetition, another for other content."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return hashlib.sha256(data).hexdigest()


def watched() -> frozenset[str]:
    """Our accounts, where BANK_ACCOUNTS names them; else a feed's account is believed."""
    settings = office().settings
    return settings.our_accounts if settings.bank_accounts else frozenset()


def when_not_recorded(bp: Blueprint, answer: Callable[[], ResponseReturnValue]) -> None:
    """Give `answer` (the provider's own "try again") when the database cannot be written or we
    are broken: without it some providers take silence for success."""
    def handle(error: Exception) -> ResponseReturnValue:
        if isinstance(error, HTTPException):
            return errors.refused(error)
        if isinstance(error, connection.UNAVAILABLE):
            log.error("database unavailable: %s", error)
            connection.forget_broken()
        else:
            log.exception("unexpected error: %s", error)
        return answer()

    bp.register_error_handler(Exception, handle)
