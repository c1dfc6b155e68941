"""Planned outages: `commune_code,area,starts_at,ends_at,reason`, local times."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from db import importing, incoming_outages, reference
from db.connection import write
from services import clock
from services.importing import staging
from services.importing.checking import Each, OneOf, Text
from services.importing.staging import Report, Rule, Staged, Subject

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}", re.ASCII)


def moment(text: str) -> int:
    """ "2026-11-20 07:30" local → epoch milliseconds; raises ValueError."""
    if not _MOMENT.fullmatch(text):
        raise ValueError(text)
    local = datetime.fromisoformat(text)
    return clock.at_local(local.date(), local.hour, local.minute)


def _written(moment: int) -> str:
    return clock.local(moment).strftime("%Y-%m-%d %H:%M")


def _subject() -> Subject:
    moments = Each(moment, "a local time such as 2026-11-20 07:30 expected")
    communes = frozenset(reference.communes())
    return Subject(
        "outages",
        {"commune_code": OneOf(communes, "a commune code of today's 92 communes expected"),
         "area": Text(200), "starts_at": moments, "ends_at": moments, "reason": Text(200)},
        (Rule("ends_at", "not after starts_at", incoming_outages.ENDS_EARLY),),
        incoming_outages.STAGING, incoming_outages.COLUMNS, incoming_outages.KEY,
        staging.plain_rows(incoming_outages.COLUMNS),
        written={"starts_at": _written, "ends_at": _written})


def run(path: Path, now: int, progress: Callable[[int], None], dry_run: bool) -> Report:
    """Import a file of planned outages; returns what changed. Nothing is stored in a dry run.

    Raises ImportRefused (faults by line; nothing was stored), Unreadable or OSError.
    """
    subject = _subject()
    incoming_outages.stage()
    staged = staging.fill(path, subject, progress)
    staged.faults.raise_if_any()
    if dry_run:
        return _report(staged)
    return write(lambda: _store(subject, staged, now))


def _store(subject: Subject, staged: Staged, now: int) -> Report:
    importing.alone()
    report = _report(staged)
    incoming_outages.store()
    staging.note_in_chain(subject, staged, report, now)
    return report


def _report(staged: Staged) -> Report:
    return Report(*incoming_outages.compare(), notes=list(staged.notes))
