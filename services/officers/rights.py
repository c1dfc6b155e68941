"""Who may do what: the officer behind a request, and how far they reach."""

from __future__ import annotations

from typing import NamedTuple

from services import clock

ROLES = ("officer", "supervisor", "admin", "helper")
LEADERS = ("supervisor", "admin")
EVERYWHERE = "all"  # as communes are stored and typed
PROVED_FOR = 10 * clock.MINUTE  # how long a password lets its owner see what is asked for anew
SKEW = clock.MINUTE  # clocks of two machines may differ by this much


class SignedIn(NamedTuple):
    """The officer behind a request."""

    id_hash: str  # of the session
    name: str
    role: str
    reach: tuple[str, ...] | None  # commune codes, None = all, () = none
    stage: str  # of the session: sessions.PASSWORD or sessions.FULL
    ends_at: int  # ms, unless the officer does something before
    proved_at: int = 0  # ms, when the password was given last
    lacks_codes: bool = False  # has a second factor, and no recovery code that is left

    @property
    def leads(self) -> bool:
        """May step in where a colleague holds the work."""
        return self.role in LEADERS

    def reaches(self, commune_code: str) -> bool:
        """Works for this commune, or for all."""
        return self.reach is None or commune_code in self.reach

    def answers_for(self, officer: str) -> bool:
        """May act on work that this officer holds, or held when it ended: it is their own, or
        they lead."""
        return self.name == officer or self.leads

    def has_proved(self, now: int) -> bool:
        """Gave the password in the last minutes; a clock set back does not lengthen them."""
        return self.proved_at - SKEW <= now < self.proved_at + PROVED_FOR


def reach_of(communes: str) -> tuple[str, ...] | None:
    """What is stored of an officer's communes as `SignedIn.reach`."""
    if communes == EVERYWHERE:
        return None
    return tuple(communes.split(",")) if communes else ()
