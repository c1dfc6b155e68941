"""How often somebody may try to sign in (`docs/staff.md` has the table).

A try counts against its name at its address, against the address, and against the name from
everywhere, so that one colleague cannot lock another one out and many machines together guess no
faster than one. On a device that its officer is known on it counts for itself: whatever strangers
do elsewhere, the officer gets in. A try is counted, durably, before its outcome is known: neither a
failing transaction nor many tries at once escape the count.
"""

from __future__ import annotations

from typing import NamedTuple

from db import counters, signin_tries
from services import clock
from services.officers import known_devices
from services.privacy import Vault


class Rule(NamedTuple):
    """How long (ms) the n-th try in a row makes wait, and after what rest the count begins anew."""

    waits: tuple[int, ...]
    forget_after: int


_LADDER = (30_000, 60_000, 120_000, 300_000, 900_000)
NARROW = Rule((0, 0, 0, 0, *_LADDER), clock.DAY)  # a name at one address, or on a known device
ADDRESS = Rule((*(0 for _ in range(29)), *_LADDER), clock.HOUR)  # any names from one address
NAME = Rule((*(0 for _ in range(19)), *_LADDER[:4]), clock.HOUR)  # a name from anywhere
LONGEST = max(_LADDER)


class Origin(NamedTuple):
    """Where a try comes from: the client's address, and the id of a device's cookie ("": none)."""

    address: str
    device: str = ""


class Count(NamedTuple):
    """A try that was counted: against whom, and how many in a row that makes there."""

    tries: dict[str, int]
    narrow: str  # the one that a full sign-in clears


def count(name: str, origin: Origin, vault: Vault, now: int) -> Count | None:
    """Count a try; None when it is too early for one. Call inside `write`: it changes something
    either way, so that both take the same time."""
    rules = _rules(name, origin, vault, now)
    made: dict[str, int] = {}
    if not signin_tries.is_locked(list(rules), now, LONGEST):
        for who, rule in rules.items():
            number = signin_tries.count(who, now, rule.waits, rule.forget_after)
            if number is None:
                break
            made[who] = number
    if len(made) < len(rules):
        counters.next_number("signin.refused")
        return None
    return Count(made, next(iter(rules)))


def beside(name: str, whose_desk: str, vault: Vault, now: int) -> Count | None:
    """Count a try that is made at the desk of an officer who is signed in: it counts for itself.
    Call inside `write`."""
    who = vault.keyed_hash(f"{name} at {whose_desk}", "signin desk")
    number = signin_tries.count(who, now, NARROW.waits, NARROW.forget_after)
    return Count({who: number}, who) if number else None


def take_back(counted: Count) -> None:
    """The try was right: it is not counted after all. Earlier ones still are."""
    for who, tries in counted.tries.items():
        signin_tries.take_back(who, tries)


def forgive(counted: Count, now: int) -> None:
    """A full sign-in: its name starts from nothing at this address or on this device."""
    take_back(counted)
    signin_tries.forgive(counted.narrow)
    signin_tries.drop_old(now - clock.DAY)


def locks(counted: Count) -> int:
    """The number of this try, when it is one that makes its name wait; else 0."""
    tries = counted.tries[counted.narrow]
    return tries if NARROW.waits[min(tries, len(NARROW.waits)) - 1] else 0


def _rules(name: str, origin: Origin, vault: Vault, now: int) -> dict[str, Rule]:
    if known_devices.knows(origin.device, name, now):
        return {vault.keyed_hash(f"{name} on {origin.device}", "signin device"): NARROW}
    return {vault.keyed_hash(f"{name} from {origin.address}", "signin pair"): NARROW,
            vault.keyed_hash(origin.address, "signin address"): ADDRESS,
            vault.keyed_hash(name, "signin name"): NAME}
