"""Limits by one mechanism: what was counted by slots of time, what was refused by day. What
strangers looked up today, and the day's answers about danger, go on counting there.

Frozen copies of the columns, on purpose independent of today's models.
"""
from datetime import datetime, timedelta, timezone

from peewee import *

_LOCAL = timezone(timedelta(hours=7))


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class LimitCount(Table):
        rule = CharField(max_length=24)
        who = CharField(max_length=64)
        slot = BigIntegerField()
        thing = CharField(max_length=20)
        number = BigIntegerField()

        class Meta:
            indexes = ((("rule", "who", "slot", "thing"), True),)

    class LimitRefusal(Table):
        rule = CharField(max_length=24)
        who = CharField(max_length=64)
        day = CharField(max_length=10)
        number = BigIntegerField()
        first_at = BigIntegerField()
        last_at = BigIntegerField()

        class Meta:
            indexes = ((("rule", "who", "day"), True), (("who", "last_at"), False),
                       (("day", "rule"), False))

    db.create_tables([LimitCount, LimitRefusal])
    _move_lookups(db, LimitCount)
    db.execute_sql("DROP TABLE lookup")
    _move_danger(db, LimitCount)
    db.execute_sql("ALTER TABLE \"call\" ADD COLUMN machine VARCHAR(16) NOT NULL DEFAULT ''")
    db.execute_sql('CREATE INDEX "call_machine" ON "call" (machine)')


def _move_lookups(db, LimitCount):
    totals = {}
    for who, when, code in db.execute_sql("SELECT who, day, code FROM lookup").fetchall():
        kind, _colon, rest = who.partition(":")
        rule, who = {"kiosk": ("codes.device", rest), "card": ("cards.customer", rest)}.get(
            kind, ("codes.phone", who))
        slot = _began(when)
        if slot is not None:
            LimitCount.create(rule=rule, who=who, slot=slot, thing=code, number=0)
            totals[rule, who, slot] = totals.get((rule, who, slot), 0) + 1
    for (rule, who, slot), count in totals.items():
        LimitCount.create(rule=rule, who=who, slot=slot, thing="", number=count)


def _move_danger(db, LimitCount):
    for name, value in db.execute_sql("SELECT name, value FROM counter").fetchall():
        kind, _colon, when = name.partition(":")
        slot = _began(when) if kind == "danger" else None
        if slot is not None:
            LimitCount.create(rule="danger.all", who="all", slot=slot, thing="", number=value)


def _began(when):
    """The moment (ms) of a local day ("2026-11-15") or hour ("2026111512"); None for neither."""
    for form in ("%Y-%m-%d", "%Y%m%d%H"):
        try:
            return int(datetime.strptime(when, form).replace(tzinfo=_LOCAL).timestamp() * 1000)
        except ValueError:
            continue
    return None
