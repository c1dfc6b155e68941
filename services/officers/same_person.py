"""Whether two names belong to one person."""

from __future__ import annotations


def are_one(first: str, second: str) -> bool:
    """True when both names are one person's."""
    return first == second
