"""Calls for an officer (Gọi cán bộ, GAP) and the notes officers leave on desk work."""

from __future__ import annotations

import peewee as pw

from db.connection import Model, run

OPEN, TAKEN, DONE = "open", "taken", "done"
REGISTER = "DK"  # place of a call that asks to tie a phone to a code


class Call(Model):
    """Somebody wants an officer, at the kiosk now or by telephone."""

    ticket = pw.CharField(max_length=12, unique=True)  # GAP-482915
    phone_hash = pw.CharField(max_length=32, index=True, default="")
    phone_sealed = pw.BlobField(null=True)
    commune_code = pw.CharField(max_length=5, default="")  # "" = not known
    code = pw.CharField(max_length=13, default="")  # customer on the screen, if any
    place = pw.CharField(max_length=40, default="")  # screen or word it came from
    channel = pw.CharField(max_length=8)
    state = pw.CharField(max_length=10, default=OPEN)
    officer = pw.CharField(max_length=40, default="")
    created_at = pw.BigIntegerField()
    taken_at = pw.BigIntegerField(null=True)
    done_at = pw.BigIntegerField(null=True)
    outcome = pw.CharField(max_length=12, default="")  # a key of kinds.OUTCOMES
    kiosk = pw.CharField(max_length=40, default="")  # the machine where it was pressed
    machine = pw.CharField(max_length=16, default="", index=True)  # where it was pressed, hashed
    # Until when (ms) the person is believed to stand there; null: never stood at a machine.
    here_until = pw.BigIntegerField(null=True)
    danger = pw.IntegerField(default=0)  # how many texts told of danger; 0 = an ordinary call
    words_sealed = pw.BlobField(null=True)  # what they said (services/desk/danger.py)
    heard_at = pw.BigIntegerField(null=True)  # when the newest of them came

    class Meta:
        indexes = ((("state", "commune_code", "created_at"), False),
                   (("officer", "state", "done_at"), False))


class DeskNote(Model):
    """What an officer wrote on a request or call, under its ticket."""

    ticket = pw.CharField(max_length=12, index=True)
    officer = pw.CharField(max_length=40)
    text = pw.TextField()
    at = pw.BigIntegerField()


def add(ticket: str, **values) -> None:
    """Record a new call, `values` by column. Raises connection.DUPLICATE when the ticket is
    taken."""
    Call.create(ticket=ticket, **values)


def get(ticket: str) -> Call | None:
    """The call with this ticket, or None."""
    return Call.get_or_none(Call.ticket == ticket)


def newest_of_phone(phone_hash: str) -> Call | None:
    """The newest call made from this phone, or None."""
    return Call.select().where(Call.phone_hash == phone_hash).order_by(
        Call.created_at.desc()).first()


def count_ahead(call: Call) -> int:
    """How many open calls came before this one: of its commune, or of none."""
    return Call.select().where(
        Call.state == OPEN, Call.commune_code.in_({"", call.commune_code}),
        (Call.created_at < call.created_at)
        | ((Call.created_at == call.created_at) & (Call.ticket < call.ticket))).count()


def find_recent(channel: str, since: int, *, phone_hash: str = "", ticket: str = "") -> Call | None:
    """A call that is not done and came through `channel` after `since` (ms): from this phone or,
    where there is none, under this ticket; or None. A call that tells of danger is never it."""
    who = Call.phone_hash == phone_hash if phone_hash else Call.ticket == ticket
    return Call.get_or_none(who, Call.channel == channel, Call.state != DONE,
                            Call.danger == 0, Call.created_at > since)


def newest_open(machine: str, phone_hash: str) -> Call | None:
    """The newest call that has not ended, from this machine or else this phone ("" for none); or
    None. A call that tells of danger is never it."""
    if not machine and not phone_hash:
        return None
    who = Call.machine == machine if machine else Call.phone_hash == phone_hash
    return Call.select().where(who, Call.state != DONE, Call.danger == 0).order_by(
        Call.created_at.desc()).first()


def find_danger(phone_hash: str, since: int) -> Call | None:
    """The call of this phone that tells of danger: one that nobody took yet, or that an officer
    holds and that was heard of after `since` (ms); or None."""
    return Call.select().where(
        Call.phone_hash == phone_hash, Call.danger > 0,
        (Call.state == OPEN) | ((Call.state == TAKEN) & (Call.heard_at > since)),
    ).order_by(Call.created_at.desc()).first()


def join_danger(ticket: str, words_sealed: bytes, now: int) -> bool:
    """One more text tells of the same danger; `words_sealed`: what is kept of all of them. False
    when the call has ended meanwhile."""
    return run("UPDATE \"call\" SET danger = danger + 1, words_sealed = ?, heard_at = ?"
               " WHERE ticket = ? AND state IN ('open', 'taken')", words_sealed, now, ticket) == 1


def find_registering(code: str, phone_hash: str) -> Call | None:
    """The call, not done, that asks to tie this phone to a customer's code; or None."""
    return Call.get_or_none(Call.place == REGISTER, Call.code == code,
                            Call.phone_hash == phone_hash, Call.state != DONE)


def stay(ticket: str, until: int) -> bool:
    """The person stands at the machine until then (ms; 0: has left). False for a call that has
    ended, or that came from no machine."""
    return run("UPDATE \"call\" SET here_until = ? WHERE ticket = ? AND state IN ('open', 'taken')"
               " AND here_until IS NOT NULL", until, ticket) == 1


def withdraw(ticket: str, now: int) -> bool:
    """Open → done, because the person pressed by mistake; True when this call did it."""
    return run("UPDATE \"call\" SET state = 'done', outcome = 'withdrawn', done_at = ?"
               " WHERE ticket = ? AND state = 'open'", now, ticket) == 1
