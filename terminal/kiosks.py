"""flask kiosks …"""

from __future__ import annotations

import json

import click

from db import reference
from db.kiosks import KioskDevice
from services import clock
from services.errors import InvalidInput
from services.kiosks import devices
from services.notation import formats
from web.office import office
from web.terminal import Group, Refused, need_database

_SAYS = {"name": "NAME: small letters, digits and dashes, at most 40",
         "commune": "--commune: not the code of a commune (db/data/communes.csv)",
         "place": "--place: at most 80 characters, such as \"Nhà văn hóa Định Hóa\"",
         "printer": "--printer: tcp://HOST:PORT or file:///dev/usb/lp0"}


@click.group(cls=Group)
def kiosks() -> None:
    """The screens in the halls."""


@kiosks.command("add")
@click.argument("name")
@click.option("--commune", required=True, metavar="CODE", help="The commune it stands in.")
@click.option("--place", default="", help="The hall it stands in, as officers call it.")
@click.option("--printer", default="", help="Its slip printer: tcp://HOST:9100, file:///dev/…")
def add(name: str, commune: str, place: str, printer: str) -> None:
    """Print the word by which the machine NAME is enrolled: good once, for an hour.

    It is typed at /kiosk/enrol. Again for a machine that is not enrolled yet: a new word.
    """
    need_database()
    try:
        word = devices.add(name, commune, printer, office().now(), place)
    except InvalidInput as error:
        if error.reason == "taken":
            raise Refused(f"{name} is enrolled: flask kiosks revoke {name} first") from error
        raise Refused(_SAYS[error.field]) from error
    click.echo(json.dumps({"kiosk": name, "enrolment": word}))


@kiosks.command("list")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def show(as_json: bool) -> None:
    """Each kiosk: name, commune, printer, when it was enrolled."""
    need_database()
    for one in devices.everyone():
        click.echo(_as_json(one) if as_json else _as_line(one))


def _as_line(one: KioskDevice) -> str:
    enrolled = formats.moment(one.enrolled_at) if one.enrolled_at else "not enrolled"
    commune = reference.commune_name(one.commune_code)
    return f"{one.name}\t{commune}\t{one.printer or '-'}\t{enrolled}"


def _as_json(one: KioskDevice) -> str:
    enrolled = clock.local(one.enrolled_at).isoformat() if one.enrolled_at else None
    return json.dumps({"kiosk": one.name, "commune": one.commune_code, "place": one.place,
                       "printer": one.printer, "enrolled_at": enrolled}, ensure_ascii=False)


@kiosks.command("revoke")
@click.argument("name")
def revoke(name: str) -> None:
    """The machine is a kiosk of ours no more, from its next page on."""
    need_database()
    if not devices.revoke(name, office().now()):
        raise Refused(f"no kiosk is called {name}")
