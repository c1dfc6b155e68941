"""Planned outages: `commune_code,area,starts_at,ends_at,reason`, local times."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from db import reference
from db.incoming import incoming_outages
from services import clock
from services.importing import running
from services.importing.checking import Each, FreeText, OneOf
from services.importing.subjects import Report, Rule, Subject, plain_rows

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}", re.ASCII)


def moment(text: str) -> int:
    """ "2026-11-20 07:30" local → epoch milliseconds; raises ValueError."""
    if not _MOMENT.fullmatch(text):
        raise ValueError(text)
    local = datetime.fromisoformat(text)
    found = clock.at_local(local.date(), local.hour, local.minute)
    if not clock.is_moment(found):
        raise ValueError(text)
    return found


def _write_moment(moment: int) -> str:
    return clock.local(moment).strftime("%Y-%m-%d %H:%M")


def _subject() -> Subject:
    moments = Each(moment, "a local time such as 2026-11-20 07:30 expected")
    communes = frozenset(reference.communes())
    return Subject(
        "outages",
        {"commune_code": OneOf(communes, "a commune code of today's 92 communes expected"),
         "area": FreeText(200), "starts_at": moments, "ends_at": moments, "reason": FreeText(200)},
        (Rule("ends_at", "not after starts_at", incoming_outages.ENDS_EARLY),),
        incoming_outages.STAGING, incoming_outages.COLUMNS, incoming_outages.KEY,
        plain_rows(incoming_outages.COLUMNS), incoming_outages.stage, _compare, _store,
        written={"starts_at": _write_moment, "ends_at": _write_moment})


def run(path: Path, now: int, progress: Callable[[int], None], dry_run: bool) -> Report:
    """Import a file of planned outages; raises what `running.run` raises."""
    return running.run(_subject(), path, now, progress, dry_run)


def _compare() -> Report:
    return Report(*incoming_outages.compare())


def _store(_now: int) -> None:
    incoming_outages.store()
