"""Whether two officers are one person under two names: where an act needs two, that is no second.

What gives them away: the same name, the same secret in the app that shows codes, or the same
telephone. All are compared as hashes; nothing is opened for it.
"""

from __future__ import annotations

from db import second_factor as second_factor_records
from services.officers import accounts


def are_one(first: str, second: str) -> bool:
    """True when both names, as typed or stored, are of one person. A name that nobody has is
    another person's only where the names differ."""
    names = accounts.clean_name(first), accounts.clean_name(second)
    if names[0] == names[1]:
        return True
    one, other = map(second_factor_records.marks, names)
    return one is not None and other is not None and any(
        mark and mark == same for mark, same in zip(one, other, strict=True))
