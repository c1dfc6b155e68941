"""Acts that need two persons, all in one place: who may be the second, and that it is another one.

docs/two-persons.md tells people the same table, with what two can mean where the program cannot see
to it; tests/services/officers/test_second_person.py holds the two together, and that each service
named here asks.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from db import audit
from db.connection import database, write
from services.errors import NotYours, SamePerson
from services.officers.rights import LEADERS
from services.officers.same_person import are_one

ANY = ("officer", *LEADERS)  # whoever may decide something at a desk
LEADS = LEADERS
NOT_HERE = ""  # done with the machine's own means: the program cannot know who sits there

SEAL, WITNESS = "contract.seal", "contract.witness"
CASH_BACK, LARGE_SUM, DIFFERENCE = "cash.back", "refund.large", "cash.difference"
REVERSAL, TYPING = "bank.reversal", "archive.typing"
FACTOR = "factor.anew"
ACCOUNT, PASSWORD = "officer.account", "officer.password"


class Second(Protocol):
    """Whoever gives the second word: somebody signed in, or an officer's row."""

    @property
    def name(self) -> str:
        """The name to sign in with."""
        ...

    @property
    def role(self) -> str:
        """A role of `rights.ROLES`."""
        ...


class Act(NamedTuple):
    """An act that one person cannot do alone."""

    name: str  # on the record
    second: tuple[str, ...]  # roles of which the second person is one
    service: str  # the function in which the second word counts; NOT_HERE


ACTS = {act.name: act for act in (
    Act(SEAL, ANY, "services.contracts.seal.approval.approve"),
    Act(WITNESS, ANY, "services.contracts.signing.sign_by_hand"),
    Act(CASH_BACK, ANY, "services.cash.refunds.approve"),
    Act(LARGE_SUM, LEADS, "services.cash.refunds.approve"),
    Act(DIFFERENCE, LEADS, "services.cash.shifts.agree"),
    Act(REVERSAL, ANY, "services.transfers.taking_back.agree"),
    Act(TYPING, ANY, "services.archive.typing_twice.save"),
    Act(FACTOR, ANY, "services.officers.starting_over.start_over"),
    Act(ACCOUNT, LEADS, "services.officers.joining.let_in"),
    Act(PASSWORD, LEADS, "services.officers.joining.set_password"),
    Act("tariffs", (), NOT_HERE),
    Act("keys", (), NOT_HERE),
    Act("restore", (), NOT_HERE),
)}


def need(act: str, first: str, second: Second, subject: str, now: int) -> None:
    """Whether `second` may give the second word on what `first` did or asked for.

    Raises NotYours when the role may not, SamePerson for the first one, also under another name;
    that is put on the record at once. So never inside `write`, which would take it back.
    """
    if database.in_transaction():
        raise RuntimeError("a refusal is put on the record in a transaction of its own")
    if second.role not in ACTS[act].second:
        raise NotYours(subject)
    if is_first(first, second):
        write(lambda: audit.append(now, [(second.name, "second.refused", subject,
                                          f"{act} of {first}")]))
        raise SamePerson(subject)


def may(act: str, first: str, second: Second) -> bool:
    """Whether a screen offers it; `need` has the last word."""
    return second.role in ACTS[act].second and not is_first(first, second)


def is_first(first: str, second: Second) -> bool:
    """True when the two are one person."""
    return first == second.name or are_one(first, second.name)
