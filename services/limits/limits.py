"""The one way by which a limit is asked: `take` counts or raises, `may` counts or says no.

`who` names whom a rule is about without telling: a keyed hash of a phone, a hash of a machine, a
network address, an officer's name, a commune's code. What is refused is counted for the officers
(page Tin nhắn, Giới hạn). The doors ask for `LIMITS=off`: an Asker is None then.

A window slides over twenty-four slots, so that no `per` holds more than `most`; a `local` rule
begins anew with the local minute, hour or day. Slots that lie ahead count too: a clock set back
unlocks nothing; one set forward is believed, as time that has passed.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from db import limits as limit_records
from db.connection import write
from db.limits import Slot
from services import clock
from services.errors import TooMany
from services.limits import rules
from services.limits.gathered import GATHERED
from services.limits.rules import RULES, Rule

_SLOTS = 24
_LOCAL = 7 * clock.HOUR
_LONGEST = 64
OTHERS = ("others.phone", "others.phone_day")
_KEPT = 2 * clock.DAY  # the longest window is a day
REFUSALS_KEPT = 90 * clock.DAY


class Asker(NamedTuple):
    """Who causes an act: the machine, the phone that it names or comes from, the commune that it
    is about. `ours`: at an enrolled kiosk, whose own number of acts is bound anyway; strangers
    elsewhere cannot use up what its people need."""

    device: str = ""
    phone: str = ""
    commune: str = ""
    ours: bool = False


def act(what: str, asker: Asker | None, now: int) -> None:
    """Count one act by each rule that knows the asker: device, phone, commune, all. Call inside
    the act's `write`, which a refusal undoes; nobody (None) is not counted. Raises TooMany…"""
    if asker is None:
        return
    whom = {"device": asker.device, "phone": asker.phone}
    if not asker.ours:
        whom |= {"commune": asker.commune, "all": "all"}
    for part, who in whom.items():
        if who and f"{what}.{part}" in RULES:
            take(f"{what}.{part}", who, now)


def take(name: str, who: str, now: int, *, number: int = 1, thing: str = "",
         most: int | None = None) -> None:
    """Count one act of `who`, or several, or (of a rule about different things) another `thing`.

    Raises the rule's error, of the family TooMany, with its `rule` and `wait_s`; then nothing is
    counted but the refusal. An exact rule: inside the `write` of the act. `most`: from a setting.
    """
    rule = RULES[name]
    if not _count(rule, who, now, number, thing, most):
        GATHERED.refuse(name, _short(who), clock.local_day(now), now)
        raise rule.error(who, name, wait_s(name, who, now))


def take_alone(name: str, who: str, now: int) -> None:
    """As `take`, in a transaction of its own: it stays counted whatever follows."""
    if RULES[name].way == rules.EXACT:
        write(lambda: take(name, who, now))
    else:
        take(name, who, now)


def may(name: str, who: str, now: int, *, number: int = 1) -> bool:
    """As `take`, for what goes on without it: False instead of an error."""
    rule = RULES[name]
    if _count(rule, who, now, number, "", None):
        return True
    GATHERED.refuse(name, _short(who), clock.local_day(now), now)
    return False


def may_text(phone_hash: str, now: int) -> bool:
    """True while somebody else than its owner may cause one more text to this phone; counted
    then. Call inside the `write` that queues the text."""
    return all(may(name, phone_hash, now) for name in OTHERS)


def note_others(phone_hash: str, now: int) -> None:
    """A one-time code that others can ask for goes to this phone: it is not stopped by what
    `may_text` counts, since its owner may need it, but leaves less for the rest. Inside `write`."""
    for name in OTHERS:
        at = _slot(RULES[name], phone_hash, now)
        limit_records.add_all([(at.rule, at.who, at.slot, "", 1)])


def tells(error: TooMany, phone_hash: str, now: int) -> bool:
    """True once an hour: the phone is told that this rule refuses it. Call inside `write`."""
    return _count(RULES["told.phone"], f"{phone_hash}:{error.rule}", now, 1, "", None)


def refuse(name: str, who: str, now: int) -> None:
    """Tell the officers that a rule that is counted by records refused somebody."""
    GATHERED.refuse(name, _short(who), clock.local_day(now), now)


def spent(name: str, who: str, now: int) -> int:
    """How much of a rule is used up; looks only."""
    rule = RULES[name]
    at = _slot(rule, _short(who), now)
    return (GATHERED.spent(at, rule.different) if rule.way == rules.GATHERED
            else limit_records.count(at))


def is_over(name: str, who: str, now: int) -> bool:
    """True when nothing is left; looks only."""
    return spent(name, who, now) >= rules.most(name)


def wait_s(name: str, who: str, now: int) -> int:
    """Seconds until something is left again, for a `Retry-After`."""
    rule = RULES[name]
    at = _slot(rule, _short(who), now)
    if rule.local:
        end = at.slot + rule.per
    else:
        gathered = rule.way == rules.GATHERED
        oldest = GATHERED.oldest(at) if gathered else limit_records.oldest(at)
        length = rule.per // _SLOTS
        end = (at.slot if oldest is None else oldest) + rule.per + length
    return max(1, -(-(end - now) // clock.SECOND))


def hidden(name: str) -> str:
    """A machine's name as limits keep it: 16 characters that tell nothing."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def flush() -> None:
    """Write down at once what this process gathered."""
    GATHERED.flush()


def tidy(now: int) -> None:
    """Forget what counts no more; call inside `write`."""
    limit_records.tidy(now - _KEPT, now + _KEPT, clock.local_day(now - REFUSALS_KEPT))


def _count(rule: Rule, who: str, now: int, number: int, thing: str, most: int | None) -> bool:
    at = _slot(rule, _short(who), now)
    allowed = rules.most(rule.name) if most is None else most
    if rule.way == rules.GATHERED:
        return GATHERED.take(at, _thing(thing), number, allowed)
    if rule.different:
        return limit_records.add_different(at, _thing(thing), allowed)
    return limit_records.add(at, number, allowed)


def _slot(rule: Rule, who: str, now: int) -> Slot:
    if rule.local:
        begun = now - (now + _LOCAL) % rule.per
        return Slot(rule.name, who, begun, begun - 1)
    length = rule.per // _SLOTS
    return Slot(rule.name, who, now - now % length, now - rule.per - length)


def _short(who: str) -> str:
    return who if len(who) <= _LONGEST else hashlib.sha256(who.encode()).hexdigest()


def _thing(thing: str) -> str:
    return thing if len(thing) <= 20 else hashlib.sha256(thing.encode()).hexdigest()[:20]
