"""flask kiosk …"""

from __future__ import annotations

import click

from db import reference
from services.errors import InvalidInput
from services.kiosks import devices
from services.notation import formats
from web.office import office
from web.terminal import Group, Refused, need_database

_SAYS = {"name": "NAME: small letters, digits and dashes, at most 40, and not taken",
         "commune": "COMMUNE: not the code of a commune (db/data/communes.csv)",
         "place": "--place: at most 80 characters, such as \"Nhà văn hóa Định Hóa\"",
         "printer": "--printer: tcp://HOST:PORT or file:///dev/usb/lp0"}


@click.group(cls=Group)
def kiosk() -> None:
    """The screens in the halls."""


@kiosk.command("add")
@click.argument("name")
@click.argument("commune")
@click.option("--place", default="", help="The hall it stands in, as officers call it")
@click.option("--printer", default="", help="Its slip printer: tcp://HOST:9100, file:///dev/…")
def add(name: str, commune: str, place: str, printer: str) -> None:
    """Print the address that the machine NAME in COMMUNE opens once to be enrolled."""
    need_database()
    try:
        word = devices.add(name, commune, printer, office().now(), place)
    except InvalidInput as error:
        raise Refused(_SAYS[error.field]) from error
    click.echo(f"{office().settings.public_url}/kiosk/enrol?word={word}")


@kiosk.command("list")
def show() -> None:
    """Each kiosk: name, commune, printer, when it was enrolled."""
    need_database()
    for one in devices.everyone():
        enrolled = formats.moment(one.enrolled_at) if one.enrolled_at else "not enrolled"
        commune = reference.commune_name(one.commune_code)
        click.echo(f"{one.name}\t{commune}\t{one.printer or '-'}\t{enrolled}")


@kiosk.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """The machine is a kiosk of ours no more."""
    need_database()
    if not devices.remove(name):
        raise Refused(f"no kiosk is called {name}")
