"""A visit at a kiosk: what the machine knows of the person in front of it, for minutes only.

How many minutes the door says (`kiosk/visits.py: lifetime`, from KIOSK_IDLE_S and KIOSK_WARN_S).
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable
from typing import NamedTuple

from db import customers as customer_records
from db import kiosks as kiosk_records
from db.connection import UNAVAILABLE, forget_broken, try_write, write
from services import clock
from services.bills import payment_links
from services.desk import calls
from services.errors import InvalidCode, UnknownCustomer
from services.limits import strangers
from services.notation import codes

# A visit is made longer at most this often, so that reading pages writes next to nothing.
_LONGER_EVERY = 30 * clock.SECOND
_SLIP = re.compile(r"\d{6}")


class Visit(NamedTuple):
    """One person's visit. `id` is the secret in the cookie; only its hash is stored. "" with data:
    the database could not be written when the visit began, so the door keeps the data."""

    id: str
    data: dict
    expires_at: int

    @property
    def code(self) -> str:
        """Customer code of the person, or "" while nobody has said who they are."""
        return self.data.get("code", "")

    @property
    def proven(self) -> bool:
        """The person has shown that the customer's phone is theirs."""
        return bool(self.code and self.data.get("proof"))


NOBODY = Visit("", {}, 0)


def find(visit_id: str, now: int) -> Visit:
    """The live visit of this id, or NOBODY."""
    row = kiosk_records.load(_hash(visit_id), now)
    return Visit(visit_id, json.loads(row[0]), row[1]) if row else NOBODY


def update(visit: Visit, change: Callable[[dict], dict], now: int, lifetime: int) -> Visit:
    """Store `change(data)` and make the visit live on for `lifetime` ms.

    What `change` itself writes commits together with it; two at once take turns. A visit
    that ran out starts anew, with empty data and a new id.
    """
    return write(lambda: _update(visit, change, now, lifetime))


def _update(visit: Visit, change: Callable[[dict], dict], now: int, lifetime: int) -> Visit:
    until = now + lifetime
    kept = kiosk_records.lengthen(_hash(visit.id), now, until) if visit.id else None
    if kept is None:
        return _start(change({} if visit.id else visit.data), now, until)
    data = change(json.loads(kept))
    kiosk_records.keep(_hash(visit.id), _dump(data), until)
    calls.stay(data.get("call", ""), until)
    return Visit(visit.id, data, until)


def anew(data: dict, now: int, lifetime: int) -> Visit:
    """A visit of nobody yet, with what outlives a person; one without an id where the disk takes
    nothing in."""
    try:
        return update(NOBODY, lambda _nothing: data, now, lifetime)
    except UNAVAILABLE:
        forget_broken()
        return Visit("", data, now + lifetime)


def lengthen(visit: Visit, now: int, lifetime: int) -> Visit:
    """The same visit, made to live on when it is time to."""
    until = now + lifetime
    if not visit.id or until - visit.expires_at < _LONGER_EVERY:
        return visit

    def work() -> None:
        kiosk_records.lengthen(_hash(visit.id), now, until)
        calls.stay(visit.data.get("call", ""), until)
    return visit._replace(expires_at=until) if try_write(work) else visit


def enter(visit: Visit, typed: str, kiosk: str, now: int, lifetime: int, *,
          limited: bool = True, carry: tuple[str, ...] = ()) -> Visit:
    """A new visit of the customer meant by `typed`: a code, a scanned bill, or a slip number
    from a text.

    Takes over only the data named in `carry`; the old visit ends. On a full or read-only disk the
    visit is one without an id. Raises InvalidCode,
    UnknownCustomer or TooManyLookups. Each look-up counts, whether somebody is found or not.
    """
    key = _key_of(typed)
    if limited:
        strangers.kiosk_lookup(kiosk, key, now)
    try:
        entered = write(lambda: _enter(visit, key, now, lifetime, carry))
    except UNAVAILABLE:
        forget_broken()
        entered = _look_up(visit, key, now, lifetime, carry)
    if entered is None:
        raise UnknownCustomer(key)
    return entered


def _key_of(typed: str) -> str:
    if "\0" in typed:
        raise InvalidCode("NUL")
    digits = re.sub(r"[\s.\-]", "", typed[:40])
    if _SLIP.fullmatch(digits) and digits.isascii():
        return digits
    return codes.repair(codes.code_in_scan(typed) or typed)


def enter_proven(visit: Visit, code: str, now: int, lifetime: int,
                 carry: tuple[str, ...] = ()) -> Visit:
    """A new visit of a customer whose phone the person has shown to be theirs.

    Raises UnknownCustomer when the billing system took the customer out meanwhile.
    """
    entered = write(lambda: _fresh(visit, code, now, lifetime, carry, proof=True))
    if entered is None:
        raise UnknownCustomer(code)
    return entered


def _enter(visit: Visit, key: str, now: int, lifetime: int,
           carry: tuple[str, ...]) -> Visit | None:
    code = payment_links.code_behind(key, now) if len(key) == 6 else key
    return _fresh(visit, code, now, lifetime, carry) if code else None


def _look_up(visit: Visit, key: str, now: int, lifetime: int,
             carry: tuple[str, ...]) -> Visit | None:
    """As `_enter`, by reading alone."""
    code = payment_links.code_behind(key, now) if len(key) == 6 else key
    if not code or customer_records.name_of(code) is None:
        return None
    return Visit("", {**_carried(visit, carry), "code": code}, now + lifetime)


def _carried(visit: Visit, carry: tuple[str, ...]) -> dict:
    return {name: visit.data[name] for name in carry if name in visit.data}


def _fresh(visit: Visit, code: str, now: int, lifetime: int, carry: tuple[str, ...],
           **more) -> Visit | None:
    if customer_records.name_of(code) is None:
        return None
    kiosk_records.forget(_hash(visit.id))
    kiosk_records.drop_expired(now)
    return _start({**_carried(visit, carry), "code": code, **more}, now, now + lifetime)


def end(visit: Visit) -> None:
    """Forget the visit; nothing of it stays. The desk knows that whoever called has left."""
    def work() -> None:
        kiosk_records.forget(_hash(visit.id))
        calls.leave(visit.data.get("call", ""))
    if visit.id:
        try_write(work)  # its time runs out by itself, and nobody has its id any more


def _start(data: dict, now: int, until: int) -> Visit:
    fresh = Visit(secrets.token_urlsafe(24), data, until)
    kiosk_records.keep(_hash(fresh.id), _dump(data), until)
    calls.stay(data.get("call", ""), until)
    return fresh


def _hash(visit_id: str) -> str:
    return hashlib.sha256(visit_id.encode()).hexdigest()


def _dump(data: dict) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
