"""Money that the bank took back: nothing reopens by itself, two officers decide what it means
(`taking_back.py`)."""

from __future__ import annotations

from db import audit, identities, tellings
from db import transfers as transfer_records
from db.transfers import CreditRow
from services.notation.folding import folded
from services.privacy import Vault
from services.transfers import booking, incoming, matching
from services.transfers.incoming import Incoming

_DECIDED = (transfer_records.PARTS, transfer_records.TAKEN_BACK)
_LOOKED_BACK = 90  # days in which a credit without a number is looked for


def take(told: Incoming, vault: Vault, now: int) -> tuple[CreditRow, str]:
    """What a bank says that it took back; (its row, "reversed" or "known" or "conflict"). After
    `tellings.lock`, inside the caller's transaction."""
    credit = _find(told, vault)
    if credit is not None and credit.amount != told.amount:
        return _contradict(told, credit, vault, now)
    # What is held counts nothing: first an officer says what it is.
    if credit is not None and (credit.state not in transfer_records.NOT_COUNTED
                               or credit.state in _DECIDED):
        return _take_back(told, credit, vault, now)
    known = _known_orphan(told, vault)
    if known is not None:
        booking.tell(told, known.id, vault, now, tellings.BACK)
        return known, "known"
    return _wait(told, incoming.identity(told), vault, now), "reversed"


def _wait(told: Incoming, certain: str | None, vault: Vault, now: int) -> CreditRow:
    """A row of what was taken back, until its credit is known."""
    return booking.add(told, transfer_records.REVERSAL, vault, now, says=tellings.BACK,
                       identity=f"-{certain}" if certain else None)


def _contradict(told: Incoming, credit: CreditRow, vault: Vault,
                now: int) -> tuple[CreditRow, str]:
    """Another amount went out under a credit's number."""
    for known in identities.with_number(incoming.letters(told.bank_ref)):
        if (known.state == transfer_records.CONFLICT and known.same_as == credit.id
                and known.amount == told.amount):
            booking.tell(told, known.id, vault, now, tellings.BACK)
            return known, "known"
    return booking.add(told, transfer_records.CONFLICT, vault, now, same_as=credit.id,
                       why="back", says=tellings.BACK), "conflict"


def _take_back(told: Incoming, credit: CreditRow, vault: Vault, now: int) -> tuple[CreditRow, str]:
    again = tellings.says(credit.id, tellings.BACK)
    if again and tellings.says(credit.id, tellings.BACK, told.document):
        # One document takes the same credit back twice: an officer looks at the second time.
        return booking.add(told, transfer_records.REVERSAL, vault, now, same_as=credit.id,
                           says=tellings.BACK), "reversed"
    booking.tell(told, credit.id, vault, now, tellings.BACK)
    if again:
        return credit, "known"
    if credit.state == transfer_records.PARTS:
        for part in identities.parts_of(credit.id):
            _take_part(told, part, vault, now)
    elif credit.state not in _DECIDED and credit.state != transfer_records.REVERSED:
        mark(credit, told.source, now)
    return booking.get(credit.id), "reversed"


def mark(credit: CreditRow, source: str, now: int) -> None:
    """Two officers must decide about a credit; raises Beaten when it changed meanwhile."""
    if not identities.mark_reversed(credit):
        raise matching.Beaten
    audit.append(now, [(source, "credit.reversed", credit.code or f"credit {credit.id}",
                        f"credit {credit.id}: {credit.amount}")])


def _take_part(told: Incoming, part: CreditRow, vault: Vault, now: int) -> None:
    """A whole sum was taken back: so was each of its parts."""
    beside = _beside(told._replace(amount=part.amount), str(part.id))
    if part.state == transfer_records.DOUBTFUL:
        _wait(beside._replace(txn_id=""), part.identity, vault, now)
    elif part.state not in (*transfer_records.NOT_COUNTED, transfer_records.REVERSED):
        booking.tell(beside, part.id, vault, now, tellings.BACK)
        mark(part, told.source, now)


def _find(told: Incoming, vault: Vault) -> CreditRow | None:
    """The credit that was taken back, when it is certain which."""
    certain, known = incoming.number(told), incoming.letters(told.bank_ref)
    where = incoming.place(told)
    if certain:
        same = [_itself(credit) for credit in identities.with_number(known)
                if credit.state != transfer_records.CONFLICT
                and booking.may_be_one_place(told, credit)
                and (credit.account == where or incoming.is_long(known))]
        right = [credit for credit in same if credit.amount == told.amount]
        return next(iter(right or same), None)
    first, _last = incoming.around(incoming.day(told), _LOOKED_BACK)
    alike = [credit for credit in identities.takable(told.amount, first, incoming.day(told))
             if booking.may_be_one_place(told, credit)
             and _names(told, booking.words(credit, vault)[0])]
    return alike[0] if len(alike) == 1 else None


def _itself(credit: CreditRow) -> CreditRow:
    """The credit, or the one that an officer found it to repeat."""
    repeats = credit.state == transfer_records.ASIDE and credit.same_as is not None
    return booking.get(credit.same_as or 0) if repeats else credit


def _names(told: Incoming, text: str) -> bool:
    return bool(folded(text)) and folded(text) in folded(told.text)


def _known_orphan(told: Incoming, vault: Vault) -> CreditRow | None:
    certain = incoming.identity(told)
    if certain:
        return identities.get(f"-{certain}")
    day = incoming.day(told)
    return next((row for row in identities.orphans(told.amount, day, day)
                 if row.identity is None and booking.may_be_one_place(told, row)
                 and folded(booking.words(row, vault)[0]) == folded(told.text)
                 and not tellings.told_by(row.id, told.source, told.document)), None)


def note_outgoing(told: Incoming, vault: Vault, now: int) -> tuple[CreditRow, str] | None:
    """Money that went out under a number: of a credit of ours, it was taken back (see `take`). None
    when it is nobody's that we know; it is remembered, in case we hear of the credit later."""
    credit = _find(told, vault) if incoming.number(told) else None
    if credit is not None:
        return take(told, vault, now)
    booking.tell(_beside(told, "out"), None, vault, now, tellings.OUT)
    return None


def _beside(told: Incoming, mark: str) -> Incoming:
    """What follows of a telling for another credit, and is no line of its document."""
    return told._replace(key=f"{booking.key_of(told)[:50]}/{mark}", document=None)


def find_orphan(told: Incoming) -> CreditRow | int | None:
    """What was taken back before we heard of this credit: a row that waits, or a telling of money
    that went out."""
    certain = incoming.identity(told)
    if certain is None:
        return None
    row = identities.get(f"-{certain}")
    if row is not None and row.state == transfer_records.REVERSAL and row.amount == told.amount:
        return row
    return tellings.went_out(incoming.place(told), "".join(told.bank_ref.split())[:64],
                             told.amount)


def join(told: Incoming, back: CreditRow | int, bundle_id: int | None, vault: Vault,
         now: int) -> CreditRow:
    """A credit that was taken back before we heard of it: it pays nothing."""
    credit = booking.add(told, transfer_records.REVERSED, vault, now,
                         identity=incoming.identity(told), bundle_id=bundle_id,
                         code=matching.decide(told.text, told.amount).code,
                         before=transfer_records.UNMATCHED)
    if isinstance(back, int):
        tellings.tie(back, credit.id)
    elif identities.put_aside(back, credit.id, "", "", now):
        booking.tell(_beside(told, "back"), credit.id, vault, now, tellings.BACK)
    return credit


def join_known(credit: CreditRow, vault: Vault, now: int) -> bool:
    """A credit that now counts after all: was it taken back meanwhile? Then it is marked."""
    row = identities.get(f"-{credit.identity}") if credit.identity else None
    if row is None or row.state != transfer_records.REVERSAL or row.amount != credit.amount:
        return False
    if identities.put_aside(row, credit.id, "", "", now):
        mark(credit, row.source, now)
    return True


def candidates(orphan: CreditRow) -> list[CreditRow]:
    """Credits of which one may be what was taken back, for the officer who looks."""
    if not orphan.day:
        return []
    first, last = incoming.around(orphan.day, _LOOKED_BACK)
    return [credit for credit in identities.takable(orphan.amount, first, last)
            if incoming.may_be_one_place(orphan.account, credit.account)
            and credit.state not in (transfer_records.REVERSED, transfer_records.TAKEN_BACK)][:20]
