"""flask qr …"""

from __future__ import annotations

import click


@click.group()
def qr() -> None:
    """qr."""
