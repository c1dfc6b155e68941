"""flask db: the schema, the demo, backups and the check of everything stored."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from flask import current_app

from db import backup, connection, house_state, partners, schema
from db import checking as checking_records
from db.connection import write
from db.postgres_backup import Arrival
from services import data_key, sealed_files
from services.demo import archive, fill, signin
from services.demo.people import KNOWN
from services.outbox import pausing
from services.payments import receipt_numbers
from web import admission
from web.office import office
from web.terminal import Group, Refused, file_trouble, fit_together, need_database

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
