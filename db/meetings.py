"""When customers are met: a commune's days with their room, and what is taken."""

from __future__ import annotations

import peewee as pw

from db.connection import Model, fetch, run


class MeetingRule(Model):
    """The rule of a commune that differs from the usual one. Weekdays: digits from 1 (Monday)
    to 7 with commas."""

    commune_code = pw.CharField(max_length=5, primary_key=True)
    weekdays = pw.CharField(max_length=13)
    morning = pw.IntegerField()  # customers at most
    afternoon = pw.IntegerField()


class MeetingSlot(Model):
    """Half a day in a commune and how many customers are met in it."""

    commune_code = pw.CharField(max_length=5)
    day = pw.CharField(max_length=10)
    part = pw.CharField(max_length=12)  # morning, afternoon
    taken = pw.IntegerField(default=0)

    class Meta:
        indexes = ((("commune_code", "day", "part"), True),)


def rule(commune_code: str) -> MeetingRule | None:
    """The commune's own rule, or None."""
    return MeetingRule.get_or_none(MeetingRule.commune_code == commune_code)


def set_rule(commune_code: str, weekdays: str, morning: int, afternoon: int) -> None:
    """Give the commune its own rule; the last one counts."""
    run("INSERT INTO meeting_rule (commune_code, weekdays, morning, afternoon)"
        " VALUES (?, ?, ?, ?) ON CONFLICT (commune_code) DO UPDATE SET"
        " weekdays = excluded.weekdays, morning = excluded.morning,"
        " afternoon = excluded.afternoon", commune_code, weekdays, morning, afternoon)


def taken(commune_code: str, first: str, last: str) -> dict[tuple[str, str], int]:
    """How many are met, by (day, part), from one day to another (ISO)."""
    return {(day, part): count for day, part, count in fetch(
        "SELECT day, part, taken FROM meeting_slot WHERE commune_code = ?"
        " AND day BETWEEN ? AND ?", commune_code, first, last)}


def fill(commune_code: str, day: str, part: str, room: int) -> bool:
    """Take one place of `room`; False when all are taken."""
    run("INSERT INTO meeting_slot (commune_code, day, part, taken) VALUES (?, ?, ?, 0)"
        " ON CONFLICT (commune_code, day, part) DO NOTHING", commune_code, day, part)
    return run("UPDATE meeting_slot SET taken = taken + 1 WHERE commune_code = ? AND day = ?"
               " AND part = ? AND taken < ?", commune_code, day, part, room) == 1


def keep(commune_code: str, day: str, part: str) -> None:
    """Who gave a place back has it again, also when another one got it meanwhile."""
    run("UPDATE meeting_slot SET taken = taken + 1 WHERE commune_code = ? AND day = ?"
        " AND part = ?", commune_code, day, part)


def free(commune_code: str, day: str, part: str) -> None:
    """Give one place back."""
    run("UPDATE meeting_slot SET taken = taken - 1 WHERE commune_code = ? AND day = ?"
        " AND part = ? AND taken > 0", commune_code, day, part)
