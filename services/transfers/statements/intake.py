"""A statement file → bank credits. A file is read whole before anything of it is stored; a
second run of the same file, or of another about the same money, changes nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

from db import partners
from db import transfers as transfer_records
from services.errors import IdempotencyConflict, UnknownPartner
from services.privacy import Vault
from services.transfers import credits
from services.transfers.credits import Incoming
from services.transfers.statements import camt, csv_file
from services.transfers.statements.columns import PLAIN, Columns
from services.transfers.statements.lines import InvalidStatement, Statement, StatementLine


def run(bank: str, path: Path, columns: Columns | None, vault: Vault, now: int,
        dry_run: bool = False) -> dict[str, int]:
    """Take in the file's credits as reported by the partner `bank`.

    Returns how many fell to each state, and under "known" those recorded before, under
    "conflict" those whose number came before with another amount, under "others" the entries
    that are not credits. Raises UnknownPartner, InvalidStatement or OSError.
    """
    title = partners.title_of(bank)
    if title is None:
        raise UnknownPartner(bank)
    parsed = _parse(path, columns)
    _refuse_repeated(parsed.credits)
    incoming = [_incoming(bank, title, line) for line in parsed.credits]
    counted = Counter(_look(one) if dry_run else _record(one, vault, now) for one in incoming)
    if parsed.others:
        counted["others"] = parsed.others
    return dict(sorted(counted.items()))


def _parse(path: Path, columns: Columns | None) -> Statement:
    with open(path, "rb") as file:
        start = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        return camt.parse(path)
    return csv_file.parse(path, columns or PLAIN)


def _refuse_repeated(lines: list[StatementLine]) -> None:
    """Two credits of one file under one number would be taken for one."""
    numbers = Counter(line.txn_id for line in lines)
    repeated = [number for number, count in numbers.items() if count > 1]
    if repeated:
        raise InvalidStatement(f"the number {repeated[0]!r} stands for several credits;"
                               " name another column as id, or none")


def _incoming(bank: str, title: str, line: StatementLine) -> Incoming:
    # What the same money has in common in each of a bank's files: text and time may differ.
    facts = f"{line.txn_id}|{line.amount}"
    return Incoming(bank, title, line.txn_id, line.amount, line.text, line.paid_at,
                    hashlib.sha256(facts.encode()).hexdigest(), line.payer, line.account,
                    line.bank_ref, "bank")


def _record(incoming: Incoming, vault: Vault, now: int) -> str:
    try:
        credit, new = credits.record(incoming, vault, now)
    except IdempotencyConflict:
        return "conflict"
    return credit.state if new else "known"


def _look(incoming: Incoming) -> str:
    """What recording would find; of several credits for one bill each is looked at alone."""
    if transfer_records.get(incoming.source, incoming.txn_id) is not None:
        return "known"
    return credits.decide(incoming.text, incoming.amount).state
