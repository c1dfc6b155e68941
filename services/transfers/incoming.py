"""A movement as somebody tells it, and when two tellings may be of the same money. Pure.

The rules and why they are so: docs/decisions/0007-whose-money.md.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from services import clock
from services.notation.folding import folded
from services.transfers.statements.lines import account_key

# A number short of this may be anybody's: between a feed and a statement it shows nothing.
SHORTEST_REFERENCE, FEWEST_DIGITS = 8, 5
SAME_MONEY_DAYS = 4  # a notice, a statement and a feed date the same transfer so far apart
_BANK, _FEED = "@", "~"  # before the source's name, in place of an account that was not told


class Incoming(NamedTuple):
    """A transfer as its source reports it."""

    source: str  # name of a partner: casso, sepay, payos, or the bank of a statement
    title: str
    txn_id: str  # theirs, at most 52 characters
    amount: int  # đ, above 0
    text: str
    paid_at: int  # epoch ms
    body_digest: str  # hex SHA-256; the same for the same content
    payer: str = ""
    account: str = ""  # ours
    bank_ref: str = ""  # the number that our bank gave
    kind: str = "intermediary"  # of the source: "intermediary" or "bank"
    day: str = ""  # the value day, ISO; "": the day of `paid_at`
    evidence: str = ""  # what the payer or the payer's bank filled
    parts: int = 1  # transfers in it, told as one sum
    document: int | None = None  # row of the statement that tells it
    key: str = ""  # the source's own number of this telling; "": txn_id
    why: str = ""  # why it must not count yet: "account"
    returned: bool = False  # money of ours that came back: for no bill by itself
    reverses: bool = False  # the bank took it back
    is_entry: bool = False  # it stands on the account by itself, or is the sum of such an entry


def place(told: Incoming) -> str:
    """Our account; where it is not told, a mark of who does not tell it."""
    account = account_key(told.account)[:39]
    return account or (_BANK if told.kind == "bank" else _FEED) + told.source


def is_place(account: str) -> bool:
    """True for an account, False for the mark of one that was not told."""
    return account[:1] not in ("", _BANK, _FEED)


def may_be_one_place(one: str, other: str) -> bool:
    """False for two accounts, and for statements of two banks."""
    if one == other or "" in (one, other) or _FEED in (one[0], other[0]):
        return True
    return (one[0] == _BANK) != (other[0] == _BANK)


def letters(number: str) -> str:
    """A number as it is looked up: capitals and digits, and the place in a bundle ("/2")."""
    base, slash, position = number.partition("/")
    kept = "".join(c for c in base.upper() if c.isascii() and c.isalnum())
    return (kept[:54] + slash + position.strip()[:9]) if position.strip().isdigit() else "".join(
        c for c in number.upper() if c.isascii() and c.isalnum())[:64]


def is_long(bank_ref: str) -> bool:
    """True for a number that is one transaction's and no word or counter."""
    base = bank_ref.partition("/")[0]
    return (len(base) >= SHORTEST_REFERENCE
            and sum(c.isdigit() for c in base) >= FEWEST_DIGITS)


def number(told: Incoming) -> str:
    """The number that our bank surely gave, or ""."""
    kept, known = "".join(told.bank_ref.upper().split())[:64], letters(told.bank_ref)
    if told.kind != "bank":
        return kept if is_long(known) else ""
    # Digits alone and few: a counter that begins again with each document.
    counter = known.partition("/")[0].isdigit() and len(known) < SHORTEST_REFERENCE
    return "" if counter or not known else kept


def identity(told: Incoming) -> str | None:
    """Our account and our bank's number, or None where no number is certain."""
    certain = number(told)
    return f"{place(told)} {certain}" if certain else None


def number_in(identity_of: str | None) -> str:
    """The number of an identity; "" for none. What follows it tells apart what an officer told
    apart."""
    return identity_of.split(" ")[1] if identity_of else ""


def day(told: Incoming) -> str:
    """The value day, ISO."""
    return told.day or clock.local_day(told.paid_at)


def parts(told: Incoming) -> int:
    """How many transfers it is; 0 for an entry that says neither that nor anything else."""
    return 0 if told.is_entry and told.parts == 1 and not folded(told.text) else told.parts


def around(iso: str, days: int) -> tuple[str, str]:
    """(first, last) day within `days` of one."""
    middle = date.fromisoformat(iso)
    reach = timedelta(days)
    try:
        return (middle - reach).isoformat(), (middle + reach).isoformat()
    except OverflowError:
        return iso, iso


def days_apart(one: str, other: str) -> int:
    """Days between two ISO days; many when one is not known."""
    if not one or not other:
        return 10**6
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days)


def texts_agree(one: str, other: str, by_feed: bool) -> bool:
    """The same words, or none on one side; a feed may have more or fewer words around them."""
    mine, theirs = folded(one), folded(other)
    if mine == theirs or not mine or not theirs:
        return True
    pressed = re.sub(" ", "", mine), re.sub(" ", "", theirs)
    return pressed[0] == pressed[1] or (
        by_feed and (pressed[0] in pressed[1] or pressed[1] in pressed[0]))
