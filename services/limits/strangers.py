"""What strangers ask, by text, voice and kiosk, and texts to and from one phone: guessing codes
gains nothing, and nobody can make us send without end. Texts of danger have limits of their own,
which no other text uses up.

A stranger is a phone that is not on file for the code it asks for.
"""

from __future__ import annotations

from db import customers as customer_records
from db import messages as message_records
from db.connection import write
from db.outbox import outbox as outbox_records
from services import clock
from services.errors import TooManyMessages
from services.limits import limits, rules

# Kinds of texts that other rules limit.
_ELSEWHERE = ("reply", "danger", "otp", "ticket", "link")
DANGER = "DANGER"  # the word by which a text of danger is recorded


def sms_lookup(phone_hash: str, code: str, now: int) -> None:
    """Count one look-up by a stranger; raises TooManyLookups past the day's different codes."""
    write(lambda: limits.take("codes.phone", phone_hash, now, thing=code))


def admit_caller(phone_hash: str, code: str, now: int, *, counted: bool) -> bool:
    """True when the phone is on file for `code`. A stranger's look-up is counted, if
    `counted`; raises TooManyLookups."""
    own = customer_records.owns_phone(code, phone_hash)
    if counted and not own:
        sms_lookup(phone_hash, code, now)
    return own


def kiosk_lookup(device: str, code: str, now: int) -> None:
    """Count one look-up at a kiosk; raises TooManyLookups past the hour's different codes."""
    limits.take("codes.device", device, now, thing=code)


def customers_card(code: str, card: str, now: int) -> None:
    """Count one try of a citizen card (by its digest) for a customer; raises TooManyLookups past
    the day's number of different ones."""
    write(lambda: limits.take("cards.customer", code, now, thing=card))


def sms_message(phone_hash: str, now: int) -> None:
    """Raises TooManyMessages for a phone past its number of answers in a day: no person
    types that many, but two machines that answer each other do."""
    most = rules.most("texts.phone")
    if message_records.received_since(phone_hash, now - clock.DAY, most, DANGER) >= most:
        _refuse("texts.phone", phone_hash, now)


def same_text(phone_hash: str, text: str, now: int) -> None:
    """Raises TooManyMessages for a phone whose equal texts had their answers in this hour: a
    machine that answers us is met by silence."""
    most = rules.most("same.phone")
    if message_records.answered_alike(phone_hash, text, alike_since(now), most) >= most:
        _refuse("same.phone", phone_hash, now)


def alike_since(now: int) -> int:
    """From when on equal texts are counted (ms)."""
    return now - rules.RULES["same.phone"].per


def danger_answer(phone_hash: str, most_a_day: int, now: int) -> None:
    """Count one answer to a text of danger, to be called inside `write`; raises TooManyMessages
    past the hour's number to this phone, or the local day's to all (SMS_DANGER_A_DAY)."""
    answered = message_records.answered_since(phone_hash, DANGER, now - clock.HOUR)
    if answered >= rules.most("danger.phone"):
        _refuse("danger.phone", phone_hash, now)
    limits.take("danger.all", "all", now, most=most_a_day)


def danger_answers_today(now: int) -> int:
    """How many texts of danger were answered on this local day."""
    return limits.spent("danger.all", "all", now)


def phone_has_enough(phone_hash: str, kind: str, now: int) -> bool:
    """True for a text of this kind to a phone that was sent its number of them in a day: whoever
    makes us send them (SMS pumping, a machine gone wild) gets no further. One-time codes and what
    strangers cause have limits of their own, and use up nothing here."""
    most = rules.most("own.phone")
    if (kind in _ELSEWHERE
            or outbox_records.handed_to(phone_hash, now - clock.DAY, most, _ELSEWHERE) < most):
        return False
    limits.refuse("own.phone", phone_hash, now)
    return True


def _refuse(name: str, who: str, now: int) -> None:
    limits.refuse(name, who, now)
    raise TooManyMessages(who, name)
