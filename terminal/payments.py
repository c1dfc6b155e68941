"""flask payments …: statements and the sweep stand here, the others in files of their own."""

from __future__ import annotations

import json
from pathlib import Path

import click

from services.errors import UnknownPartner
from services.providers import orders, registry
from services.transfers.statements import columns, intake
from services.transfers.statements.intake import Report
from services.transfers.statements.lines import InvalidStatement
from terminal import exports, promotions, reconciliation
from web.office import office
from web.terminal import Group, Refused, need_database

MOST_NAMED = 20  # of what is left out


@click.group(cls=Group)
def payments() -> None:
    """Money that came in."""


for command in (reconciliation.reconcile, promotions.promotions, exports.export,
                exports.acknowledge):
    payments.add_command(command)


@payments.command()
@click.argument("bank")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--columns", "column_map", type=click.Path(path_type=Path),
              help="JSON file that says which column of a CSV holds what.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and store nothing.")
@click.option("--json", "as_json", is_flag=True, help="All counts as one JSON object.")
def statement(bank: str, file: Path, column_map: Path | None, dry_run: bool,
              as_json: bool) -> None:
    """Take in the movements of a statement FILE (camt.053, camt.054 or CSV) of partner BANK.

    A second run of the same file changes nothing. Exit code 1: something waits because it is not
    certain which money it is (held, reversed, conflict).
    """
    need_database()
    here = office().context()
    try:
        chosen = columns.load(column_map) if column_map else None
        report = intake.run(bank, file, chosen, here.settings.our_accounts, here.vault,
                            here.now, dry_run)
    except UnknownPartner:
        raise Refused(f"no partner is called {bank!r}") from None
    except InvalidStatement as error:
        raise Refused(f"{file.name}: {error}") from None
    _print(report, as_json)
    if report.is_doubtful:
        raise SystemExit(1)


def _print(report: Report, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report.counts))
    else:
        for name, count in report.counts.items():
            if count:
                click.echo(f"{name}: {count}")
    for left in report.left_out[:MOST_NAMED]:
        click.echo(f"left out: {left.where}: {left.why} {left.what}".rstrip(), err=True)
    if len(report.left_out) > MOST_NAMED:
        click.echo(f"… and {len(report.left_out) - MOST_NAMED} more", err=True)


@payments.command()
def sweep() -> None:
    """Ask the providers about orders whose answer is due, once. The worker does it by itself."""
    need_database()
    here = office().context()
    asked = orders.sweep(registry.configured(here.settings), here.vault, here.now)
    click.echo(f"asked about {asked} orders")
