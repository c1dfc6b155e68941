"""flask places …"""

from __future__ import annotations

import click

from db import reference
from services.cash import places
from web.office import office
from web.terminal import Group, Refused, need_database


@click.group("places", cls=Group)
def places_group() -> None:
    """Where bills can be paid in cash."""


@places_group.command("list")
def show() -> None:
    """Each place: code, kind, commune, name, address, hours, telephone."""
    need_database()
    for place in places.everywhere():
        click.echo("\t".join((place.code, place.kind, reference.commune_name(place.commune_code),
                              place.name, place.address, place.hours or "-", place.phone or "-")))


@places_group.command("remove")
@click.argument("code")
def remove(code: str) -> None:
    """The place takes no cash any more."""
    need_database()
    if not places.remove(code, office().now()):
        raise Refused(f"no place has the code {code}")
