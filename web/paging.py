"""Pages of a list in an address: `?after=MOMENT-ID` begins after that row."""

from __future__ import annotations

import re

from flask import request

from db.paging import Bookmark

_BOOKMARK = re.compile(r"(-?[0-9]{1,19})-([0-9]{1,18})", re.ASCII)


def wanted(name: str = "after") -> Bookmark | None:
    """The place that the address asks for; None (the list's beginning) also for what is none."""
    found = _BOOKMARK.fullmatch(request.args.get(name, ""))
    mark = Bookmark(int(found[1]), int(found[2])) if found else None
    return mark if mark and abs(mark.at) < 2**63 else None


def word(mark: Bookmark | None) -> str | None:
    """A bookmark as it stands in an address; None leaves the parameter out."""
    return f"{mark.at}-{mark.id}" if mark else None
