"""flask customers import, flask bills import, flask outages import."""

from __future__ import annotations

import click


@click.group()
def customers() -> None:
    """customers."""


@click.group()
def bills() -> None:
    """bills."""


@click.group()
def outages() -> None:
    """outages."""
