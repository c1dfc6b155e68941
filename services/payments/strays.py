"""Reports about money that we do not take in as they come: kept until an officer has looked.

Whoever sent one may have been told so; but the payer's money is somewhere, and a machine's answer
helps nobody who stands at the counter.
"""

from __future__ import annotations

import hashlib
from typing import Literal, NamedTuple

from db import audit
from db import strays as stray_records
from db.connection import write
from db.strays import StrayRow
from services.errors import AlreadyDecided, InvalidInput, UnknownStray
from services.officers.rights import SignedIn
from services.privacy import Vault

# Not recorded: unreadable, conflict (a known number with other content), amount, promotion, bill
# (no such one), time. Recorded, but: time_taken (with the moment of arrival), contrary (failed,
# after it had been paid). lost: a provider says nothing of an order for days.
Why = Literal["unreadable", "conflict", "amount", "promotion", "bill", "time", "time_taken",
              "contrary", "lost"]
PAGE = 50
_MOST_CONTENT = 2000
LONGEST_NOTE = 200


class Untaken(NamedTuple):
    """What was told. `facts`: what makes two reports under one number the same."""

    source: str
    why: Why
    number: str
    about: str = ""  # a bill's public id, or our reference of an order
    amount: int | None = None  # đ
    code: str = ""
    facts: str = ""


class Page(NamedTuple):
    """Some rows, the newest first. `before`: where the next page begins, 0 for none."""

    rows: list[StrayRow]
    before: int


def keep(told: Untaken, now: int) -> None:
    """Record it, or that it came once more; inside the caller's transaction or alone."""
    write(lambda: stray_records.keep(
        told.source, _mark(told.why, told.number, told.facts), told.why, told.number[:64],
        told.about[:64], told.amount, told.code, None, now))


def keep_unreadable(source: str, content: str, vault: Vault, now: int) -> None:
    """Record what was signed rightly and says nothing that we understand."""
    sealed = vault.seal(_readable(content), _about(source))
    write(lambda: stray_records.keep(source, _mark("unreadable", "", content), "unreadable", "", "",
                                     None, "", sealed, now))


def _mark(why: str, number: str, facts: str) -> str:
    text = f"{why}|{number}|{facts}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _readable(content: str) -> str:
    kept = content[:_MOST_CONTENT].encode("utf-8", "replace").decode()
    return "".join(sign if sign.isprintable() else " " for sign in kept)


def _about(source: str) -> str:
    return f"stray {source}"


def page(who: SignedIn, is_open: bool, before: int) -> Page:
    """What waits, or what is over, in the officer's reach; those without a known customer too."""
    rows = stray_records.page(is_open, before or 2**62, PAGE + 1, who.reach)
    return Page(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else 0)


def waiting(who: SignedIn) -> int:
    """How many wait in the officer's reach."""
    return stray_records.count_open(who.reach)


def content(row: StrayRow, vault: Vault) -> str:
    """What came, where it could not be read; else ""."""
    return vault.open(row.content_sealed, _about(row.source)) if row.content_sealed else ""


def resolve(who: SignedIn, stray_id: int, note: str, now: int) -> None:
    """An officer has looked, and says what was done. Raises UnknownStray, InvalidInput("note",
    "empty" or "long") or AlreadyDecided."""
    kept = " ".join(note.split())
    if not kept or len(kept) > LONGEST_NOTE or not kept.isprintable():
        raise InvalidInput("note", "long" if kept else "empty")
    found = stray_records.get(stray_id, who.reach)
    if found is None:
        raise UnknownStray(str(stray_id))
    write(lambda: _resolve(who.name, found, kept, now))


def _resolve(officer: str, found: StrayRow, note: str, now: int) -> None:
    if not stray_records.resolve(found.id, note, officer, now):
        raise AlreadyDecided(str(found.id))
    audit.append(now, [(officer, "stray.resolve", f"{found.source} {found.id}",
                        f"{found.why} {found.number}: {note}")])
