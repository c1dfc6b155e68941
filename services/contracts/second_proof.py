"""The second proof that a contract is one's own: a code texted to the number on it or, where there
is none, the citizen card of the person who signs it.

Whoever asks for it counts the tries by a rule of its own, before their outcome is known. Whether
somebody at a kiosk may see a customer's bills is another question: `services/kiosks/proofs.py`.
"""

from __future__ import annotations

import hmac
import re
from typing import NamedTuple

from db.contracts import ContractRequest
from services.contracts import citizen_id, requests
from services.errors import InvalidInput, WrongCode
from services.outbox import otp
from services.privacy import Vault


class Proof(NamedTuple):
    """What is to be proved. A code is good for this purpose and this subject (a link, a visit)
    alone."""

    row: ContractRequest
    purpose: str
    subject: str

    @property
    def by_card(self) -> bool:
        """There is no number to send a code to."""
        return not self.row.phone_sealed


def send_code(proof: Proof, vault: Vault, now: int, quota: str = "") -> None:
    """Text a code to the number on the contract; `quota` as for `otp.send`. Raises TooManyCodes, or
    InvalidInput("phone") when there is no number."""
    phone = requests.phone_of(proof.row)
    if phone is None:
        raise InvalidInput("phone")
    otp.send(vault, phone, proof.purpose, proof.subject, now, quota=quota)


def check(proof: Proof, typed: str, vault: Vault, now: int) -> None:
    """The code that was texted, or the number of the card. Raises WrongCode or CodeExpired."""
    if proof.by_card:
        check_card(proof.row, typed, vault)
    else:
        otp.confirm(vault, proof.purpose, proof.subject, typed, now)


def check_card(row: ContractRequest, typed: str, vault: Vault) -> None:
    """The typed number, or the text that a card reader typed, is the applicant's citizen number.
    Raises WrongCode("card")."""
    digits = re.sub(r"[\s.\-]", "", citizen_id.bare(typed).partition("|")[0])
    given = vault.keyed_hash(digits, "citizen")
    if not row.citizen_hash or not hmac.compare_digest(given, row.citizen_hash):
        raise WrongCode("card")
