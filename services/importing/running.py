"""How every import goes: read and check, compare, store all or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from db import audit, bulk, connection
from db.connection import write
from services.importing import staging
from services.importing.staging import StagedFile
from services.importing.subjects import ACTOR, Report, Subject


def run(subject: Subject, path: Path, now: int, progress: Callable[[int], None],
        dry_run: bool) -> Report:
    """Import a file; returns what changed. Nothing is stored in a dry run.

    Raises ImportRefused (faults by line; nothing was stored), Unreadable or OSError.
    """
    staged = staging.fill(subject, path, progress)
    if dry_run or staged.faults.count:
        _name_conflicts(subject, staged)
        return _report(subject, staged)
    try:
        return write(lambda: _store(subject, staged, now))
    except connection.DUPLICATE:
        # A key that stands twice, or an unknown parent: the database forbids both, so they
        # are looked for only when it complains.
        _name_conflicts(subject, staged)
        raise


def _name_conflicts(subject: Subject, staged: StagedFile) -> None:
    subject.settle(staged.faults, staged.notes)
    staging.name_conflicts(subject, staged)


def _report(subject: Subject, staged: StagedFile) -> Report:
    return subject.compare()._replace(notes=list(staged.notes))


def _store(subject: Subject, staged: StagedFile, now: int) -> Report:
    bulk.alone()
    subject.settle(staged.faults, staged.notes)
    staged.faults.raise_if_any()
    report = _report(subject, staged)
    if report.changed or report.same or report.left:
        # The database does not complain when the file names an existing record twice.
        staging.name_conflicts(subject, staged)
    subject.store(now)
    if report.new or report.changed or report.lookups:
        _note(subject, staged, report, now)
    return report


def _note(subject: Subject, staged: StagedFile, report: Report, now: int) -> None:
    detail = json.dumps({"new": report.new, "changed": report.changed, "same": report.same,
                         "left": report.left, "sha256": staged.digest})
    audit.append(now, [(ACTOR, f"{subject.name}.imported", staged.file_name[:80], detail)])
