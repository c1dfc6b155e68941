"""Ticket numbers: a word and six digits, easy to say and to type with a thumb."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

import peewee

from db.connection import write
from services.errors import UnknownTicket
from services.folding import unaccented

_TICKET = re.compile(r"(HD|GAP)(\d{6})")


def with_new_ticket(word: str, create: Callable[[str], object]) -> str:
    """Call `create(ticket)` in a transaction with a fresh ticket and return it."""
    while True:
        # Random, not counted up: a ticket says nothing about the one before it.
        ticket = f"{word}-{secrets.randbelow(900_000) + 100_000}"
        if _created(create, ticket):
            return ticket


def _created(create: Callable[[str], object], ticket: str) -> bool:
    try:
        write(lambda: create(ticket))
    except peewee.IntegrityError:
        return False
    return True


def parse(text: str) -> str:
    """ "hd 482 915" → "HD-482915"; raises UnknownTicket for what is no ticket."""
    kept = "".join(c for c in unaccented(text[:40]).upper() if c.isascii() and c.isalnum())
    match = _TICKET.fullmatch(kept if not kept.isdigit() else "HD" + kept)
    if match is None:
        raise UnknownTicket(text[:40])
    return f"{match[1]}-{match[2]}"
