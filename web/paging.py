"""Pages of a list in an address: `?after=MOMENT-ID` begins after that row."""

from __future__ import annotations

import re

from flask import request

from db.paging import Bookmark

_PLACE = re.compile(r"(-?[0-9]{1,19})-([0-9]{1,18})", re.ASCII)


def wanted(name: str = "after") -> Bookmark | None:
    """The place that the address asks for; None (the list's beginning) also for what is none."""
    found = _PLACE.fullmatch(request.args.get(name, ""))
    place = Bookmark(int(found[1]), int(found[2])) if found else None
    return place if place and abs(place.at) < 2**63 else None


def word(place: Bookmark | None) -> str | None:
    """A place as it stands in an address; None leaves the parameter out."""
    return f"{place.at}-{place.id}" if place else None
