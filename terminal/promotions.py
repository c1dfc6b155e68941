"""flask payments promotions FILE."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from services.payments import promotion_files
from services.payments.promotion_files import InvalidPromotions
from web.office import office
from web.terminal import Refused, answering, need_database


@click.command("promotions")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def promotions(file: Path) -> None:
    """Take in the promotions of FILE (JSON): new ones, and new terms of known ones.

    All or nothing. What was used of a budget stays.
    """
    with answering():
        need_database()
        try:
            count = promotion_files.load(file, "terminal", office().now())
        except InvalidPromotions as error:
            raise Refused(f"{file.name}: {error}") from None
    click.echo(f"promotions: {count}")
