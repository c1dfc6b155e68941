"""Reminders: new bill, due soon, overdue, planned outage; each is sent once a bill.

A run is asked for by the daily round, an officer or the command line, and built by whoever
takes it, in short steps, so that no step holds up a payment. A run that dies in the middle
is built again from the start: what was queued is not queued twice.
"""

from __future__ import annotations

import functools
import json
import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import NamedTuple

from config import Settings
from db import audit, reference
from db import campaigns as campaign_records
from db.campaigns import Cut, Due, RunRow, Taken
from db.connection import write
from services import clock
from services.errors import InvalidInput, NotYours, Unavailable
from services.officers.rights import SignedIn
from services.outbox import outbox, pausing

KINDS = ("new_bill", "due_soon", "overdue", "outage")
# Days from today within which a bill is due, by kind; no bill is in two of them.
_DAYS = {"new_bill": (4, 60), "due_soon": (0, 3), "overdue": (-30, -1)}
_EVERY_HOUR = frozenset(["new_bill", "outage"])  # bills are imported and outages planned all day
A_PHONE_A_DAY = 3
PARTS_PLAIN, PARTS_ACCENTS = 1, 3  # at most; the tests of the replies prove it
_LIFETIME = 3 * clock.DAY
_OUTAGE_AHEAD = clock.DAY
_PAGE = 5_000  # bills in one step: a tenth of a second
_LEASE = 2 * clock.MINUTE
_MOST_SHOWN = 30


class RemindersOff(Unavailable):
    """SMS_REMINDERS_A_DAY=0: no reminders are sent here."""


class Preview(NamedTuple):
    """What a run would queue now."""

    total: int
    with_accents: int  # of them; they cost more

    @property
    def segments(self) -> int:
        """What they cost at most."""
        plain = self.total - self.with_accents
        return plain * PARTS_PLAIN + self.with_accents * PARTS_ACCENTS


class Run(NamedTuple):
    """A run and how far its messages are, by state."""

    campaign: RunRow
    states: dict[str, int]

    def count(self, *states: str) -> int:
        """Messages in any of these states."""
        return sum(self.states.get(state, 0) for state in states)

    @property
    def under_way(self) -> bool:
        """Something may still change by itself."""
        return (self.campaign.state in (campaign_records.ASKED, campaign_records.BUILDING)
                or self.count("queued", "leased", "accepted") > 0)


def preview(kind: str, now: int) -> Preview:
    """Count what a run of `kind` would queue; raises InvalidInput."""
    _check(kind)
    midnight = _midnight(now)
    if kind == "outage":
        counts = [campaign_records.count_outage(number, commune, midnight, A_PHONE_A_DAY)
                  for number, commune, *_ in campaign_records.outages(now, now + _OUTAGE_AHEAD)]
    else:
        counts = [campaign_records.count_bills(_due(kind, now), midnight, A_PHONE_A_DAY)]
    return Preview(sum(total for total, _ in counts), sum(accents for _, accents in counts))


def ask(kind: str, who: SignedIn, a_day: int, now: int) -> None:
    """A supervisor wants a run; the worker builds it. Raises InvalidInput, NotYours, RemindersOff
    or SendingPaused."""
    _check(kind)
    if not who.leads or who.reach is not None:  # reminders reach everybody
        raise NotYours(kind)
    _check_open(a_day)

    def both() -> None:
        # Once a minute: a button pressed twice is one run.
        if campaign_records.ask(f"{kind}:{who.name}:{now // clock.MINUTE}", kind, who.name, now):
            audit.append(now, [(who.name, "campaign.ask", kind, "")])
    write(both)


def runs() -> list[Run]:
    """The last runs, newest first."""
    found = campaign_records.newest(_MOST_SHOWN)
    states = campaign_records.states([run.id for run in found])
    return [Run(run, states[run.id]) for run in found]


def round_of_the_day(now: int) -> None:
    """Ask for what is due: hourly or daily by kind, only in the hours of reminders."""
    if not outbox.is_daytime(now):
        return
    here = clock.local(now)
    for kind in KINDS:
        _ask(f"{kind}:{here.date()}" + (f":{here.hour}" if kind in _EVERY_HOUR else ""),
             kind, "", now)


def _ask(name: str, kind: str, by: str, now: int) -> None:
    write(lambda: campaign_records.ask(name, kind, by, now))


def build_next(now: Callable[[], int], a_day: int) -> Taken | None:
    """Build the oldest run that waits, whole; None when there is none.

    `a_day`: most reminders of a local day. What is beyond follows the next day, because the
    daily round asks again for every bill that was not reminded of.
    """
    start = now()
    taken = write(lambda: campaign_records.take(start, start + _LEASE))
    if taken is not None:
        _build(taken, now, a_day)
    return taken


def build_now(kind: str, by: str, now: Callable[[], int], a_day: int) -> int:
    """Ask for a run and build it here; returns how many were queued. Raises InvalidInput,
    RemindersOff or SendingPaused."""
    _check(kind)
    _check_open(a_day)
    name = f"{kind}:{by}:{now()}:{secrets.token_hex(4)}"
    _ask(name, kind, by, now())
    while build_next(now, a_day):
        continue
    return campaign_records.queued_by(name)


def _build(taken: Taken, now: Callable[[], int], a_day: int) -> None:
    for step in _steps(taken.kind, now()):
        left = a_day - campaign_records.queued_since(_midnight(now()))
        if left <= 0:
            _end(taken, campaign_records.CAPPED, now())
            return
        try:
            taken = _step(taken, step, now(), left)
        except _Overtaken:
            return
    _end(taken, campaign_records.DONE, now())


def _end(taken: Taken, state: str, now: int) -> None:
    write(lambda: campaign_records.end(taken, state, now))


class _Overtaken(Exception):
    """Another process took the run: undo this step."""


Step = Callable[[Cut], int]


def _step(taken: Taken, step: Step, now: int, left: int) -> Taken:
    at, lease = outbox.next_daytime(now), now + _LEASE
    cut = Cut(taken.id, at, at + _LIFETIME, now, _midnight(now), A_PHONE_A_DAY, left)

    def once() -> None:
        if not campaign_records.advance(taken, step(cut), lease):
            raise _Overtaken
    write(once)
    return taken._replace(lease_until=lease)


def _steps(kind: str, now: int) -> Iterator[Step]:
    if kind == "outage":
        yield from (_outage_step(*one)
                    for one in campaign_records.outages(now, now + _OUTAGE_AHEAD))
        return
    due, after = _due(kind, now), ""
    while after != campaign_records.LAST:
        page = after, campaign_records.page_end(after, _PAGE)
        yield functools.partial(campaign_records.queue_bills, due, page)
        after = page[1]


def _outage_step(number: int, commune: str, area: str, starts_at: int, ends_at: int) -> Step:
    begins, ends = clock.local(starts_at), clock.local(ends_at)
    params = json.dumps({
        "outage": number, "commune": reference.commune_name(commune), "area": area,
        "begins": f"{begins:%H:%M}", "ends": f"{ends:%H:%M}", "day": f"{begins:%d/%m}",
    }, ensure_ascii=False)

    def step(cut: Cut) -> int:
        # Once the outage has begun, it is no notice any more.
        return campaign_records.queue_outage(number, commune, params,
                                             cut._replace(expires_at=starts_at))
    return step


def _due(kind: str, now: int) -> Due:
    today = clock.local(now).date()
    first, last = (today + timedelta(days=days) for days in _DAYS[kind])
    return Due(kind, first.isoformat(), last.isoformat())


def _check(kind: str) -> None:
    if kind not in KINDS:
        raise InvalidInput("kind")


def _check_open(a_day: int) -> None:
    """Raises RemindersOff or SendingPaused, while nothing is queued."""
    if a_day == 0:
        raise RemindersOff
    state = pausing.since()
    if state is not None:
        raise pausing.SendingPaused(pausing.since_when(state))


def _midnight(now: int) -> int:
    return clock.at_local(clock.local(now).date())


def work(settings: Settings, now: int) -> None:
    """The worker's part: ask for the runs that are due today, build what was asked for. While
    sending is paused nothing is queued that would go out in a burst later: what is due then is
    asked for then."""
    if settings.sms_reminders_a_day == 0 or pausing.since():
        return
    round_of_the_day(now)
    clock_here = clock.going_on_from(now)
    while build_next(clock_here, settings.sms_reminders_a_day):
        continue
