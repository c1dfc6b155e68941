"""flask staff: who may sign in at the desk."""

from __future__ import annotations

import contextlib
import getpass
import sys
from collections.abc import Iterator

import click

from db import reference
from services.errors import AlreadyDecided, InvalidInput, UnknownOfficer
from services.notation import formats, phones
from services.officers import accounts, rights, sessions
from web.office import office
from web.terminal import Group, Refused, need_database

_REASONS = {
    ("name", "invalid"): "a name has 2 to 40 of a-z, 0-9, dot, dash and underscore",
    ("password", "short"): f"a password has at least {accounts.SHORTEST} characters",
    ("password", "common"): "this password is one of those that are tried first",
    ("password", "long"): f"a password has at most {accounts.LONGEST} characters",
    ("password", "name"): "the password must not be the name",
    ("phone", "invalid"): "--phone: a Vietnamese telephone number",
}


@click.group(cls=Group)
def staff() -> None:
    """Officers who may sign in."""


@staff.command()
@click.argument("name")
@click.option("--role", type=click.Choice(rights.ROLES), required=True)
@click.option("--communes", default="", metavar="A,B|all",
              help="Commune codes that the officer works for, or all; none when left out.")
@click.option("--phone", default="", help="The officer's own, by which one person under two names"
              " is seen.")
def add(name: str, role: str, communes: str, phone: str) -> None:
    """Add an officer; the password is read from standard input."""
    need_database()
    codes = [code.strip() for code in communes.split(",") if code.strip()]
    with _refusals(name):
        sealed = office().vault.seal_phone(phones.normalise(phone)) if phone else None
        officer = accounts.add(name, role, codes, _password(), office().now(), phone=sealed)
    where = ("all communes" if codes == [rights.EVERYWHERE]
             else ", ".join(map(reference.commune_name, codes))
             or "no communes: sees nobody's affairs until some are named")
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
    """Let an officer who lost the device enrol a new one at the next sign-in.

    On the page of officers this needs two persons. Here it needs whoever may run commands on this
    machine: the record says "terminal", not who that was.
    """
    need_database()
    with _refusals(name):
        accounts.forget_totp(name, "terminal", office().now())
    click.echo(f"{name} enrols a new device at the next sign-in")


@staff.command()
@click.argument("name")
def disable(name: str) -> None:
    """Let an officer in no more; open sessions end now, work that they hold stays on the desk."""
    need_database()
    with _refusals(name, "{} is disabled already"):
        accounts.disable(name, "terminal", office().now(), even_last=True)
    click.echo(f"{name} is disabled")
    if not accounts.has_admin():
        click.echo("warning: nobody is left who may change officers on their page", err=True)


@staff.command()
@click.argument("name")
def enable(name: str) -> None:
    """Let a disabled officer in again."""
    need_database()
    with _refusals(name, "{} is not disabled"):
        accounts.enable(name, "terminal", office().now())
    click.echo(f"{name} may sign in again")


@staff.command("sessions")
@click.argument("name")
@click.option("--end", is_flag=True, help="End them all.")
def show_sessions(name: str, end: bool) -> None:
    """List an officer's sessions: since when, last active when; or end them."""
    need_database()
    with _refusals(name):
        officer = accounts.find(name)
    if end:
        ended = sessions.sign_out_everywhere(officer.name, office().now(), "terminal")
        click.echo(f"ended {ended} sessions of {officer.name}")
        return
    for id_hash, since, seen in sessions.of_officer(officer.name, office().now()):
        click.echo(f"{sessions.short(id_hash)}\t{formats.moment(since)}\t{formats.moment(seen)}")


@staff.command("list")
def list_all() -> None:
    """List the officers: name, role, communes, second step, whether disabled."""
    need_database()
    for officer in accounts.everybody():
        second = "totp" if officer.totp_sealed else "-"
        state = "disabled" if officer.disabled_at is not None else "-"
        click.echo(f"{officer.name}\t{officer.role}\t{officer.communes or 'none'}\t{second}"
                   f"\t{state}")


@contextlib.contextmanager
def _refusals(name: str, decided: str = "there is an officer {} already") -> Iterator[None]:
    try:
        yield
    except AlreadyDecided:
        raise Refused(decided.format(name)) from None
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
