"""Credits that may be the same money, and the changes that only an identity brings."""

from __future__ import annotations

from db import transfers
from db.connection import fetch, run
from db.transfers import CreditRow

_COLUMNS = ", ".join(f'c."{name}"' for name in CreditRow._fields)
_SELECT = f"SELECT {_COLUMNS} FROM bank_credit c WHERE "


def _rows(where: str, *values) -> list[CreditRow]:
    return [transfers.row_of(row) for row in fetch(_SELECT + where, *values)]


def get(identity: str) -> CreditRow | None:
    """The credit of our account and our bank's number, or None."""
    found = _rows("c.identity = ?", identity)
    return found[0] if found else None


def with_number(bank_ref: str) -> list[CreditRow]:
    """Credits whose bank's number has these letters and digits, on whichever account."""
    return _rows("c.bank_ref = ? AND c.state NOT IN ('duplicate', 'reversal') ORDER BY c.id",
                 bank_ref)


def alike(amount: int, first_day: str, last_day: str) -> list[CreditRow]:
    """Credits of this amount and these days, counted or held."""
    return _rows("c.amount = ? AND c.day BETWEEN ? AND ? AND c.state NOT IN"
                 " ('conflict', 'reversal', 'aside', 'parts', 'duplicate') ORDER BY c.id",
                 amount, first_day, last_day)


def sums(amount: int, day: str) -> list[CreditRow]:
    """What is on record as one sum of this amount and day, told in parts or undivided."""
    return _rows("c.amount = ? AND c.day = ? AND c.bundle_id IS NULL AND c.state NOT IN"
                 " ('conflict', 'reversal', 'aside', 'duplicate') ORDER BY c.id", amount, day)


# A camt document tells what stands on the account: an entry of its own is no part of another one.
_TOLD_AS_ENTRY = ("EXISTS (SELECT 1 FROM credit_telling t JOIN bank_statement s"
                  " ON s.id = t.document_id WHERE s.kind = 'camt' AND t.credit_id = {})")


def untold_parts(amount: int, day: str, first_day: str, last_day: str,
                 most: int) -> list[CreditRow]:
    """Smaller credits of a day, or told by a feed of these days, that no camt document has told of
    by themselves, nor of anything that waits because it may be they."""
    return _rows("c.amount < ? AND (c.day = ? OR (c.day BETWEEN ? AND ? AND c.source IN (SELECT"
                 " name FROM partner WHERE kind <> 'bank'))) AND c.bundle_id IS NULL"
                 " AND c.state NOT IN ('conflict', 'reversal', 'aside', 'parts', 'duplicate')"
                 f" AND NOT {_TOLD_AS_ENTRY.format('c.id')} AND NOT EXISTS (SELECT 1"
                 " FROM bank_credit h WHERE h.same_as = c.id AND"
                 f" {_TOLD_AS_ENTRY.format('h.id')}) ORDER BY c.id LIMIT ?",
                 amount, day, first_day, last_day, most)


def larger(amount: int, first_day: str, last_day: str) -> list[CreditRow]:
    """Untouched larger credits of these days that a camt document told of and that may be
    several."""
    return _rows("c.parts <> 1 AND c.amount > ? AND c.day BETWEEN ? AND ?"
                 " AND c.state IN ('unmatched', 'bundle')"
                 ' AND c."left" = c.amount AND c.bundle_id IS NULL'
                 f" AND {_TOLD_AS_ENTRY.format('c.id')} ORDER BY c.id",
                 amount, first_day, last_day)


def parts_of(bundle_id: int) -> list[CreditRow]:
    """The credits that a sum was told in."""
    return _rows("c.bundle_id = ? AND c.state NOT IN ('conflict', 'aside') ORDER BY c.id",
                 bundle_id)


def suspected_by(credit_id: int, source: str, document: int | None) -> list[CreditRow]:
    """What this document, or this feed, told of and waits because it may be this credit."""
    who = "t.document_id = ?" if document is not None else (
        "t.document_id IS NULL AND t.source = ?")
    return _rows("c.same_as = ? AND EXISTS (SELECT 1 FROM credit_telling t"
                 f" WHERE t.credit_id = c.id AND {who}) ORDER BY c.id", credit_id,
                 source if document is None else document)


def waiting_for(credit_id: int, why: str) -> list[CreditRow]:
    """Held because they may be, or be in, this credit."""
    return _rows("c.same_as = ? AND c.state = 'held' AND c.why = ? ORDER BY c.id", credit_id, why)


def takable(amount: int, first_day: str, last_day: str) -> list[CreditRow]:
    """Counted credits of this amount and these days: one of them may have been taken back."""
    return _rows("c.amount = ? AND c.day BETWEEN ? AND ? AND c.state NOT IN ('conflict', 'held',"
                 " 'reversal', 'aside', 'parts', 'duplicate') ORDER BY c.id",
                 amount, first_day, last_day)


def orphans(amount: int, first_day: str, last_day: str) -> list[CreditRow]:
    """Money taken back of which no credit is known."""
    return _rows("c.amount = ? AND c.day BETWEEN ? AND ? AND c.state = 'reversal' ORDER BY c.id",
                 amount, first_day, last_day)


def place(credit: CreditRow, account: str, identity: str | None) -> None:
    """A later document says on which account it was; nothing changes when that is taken."""
    if identity is None or get(identity) is None:
        run("UPDATE bank_credit SET account = ?, identity = ? WHERE id = ? AND account = ?",
            account, identity, credit.id, credit.account)


def name(credit: CreditRow, identity: str, bank_ref: str) -> None:
    """A later telling has the number of a credit that had none; nothing changes when another
    credit has it."""
    if get(identity) is None:
        run("UPDATE bank_credit SET identity = ?, bank_ref = ? WHERE id = ? AND identity IS NULL",
            identity, bank_ref, credit.id)


def mark_single(credit_id: int) -> None:
    """Nobody said how many transfers it is, and now somebody tells of one."""
    run("UPDATE bank_credit SET parts = 1 WHERE id = ? AND parts = 0", credit_id)


def put_into(credit_id: int, bundle_id: int) -> None:
    """The credit is a part of this sum."""
    run("UPDATE bank_credit SET bundle_id = ? WHERE id = ? AND bundle_id IS NULL AND id <> ?",
        bundle_id, credit_id, bundle_id)


def count(credit: CreditRow, state: str, code: str, officer: str, note: str, now: int) -> bool:
    """Held → money of its own, if nobody else decided since it was read."""
    return run("UPDATE bank_credit SET state = ?, \"left\" = amount, code = ?, same_as = NULL,"
               " why = '', officer = ?, note = ?, decided_at = ? WHERE id = ? AND state = ?",
               state, code, officer, note[:200], now, credit.id, credit.state) == 1


def put_aside(credit: CreditRow, same_as: int | None, officer: str, note: str, now: int) -> bool:
    """What was not counted stays so. True when this call decided it."""
    return run("UPDATE bank_credit SET state = 'aside', same_as = ?, officer = ?, note = ?,"
               " decided_at = ? WHERE id = ? AND state = ?",
               same_as, officer, note[:200], now, credit.id, credit.state) == 1


def mark_reversed(credit: CreditRow) -> bool:
    """The bank took it back: from now on two officers decide. True when this call marked it."""
    return run("UPDATE bank_credit SET before = state, state = 'reversed' WHERE id = ?"
               " AND state = ? AND \"left\" = ?", credit.id, credit.state, credit.left) == 1


def ask(credit_id: int, what: str, officer: str, note: str, now: int) -> bool:
    """A first officer's word on a reversal. True when nobody had asked before."""
    return run("UPDATE bank_credit SET asked = ?, officer = ?, note = ?, decided_at = ?"
               " WHERE id = ? AND state = 'reversed' AND asked = ''",
               what, officer, note[:200], now, credit_id) == 1


def turn_down(credit_id: int, asked: str) -> bool:
    """What was asked is not agreed to."""
    return run("UPDATE bank_credit SET asked = '', officer = '', note = '' WHERE id = ?"
               " AND state = 'reversed' AND asked = ?", credit_id, asked) == 1


def agree(credit_id: int, asked: str, officer: str, now: int) -> bool:
    """A second officer agrees: taken back, or as it was before. True when this call did it."""
    state = "'taken_back'" if asked == "gone" else "before"
    left = "0" if asked == "gone" else '"left"'
    return run(f"UPDATE bank_credit SET state = {state}, \"left\" = {left}, asked = '',"
               " agreed_by = ?, decided_at = ? WHERE id = ? AND state = 'reversed' AND asked = ?"
               " AND officer <> '' AND officer <> ?", officer, now, credit_id, asked, officer) == 1
