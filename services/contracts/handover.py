"""The link by which a signed contract is handed over: who has it also shows a second proof.

The proof is a code texted to the number on the contract; where there is none, the number on the
citizen card. A try is counted, durably, before its outcome is known.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import Any, NamedTuple

from db import audit
from db import handover as handover_records
from db.connection import write
from db.contracts import ContractRequest
from services import clock
from services.contracts import requests
from services.errors import InvalidInput, LinkGone, WrongCode
from services.outbox import otp, outbox
from services.privacy import Vault

MOST_TRIES = 10  # proofs that fail, one after the other; five of them use up a code
PURPOSE = "copy"
BY_LINK = "link"  # the actor of what happens through a link
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing to mix up when it is typed from paper
_LENGTH = 14  # 69 bits
_TOKEN = re.compile(rf"[{_LETTERS}]{{{_LENGTH}}}")


class Opening(NamedTuple):
    """What the page of a link may tell."""

    ticket: str
    phone: str  # masked; "" when the contract names none, and the citizen card is asked for
    token_hash: str
    expires_at: int


def make(ticket: str, way: str, by: str, days: int, now: int) -> str:
    """A new link's token, good for `days`; nobody can read it again. Call inside `write`.

    `way`: text, desk or kiosk; `by`: the officer, "" when the program does it by itself.
    """
    token = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    handover_records.add_link(_hash(token), ticket, way, by, now, now + days * clock.DAY)
    audit.append(now, [(by, "contract.link", ticket, way)])
    return token


def text(row: ContractRequest, by: str, settings: Any, vault: Vault, now: int) -> None:
    """Text a new link to the number on the contract, if there is one. Call inside `write`."""
    if not row.phone_sealed:
        return
    token = make(row.ticket, "text", by, settings.contract_link_days, now)
    # The key is this very link's: whoever has an earlier one may be sent another.
    outbox.queue("signed", _hash(token)[:16], (row.phone_hash, bytes(row.phone_sealed)),
                 {"ticket": row.ticket, "url": outbox.hide(vault, address(settings, token))},
                 now)


def address(settings: Any, token: str) -> str:
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
                   row.expires_at)


def send_code(token: str, vault: Vault, now: int) -> None:
    """Text a code to the number on the contract.

    Raises LinkGone, TooManyCodes, or InvalidInput("phone") when there is no number.
    """
    link = find(token, vault, now)
    row = requests.status(link.ticket)
    if not row.phone_sealed:
        raise InvalidInput("phone")
    otp.send(vault, (row.phone_hash, bytes(row.phone_sealed)), PURPOSE, link.token_hash, now)


def prove(token: str, typed: str, vault: Vault, now: int) -> Opening:
    """The second proof, on the record: the code, or the number on the citizen card.

    Raises LinkGone, WrongCode (`left`: tries left), CodeExpired.
    """
    link = find(token, vault, now)
    if not write(lambda: handover_records.count_try(link.token_hash, now, MOST_TRIES)):
        raise LinkGone("tried")
    if link.phone:
        otp.confirm(vault, PURPOSE, link.token_hash, typed, now)
    else:
        _card(link, typed, vault)
    write(lambda: _proven(link, now))
    return link


def _card(link: Opening, typed: str, vault: Vault) -> None:
    if not is_card(requests.status(link.ticket), typed, vault):
        row = handover_records.get(link.token_hash)
        raise WrongCode("card", MOST_TRIES - row.tries if row else 0)


def is_card(row: ContractRequest, typed: str, vault: Vault) -> bool:
    """The typed number, or the text a card reader typed, is the applicant's citizen number."""
    digits = re.sub(r"[\s.\-]", "", typed.partition("|")[0])
    given = vault.keyed_hash(digits, "citizen")
    return bool(row.citizen_hash) and hmac.compare_digest(given, row.citizen_hash)


def _proven(link: Opening, now: int) -> None:
    handover_records.forgive(link.token_hash)
    audit.append(now, [(BY_LINK, "contract.opened", link.ticket, "code" if link.phone else "card")])


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
