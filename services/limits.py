"""The limits of strangers' look-ups by text, voice and kiosk, and of texts to and from one phone:
guessing codes gains nothing, and nobody can make us send without end. Texts of danger have
limits of their own, which no other text uses up.

A stranger is a phone that is not on file for the code it asks for. The doors ask for `LIMITS=off`;
docs/sms.md tells the rest. Numbers of one thing alone stand with it: one-time codes
(`outbox/otp.py`), payment links (`bills/payment_links.py`), links to contracts
(`contracts/copies.py`), proofs at a kiosk (`kiosks/proofs.py`), a partner's requests
(`partners/request_limits.py`), the day's texts (settings SMS_TEXTS_A_DAY, SMS_REMINDERS_A_DAY).
"""

from __future__ import annotations

from db import counters
from db import customers as customer_records
from db import messages as message_records
from db.outbox import outbox as outbox_records
from services import clock
from services.errors import TooManyLookups, TooManyMessages

DANGER = "DANGER"  # the word by which a text of danger is recorded
CODES_A_DAY_BY_SMS = 5  # different ones, to one stranger; also by voice
CODES_AN_HOUR_AT_A_KIOSK = 60  # different ones, at one machine
CARDS_A_DAY = 5  # different citizen cards for one customer
TEXTS_A_DAY = 500  # from one phone that are answered
DANGER_ANSWERS_AN_HOUR = 3  # to one phone that tells of danger; the desk hears of it all the same
TEXTS_TO_A_PHONE_A_DAY = 100  # besides replies and reminders, which have limits of their own


def sms_lookup(phone_hash: str, code: str, now: int) -> None:
    """Count one look-up by a stranger; raises TooManyLookups past the day's different codes."""
    if not message_records.note_lookup(phone_hash, clock.local_day(now), code, CODES_A_DAY_BY_SMS):
        raise TooManyLookups(phone_hash)


def admit_caller(phone_hash: str, code: str, now: int, *, counted: bool) -> bool:
    """True when the phone is on file for `code`. A stranger's look-up is counted, if
    `counted`; raises TooManyLookups."""
    own = customer_records.owns_phone(code, phone_hash)
    if counted and not own:
        sms_lookup(phone_hash, code, now)
    return own


def kiosk_lookup(kiosk: str, code: str, now: int) -> None:
    """Count one look-up at a kiosk; raises TooManyLookups past the hour's different codes."""
    if not message_records.note_lookup(f"kiosk:{kiosk}", _hour(now), code,
                                       CODES_AN_HOUR_AT_A_KIOSK):
        raise TooManyLookups(kiosk)


def customers_card(code: str, card: str, now: int) -> None:
    """Count one try of a citizen card (by its digest) for a customer; raises TooManyLookups past
    the day's number of different ones."""
    if not message_records.note_lookup(f"card:{code}", clock.local_day(now), card[:13],
                                       CARDS_A_DAY):
        raise TooManyLookups(code)


def forget_old_lookups(now: int) -> None:
    """Drop what was counted a day ago and earlier; call inside `write`."""
    yesterday = now - clock.DAY
    message_records.drop_old_lookups(clock.local_day(yesterday), _hour(yesterday))


def _hour(now: int) -> str:
    return clock.local(now).strftime("%Y%m%d%H")


def sms_message(phone_hash: str, now: int) -> None:
    """Raises TooManyMessages for a phone past its number of answers in a day: no person
    types that many, but two machines that answer each other do."""
    since = now - clock.DAY
    if message_records.received_since(phone_hash, since, TEXTS_A_DAY, DANGER) >= TEXTS_A_DAY:
        raise TooManyMessages(phone_hash)


def danger_answer(phone_hash: str, most_a_day: int, now: int) -> None:
    """Count one answer to a text of danger, to be called inside `write`; raises TooManyMessages
    past the hour's number to this phone, or the local day's to all (SMS_DANGER_A_DAY)."""
    answered = message_records.answered_since(phone_hash, DANGER, now - clock.HOUR)
    if answered >= DANGER_ANSWERS_AN_HOUR or danger_answers_today(now) >= most_a_day:
        raise TooManyMessages(phone_hash)
    counters.add(_danger_on(now), 1)


def danger_answers_today(now: int) -> int:
    """How many texts of danger were answered on this local day."""
    return counters.value(_danger_on(now))


def _danger_on(now: int) -> str:
    return f"danger:{clock.local_day(now)}"


def phone_has_enough(phone_hash: str, now: int) -> bool:
    """True for a phone that was sent its number of texts in a day: whoever makes us send
    them (SMS pumping, a machine gone wild) gets no further."""
    sent = outbox_records.handed_to(phone_hash, now - clock.DAY, TEXTS_TO_A_PHONE_A_DAY)
    return sent >= TEXTS_TO_A_PHONE_A_DAY
