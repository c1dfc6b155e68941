"""What limits count, in slots of time; what they refused, a day at a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import peewee as pw

from db.connection import Model, fetch, fetch_one, fetch_row, is_sqlite, require_write, run


class LimitCount(Model):
    """How often somebody did something in one slot of time. `thing`: of a rule that counts
    different things, one of them; "" for the number of them, or of acts."""

    rule = pw.CharField(max_length=24)
    who = pw.CharField(max_length=64)
    slot = pw.BigIntegerField()  # when it began (ms)
    thing = pw.CharField(max_length=20, default="")
    number = pw.BigIntegerField()

    class Meta:
        indexes = ((("rule", "who", "slot", "thing"), True),)


class LimitRefusal(Model):
    """How often a rule refused somebody on one local day."""

    rule = pw.CharField(max_length=24)
    who = pw.CharField(max_length=64)
    day = pw.CharField(max_length=10)
    number = pw.BigIntegerField()
    first_at = pw.BigIntegerField()
    last_at = pw.BigIntegerField()

    class Meta:
        indexes = ((("rule", "who", "day"), True), (("who", "last_at"), False),
                   (("day", "rule"), False))


class Slot(NamedTuple):
    """Where a count stands: rule, of whom, the slot of now, and after which slots still count."""

    rule: str
    who: str
    slot: int
    since: int


# A slot that lies ahead counts too: a clock set back unlocks nothing.
_ELSEWHERE = ("(SELECT COALESCE(SUM(number), 0) FROM limit_count AS o WHERE o.rule = ?"
              " AND o.who = ? AND o.slot > ? AND o.slot <> ? AND o.thing = '')")


def add(at: Slot, number: int, most: int) -> bool:
    """Count `number` more; False, and nothing is counted, when that would be more than `most`.

    One statement: on PostgreSQL two at once meet at the row of the slot and take turns. Call
    inside `write`, in the transaction of the act.
    """
    require_write()
    elsewhere = at.rule, at.who, at.since, at.slot
    return run(
        "INSERT INTO limit_count (rule, who, slot, thing, number) SELECT ?, ?, ?, '', ?"
        f" WHERE {_ELSEWHERE} + ? <= ? ON CONFLICT (rule, who, slot, thing) DO UPDATE"
        " SET number = limit_count.number + excluded.number"
        f" WHERE limit_count.number + excluded.number + {_ELSEWHERE} <= ?",
        at.rule, at.who, at.slot, number, *elsewhere, number, most, *elsewhere, most) == 1


def add_different(at: Slot, thing: str, most: int) -> bool:
    """As `add`, of different things: one that counts already may come again."""
    if _is_known(at, thing):
        return True
    if not add(at, 1, most):
        return _is_known(at, thing)  # another one counted the same thing in this moment
    if _keep_thing(at.rule, at.who, at.slot, thing) == 0:
        add_all([(at.rule, at.who, at.slot, "", -1)])
    return True


def _is_known(at: Slot, thing: str) -> bool:
    return fetch_one("SELECT 1 FROM limit_count WHERE rule = ? AND who = ? AND slot > ?"
                     " AND thing = ?", at.rule, at.who, at.since, thing) is not None


def _keep_thing(rule: str, who: str, slot: int, thing: str) -> int:
    return run("INSERT INTO limit_count (rule, who, slot, thing, number) VALUES (?, ?, ?, ?, 0)"
               " ON CONFLICT (rule, who, slot, thing) DO NOTHING", rule, who, slot, thing)


def count(at: Slot) -> int:
    """How much counts now."""
    return fetch_row("SELECT COALESCE(SUM(number), 0) FROM limit_count WHERE rule = ? AND who = ?"
                     " AND slot > ? AND thing = ''", at.rule, at.who, at.since)[0]


def oldest(at: Slot) -> int | None:
    """The oldest slot that still counts, None when none does."""
    return fetch_row("SELECT MIN(slot) FROM limit_count WHERE rule = ? AND who = ? AND slot > ?",
                     at.rule, at.who, at.since)[0]


def rows(at: Slot) -> list[tuple[int, str, int]]:
    """(slot, thing, number) of all that counts now."""
    return fetch("SELECT slot, thing, number FROM limit_count WHERE rule = ? AND who = ?"
                 " AND slot > ?", at.rule, at.who, at.since)


def add_all(counts: Iterable[tuple[str, str, int, str, int]]) -> None:
    """Add what was gathered: (rule, who, slot, thing, number). Call inside `write`. Always in the
    same order, so that two on PostgreSQL never wait for each other."""
    require_write()
    for rule, who, slot, thing, number in sorted(counts):
        if thing:
            number = _keep_thing(rule, who, slot, thing)
            thing = ""
        if number:
            run("INSERT INTO limit_count (rule, who, slot, thing, number) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (rule, who, slot, thing) DO UPDATE"
                " SET number = limit_count.number + excluded.number", rule, who, slot, thing,
                number)


def add_refusals(refused: Iterable[tuple[str, str, str, int, int, int]]) -> None:
    """Add (rule, who, day, number, first_at, last_at). Call inside `write`."""
    require_write()
    least, greatest = ("MIN", "MAX") if is_sqlite() else ("LEAST", "GREATEST")
    for row in sorted(refused):
        run("INSERT INTO limit_refusal (rule, who, day, number, first_at, last_at)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (rule, who, day) DO UPDATE"
            " SET number = limit_refusal.number + excluded.number,"
            f" first_at = {least}(limit_refusal.first_at, excluded.first_at),"
            f" last_at = {greatest}(limit_refusal.last_at, excluded.last_at)", *row)


class Refused(NamedTuple):
    """How often a rule refused somebody on a day."""

    rule: str
    who: str
    day: str
    number: int
    first_at: int
    last_at: int


_REFUSED = ", ".join(Refused._fields)


def refused_on(day: str, most: int) -> list[Refused]:
    """What was refused on a local day (ISO), the newest first."""
    return [Refused._make(row) for row in fetch(
        f"SELECT {_REFUSED} FROM limit_refusal WHERE day = ? ORDER BY last_at DESC, id DESC"
        " LIMIT ?", day, most)]


def refused_by_rule(day: str) -> list[tuple[str, int, int]]:
    """(rule, how often, to how many) on a local day, by rule."""
    return [(rule, int(number), whom) for rule, number, whom in fetch(
        "SELECT rule, SUM(number), COUNT(*) FROM limit_refusal WHERE day = ? GROUP BY rule"
        " ORDER BY rule", day)]


def refused_to(who: str, since: int, most: int) -> list[Refused]:
    """What was refused to somebody since then (ms), the newest first."""
    return [Refused._make(row) for row in fetch(
        f"SELECT {_REFUSED} FROM limit_refusal WHERE who = ? AND last_at > ?"
        " ORDER BY last_at DESC, id DESC LIMIT ?", who, since, most)]


def tidy(before: int, after: int, day: str) -> None:
    """Forget slots before `before` and, of a clock that was ahead, those that begin after `after`
    (ms); refusals of days before `day`. Call inside `write`."""
    run("DELETE FROM limit_count WHERE slot < ? OR slot > ?", before, after)
    run("DELETE FROM limit_refusal WHERE day < ?", day)
