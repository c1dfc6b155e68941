"""Places that take cash: `code,name,kind,address,commune_code,hours,phone`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from db import places as place_records
from db import reference
from db.incoming import incoming_places
from services.importing import running
from services.importing.checking import FreeText, OneOf, Pattern
from services.importing.subjects import Report, Subject, plain_rows

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_PHONE = re.compile(r"(\+?[0-9][0-9 .()-]{2,18})?", re.ASCII)


def _subject() -> Subject:
    communes = frozenset(reference.communes())
    return Subject(
        "places",
        {"code": Pattern(_CODE, "letters, digits, dots and dashes expected, at most 40"),
         "name": FreeText(60),
         "kind": OneOf(frozenset(place_records.KINDS),
                       f"one of {', '.join(place_records.KINDS)} expected"),
         "address": FreeText(100),
         "commune_code": OneOf(communes, "a commune code of today's 92 communes expected"),
         "hours": FreeText(40, may_be_empty=True),
         "phone": Pattern(_PHONE, "empty or a telephone number expected")},
        (), incoming_places.STAGING, incoming_places.COLUMNS, incoming_places.KEY,
        plain_rows(incoming_places.COLUMNS), incoming_places.stage, _compare, _store)


def run(path: Path, now: int, progress: Callable[[int], None], dry_run: bool) -> Report:
    """Import a file of places; raises what `running.run` raises."""
    return running.run(_subject(), path, now, progress, dry_run)


def _compare() -> Report:
    return Report(*incoming_places.compare())


def _store(_now: int) -> None:
    incoming_places.store()
