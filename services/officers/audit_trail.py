"""Who looked at whom and who changed what, on the record."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from config import Settings
from db import audit
from db.connection import write
from services import data_key
from services.data_key import RecordsRefused


def key_of(settings: Settings) -> bytes:
    """The key of the chain: from AUDIT_KEY, else from DATA_KEY."""
    root = (settings.audit_key or settings.data_key).encode()
    return hmac.digest(root, b"quaydien audit chain", hashlib.sha256)


def check_key(settings: Settings) -> None:
    """Raises RecordsRefused when the chain is keyed with another key: rows of two keys would look
    forged."""
    if not audit.noted_key():
        data_key.note_if_possible(audit.note_key)
    noted = audit.noted_key()
    if noted and not audit.is_ours(noted):
        name = "AUDIT_KEY" if settings.audit_key else "DATA_KEY (AUDIT_KEY is empty)"
        raise RecordsRefused(f"{name} is not the key of this database's audit trail: set that one;"
                    " nothing was changed")


def record(now: int, actor: str, action: str, subject: str, detail: str = "") -> None:
    """Put one entry on the chain; it is durable when this returns.

    `subject`: a customer code, a ticket or an officer. Never put a phone, a name or a
    typed search into it or into `detail`.
    """
    write(lambda: audit.append(now, [(actor, action, subject, detail)]))


def check(known_head: str = "", noted: Mapping[int, str] | None = None) -> str | None:
    """Name of the first row that breaks the chain, or None; `known_head` and `noted` (by count)
    are heads noted earlier."""
    return audit.first_bad_row(known_head, noted)


def plain_rows() -> int:
    """How many rows, the first ones, are from before the chain was keyed."""
    return audit.plain_rows()


def head() -> tuple[str, int]:
    """(hash, number of rows) to note down somewhere else."""
    return audit.head()
