"""Who looked at whom and who changed what, on the record."""

from __future__ import annotations

from db import audit
from db.connection import write


def record(now: int, actor: str, action: str, subject: str, detail: str = "") -> None:
    """Put one entry on the chain; it is durable when this returns.

    `subject`: a customer code, a ticket or an officer. Never put a phone, a name or a
    typed search into it or into `detail`.
    """
    write(lambda: audit.append(now, [(actor, action, subject, detail)]))


def check(known_head: str = "") -> str | None:
    """Name of the first row that breaks the chain, or None; `known_head` was noted earlier."""
    return audit.first_bad_row(known_head)


def head() -> tuple[str, int]:
    """(hash, number of rows) to note down somewhere else."""
    return audit.head()
