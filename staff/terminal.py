"""flask staff: who may sign in at the desk."""

from __future__ import annotations

import contextlib
import getpass
import sys
from collections.abc import Iterator

import click

from db import reference
from services.errors import AlreadyDecided, InvalidInput, UnknownOfficer
from services.officers import accounts
from web.office import office
from web.terminal import Group, Refused, need_database

_REASONS = {
    ("name", "invalid"): "a name has 2 to 40 of a-z, 0-9, dot, dash and underscore",
    ("password", "short"): f"a password has at least {accounts.SHORTEST} characters",
    ("password", "common"): "this password is one of those that are tried first",
    ("password", "long"): f"a password has at most {accounts.LONGEST} characters",
    ("password", "name"): "the password must not be the name",
}


@click.group(cls=Group)
def staff() -> None:
    """Officers who may sign in."""


@staff.command()
@click.argument("name")
@click.option("--role", type=click.Choice(accounts.ROLES), required=True,
              help="supervisor and admin also need a one-time code (TOTP).")
@click.option("--communes", default="", metavar="A,B",
              help="Commune codes that the officer works for; all when left out.")
def add(name: str, role: str, communes: str) -> None:
    """Add an officer; the password is read from standard input."""
    need_database()
    codes = [code.strip() for code in communes.split(",") if code.strip()]
    with _refusals(name):
        officer = accounts.add(name, role, codes, _password(), office().now())
    where = ", ".join(map(reference.commune_name, codes)) or "all communes"
    click.echo(f"added {officer.name} ({officer.role}, {where})")


@staff.command()
@click.argument("name")
def password(name: str) -> None:
    """Set a new password, read from standard input, and end the officer's sessions."""
    need_database()
    with _refusals(name):
        accounts.set_password(name, _password(), "terminal", office().now())
    click.echo(f"new password for {name}")


@staff.command("forget-totp")
@click.argument("name")
def forget_totp(name: str) -> None:
    """Let an officer who lost the device enrol a new one at the next sign-in."""
    need_database()
    with _refusals(name):
        accounts.forget_totp(name, "terminal", office().now())
    click.echo(f"{name} enrols a new device at the next sign-in")


@staff.command("list")
def list_all() -> None:
    """List the officers: name, role, communes, second step."""
    need_database()
    for officer in accounts.everybody():
        second = "totp" if officer.totp_sealed else "-"
        click.echo(f"{officer.name}\t{officer.role}\t{officer.communes or 'all'}\t{second}")


@contextlib.contextmanager
def _refusals(name: str) -> Iterator[None]:
    try:
        yield
    except AlreadyDecided:
        raise Refused(f"there is an officer {name} already") from None
    except UnknownOfficer:
        raise Refused(f"there is no officer {name}") from None
    except InvalidInput as error:
        raise Refused(_REASONS.get((error.field, error.reason),
                                   f"unknown commune code {error.reason}")) from None


def _password() -> str:
    if sys.stdin.isatty():
        return getpass.getpass()
    try:
        return sys.stdin.readline().rstrip("\r\n")
    except UnicodeDecodeError:
        raise Refused("the password is not UTF-8 text") from None
