"""What a bank's document says, whatever its form was: movements on our accounts, and what was
left out of it by name."""

from __future__ import annotations

import re
from collections.abc import Set
from typing import NamedTuple

from services.errors import Invalid

MOST_NUMBER = 52  # characters, with the position in a bundle
_LONGEST = 46  # as a bank writes it; ISO 20022 gives 35
# What programs write where they have no number.
_NO_NUMBER = {"", "NOTPROVIDED", "NOTPROVIDE", "NOTAVAILABLE", "NOTAPPLICABLE", "NONREF", "NOREF",
              "NOREFERENCE", "NONE", "NULL", "NIL", "NAN", "NA", "UNKNOWN", "EMPTY", "KHONGCO"}


class InvalidStatement(Invalid):
    """A bank statement file cannot be read; the message names the place."""


class StatementLine(NamedTuple):
    """One booked movement in VND on one of our accounts, as a document tells it."""

    amount: int  # đ, above 0
    text: str
    paid_at: int  # the booking moment, epoch ms
    day: str  # the value day, ISO; else the booking day
    account: str = ""  # ours, as `account_key` writes it; "" where the document does not say
    # Assigned by our bank and certain, at most MOST_NUMBER characters; "" for none. A part of a
    # bundle that has none of its own: the bundle's number/its position from 1.
    number: str = ""
    bundle: str = ""  # number of the entry that this line is a detail of, when the two differ
    bundle_amount: int = 0  # đ of that entry, also when it has no number; 0 for a line alone
    parts: int = 1  # transfers in it, when the document tells several as one sum
    payer: str = ""
    evidence: str = ""  # what the payer or the payer's bank filled; for people, never identity
    reverses: bool = False  # the bank took money back; `number` is the credit's when it is told
    returned: bool = False  # money of ours that came back: no payer's, so for no bill by itself


class LeftOut(NamedTuple):
    """What does not count, by name; it never keeps the rest from being taken in."""

    where: str  # "entry FT1", "line 12"
    # foreign_account, currency, not_booked, no_date, zero, fraction, outgoing
    why: str
    what: str  # the account, the currency, the status, the amount


class Statement(NamedTuple):
    """A whole file."""

    lines: list[StatementLine]
    outgoing: list[StatementLine]  # money that left, with a number: perhaps a credit taken back
    left_out: list[LeftOut]
    accounts: list[str]  # of the document, ours or not, as `account_key` writes them
    digest: str  # SHA-256 of the file's bytes, hex


def account_key(written: str) -> str:
    """An account number as it is compared: without spaces and dashes, in capitals."""
    return re.sub(r"[\W_]", "", written).upper()


def is_ours(account: str, ours: Set[str]) -> bool:
    """True for one of our accounts, and where the document does not say which it is about."""
    return not account or account in ours


def number(written: str, where: str) -> str:
    """A number that our bank gave, or "" where it only says that there is none.

    Raises InvalidStatement (names `where`) for one that is too long: cut short it could be
    another transfer's.
    """
    kept = " ".join(written.split())
    letters = account_key(kept)
    if letters in _NO_NUMBER or not letters.strip("0"):
        return ""
    if len(kept) > _LONGEST:
        raise InvalidStatement(f"{where}: {kept[:20]}… is too long for a transfer's number")
    return kept
