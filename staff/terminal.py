"""flask staff …"""

from __future__ import annotations

import click


@click.group()
def staff() -> None:
    """staff."""
