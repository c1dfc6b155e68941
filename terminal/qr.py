"""flask qr …"""

from __future__ import annotations

import json
import sys

import click

from services.bills import vietqr
from web.terminal import PlainGroup


@click.group(cls=PlainGroup)
def qr() -> None:
    """Payment codes."""


@qr.command("decode")
@click.argument("payload", required=False)
@click.pass_context
def decode(context: click.Context, payload: str | None) -> None:
    """Decode PAYLOAD strictly and print one JSON object, composite tags nested.

    Without PAYLOAD: one payload a line from standard input, one JSON object a line out; a bad
    one gives {"error": …} on its line and exit 1 in the end.
    """
    if payload is None:
        context.exit(_decode_lines())
    try:
        click.echo(_json(vietqr.decode(payload)))
    except vietqr.InvalidPayload as error:
        click.echo(f"error: {error}", err=True)
        context.exit(1)


def _decode_lines() -> int:
    """Exit code: 1 when any line was bad."""
    code = 0
    for line in sys.stdin.buffer:
        answer = _decode_line(line)
        code = code or int("error" in answer)
        click.echo(_json(answer))
    return code


def _decode_line(line: bytes) -> dict:
    try:
        return vietqr.decode(line.decode("utf-8").removesuffix("\n").removesuffix("\r"))
    except UnicodeDecodeError:
        return {"error": "not UTF-8"}
    except vietqr.InvalidPayload as error:
        return {"error": str(error)}


def _json(content: dict) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
