"""Texts that must reach a phone later: queued with the change that caused them, claimed by the
worker when they may go.

Only the kind and its parameters are stored; the words come from `templates/sms/` when
the worker sends. Why one still waits: `claim`. What became of it after that, and why one did
not go out: sms/delivery.py.
"""

from __future__ import annotations

import json
from datetime import timedelta

from db import counters, heartbeats
from db import customers as customer_records
from db.connection import require_write
from db.outbox import outbox as outbox_records
from db.outbox.owed import Owed
from services import clock
from services.privacy import Vault

LEAVING = "texts"  # the heartbeat of texts that are handed to a carrier

# How long a message of each kind is worth sending.
LIFETIME = {"receipt": 3 * clock.DAY, "refund_due": 3 * clock.DAY, "voided": 3 * clock.DAY,
            "refunded": 3 * clock.DAY, "bill_lowered": 3 * clock.DAY,
            "bill_cancelled": 3 * clock.DAY,
            "ticket": clock.DAY, "link": clock.HOUR, "done": 3 * clock.DAY, "signed": 3 * clock.DAY,
            "contract_new": 3 * clock.DAY,
            "reply": 2 * clock.HOUR, "papers": 2 * clock.DAY,
            "meeting": clock.DAY, "meeting_soon": clock.DAY,
            "request_over": 3 * clock.DAY, "otp": 10 * clock.MINUTE, "phone_added": clock.DAY,
            "danger": clock.HOUR, "phone_tied": clock.DAY, "phone_refused": clock.DAY}

# Kinds whose words are a secret: sealed in the outbox, shown to nobody but their phone.
SECRET = frozenset(["otp", "signed"])
_SEALED = "sealed:"

DANGER = "danger"  # the answer to a text of danger: no other limit than its own stops it

# Kinds that remind and tell news: not sent to those who want none (HUY). What somebody asked
# for or paid for is sent all the same.
REMINDERS = frozenset(["new_bill", "due_soon", "overdue", "outage", "meeting_soon"])
DAY_BEGINS, DAY_ENDS = 8, 20  # local hours between which reminders are sent
_KEPT_BACK = 10  # a tenth of the day's budget is not for reminders


def queue(kind: str, dedupe: str, to: tuple[str, bytes], params: dict, now: int, *,
          due_at: int = 0) -> bool:
    """Queue one message of `kind` (a key of LIFETIME) once per `dedupe`; call inside `write`.

    `to`: (phone_hash, phone_sealed). `due_at`: it may not go before (ms); until then
    `take_back` drops it. Returns False when it was queued before.
    """
    text = json.dumps(params, ensure_ascii=False, separators=(",", ":"))
    return outbox_records.add(kind, f"{kind}:{dedupe}", to, text, now, now + LIFETIME[kind],
                              lane_of(kind), due_at)


def is_queued(kind: str, dedupe: str) -> bool:
    """The message was queued, whatever became of it."""
    return outbox_records.is_queued(f"{kind}:{dedupe}")


def take_back(kind: str, dedupe: str) -> bool:
    """The message is not sent after all; False when a worker was faster. Call inside `write`,
    together with the change that takes its cause back."""
    require_write()
    return outbox_records.take_back(f"{kind}:{dedupe}")


def lane_of(kind: str) -> int:
    """Words about danger go before all, then codes; reminders last and only by day."""
    if kind == DANGER:
        return outbox_records.DANGER
    if kind == "otp":
        return outbox_records.URGENT
    return outbox_records.BULK if kind in REMINDERS else outbox_records.ORDINARY


def queue_for_customer(kind: str, dedupe: str, code: str, params: dict, now: int) -> bool:
    """Queue a message to the customer's phone on file; False when there is none."""
    phone = customer_records.phone_on_file(code)
    return phone is not None and queue(kind, dedupe, phone, params, now)


def claim(now: int, lease_until: int, most: int,
          budget: int | None) -> list[outbox_records.Claimed]:
    """Lease up to `most` messages that may go out now; call inside `write`.

    Reminders only by day. `budget`: texts that may be handed over in a local day, so that
    nobody can make us send without end (None: no limit); codes and receipts may use all of it,
    words about danger neither need it nor use it up. What is leased already counts as if it were
    handed over, until it is put back.
    """
    urgent = _claim(now, lease_until, most, (outbox_records.DANGER,))
    most -= len(urgent)
    left = most
    if budget is not None:
        left = budget - spent_today(now) - outbox_records.count_in_hand()
    kept_back = budget // _KEPT_BACK if budget is not None else 0
    claimed = _claim(now, lease_until, min(most, left),
                     (outbox_records.URGENT, outbox_records.ORDINARY))
    if is_daytime(now):
        room = min(most, left - kept_back) - len(claimed)
        claimed += _claim(now, lease_until, room, (outbox_records.BULK,))
    return urgent + claimed


def hand_over(kind: str, message_id: int, gateway: str, text: str, now: int, lease_until: int,
              parts: int, owed: Owed | None) -> bool:
    """Note that the text is now handed to `gateway`, which costs a text of the day's budget. False
    when the lease was lost meanwhile, what it says is owed is so no more, or sending is paused.
    Call inside `write`."""
    begun = outbox_records.begin(message_id, gateway, text, now, lease_until, parts, owed)
    if begun:
        heartbeats.beat(LEAVING, now)
    if begun and kind != DANGER:
        counters.add(_spent_on(now), 1)
    return begun


def held_up_ms(now: int) -> int:
    """For how long (ms) a text that may go has waited while none left at all; 0 when texts leave
    or none is due."""
    lanes = [lane for lane in outbox_records.LANES
             if lane != outbox_records.BULK or is_daytime(now)]
    due = outbox_records.oldest_due(now, lanes)
    return 0 if due is None else now - max(due, heartbeats.last_beat(LEAVING) or 0)


def _claim(now: int, lease_until: int, most: int, lanes: tuple[int, ...],
           ) -> list[outbox_records.Claimed]:
    return outbox_records.claim(now, lease_until, most, lanes) if most > 0 else []


def spent_today(now: int) -> int:
    """How many texts were handed to providers on this local day, each try counted."""
    return counters.value(_spent_on(now))


def _spent_on(now: int) -> str:
    return f"sms:{clock.local_day(now)}"


def is_daytime(now: int) -> bool:
    """True in the hours in which a reminder disturbs nobody's sleep."""
    return DAY_BEGINS <= clock.local(now).hour < DAY_ENDS


def next_daytime(now: int) -> int:
    """`now`, or the next morning when it is night (epoch ms)."""
    if is_daytime(now):
        return now
    here = clock.local(now)
    day = here.date() + timedelta(days=1 if here.hour >= DAY_ENDS else 0)
    return clock.at_local(day, DAY_BEGINS)


def wait_before_retry(attempts: int, chance: float) -> int:
    """How long to wait after `attempts` failures (ms): doubling from 15 s up to 30 minutes,
    moved by `chance` (0…1) up to a third either way, so that a crowd does not come back at once."""
    whole = min(15 * clock.SECOND * 2 ** min(attempts - 1, 10), 30 * clock.MINUTE)
    return int(whole * (2 / 3 + chance * 2 / 3))


def hide(vault: Vault, text: str) -> str:
    """`text` sealed, for a parameter or the text of a SECRET kind."""
    return _SEALED + vault.seal(text, "message").hex()


def reveal(vault: Vault, text: str) -> str:
    """The text that `hide` sealed; any other text as it is."""
    if not is_hidden(text):
        return text
    return vault.open(bytes.fromhex(text.removeprefix(_SEALED)), "message")


def is_hidden(text: str) -> bool:
    """True for a text that only its phone may see."""
    return text.startswith(_SEALED)
