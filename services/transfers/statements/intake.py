"""A statement file → bank credits. A file is read whole before anything of it is stored; a
second run of the same file, or of another about the same money, changes nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Set
from pathlib import Path

from db import partners
from db import transfers as transfer_records
from services.errors import IdempotencyConflict, UnknownPartner
from services.privacy import Vault
from services.transfers import credits
from services.transfers.credits import Incoming
from services.transfers.statements import reading
from services.transfers.statements.columns import Columns
from services.transfers.statements.lines import InvalidStatement, StatementLine


def run(bank: str, path: Path, columns: Columns | None, ours: Set[str], vault: Vault,
        now: int, dry_run: bool = False) -> dict[str, int]:
    """Take in the file's credits as reported by the partner `bank`.

    Returns how many fell to each state, and under "known" those recorded before, under
    "conflict" those whose number came before with another amount, under "others" the entries
    that are not credits. Raises UnknownPartner, InvalidStatement or OSError.
    """
    title = partners.title_of(bank)
    if title is None:
        raise UnknownPartner(bank)
    parsed = reading.read(path, columns, ours, now)
    credits_told = [line for line in parsed.lines if not line.reverses]
    _refuse_repeated(credits_told)
    incoming = [_incoming(bank, title, line) for line in credits_told]
    counted = Counter(_look(one) if dry_run else _record(one, vault, now) for one in incoming)
    others = len(parsed.left_out) + len(parsed.outgoing) + len(parsed.lines) - len(incoming)
    if others:
        counted["others"] = others
    return dict(sorted(counted.items()))


def _refuse_repeated(lines: list[StatementLine]) -> None:
    """Two credits of one file under one number would be taken for one."""
    numbers = Counter(line.number for line in lines if line.number)
    repeated = [number for number, count in numbers.items() if count > 1]
    if repeated:
        raise InvalidStatement(f"the number {repeated[0]!r} stands for several credits;"
                               " name another column as id, or none")


def _incoming(bank: str, title: str, line: StatementLine) -> Incoming:
    # What the same money has in common in each of a bank's files: text and time may differ.
    facts = f"{line.day}|{line.amount}|{line.text}"
    number = line.number or "x" + hashlib.sha256(facts.encode()).hexdigest()[:40]
    return Incoming(bank, title, number, line.amount, line.text, line.paid_at,
                    hashlib.sha256(f"{number}|{line.amount}".encode()).hexdigest(), line.payer,
                    line.account, line.number, "bank")


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
