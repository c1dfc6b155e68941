"""Danger that a phone tells of: a call of its own on the desk, above all else.

What counts as danger is for `danger_signs`. The call holds what the texts said, sealed, because an
officer decides by these words whom to send.
"""

from __future__ import annotations

import json

from db import calls as call_records
from db import customers as customer_records
from db.connection import require_write
from db.desk import Work
from services import clock
from services.notation import tickets
from services.privacy import Vault

PLACE = "danger"  # of such a call, as the screen is of one from a kiosk
_SAME_DANGER = clock.HOUR  # an officer who holds the call hears of more for so long
_MOST_KEPT, _LONGEST_KEPT = 3, 320  # texts: the first and the newest; characters of each
_ABOUT = "danger"


def hear(phone: tuple[str, bytes], text: str, code: str, vault: Vault, now: int) -> str:
    """Put the danger on the desk and return its ticket; call inside `write`, one text of a phone
    at a time.

    Another text of the phone joins its call while nobody took it, or for an hour after an officer
    did and it was last heard of: later it is a new call, since that officer may have gone home.
    `code`: the customer whom it may concern, "" for none.
    """
    require_write()
    open_call = call_records.find_danger(phone[0], now - _SAME_DANGER)
    if open_call is None:
        return _new_call(phone, text, code, vault, now)
    kept = _kept(_opened(vault, open_call.words_sealed), text[:_LONGEST_KEPT])
    if call_records.join_danger(open_call.ticket, _sealed(vault, kept), now):
        return open_call.ticket
    return _new_call(phone, text, code, vault, now)  # an officer ended it in this very moment


def _kept(said: list[str], text: str) -> list[str]:
    """The first text tells most, the newest ones what has become of it."""
    return said if text in said else [*said[:1], *said[1:][2 - _MOST_KEPT:], text]


def _new_call(phone: tuple[str, bytes], text: str, code: str, vault: Vault, now: int) -> str:
    code = code or _only_code_of(phone[0])
    customer = customer_records.get(code) if code else None
    words = _sealed(vault, [text[:_LONGEST_KEPT]])
    return tickets.with_new_ticket(tickets.CALL, lambda ticket: call_records.add(
        ticket, phone_hash=phone[0], phone_sealed=phone[1], code=customer.code if customer else "",
        commune_code=customer.commune_code if customer else "", place=PLACE, channel="sms",
        danger=1, words_sealed=words, heard_at=now, created_at=now))


def _only_code_of(phone_hash: str) -> str:
    """Where the phone is at home: its code, if it has only one."""
    codes = customer_records.codes_of_phone(phone_hash)
    return codes[0] if len(codes) == 1 else ""


def words(vault: Vault, work: Work) -> list[str]:
    """What the texts of a call said, the first one first; none of an ordinary call."""
    return _opened(vault, work.words_sealed)


def _sealed(vault: Vault, said: list[str]) -> bytes:
    return vault.seal(json.dumps(said, ensure_ascii=False), _ABOUT)


def _opened(vault: Vault, sealed: bytes | None) -> list[str]:
    return json.loads(vault.open(bytes(sealed), _ABOUT)) if sealed else []
