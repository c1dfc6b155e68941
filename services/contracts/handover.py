"""The link by which a signed contract is handed over: whoever has it also gives a second proof.

A try is counted, durably, before its outcome is known.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import NamedTuple

from config import Settings
from db import audit
from db import handover as handover_records
from db.connection import write
from db.contracts import ContractRequest
from services import clock
from services.context import Context
from services.contracts import requests, second_proof
from services.contracts.errors import LinkGone
from services.contracts.second_proof import Proof
from services.errors import WrongCode
from services.limits import limits, rules
from services.limits.limits import Asker
from services.outbox import outbox
from services.privacy import Vault

MOST_TRIES = rules.most("tries.link")  # failed proofs in a row; five of them use up a code
PURPOSE = "copy"
BY_LINK = "link"  # the actor of what happens through a link
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that are mixed up when typed from paper
_LENGTH = 14  # 69 bits
_TOKEN = re.compile(rf"[{_LETTERS}]{{{_LENGTH}}}")


class Opening(NamedTuple):
    """A live link. Its page may tell the ticket, the masked number and the last day."""

    ticket: str
    phone: str  # masked; "" when the contract names none, and the citizen card is asked for
    token_hash: str
    expires_at: int
    request: ContractRequest

    @property
    def proof(self) -> Proof:
        """What whoever follows the link has to show."""
        return Proof(self.request, PURPOSE, self.token_hash)


def make(ticket: str, way: str, by: str, days: int, now: int) -> str:
    """A new link's token, good for `days`; nobody can read it again. Call inside `write`.

    `way`: text, desk or kiosk; `by`: the officer, "" when the program does it by itself.
    """
    token = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    handover_records.add_link(_hash(token), ticket, way, by, now, now + days * clock.DAY)
    audit.append(now, [(by, "contract.link", ticket, way)])
    return token


def text_link(row: ContractRequest, by: str, here: Context) -> None:
    """Text a new link to the number on the contract, if there is one. Call inside `write`."""
    phone = requests.phone_of(row)
    if phone is None:
        return
    token = make(row.ticket, "text", by, here.settings.contract_link_days, here.now)
    url = outbox.hide(here.vault, address(here.settings, token))
    # The key is this very link's: whoever has an earlier one may be sent another.
    outbox.queue("signed", _hash(token)[:16], phone, {"ticket": row.ticket, "url": url}, here.now)


def address(settings: Settings, token: str) -> str:
    """What a phone or a QR code opens."""
    return f"{settings.public_url}/c/{token}"


def find(token: str, vault: Vault, now: int) -> Opening:
    """The live link behind a token; raises LinkGone: unknown, revoked, late or tried."""
    typed = token.lower()
    row = handover_records.get(_hash(typed)) if _TOKEN.fullmatch(typed) else None
    if row is None:
        raise LinkGone("unknown")
    if row.revoked_at is not None:
        raise LinkGone("revoked")
    if row.expires_at <= now:
        raise LinkGone("late")
    if row.tries >= MOST_TRIES:
        raise LinkGone("tried")
    request = requests.status(row.ticket)
    return Opening(row.ticket, vault.masked_phone(request.phone_sealed), row.token_hash,
                   row.expires_at, request)


def send_code(token: str, vault: Vault, now: int, asker: Asker | None = None) -> None:
    """Text a code to the number on the contract. `asker`: who is limited, None for nobody. Raises
    LinkGone, and as `second_proof.send_code`."""
    proof = find(token, vault, now).proof
    write(lambda: limits.act("code", asker, now))
    second_proof.send_code(proof, vault, now)


def prove(token: str, typed: str, vault: Vault, now: int) -> Opening:
    """The second proof, on the record: the code, or the number on the citizen card.

    Raises LinkGone, WrongCode (`left`: tries left), CodeExpired.
    """
    link = find(token, vault, now)
    if not write(lambda: handover_records.count_try(link.token_hash, now, MOST_TRIES)):
        raise LinkGone("tried")
    try:
        second_proof.check(link.proof, typed, vault, now)
    except WrongCode:
        if not link.proof.by_card:
            raise  # a code counts its own tries
        row = handover_records.get(link.token_hash)
        raise WrongCode("card", MOST_TRIES - row.tries if row else 0) from None
    write(lambda: _forgive(link, now))
    return link


def _forgive(link: Opening, now: int) -> None:
    handover_records.forgive(link.token_hash)
    how = "card" if link.proof.by_card else "code"
    audit.append(now, [(BY_LINK, "contract.opened", link.ticket, how)])


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
