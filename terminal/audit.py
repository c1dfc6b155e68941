"""flask audit: the chain of who did what, and its heads kept elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import click

from services.errors import InvalidInput
from services.officers import audit_heads, audit_trail
from web.office import office
from web.terminal import Group, Refused, file_trouble, need_database


class Broken(Refused):
    """The chain does not hold."""

    exit_code = 1


@click.group(cls=Group)
def audit() -> None:
    """The audit chain."""


@audit.command()
@click.option("--head", default="", metavar="HASH",
              help="A head noted earlier: the chain must still contain it.")
@click.option("--heads", type=click.Path(path_type=Path), metavar="FILE",
              help="Heads noted day by day (AUDIT_HEADS): the chain must go through all of them.")
def check(head: str, heads: Path | None) -> None:
    """Check every row against the one before; print the head and the number of rows.

    Exit 0: intact. Exit 1: the first bad row is named. Only a head kept on another machine
    finds a chain that was put back to an earlier state of its own.
    """
    known = head.strip().lower()
    if known and not re.fullmatch(r"[0-9a-f]{64}", known):
        raise Refused("--head takes the 64 hex digits that this command printed before")
    need_database()
    bad = audit_trail.check(known, _read(heads) if heads else {})
    if bad:
        raise Broken(f"the audit chain breaks at {bad}")
    digest, count = audit_trail.head()
    plain = audit_trail.plain_rows()
    unkeyed = f", the first {plain} from before the key" if plain else ""
    click.echo(f"intact: {count} rows{unkeyed}, head {digest}")


def _read(heads: Path) -> dict[int, str]:
    try:
        return audit_heads.read(heads)
    except OSError as error:
        raise Refused(file_trouble(error)) from error
    except InvalidInput as error:
        raise Refused(f"{heads} is no file of heads: {error}") from error


@audit.command()
@click.option("--write", "to", type=click.Path(path_type=Path), metavar="FILE",
              help="Add the line to FILE as well, if it is not its last one.")
def heads(to: Path | None) -> None:
    """Print the chain's head: day, number of rows, hash. Keep it on another machine."""
    need_database()
    line = audit_heads.newest(office().now())
    if to:
        try:
            audit_heads.add(to, line)
        except OSError as error:
            raise Refused(file_trouble(error)) from error
    click.echo(str(line))
