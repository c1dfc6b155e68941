"""Where else a bill can be paid in cash, the nearest first."""

from __future__ import annotations

import math

from db import audit, reference
from db import places as place_records
from db.connection import write
from db.places import Place
from db.reference import Commune
from services.notation import communes, folding

MOST = 12  # whoever needs more of them asks an officer
_ACTOR = "terminal"


def near(commune_code: str) -> list[Place]:
    """At most MOST places: those of this commune, then those of others, from the nearest on; by the
    communes' names where none is given. Within a commune they go by name.

    Communes are as far apart as their middles (db/data/communes.csv).
    """
    counts = place_records.communes()
    chosen, found = [], 0
    for code in sorted(counts.keys() & reference.communes().keys(),
                       key=lambda code: _order(commune_code, code)):
        if found >= MOST:
            break
        chosen.append(code)
        found += counts[code]
    rows = place_records.within(chosen)
    return sorted(rows, key=lambda place: chosen.index(place.commune_code))[:MOST]


def _order(here: str, there: str) -> tuple[float, str]:
    known = reference.communes()
    far = _distance(known[here], known[there]) if here in known else 0.0
    return far, folding.folded(communes.without_kind(known[there].name))


def _distance(one: Commune, other: Commune) -> float:
    """In degrees of latitude; one of longitude is shorter."""
    east = (one.lon - other.lon) * math.cos(math.radians(one.lat))
    return math.hypot(one.lat - other.lat, east)


def everywhere() -> list[Place]:
    """All places, by commune and name."""
    return place_records.everywhere()


def remove(code: str, now: int) -> bool:
    """The place takes no cash any more; False when none has this code."""
    def forget() -> bool:
        if not place_records.remove(code):
            return False
        audit.append(now, [(_ACTOR, "places.removed", code, "")])
        return True
    return write(forget)
