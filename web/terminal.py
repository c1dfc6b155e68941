"""How commands speak: one line on standard error and exit 2 for bad input."""

from __future__ import annotations

import click


class Refused(click.ClickException):
    """Bad input or a step that cannot be taken; the message is one line."""

    exit_code = 2

    def show(self, file=None) -> None:
        line = " ".join(self.message.split())
        click.echo(f"error: {line}", file=file, err=file is None)
