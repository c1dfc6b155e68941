"""flask db: the schema, the demo, backups and the check of everything stored."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app

from db import backup, connection, house_state, moving, partners, schema
from db import checking as checking_records
from db.connection import write
from db.postgres_backup import Arrival
from services import data_key, sealed_files
from services.demo import archive, fill, signin
from services.demo.people import KNOWN
from services.officers import audit_trail
from services.outbox import pausing
from services.payments import receipt_numbers
from web import admission
from web.office import office
from web.terminal import (
    Group,
    Refused,
    Unavailable,
    file_trouble,
    fit_together,
    need_database,
)

if TYPE_CHECKING:
    from rich.progress import TaskID

_MOST_CUSTOMERS = 300_000


@click.group(cls=Group)
def db() -> None:
    """The database: schema, demo data, backups, checks."""


@db.command()
def migrate() -> None:
    """Bring the database to the newest schema. Safe to run twice, and by two at once."""
    refusal = schema.refusal()
    if refusal:
        raise Refused(refusal)
    # Before: the step that seals the audit chain must have the right key.
    if not data_key.fits(office().vault, schema.applied()):
        raise Refused(data_key.REFUSAL)
    applied = schema.migrate()
    fit_together()
    write(partners.add_known)
    for name in applied:
        click.echo(f"applied {name}")
    if not applied:
        click.echo("up to date")


@db.command()
def check() -> None:
    """Check the file, the ledger and the state of bills and payments: exit 0 sound, 1 not."""
    need_database(sealed=False)
    count = 0
    for problem in checking_records.problems():
        count += 1
        click.echo(f"error: {problem}", err=True)
    if count:
        raise click.exceptions.Exit(1)
    rows = ", ".join(f"{number} {table} rows" for table,
                     number in checking_records.counts().items())
    click.echo(f"sound: {rows}")


@db.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
def make_backup(file: Path) -> None:
    """Write everything, as of one moment, to FILE. Others may go on reading and writing."""
    need_database(sealed=False)
    try:
        backup.save(file)
    except backup.BadBackup as error:
        raise Refused(str(error)) from error
    click.echo(f"{file}: {file.stat().st_size / 1_000_000:.1f} MB written and verified")


@db.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite a database that is not empty.")
def restore(file: Path, force: bool) -> None:
    """Put the backup FILE in place of an empty database, all or nothing. Sending is then paused."""
    if not force and not backup.is_empty():
        raise Refused("the database is not empty; --force overwrites it")
    now = office().now()
    arrival = Arrival(admission.unfit_for_restore, pausing.arriving(now))
    try:
        above = backup.restore(file, receipt_numbers.skip(now), arrival)
    except OSError as error:
        raise Refused(file_trouble(error)) from error
    except backup.BadBackup as error:
        raise Refused(str(error)) from error
    fit_together()
    pausing.note_restore(now)
    receipt_numbers.note_restore(above, file.name, now)
    rows = ", ".join(f"{number} {table} rows" for table,
                     number in checking_records.counts().items())
    click.echo(f"restored: {rows}")
    click.echo(f"receipts go on above number {above}: those given after the backup are not known."
               " What to do now: docs/backup.md")
    click.echo("sending is paused: no text leaves until you say so with: flask sms resume")


@db.command()
@click.argument("source_url")
@click.argument("target_url")
def move(source_url: str, target_url: str) -> None:
    """Copy everything from SQLite at SOURCE_URL to PostgreSQL at TARGET_URL: all or nothing.

    The target must be empty and migrated; the source stays as it is, and nobody may write to it
    meanwhile. Counts, sums, the audit chain and all that flask db check knows are compared before
    anything stays. docs/operations.md tells the steps.
    """
    try:
        with _move_progress() as tell:
            moved = moving.move(source_url, target_url, office().now(), tell, _what_is_wrong)
    except moving.CannotMove as error:
        raise Refused(str(error)) from error
    except moving.MoveFailed as error:
        raise Unavailable(f"{error}; nothing was moved") from error
    for name in sorted(moved):
        click.echo(f"{name}: {moved[name]} rows")
    click.echo("moved: counts and sums agree, the audit chain and the ledger are sound. Set"
               " DATABASE_URL to the target before anything is started again")


def _what_is_wrong() -> str | None:
    """What flask audit check or flask db check would say, or None."""
    bad = audit_trail.check()
    return f"audit_entry: {bad}" if bad else next(iter(checking_records.problems()), None)


@contextlib.contextmanager
def _move_progress() -> Iterator[Callable[[str, int, int], None]]:
    from rich.console import Console  # loaded where it is used: docs/decisions/0006-rooms.md

    # loaded where it is used: docs/decisions/0006-rooms.md
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks: dict[str, TaskID] = {}

        def tell(table: str, rows: int, total: int) -> None:
            if not tasks:
                click.echo("moving; nobody may write to the source until this has ended")
            if table not in tasks:
                tasks[table] = bar.add_task(table, total=total)
            bar.update(tasks[table], completed=rows)

        yield tell


@db.command()
@click.option("--customers", type=click.IntRange(len(KNOWN), _MOST_CUSTOMERS), default=2000,
              show_default=True, help="How many customers.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), default="2026-11-15",
              show_default=True, help="The day on which the story plays.")
def demo(customers: int, as_of) -> None:
    """Fill an empty database with invented customers (only with DEMO=1)."""
    here = office().context()
    if not here.settings.demo:
        raise Refused("demo data needs DEMO=1")
    need_database()
    # First: what it brings must never be taken for real.
    write(lambda: house_state.note(house_state.DEMO, "filled", here.now))
    before = _customers_before()
    if before:
        click.echo(f"the database already has {before} customers")
    else:
        _fill(customers, as_of.date(), here.vault, here.now)
        archive.fill(sealed_files.of(here.settings, here.vault), here.now)
    write(partners.add_known)
    password = signin.password(here.settings.demo_password, _password_file())
    signin.let_in(password, here.now)
    names = ", ".join(f"{name} ({role})" for name, role in signin.OFFICERS)
    click.echo(f"Sign in:  {names}, password {password}")


def _customers_before() -> int:
    return checking_records.counts()["customer"]


def _fill(customers: int, as_of: date, vault, now: int) -> None:
    try:
        count = fill.fill(customers, as_of, vault, now)
    except fill.CannotPrice as error:
        raise Refused(f"--as-of {as_of}: {error}") from error
    click.echo(f"{count} customers with a year of bills up to {as_of}")


def _password_file() -> Path:
    if connection.is_sqlite():
        return Path(connection.sqlite_path()).parent / "demo-password"
    return Path(current_app.instance_path) / "demo-password"
