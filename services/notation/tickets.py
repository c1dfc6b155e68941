"""Ticket numbers: a word and six digits, easy to say and to type with a thumb."""

from __future__ import annotations

import contextlib
import re
import secrets
from collections.abc import Callable

from db import connection
from db.connection import write
from services.errors import UnknownTicket
from services.notation.folding import unaccented

REQUEST, CALL = "HD", "GAP"  # of a request for a contract, of a call for an officer
WORDS = (REQUEST, CALL)
_TICKET = re.compile(rf"({'|'.join(WORDS)})?([0-9OQIL]{{6}})")
_TO_DIGIT = str.maketrans("OQIL", "0011")
_TRIES = 50  # of 900 000 numbers; by then it is not the ticket that is refused
_MOST_TYPED = 40


def with_new_ticket(word: str, create: Callable[[str], object]) -> str:
    """Call `create(ticket)` in a transaction with a fresh ticket and return it.

    connection.DUPLICATE of `create` means that the ticket is taken: another one is tried. One
    that comes back with every ticket is raised.
    """
    for _ in range(_TRIES - 1):
        with contextlib.suppress(connection.DUPLICATE):
            return _created(word, create)
    return _created(word, create)


def _created(word: str, create: Callable[[str], object]) -> str:
    # Random, not counted up: a ticket says nothing about the one before it.
    ticket = f"{word}-{secrets.randbelow(900_000) + 100_000}"
    write(lambda: create(ticket))
    return ticket


def word_of(ticket: str) -> str:
    """ "HD-482915" → "HD"."""
    return ticket.partition("-")[0]


def parse(text: str) -> str:
    """ "hd 482 915" → "HD-482915"; bare digits are an HD. Raises UnknownTicket for no ticket."""
    kept = "".join(c for c in unaccented(text).upper() if c.isascii() and c.isalnum())
    match = _TICKET.fullmatch(kept) if len(text) <= _MOST_TYPED else None
    if match is None:
        raise UnknownTicket(text[:_MOST_TYPED])
    return f"{match[1] or REQUEST}-{match[2].translate(_TO_DIGIT)}"
