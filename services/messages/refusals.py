"""What limits refused, for the officers: why a text was not sent, who asked too often today."""

from __future__ import annotations

from typing import NamedTuple

from db import customers as customer_records
from db import desk as desk_records
from db import kiosks as kiosk_records
from db import limits as limit_records
from db import message_log as message_log_records
from db import reference
from db.limits import Refused
from services import clock
from services.limits import limits
from services.limits.rules import RULES
from services.messages import text_reach
from services.officers.rights import SignedIn
from services.privacy import Vault

MOST_SHOWN = 100
_SHOWN_OF_A_PHONE = 20
_DAYS = 14


class Refusal(NamedTuple):
    """How often a rule refused somebody on a day. `whom`: a masked phone, a kiosk, a commune, …;
    "" for what has no name, or lies out of the officer's reach."""

    rule: str
    whom: str
    number: int
    first_at: int
    last_at: int


class DayOfLimits(NamedTuple):
    """What limits refused on a local day (ISO)."""

    day: str
    by_rule: list[tuple[str, int, int]]  # (rule, how often, to how many)
    newest: list[Refusal]


def on_day(day: str, who: SignedIn, vault: Vault) -> DayOfLimits:
    """What was refused on a local day; names only within the officer's reach."""
    limits.flush()
    kiosks = {limits.hidden(f"kiosk {one.name}"): one.name for one in kiosk_records.devices()}
    rows = [Refusal(row.rule, _name(row, who, vault, kiosks), row.number, row.first_at, row.last_at)
            for row in limit_records.refused_on(day, MOST_SHOWN)]
    return DayOfLimits(day, limit_records.refused_by_rule(day), rows)


def to_phone(phone_hash: str, who: SignedIn, now: int) -> list[Refused]:
    """What was refused to a phone in the last two weeks, the newest first. Whom only a ticket gave
    its number sees what others caused, nothing that tells what the phone itself does."""
    limits.flush()
    rows = limit_records.refused_to(phone_hash, now - _DAYS * clock.DAY, _SHOWN_OF_A_PHONE)
    opened = text_reach.of_phone(phone_hash, who)
    if opened.all or opened.rest_since is not None:
        return rows
    return [row for row in rows if row.rule in limits.OTHERS]


def _name(row: Refused, who: SignedIn, vault: Vault, kiosks: dict[str, str]) -> str:
    rule = RULES.get(row.rule)
    kind = rule.who if rule else ""
    if kind.startswith("phone"):
        if not text_reach.of_phone(row.who, who):
            return ""
        return vault.masked_phone(message_log_records.phone_of(row.who))
    if kind == "device":
        return kiosks.get(row.who, "")
    if kind == "commune":
        return reference.commune_name(row.who)
    if kind == "partner":
        return row.who
    return _code_or_ticket(row.who, who)


def _code_or_ticket(about: str, who: SignedIn) -> str:
    found = customer_records.get(about) or desk_records.get(about)
    return about if found is not None and who.reaches(found.commune_code) else ""
