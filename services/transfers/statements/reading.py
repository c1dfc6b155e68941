"""A statement file in any form that banks send, read whole before anything of it is used."""

from __future__ import annotations

import hashlib
from collections.abc import Set
from pathlib import Path

from services.decoding import pool, shapes
from services.decoding.errors import TooHeavy, Unfit
from services.decoding.jobs import MB, Job
from services.transfers.statements import csv_file
from services.transfers.statements.columns import PLAIN, Columns
from services.transfers.statements.lines import (
    InvalidStatement,
    LeftOut,
    Statement,
    StatementLine,
    is_ours,
)

_CAMT = Job("services.transfers.statements.camt:told", cpu_s=120, wall_s=300, memory_mb=1536,
            most_bytes=512 * MB)
MOST_BYTES = 64 * 1024 * 1024
_XML_STARTS = (b"<", b"<\0", b"\0<")  # in UTF-8 and its kin, and in both UTF-16


def read(path: Path, columns: Columns | None, ours: Set[str], now: int) -> Statement:
    """The file's movements on the accounts `ours` (as `lines.account_key` writes them).

    What does not say its account counts as ours. `columns` is for a CSV; None: the plain names.
    Raises InvalidStatement (unreadable, or nothing in it is ours) or OSError.
    """
    if path.stat().st_size > MOST_BYTES:
        raise InvalidStatement(f"larger than {MOST_BYTES // 1024**2} MB")
    data = path.read_bytes()
    found = (_camt(data, ours, now) if _is_xml(data)
             else csv_file.parse(data, columns or PLAIN, ours, now))
    if found.accounts and not any(is_ours(account, ours) for account in found.accounts):
        raise InvalidStatement("nothing in it is ours; it is about account "
                               + ", ".join(found.accounts[:5]))
    return found._replace(digest=hashlib.sha256(data).hexdigest())


def _camt(data: bytes, ours: Set[str], now: int) -> Statement:
    """A camt document, read by the child: all of it, or InvalidStatement."""
    found = Statement([], [], [], [], "")
    try:
        for answer in pool.stream(_CAMT, {"ours": sorted(ours), "now": now}, data):
            said = answer.told
            found.lines.extend(shapes.row(StatementLine, line) for line in said["lines"])
            found.outgoing.extend(shapes.row(StatementLine, line) for line in said["outgoing"])
            found.left_out.extend(shapes.row(LeftOut, line) for line in said["left_out"])
            found.accounts.extend(map(str, said["accounts"]))
    except Unfit as error:
        raise InvalidStatement(*error.words) from None
    except TooHeavy as error:
        raise InvalidStatement(str(error)) from None
    return found


def is_xml(path: Path) -> bool:
    """True of a camt document, False of a CSV."""
    with open(path, "rb") as file:
        return _is_xml(file.read(64))


def _is_xml(data: bytes) -> bool:
    start = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip(b"\xff\xfe \t\r\n")
    return start.startswith(_XML_STARTS)
