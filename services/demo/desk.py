"""What waits at the demo's desk, and the outages planned in the demo's communes."""

from __future__ import annotations

import random
from datetime import date, timedelta

from db import calls as call_records
from db import contracts as contract_records
from db import desk as desk_records
from db import outages as outage_records
from db import reference
from db.contracts import DONE, OPEN, TAKEN
from services import clock
from services.contracts import requests
from services.demo import names
from services.demo.people import KNOWN
from services.privacy import Vault

OFFICER = "canbo"
_STATES = [OPEN] * 12 + [TAKEN] * 3 + [DONE] * 5
_CALL_PLACES = ("bills", "pay", "contract", "welcome")
_PLANNED = 8  # outages in the days after a date


def fill(rng: random.Random, vault: Vault, as_of: date, now: int) -> None:
    """Requests and calls of the last days before `now`; outages after `as_of` and after today.
    Call inside `write`."""
    for state in _STATES:
        _request(rng, vault, state, now)
    for minutes in (4, 11, 26, 75, 190):
        _call(rng, vault, now - minutes * clock.MINUTE)
    for day in sorted({as_of, clock.local(now).date()}):
        _plan_outages(rng, day)


def _request(rng: random.Random, vault: Vault, state: str, now: int) -> None:
    office = rng.choice(reference.demo()["offices"])
    asked = now - rng.randrange(30, 4 * 24 * 60) * clock.MINUTE
    phone_hash, sealed = vault.seal_phone(names.phone(rng))
    taken_at = asked + (now - asked) // 3 if state != OPEN else None
    ticket = f"HD-{rng.randrange(100_000, 1_000_000)}"
    contract_records.add(
        ticket, name=names.person(rng, names.people_of(rng, office)),
        phone_hash=phone_hash, phone_sealed=sealed, commune_code=rng.choice(office["communes"]),
        purpose=rng.choices(requests.PURPOSES, (85, 6, 7, 2))[0],
        kind=rng.choices(requests.KINDS, (60, 15, 15, 5, 5))[0],
        holder_case=rng.choices(requests.CASES, (80, 15, 5))[0],
        meet_when=rng.choice(requests.WHEN), channel=rng.choice(("kiosk", "kiosk", "sms")),
        state=state, officer=OFFICER if state != OPEN else "", created_at=asked,
        taken_at=taken_at, done_at=(taken_at + now) // 2 if taken_at and state == DONE else None,
        outcome="helped" if state == DONE else "")
    if taken_at:
        desk_records.add_note(ticket, OFFICER, rng.choice(reference.demo()["desk_notes"]),
                              taken_at + clock.MINUTE)


def _call(rng: random.Random, vault: Vault, asked: int) -> None:
    person = rng.choice(KNOWN)
    by_text = bool(person.phone) and rng.random() < 0.4
    phone_hash, sealed = vault.seal_phone(person.phone) if by_text else ("", None)
    call_records.add(
        f"GAP-{rng.randrange(100_000, 1_000_000)}", phone_hash=phone_hash,
        phone_sealed=sealed, commune_code=person.commune_code,
        code="" if by_text else person.code, place="" if by_text else rng.choice(_CALL_PLACES),
        channel="sms" if by_text else "kiosk", created_at=asked)


def _plan_outages(rng: random.Random, day: date) -> None:
    """Some in communes drawn by lot, and one where each of the known people lives."""
    offices = {commune: office for office in reference.demo()["offices"]
               for commune in office["communes"]}
    drawn = rng.sample(sorted(offices), _PLANNED)
    for commune in dict.fromkeys([person.commune_code for person in KNOWN] + drawn):
        hamlets = rng.sample(reference.demo()["hamlets"][offices[commune]["area"]], 2)
        start = clock.at_local(day + timedelta(days=rng.randrange(1, 7)),
                               rng.choice((6, 7, 8, 13)), 30)
        outage_records.add(commune, ", ".join(hamlets), start,
                           start + rng.randrange(2, 6) * clock.HOUR,
                           rng.choice(reference.demo()["outage_reasons"]))
