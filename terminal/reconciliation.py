"""flask payments reconcile NAME YYYY-MM-DD FILE."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import click
from flask.cli import with_appcontext

from services.errors import UnknownDay, UnknownPartner
from services.reconciliation import day_files, reconciliation
from services.reconciliation.comparing import Break, DayLine, Sum
from services.reconciliation.day_files import InvalidDayFile
from services.reconciliation.reconciliation import Outcome
from web.office import office
from web.terminal import Refused, answering, file_trouble, need_database


@click.command("reconcile")
@click.argument("name")
@click.argument("day", metavar="YYYY-MM-DD")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def reconcile(name: str, day: str, file: Path) -> None:
    """Compare the day file of partner NAME (CSV) with what we recorded on that local day.

    Columns: partner_txn_id, amount, status, and if they like paid_at, fee, discount. Prints
    each break and the totals, and keeps them for the officers' screen; the same file again
    changes nothing. Exit 0 when all agrees, 1 when something differs.
    """
    with answering():
        need_database()
        try:
            outcome = reconciliation.reconcile(name, _day(day), day_files.read(file),
                                               office().now(), reconciliation.FILE, "terminal")
        except UnknownPartner:
            raise Refused(f"no partner is called {name!r}") from None
        except UnknownDay:
            raise Refused(f"{day} lies more than 400 days back, or after tomorrow") from None
        except InvalidDayFile as error:
            raise Refused(f"{file.name}: {error}") from None
        except OSError as error:
            raise Refused(file_trouble(error)) from None  # 1 would say that a sum differs
    _print(outcome)
    if outcome.breaks:
        raise click.exceptions.Exit(1)


def _day(text: str) -> date:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(f"not a day, YYYY-MM-DD: {text}") from None


def _print(outcome: Outcome) -> None:
    for found in outcome.breaks:
        click.echo(_break(found))
    difference = outcome.theirs.total - outcome.ours.total
    click.echo(f"matched: {outcome.matched}")
    click.echo(f"breaks: {len(outcome.breaks)}")
    click.echo(f"ours: {_sum(outcome.ours)}")
    click.echo(f"theirs: {_sum(outcome.theirs)}")
    click.echo(f"difference: {difference:+}" if difference else "difference: 0")


def _break(found: Break) -> str:
    return (f"{found.type} {found.partner_txn_id} ours={_side(found.ours)}"
            f" theirs={_side(found.theirs)}")


def _side(line: DayLine | None) -> str:
    return f"{line.amount} {line.status}" if line else "none"


def _sum(total: Sum) -> str:
    return f"{total.total} in {total.number} payments"
