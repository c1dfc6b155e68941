"""flask sms …: one message, the worker, the log."""

from __future__ import annotations

import click


@click.group()
def sms() -> None:
    """sms."""
