"""Messages waiting to be sent. They commit with the business row that caused them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import peewee as pw

from db.connection import Model, fetch, fetch_one, fetch_row, is_sqlite, require_write, run
from db.house_state import NOT_PAUSED
from db.outbox.owed import Owed

# accepted: a program on the way has it, not yet the operator. sent: a carrier took it.
# uncertain: its answer was lost. dropped: not worth sending any more.
QUEUED, LEASED, ACCEPTED, SENT, DELIVERED, FAILED, UNCERTAIN, DROPPED = (
    "queued", "leased", "accepted", "sent", "delivered", "failed", "uncertain", "dropped")


# Who goes first. In each lane messages to one phone keep their order; a reminder that waits for
# the morning holds up no receipt, and a receipt that waits for a carrier no code.
DANGER, URGENT, ORDINARY, BULK = -1, 0, 1, 2
LANES = (DANGER, URGENT, ORDINARY, BULK)


class OutboxMessage(Model):
    """A text to one phone. `params` (JSON) fills the template of its `kind` when it is
    sent; `text` is what was really sent."""

    kind = pw.CharField(max_length=20)
    dedupe = pw.CharField(max_length=80, unique=True)
    to_hash = pw.CharField(max_length=32)
    to_sealed = pw.BlobField()
    params = pw.TextField()
    text = pw.TextField(default="")
    state = pw.CharField(max_length=10, default=QUEUED)
    lane = pw.IntegerField(default=ORDINARY)
    parts = pw.IntegerField(default=0)  # segments of `text`, known when it is handed over
    campaign_id = pw.IntegerField(null=True)
    attempts = pw.IntegerField(default=0)
    next_at = pw.BigIntegerField()
    lease_until = pw.BigIntegerField(default=0)
    expires_at = pw.BigIntegerField()
    gateway = pw.CharField(max_length=12, default="")
    gateway_id = pw.CharField(max_length=64, default="")
    error = pw.CharField(max_length=200, default="")
    created_at = pw.BigIntegerField()
    sent_at = pw.BigIntegerField(null=True)

    class Meta:
        indexes = ((("state", "lane", "next_at", "id"), False),
                   (("to_hash", "created_at"), False), (("gateway", "gateway_id"), False))


class Claimed(NamedTuple):
    """An outbox row that this worker may send."""

    id: int
    kind: str
    to_sealed: bytes
    to_hash: str
    params: str
    attempts: int
    expires_at: int


def add(kind: str, dedupe: str, to: tuple[str, bytes], params: str, now: int,
        expires_at: int, lane: int = ORDINARY, due_at: int = 0) -> bool:
    """Queue one message; False when `dedupe` was queued before. `to`: (hash, sealed); `due_at`:
    when it may go, if not at once (ms). Call inside `write`, together with the change that the
    message tells of."""
    require_write()
    return run(
        "INSERT INTO outbox_message (kind, dedupe, to_hash, to_sealed, params, text, state, lane,"
        " parts, attempts, next_at, lease_until, expires_at, gateway, gateway_id, error,"
        " created_at) VALUES (?, ?, ?, ?, ?, '', 'queued', ?, 0, 0, ?, 0, ?, '', '', '', ?)"
        " ON CONFLICT (dedupe) DO NOTHING",
        kind, dedupe, to[0], to[1], params, lane, due_at or now, expires_at, now) == 1


def take_back(dedupe: str) -> bool:
    """Queued and never claimed → dropped. False when it is on its way, or was never queued."""
    return run("UPDATE outbox_message SET state = 'dropped', error = 'taken back'"
               " WHERE dedupe = ? AND state = 'queued' AND attempts = 0", dedupe) == 1


def claim(now: int, lease_until: int, most: int,
          lanes: Sequence[int] = LANES) -> list[Claimed]:
    """Lease up to `most` messages that are due, lane by lane, the longest due first, one a
    recipient and lane: the next one to the same phone waits until this one is done. What is
    queued for later holds nothing up until its time has come."""
    claimed: list[Claimed] = []
    for lane in lanes:
        if len(claimed) < most:
            claimed += _claim(now, lease_until, most - len(claimed), lane)
    return claimed


def _claim(now: int, lease_until: int, most: int, lane: int) -> list[Claimed]:
    skip = "" if is_sqlite() else " FOR UPDATE SKIP LOCKED"
    # The index gives them in this order, so a long queue is not read further than needed; the
    # last condition names no bare column, or SQLite would go through all that is queued. As a
    # bare subquery PostgreSQL may run the list again for each row, and lease more than `most`.
    rows = fetch(
        "WITH first AS MATERIALIZED (SELECT id FROM outbox_message o WHERE state = 'queued'"
        " AND lane = ? AND next_at <= ? AND NOT EXISTS (SELECT 1 FROM outbox_message e"
        " WHERE e.to_hash = o.to_hash AND e.lane = o.lane AND e.id < o.id"
        " AND e.state IN ('queued', 'leased') AND (e.attempts > 0 OR e.next_at <= ?))"
        f" ORDER BY next_at, id LIMIT ?{skip})"
        " UPDATE outbox_message SET state = 'leased', lease_until = ?, attempts = attempts + 1"
        " WHERE id IN (SELECT id FROM first) AND state || '' = 'queued'"
        " RETURNING id, kind, to_sealed, to_hash, params, attempts, expires_at",
        lane, now, now, most, lease_until)
    return sorted(Claimed(i, kind, bytes(sealed), *rest) for i, kind, sealed, *rest in rows)


def count_in_hand() -> int:
    """How many messages workers have leased and not yet handed to a carrier; words about danger
    are none of a day's budget."""
    return fetch_row("SELECT COUNT(*) FROM outbox_message WHERE state = 'leased'"
                     " AND gateway = '' AND lane <> ?", DANGER)[0]


def begin(message_id: int, gateway: str, text: str, now: int, lease_until: int,
          parts: int = 1, owed: Owed | None = None) -> bool:
    """Note that the text is now handed to `gateway`; False when the lease was lost meanwhile,
    what the text says is owed is so no more, or sending is paused.

    From here until `finish` a crash leaves the message uncertain; before, it is safe to
    queue it again.
    """
    still, values = owed.condition() if owed else ("", ())
    return run("UPDATE outbox_message SET gateway = ?, text = ?, parts = ?, sent_at = ?,"
               " lease_until = ? WHERE id = ? AND state = 'leased' AND lease_until > ?"
               f"{still}{NOT_PAUSED}",
               gateway, text, parts, now, lease_until, message_id, now, *values) == 1


def drop(message_id: int, now: int, error: str) -> bool:
    """Leased → dropped, and its name is free: the same reminder may be queued again later."""
    return run("UPDATE outbox_message SET state = 'dropped', dedupe = dedupe || ':' || id,"
               " error = ?, sent_at = ? WHERE id = ? AND state = 'leased'",
               error[:200], now, message_id) == 1


def finish(message_id: int, state: str, now: int, *, gateway_id: str = "", error: str = "",
           look_at: int = 0) -> bool:
    """Leased → `state`. False when somebody else decided, such as a quick delivery report.

    `look_at`: when to ask the carrier about an uncertain message (ms).
    """
    return run("UPDATE outbox_message SET state = ?, gateway_id = ?, error = ?, sent_at = ?,"
               " next_at = ? WHERE id = ? AND state = 'leased'",
               state, gateway_id[:64], error[:200], now, look_at, message_id) == 1


def set_gateway_id(message_id: int, gateway_id: str) -> bool:
    """Note the carrier's number of a message about which a report came before the answer."""
    return run("UPDATE outbox_message SET gateway_id = ? WHERE id = ? AND gateway_id = ''"
               " AND gateway <> ''", gateway_id[:64], message_id) == 1


def queue_again(message_id: int, next_at: int, error: str) -> bool:
    """Leased or uncertain → queued, not before `next_at`."""
    return run("UPDATE outbox_message SET state = 'queued', next_at = ?, lease_until = 0,"
               " gateway = '', gateway_id = '', text = '', sent_at = NULL, error = ?"
               " WHERE id = ? AND state IN ('leased', 'uncertain')",
               next_at, error[:200], message_id) == 1


def give_back(message_id: int) -> bool:
    """Leased but not begun → queued, as if it had never been claimed."""
    return run("UPDATE outbox_message SET state = 'queued', lease_until = 0,"
               " attempts = attempts - 1 WHERE id = ? AND state = 'leased' AND gateway = ''",
               message_id) == 1


def release_lost(now: int, look_at: int) -> int:
    """Leases that ran out because their worker died: what was being handed over becomes
    uncertain rather than being sent twice, the rest is queued again. Returns how many."""
    begun = run("UPDATE outbox_message SET state = 'uncertain', error = 'worker died',"
                " next_at = ? WHERE state = 'leased' AND lease_until < ? AND gateway <> ''",
                look_at, now)
    return begun + run("UPDATE outbox_message SET state = 'queued', lease_until = 0"
                       " WHERE state = 'leased' AND lease_until < ? AND gateway = ''", now)


def requeue_undelivered(message_id: int, next_at: int, error: str) -> bool:
    """Sent → queued again: the carrier says that the phone did not get it."""
    return run("UPDATE outbox_message SET state = 'queued', next_at = ?, lease_until = 0,"
               " gateway = '', gateway_id = '', text = '', sent_at = NULL, error = ?"
               " WHERE id = ? AND state IN ('accepted', 'sent', 'uncertain')",
               next_at, error[:200], message_id) == 1


class Handed(NamedTuple):
    """The row that a carrier's report is about."""

    id: int
    to_hash: str
    attempts: int
    expires_at: int


def find_handed(gateway: str, gateway_id: str, message_id: int | None) -> Handed | None:
    """The message that `gateway` numbered `gateway_id`; by our own number while the answer,
    and with it the carrier's number, has not reached us."""
    columns = ", ".join(Handed._fields)
    row = fetch_one(f"SELECT {columns} FROM outbox_message WHERE gateway = ? AND gateway_id = ?",
                    gateway, gateway_id)
    if row is None and message_id is not None:
        row = fetch_one(f"SELECT {columns} FROM outbox_message WHERE id = ? AND gateway = ?"
                        " AND gateway_id = ''", message_id, gateway)
    return Handed._make(row) if row else None


def oldest_due(now: int, lanes: Sequence[int]) -> int | None:
    """Since when (epoch ms) the message of these lanes that has waited longest is due, or None."""
    moments = [fetch_row("SELECT MIN(next_at) FROM outbox_message WHERE state = 'queued'"
                         " AND lane = ? AND next_at <= ?", lane, now)[0] for lane in lanes]
    return min((moment for moment in moments if moment is not None), default=None)


def sent_to(to_hash: str, most: int) -> list[tuple[int, str]]:
    """(sent_at, text) of the newest messages sent to this phone, newest first. Replies are
    left out: they stand with the texts they answer."""
    return fetch("SELECT sent_at, text FROM outbox_message WHERE to_hash = ?"
                 " AND state IN ('sent', 'delivered') AND kind NOT IN ('reply', 'danger')"
                 " ORDER BY created_at DESC, id DESC LIMIT ?", to_hash, most)


def is_queued(dedupe: str) -> bool:
    """True when a message was queued under this name, whatever became of it."""
    return fetch_one("SELECT 1 FROM outbox_message WHERE dedupe = ?", dedupe) is not None


def handed_to(to_hash: str, since: int, most: int, but_not: Sequence[str]) -> int:
    """How many messages queued for this phone since `since` (ms) were handed to a carrier,
    reminders and the kinds `but_not` left out; counted up to `most`."""
    marks = ", ".join("?" * len(but_not))
    return fetch_row("SELECT COUNT(*) FROM (SELECT 1 FROM outbox_message WHERE to_hash = ?"
                     f" AND created_at > ? AND lane < ? AND kind NOT IN ({marks})"
                     " AND gateway <> ''"
                     " LIMIT ?) AS newest", to_hash, since, BULK, *but_not, most)[0]


def sent_by_log(to_hash: str) -> list[tuple]:
    """(sent_at, kind, text) that the log gateway sent to this phone, oldest first."""
    return fetch("SELECT sent_at, kind, text FROM outbox_message WHERE to_hash = ?"
                 " AND gateway = 'log' AND state = 'sent' ORDER BY sent_at, id", to_hash)
