"""flask customers import, bills import, cleared and adjust, outages import, places import."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from services.importing import adjusting, bills, cleared, customers, outages, places
from services.importing.einvoices.fields import InvalidFieldMap
from services.importing.faults import ImportRefused, Unreadable
from services.importing.subjects import Report
from terminal.places import places_group
from web.office import office
from web.terminal import Group, Refused, file_trouble, need_database

file_argument = click.argument("file", type=click.Path(path_type=Path))
dry_run_option = click.option("--dry-run", is_flag=True,
                              help="Say what would happen and store nothing.")


@click.group("customers", cls=Group)
def customers_group() -> None:
    """Customers of the billing system."""


@click.group("bills", cls=Group)
def bills_group() -> None:
    """Bills of the billing system."""


@click.group("outages", cls=Group)
def outages_group() -> None:
    """Planned outages."""


@customers_group.command("import")
@file_argument
@dry_run_option
def import_customers(file: Path, dry_run: bool) -> None:
    """Import customers from a CSV FILE: all of it, or nothing. docs/import.md names the columns."""
    here = office()
    prefixes = tuple(part.strip() for part in here.settings.code_prefixes.split(","))
    import_file(file, dry_run, functools.partial(customers.run, here.vault, prefixes))


@bills_group.command("import")
@file_argument
@dry_run_option
def import_bills(file: Path, dry_run: bool) -> None:
    """Import bills from a FILE: all of it, or nothing. CSV (docs/import.md names the columns),
    e-invoice XML by Decision 1450/QĐ-TCT, or a ZIP of such XML."""
    field_map = Path(office().settings.einvoice_fields)
    import_file(file, dry_run, functools.partial(bills.run, field_map=field_map), only_csv=False)


@bills_group.command("cleared")
@file_argument
@dry_run_option
def clear_bills(file: Path, dry_run: bool) -> None:
    """Take in what the company's books have cleared: all of it, or nothing.

    CSV FILE with the columns code,year,month,ky,cleared_on. A bill that nobody paid here was paid
    elsewhere; one that was paid here is settled. docs/import.md tells more.
    """
    import_file(file, dry_run, cleared.run, "cancelled")


@bills_group.command("adjust")
@file_argument
@dry_run_option
def adjust_bills(file: Path, dry_run: bool) -> None:
    """Take in what the billing system changes on bills: all of it, or nothing.

    CSV FILE with the columns code,year,month,ky,kind,amount,on. Kinds: cancel; lower (amount: the
    new total); credit (amount: in the customer's favour). docs/import.md tells more.
    """
    import_file(file, dry_run, adjusting.run, "cancelled or smaller already")


@outages_group.command("import")
@file_argument
@dry_run_option
def import_outages(file: Path, dry_run: bool) -> None:
    """Import planned outages from a CSV FILE: all of it, or nothing."""
    import_file(file, dry_run, outages.run)


@places_group.command("import")
@file_argument
@dry_run_option
def import_places(file: Path, dry_run: bool) -> None:
    """Import places that take cash from a CSV FILE: all of it, or nothing."""
    import_file(file, dry_run, places.run)


def import_file(file: Path, dry_run: bool,
                run: Callable[[Path, int, Callable[[int], None], bool], Report],
                why_left: str = "paid", only_csv: bool = True) -> None:
    """Import a file with `run` (file, now, progress, dry run) and tell what came of it; raises
    Refused for what is wrong."""
    if only_csv and file.suffix.lower() in (".xml", ".zip"):
        raise Refused(f"{file}: only CSV files are read")
    need_database()
    try:
        with _progress(file) as progress:
            report = run(file, office().now(), progress, dry_run)
    except OSError as error:
        raise Refused(file_trouble(error)) from error
    except InvalidFieldMap as error:
        raise Refused(f"EINVOICE_FIELDS: {error}") from error
    except Unreadable as error:
        raise Refused(f"{file}: {error}; nothing was stored") from error
    except ImportRefused as error:
        raise _complaint(file, error) from error
    _print(report, dry_run, why_left)


@contextlib.contextmanager
def _progress(file: Path) -> Iterator[Callable[[int], None]]:
    from rich.console import Console  # loaded where it is used: docs/decisions/0006-rooms.md

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _count: None
        return
    # loaded where it is used: docs/decisions/0006-rooms.md
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(),
               TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading", total=file.stat().st_size)

        def advance(count: int) -> None:
            bar.advance(task, count)
            if bar.finished:
                bar.update(task, description="storing")

        yield advance


def _complaint(file: Path, error: ImportRefused) -> Refused:
    if error.count == 1:
        return Refused(f"{file}: {error.faults[0]}; nothing was stored")
    for fault in error.faults:
        click.echo(f"error: {fault}", err=True)
    rest = error.count - len(error.faults)
    more = f" ({rest} more not shown)" if rest else ""
    return Refused(f"{file}: {error.count} errors{more}; nothing was stored")


def _print(report: Report, dry_run: bool, why_left: str) -> None:
    for note in report.notes:
        click.echo(f"note: {note}")
    if report.lookups:
        click.echo(f"note: {report.lookups} lookup codes of invoices are new or other ones")
    for line in report.left_named:
        click.echo(f"left: {line}")
    if report.left > len(report.left_named):
        click.echo(f"left: {report.left - len(report.left_named)} more")
    start = "dry run, nothing stored: " if dry_run else ""
    click.echo(f"{start}{report.new} new, {report.changed} changed, {report.same} unchanged,"
               f" {report.left} left because {why_left}")
