"""What carriers report about messages of ours, in whatever order the reports come."""

from __future__ import annotations

from collections.abc import Sequence

from db.connection import fetch, fetch_one, run
from db.outbox.outbox import ACCEPTED, DELIVERED, FAILED, LEASED, SENT, UNCERTAIN

# The states that a report may follow. What is delivered or failed stays so.
_BEFORE = {
    ACCEPTED: (LEASED, UNCERTAIN),
    SENT: (LEASED, UNCERTAIN, ACCEPTED),
    DELIVERED: (LEASED, UNCERTAIN, ACCEPTED, SENT),
    FAILED: (LEASED, UNCERTAIN, ACCEPTED, SENT),
}


def report(message_id: int, gateway: str, state: str, reason: str = "") -> bool:
    """The message handed to `gateway` is now in `state`; False when it was further already,
    or went another way."""
    before = _BEFORE[state]
    marks = ", ".join("?" * len(before))
    return run(f"UPDATE outbox_message SET state = ?, error = ? WHERE id = ? AND gateway = ?"
               f" AND state IN ({marks})", state, reason[:200], message_id, gateway, *before) == 1


def by_provider_number(gateway: str, numbers: Sequence[str], to_hash: str = "") -> int | None:
    """Our number of the message that the carrier knows by one of these; None for none.
    `to_hash`: only a message to this phone ("" for any)."""
    marks = ", ".join("?" * len(numbers))
    row = fetch_one(f"SELECT id FROM outbox_message WHERE gateway = ? AND gateway_id IN ({marks})"
                    " AND (to_hash = ? OR ? = '') ORDER BY id DESC LIMIT 1",
                    gateway, *numbers, to_hash, to_hash)
    return row[0] if row else None


def only_uncertain(gateway: str, to_hash: str, before: int) -> int | None:
    """Our number of the one message to this phone whose answer was lost before this time;
    None when there is none, or several."""
    rows = fetch("SELECT id FROM outbox_message WHERE to_hash = ? AND gateway = ?"
                 " AND state = 'uncertain' AND sent_at < ? ORDER BY id LIMIT 2",
                 to_hash, gateway, before)
    return rows[0][0] if len(rows) == 1 else None
