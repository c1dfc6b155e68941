"""Credit notes of the company: an officer notes that the books have set one off.

A note never changes a bill and is never paid out here, so that the amount on a code is always the
amount that is owed in the books.
"""

from __future__ import annotations

from db import adjustments, audit
from db.connection import write
from services.errors import AlreadyDecided, UnknownBill
from services.officers import reach
from services.officers.rights import SignedIn


def set_off(number: int, code: str, who: SignedIn, now: int) -> None:
    """This customer's credit note `number` has been set off in the company's books. Raises
    UnknownCustomer (out of reach), UnknownBill (no such note of theirs) or AlreadyDecided."""
    reach.customer(code, who)
    note = adjustments.get(number)
    if note is None or note.code != code or note.kind != adjustments.CREDIT:
        raise UnknownBill(str(number))

    def both() -> None:
        if not adjustments.set_off(number, who.name, now):
            raise AlreadyDecided(str(number))
        audit.append(now, [(who.name, "credit_note.set_off", code, f"{note.amount} of {note.day}")])
    write(both)
