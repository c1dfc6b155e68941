"""Which papers a contract file needs. Pure.

Source: the Electricity Law 61/2024/QH15 and its decree. The request itself is the proposal (a
data message), so it is not asked for again. A tenant brings the owner's authorisation and a
guarantee of payment; a shared meter an authorisation and the list of households.
"""

from __future__ import annotations

_CASE = {"owner": (), "tenant": ("owner_consent", "guarantee"),
         "shared": ("authorisation", "household_list")}
_KIND = {"new": ("identity", "place"), "holder": ("identity", "place"),
         "resign": ("identity",), "purpose": ("identity", "place"),
         "households": ("identity", "household_list")}
ALL = ("identity", "place", "owner_consent", "guarantee", "authorisation", "household_list")


def papers_for(kind: str, holder_case: str) -> tuple[str, ...]:
    """What this kind of request needs, given how the applicant holds the place; in the order of
    asking."""
    needed = {*_KIND[kind], *_CASE[holder_case]}
    return tuple(paper for paper in ALL if paper in needed)
