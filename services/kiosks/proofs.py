"""Proofs at a kiosk: whoever reads out the code texted to the number on file, or holds the signer's
citizen card before the reader, may see more than a neighbour."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from db import contracts as contract_records
from db import customers as customer_records
from db.connection import write
from services.contracts import second_proof
from services.errors import TooManyCodes, WrongCode
from services.kiosks.visits import Visit
from services.limits import limits, rules, strangers
from services.limits.limits import Asker
from services.notation import phones
from services.outbox import otp
from services.privacy import Vault

PURPOSE = "kiosk"


class Proving(NamedTuple):
    """A code on its way. `masked` and `phone_hash` are of a phone that the person typed; "" where
    the customer is known by their code, for who only knows that is shown nothing of the number."""

    subject: str
    masked: str
    phone_hash: str
    sent: int


def send_to_customer(vault: Vault, visit: Visit, sent: int, now: int,
                     asker: Asker | None = None) -> Proving | None:
    """Text a code to the number on file of the visit's customer; None when there is none.

    `sent`: codes of this visit so far. `asker`: who is limited, None for nobody. Raises
    TooManyCodes.
    """
    phone = customer_records.phone_on_file(visit.code)
    if phone is None:
        return None
    count_sent(sent, asker, now)
    subject = subject_of(visit, visit.code)
    otp.send(vault, phone, PURPOSE, subject, now, quota=quota(asker))
    return Proving(subject, "", "", sent + 1)


def has_phone(code: str) -> bool:
    """True for a customer with a number on file."""
    return customer_records.phone_on_file(code) is not None


def knows_card(code: str) -> bool:
    """True for a customer who signed a contract here: an officer saw the citizen card then."""
    return contract_records.signed_by(code) is not None


def prove_by_card(vault: Vault, code: str, read: str, now: int, *, limited: bool = True) -> None:
    """The citizen card before the reader belongs to the person who signed the customer's contract:
    all of its text, or its number as a scanner types it. Raises WrongCode or TooManyLookups."""
    if limited:
        count_card(code, read, vault, now)
    row = contract_records.signed_by(code)
    if row is None:
        raise WrongCode("card")
    second_proof.check_card(row, read, vault)


def count_card(about: str, typed: str, vault: Vault, now: int) -> None:
    """Count one try of a citizen card for a customer code or a ticket; raises TooManyLookups."""
    digest = vault.keyed_hash(typed, "citizen typed")
    # Counted before its outcome is known, in a transaction of its own: one that fails later takes
    # nothing back.
    strangers.customers_card(about, digest, now)


def send_to_phone(vault: Vault, visit: Visit, msisdn: str, sent: int, now: int,
                  asker: Asker | None = None) -> Proving:
    """Text a code to a number that is on file for anybody; the answer does not say whether it is.

    Raises TooManyLookups or TooManyCodes, alike for known and unknown numbers.
    """
    phone = vault.seal_phone(msisdn)
    if asker is not None:
        strangers.kiosk_lookup(asker.device, phone[0][:13], now)
    count_sent(sent, asker, now)
    subject = subject_of(visit, phone[0])
    _send_if_known(vault, phone, subject, quota(asker), now)
    return Proving(subject, phones.masked(msisdn), phone[0], sent + 1)


def send_again(vault: Vault, visit: Visit, proving: Proving, now: int,
               asker: Asker | None = None) -> Proving:
    """Another code for the same proof; raises TooManyCodes."""
    if not proving.phone_hash:
        return send_to_customer(vault, visit, proving.sent, now, asker) or proving
    count_sent(proving.sent, asker, now)
    codes = customer_records.codes_of_phone(proving.phone_hash)
    on_file = customer_records.phones_of(codes[0]) if codes else []
    sealed = next((phone[1] for phone in on_file if phone[0] == proving.phone_hash), b"")
    _send_if_known(vault, (proving.phone_hash, sealed), proving.subject, quota(asker), now)
    return proving._replace(sent=proving.sent + 1)


def confirm(vault: Vault, proving: Proving, typed: str, now: int) -> list[str]:
    """Use up the code; the customers of a proven phone. Raises WrongCode or CodeExpired."""
    otp.confirm(vault, PURPOSE, proving.subject, typed, now)
    return customer_records.codes_of_phone(proving.phone_hash) if proving.phone_hash else []


def quota(asker: Asker | None) -> str:
    """Whose codes are used up: a browser that is no kiosk of ours leaves the kiosks theirs."""
    return "kiosk" if asker is None or asker.ours else "browser"


def _send_if_known(vault: Vault, phone: tuple[str, bytes], subject: str, quota: str,
                   now: int) -> None:
    try:
        if customer_records.codes_of_phone(phone[0]):
            otp.send(vault, phone, PURPOSE, subject, now, quota=quota)
        else:
            otp.pretend(vault, phone[0], PURPOSE, subject, now, quota)
    except TooManyCodes:
        return  # a number on file gets codes elsewhere too: to say so would give it away


def count_sent(sent: int, asker: Asker | None, now: int) -> None:
    """Count one more code beside `sent` of this visit; raises TooManyCodes when the visit, or the
    machine, was sent enough of them."""
    if sent >= rules.most("code.visit"):
        raise TooManyCodes("visit", "code.visit")
    write(lambda: limits.act("code", asker, now))


def subject_of(visit: Visit, of: str) -> str:
    """What a code is bound to, so that it proves nothing in another visit."""
    return f"{hashlib.sha256(visit.id.encode()).hexdigest()[:32]}:{of}"
