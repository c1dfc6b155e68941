"""Which column of a bank's CSV holds what.

A map is a JSON object of header names: `when`, `amount` (where there are two columns, the one
for money coming in), `text`, and if the bank gives them `id`, `payer`, `account`; `when_format`
as strptime writes it. Without a map the columns must be called by those names.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from services.transfers.statements.lines import InvalidStatement

_NAMES = ("id", "when", "amount", "text", "payer", "account")
_MOST = 64 * 1024


class Columns(NamedTuple):
    """Header names, as they stand in the file; "" for what the file does not tell."""

    when: str
    amount: str
    text: str
    id: str = ""
    payer: str = ""
    account: str = ""
    when_format: str = ""  # "": ISO, or one of csv_file._TIMES


PLAIN = Columns("when", "amount", "text", "id", "payer", "account")


def load(path: Path) -> Columns:
    """Read a map; raises InvalidStatement or OSError."""
    if path.stat().st_size > _MOST:
        raise InvalidStatement(f"{path.name} is too large for a column map")
    try:
        given = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        raise InvalidStatement(f"{path.name} is not JSON") from None
    if not isinstance(given, dict) or not all(isinstance(v, str) for v in given.values()):
        raise InvalidStatement(f"{path.name} is not an object of texts")
    unknown = set(given) - {*_NAMES, "when_format"}
    missing = {"when", "amount", "text"} - set(given)
    if unknown or missing:
        names = ", ".join(sorted(unknown or missing))
        raise InvalidStatement(f"{path.name}: {'unknown' if unknown else 'missing'}: {names}")
    return Columns(**given)
