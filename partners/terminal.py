"""flask partners …"""

from __future__ import annotations

import json

import click

from partners.orders import order
from services.errors import UnknownPartner
from services.payments import partner_keys
from web.office import office
from web.terminal import Group, Refused, need_database


@click.group(cls=Group)
def partners() -> None:
    """Payment intermediaries and banks."""


partners.add_command(order)


@partners.command("key")
@click.argument("name")
@click.option("--rotate", is_flag=True,
              help="Make a new key; the one before it signs for one more day.")
def key(name: str, rotate: bool) -> None:
    """Print the API key of partner NAME as one JSON object, made at the first asking."""
    need_database()
    make = partner_keys.rotate if rotate else partner_keys.key
    try:
        made = make(name, office().vault, office().now())
    except UnknownPartner:
        raise Refused(f"no partner is called {name!r}") from None
    click.echo(json.dumps(made._asdict()))
