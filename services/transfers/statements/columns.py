"""Which column of a bank's CSV holds what.

A map is a JSON object of header names: `when`, `amount` (where there are two columns, the one
for money coming in), `text`, and if the bank gives them `id`, `payer`, `account`, `direction`;
`out` is the word in the column of direction for money going out, `when_format` is as strptime
writes it. Without a map the columns must be called by those names, and a column `direction`
holds `in` or `out`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from services.transfers.statements.lines import InvalidStatement

_NEEDED = ("when", "amount", "text")
_NAMES = (*_NEEDED, "id", "payer", "account", "direction")
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
    direction: str = ""
    out: str = ""  # the word there for money going out
    # For money coming in; of a map "": the one other word that the file has there.
    into: str = ""

    @property
    def needed(self) -> list[str]:
        """What the header must have: when, amount and text, and whatever else a map names."""
        named = _NEEDED if self.into else _NAMES
        return [name for key in named if (name := getattr(self, key))]


PLAIN = Columns("when", "amount", "text", "id", "payer", "account", "", "direction", "out", "in")


def load(path: Path) -> Columns:
    """Read a map; raises InvalidStatement or OSError."""
    if path.stat().st_size > _MOST:
        raise InvalidStatement(f"{path.name} is too large for a column map")
    try:
        given = json.loads(path.read_bytes(), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise InvalidStatement(f"{path.name} is not JSON in which a name stands once") from None
    if not isinstance(given, dict) or not all(isinstance(v, str) for v in given.values()):
        raise InvalidStatement(f"{path.name} is not an object of texts")
    unknown = set(given) - {*_NAMES, "when_format", "out"}
    missing = {*_NEEDED} - set(given)
    if len({"direction", "out"} & set(given)) == 1:
        missing |= {"direction", "out"} - set(given)
    if unknown or missing:
        names = ", ".join(sorted(unknown or missing))
        raise InvalidStatement(f"{path.name}: {'unknown' if unknown else 'missing'}: {names}")
    return _checked(Columns(**{name: text.strip() for name, text in given.items()}), path.name)


def _checked(columns: Columns, name: str) -> Columns:
    empty = [key for key in _NEEDED if not getattr(columns, key)]
    if empty or (columns.direction and not columns.out):
        raise InvalidStatement(f"{name}: {(empty or ['out'])[0]} is empty")
    return columns


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object whose names stand once each; of two, JSON would keep the last without a word."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)
