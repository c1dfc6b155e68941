"""Putting a movement and what was told of it on record, once it is known what it is."""

from __future__ import annotations

import hashlib
import itertools
import json

from db import identities, partners, tellings
from db import transfers as transfer_records
from db.tellings import TellingRow
from db.transfers import CreditRow
from services.privacy import Vault
from services.transfers import incoming, matching
from services.transfers.incoming import Incoming
from services.transfers.matching import Decision

_MOST_TXN = 52


def add(told: Incoming, state: str, vault: Vault, now: int, *, code: str = "",
        same_as: int | None = None, identity: str | None = None, bundle_id: int | None = None,
        before: str = "", why: str = "", says: str = tellings.CAME) -> CreditRow:
    """A new row with its first telling; money that counts arrives on the ledger. Inside the
    caller's transaction."""
    partners.ensure(told.source, told.title, told.kind)
    counts = state not in transfer_records.NOT_COUNTED
    txn_id = _free(told)
    credit_id = transfer_records.add((
        told.source, txn_id, told.body_digest, told.amount,
        vault.seal(json.dumps([told.text, told.payer], ensure_ascii=False),
                   _about(told.source, txn_id)),
        incoming.place(told), incoming.letters(told.bank_ref), told.paid_at, now, state, code,
        same_as, identity, incoming.day(told), incoming.parts(told), bundle_id, before, why,
        told.amount if counts else 0))
    credit = get(credit_id)
    if counts:
        matching.arrive(credit, now)
    tell(told, credit_id, vault, now, says)
    return credit


def settle(told: Incoming, decision: Decision, vault: Vault, now: int, *,
           identity: str | None = None, bundle_id: int | None = None) -> CreditRow:
    """A new credit that counts, and what it certainly pays."""
    # What it pays is settled from the row as it stands before.
    state = transfer_records.UNMATCHED if decision.bills else decision.state
    credit = add(told, state, vault, now, code=decision.code, identity=identity,
                 bundle_id=bundle_id)
    return matching.settle(credit, decision, now) if decision.bills else credit


def get(credit_id: int) -> CreditRow:
    """A row that is surely there."""
    credit = transfer_records.get_by_id(credit_id)
    if credit is None:
        raise LookupError(f"credit {credit_id}")
    return credit


def tell(told: Incoming, credit_id: int | None, vault: Vault, now: int,
         says: str = tellings.CAME) -> None:
    """One more telling of a credit; a telling that is on record already adds nothing."""
    partners.ensure(told.source, told.title, told.kind)
    key = key_of(told)
    if any(row.body_digest == told.body_digest for row in tellings.get(told.source, key)):
        return
    words = json.dumps([told.text, told.payer, told.evidence], ensure_ascii=False)
    number = "".join(told.bank_ref.split()) if told.kind == "bank" else told.txn_id
    tellings.add(told.source, key, says, credit_id, told.document, incoming.place(told),
                 number[:64], told.body_digest, told.amount,
                 vault.seal(words, _about(told.source, f"told {key}")), now)


def may_be_one_place(told: Incoming, credit: CreditRow) -> bool:
    """False for two accounts, and for statements of two banks."""
    place = incoming.place(told)
    if (told.kind == "bank" and credit.source != told.source
            and place != credit.account and not is_by_feed(credit)):
        return False
    return incoming.may_be_one_place(place, credit.account)


def is_by_feed(credit: CreditRow) -> bool:
    """True of a credit of which a feed told first: its day and words are the feed's."""
    return partners.kind_of(credit.source) != "bank"


def key_of(told: Incoming) -> str:
    """The source's own number of a telling."""
    return (told.key or told.txn_id)[:64]


def place(told: Incoming, credit: CreditRow) -> None:
    """A later telling says on which account a credit was."""
    if incoming.is_place(incoming.place(told)) and not incoming.is_place(credit.account):
        kept = incoming.number(told) or incoming.number_in(credit.identity)
        account = incoming.place(told)
        identities.place(credit, account, f"{account} {kept}" if kept else None)


def set_aside(credit: CreditRow, now: int, state: str = transfer_records.DUPLICATE) -> bool:
    """Money that nobody touched is told elsewhere too: it counts no longer; inside the caller's
    transaction. False when somebody has begun to use it."""
    if not is_untouched(credit) or not transfer_records.decide(credit, state, 0, credit.code,
                                                               now=now):
        return False
    matching.leave(credit, now)
    return True


def is_untouched(credit: CreditRow) -> bool:
    """True of counted money that nobody has used, kept or owed back."""
    return credit.left == credit.amount and credit.state in (
        transfer_records.UNMATCHED, transfer_records.UNDER, transfer_records.OVER,
        transfer_records.ALREADY_PAID, transfer_records.AFTER_VOID, transfer_records.BUNDLE)


def words(credit: CreditRow, vault: Vault) -> tuple[str, str]:
    """(text as the bank delivered it, payer's name) of a credit."""
    if not credit.words_sealed:
        return "", ""
    text, payer = json.loads(vault.open(credit.words_sealed, _about(credit.source, credit.txn_id)))
    return text, payer


def told_words(telling: TellingRow, vault: Vault) -> tuple[str, str, str]:
    """(text, payer, what the payer or the payer's bank filled) of a telling."""
    if not telling.words_sealed:
        return "", "", ""
    about = _about(telling.source, f"told {telling.key}")
    text, payer, evidence = json.loads(vault.open(telling.words_sealed, about))
    return text, payer, evidence


def _about(source: str, number: str) -> str:
    return f"credit {source} {number}"


def _free(told: Incoming) -> str:
    """Their number, unless another movement of theirs has it: the bank numbers each account by
    itself, and what contradicts a telling bears its number too."""
    digest = hashlib.sha256(f"{key_of(told)}|{told.body_digest}".encode()).hexdigest()
    wanted = told.txn_id[:_MOST_TXN] or "x" + digest[:40]
    others = (f"{wanted[:30]}~{digest[:12]}" + (f"~{number}" if number else "")
              for number in itertools.count())
    return next(txn_id for txn_id in itertools.chain([wanted], others)
                if transfer_records.get(told.source, txn_id) is None)
