"""What waits at the desk, by urgency: the list with its pages and counts, and the newest call."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import groupby
from typing import NamedTuple

from db import desk as desk_records
from db.desk import CALL, Filter, Rules, Work
from services import clock, deadlines
from services.desk.kinds import KINDS
from services.errors import InvalidInput, NotYours
from services.officers.rights import SignedIn

PAGE = 50  # rows
# The bands of the list in their order. `db.desk.RANKS` are finer: danger stands before all else.
BANDS = ("standing", "overdue", "today", "answered", "new", "rest")
_BAND_OF = ("standing", *BANDS)
HOLDERS = ("", "me", "approve")  # whose work is listed
_CURSOR = re.compile(r"([0-6])\.(\d{1,15})\.((?:HD|GAP)-\d{6})")
# A call by text, and one whose person has left, is named on every page for so long.
_NEWS_FOR = KINDS[CALL].waits_too_long


class Queue(NamedTuple):
    """One page of the desk as one officer sees it."""

    rows: list[Work]  # most urgent band first, then oldest first
    bands: dict[str, int]  # how much waits in each band of BANDS, on all pages
    everybodys: int  # all that waits, in this kind and commune
    mine: int  # of that, what this officer holds
    to_approve: int  # of that, contracts that wait for a second officer, as this one may be
    after: str  # where the next page begins; "" on the last one
    ended: list[Work]  # mine, today, newest first

    @property
    def groups(self) -> list[tuple[str, list[Work]]]:
        """The rows by their band."""
        return [(name, list(works)) for name, works in groupby(self.rows, band)]

    @property
    def total(self) -> int:
        """How many rows all pages have."""
        return sum(self.bands.values())


class Chosen(NamedTuple):
    """What an officer wants to see; "" for all."""

    commune: str = ""
    kind: str = ""  # of KINDS
    holder: str = ""  # "me"; "approve": what waits for a second officer


class Waiting(NamedTuple):
    """The newest call that waits, for every page."""

    call: Work
    others: int  # calls that wait besides
    danger: int  # of those, how many tell of danger
    rings: bool  # danger, or somebody stands at the machine
    waited: int  # ms


def queue(who: SignedIn, chosen: Chosen, after: str, limit: deadlines.Limits, now: int) -> Queue:
    """The page that begins `after` ("" for the first). Raises NotYours for a commune out of reach,
    InvalidInput for any other choice that there is not."""
    found, rules = _filter(who, chosen), _rules(limit, now)
    parts = {"": found, "me": found._replace(mine=True),
             "approve": found._replace(to_approve=True)}
    rows = desk_records.page(parts[chosen.holder], rules, _cursor(after), PAGE + 1)
    ranks = {holder: desk_records.count_ranks(part, rules) for holder, part in parts.items()}
    bands = dict.fromkeys(BANDS, 0)
    for rank, number in ranks[chosen.holder].items():
        bands[_BAND_OF[rank]] += number
    midnight = clock.at_local(clock.local(now).date())
    everybodys, mine, to_approve = (sum(ranks[holder].values()) for holder in HOLDERS)
    return Queue(rows[:PAGE], bands, everybodys, mine, to_approve, _after(rows),
                 desk_records.ended_since(who.name, midnight))


def _filter(who: SignedIn, chosen: Chosen) -> Filter:
    if chosen.commune and not who.reaches(chosen.commune):
        raise NotYours(chosen.commune)
    if chosen.kind not in ("", *KINDS):
        raise InvalidInput("kind")
    if chosen.holder not in HOLDERS:
        raise InvalidInput("holder")
    reach = (chosen.commune,) if chosen.commune else who.reach
    # Work that an officer took is theirs wherever it is from.
    return Filter(reach, chosen.kind, who.name, whole_reach=not chosen.commune)


def _rules(limit: deadlines.Limits, now: int) -> Rules:
    today = clock.local(now).date()
    own, build = min(limit.own, limit.law), min(limit.build, limit.law)
    return Rules(
        now=now, today=today.isoformat(), call_late=now - KINDS[CALL].waits_too_long,
        overdue=tuple(clock.at_local(deadlines.first_due(today, days)) for days in (own, build)),
        due_today=tuple(clock.at_local(deadlines.first_due(today + timedelta(days=1), days))
                        for days in (own, build)))


def _cursor(text: str) -> tuple[int, int, str]:
    if not text:
        return (-1, 0, "")
    found = _CURSOR.fullmatch(text)
    if found is None:
        raise InvalidInput("after")
    return int(found[1]), int(found[2]), found[3]


def _after(rows: list[Work]) -> str:
    if len(rows) <= PAGE:
        return ""
    last = rows[PAGE - 1]
    return f"{last.rank}.{last.created_at}.{last.ticket}"


def band(work: Work) -> str:
    """The band of a row of the list."""
    return _BAND_OF[work.rank]


def stands(work: Work, now: int) -> bool:
    """The person who called stands at the machine now."""
    return work.here_until is not None and work.here_until > now


def has_left(work: Work, now: int) -> bool:
    """The person called from a machine and went away."""
    return work.kind == CALL and work.channel == "kiosk" and not stands(work, now)


def newest_call(who: SignedIn, now: int) -> Waiting | None:
    """The newest call within reach that nobody has taken: danger and people at a machine before
    all others. None when nobody waits."""
    call = desk_records.newest_call(who.reach, now, now - _NEWS_FOR)
    if call is None:
        return None
    others, danger = desk_records.count_calls(who.reach, now, now - _NEWS_FOR)
    told = bool(call.danger)
    return Waiting(call, others - 1, danger - told, told or stands(call, now),
                   now - call.created_at)
