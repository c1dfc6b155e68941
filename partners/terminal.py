"""flask partners …"""

from __future__ import annotations

import click


@click.group()
def partners() -> None:
    """partners."""
