"""flask payments export, flask payments acknowledge: the exchange with the billing system."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from services.importing import exports
from services.importing.faults import ImportRefused, Unreadable
from web.office import office
from web.terminal import Refused, file_trouble, need_database


@click.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), required=True,
              help="First local day that is told of.")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def export(since: datetime, file: Path) -> None:
    """Write what was paid and what was taken back, as CSV for the billing system, to FILE."""
    need_database()
    if file.exists() and not file.is_file():
        raise Refused(f"{file} is no regular file")
    now = office().now()
    new = file.with_name(f".{file.name}.new")
    try:
        # Nobody finds half a file: it gets its name when it is whole.
        with new.open("w", encoding="utf-8", newline="") as output:
            output.writelines(exports.lines(since.date(), now))
        new.replace(file)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise Refused(file_trouble(error)) from error
    exports.note("terminal", since.date(), now)
    click.echo(f"written: {file}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def acknowledge(file: Path) -> None:
    """Settle the bills of the billing system's CSV FILE (receipt_no, bill_id, amount).

    All of them or none; a second run of the same file changes nothing.
    """
    need_database()
    try:
        done = exports.acknowledge(file, office().now())
    except OSError as error:
        raise Refused(file_trouble(error)) from error
    except Unreadable as error:
        raise Refused(f"{file}: {error}; nothing was stored") from error
    except ImportRefused as error:
        for fault in error.faults:
            click.echo(f"error: {fault}", err=True)
        raise Refused(f"{file}: {error.count} errors; nothing was stored") from error
    click.echo(f"{done.settled} settled, {done.same} were settled before")
