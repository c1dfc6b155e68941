"""Reports about money that were not taken in, for the officers to see.

Frozen copies of the models, on purpose independent of today's.
"""
from peewee import *


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Stray(Table):
        source = CharField(max_length=20)
        mark = CharField(max_length=64)
        why = CharField(max_length=12)
        number = CharField(max_length=64)
        about = CharField(max_length=64)
        amount = BigIntegerField(null=True)
        code = CharField(max_length=13)
        content_sealed = BlobField(null=True)
        times = IntegerField()
        first_at = BigIntegerField()
        last_at = BigIntegerField()
        state = CharField(max_length=8)
        note = CharField(max_length=200)
        officer = CharField(max_length=40)
        resolved_at = BigIntegerField(null=True)

        class Meta:
            indexes = ((("source", "mark"), True), (("source", "number"), False),
                       (("state", "id"), False))

    db.create_tables([Stray])
    # Orders about which a provider gave no answer for days: until now nobody saw them.
    db.execute_sql(
        "INSERT INTO stray (source, mark, why, number, about, amount, code, times, first_at,"
        " last_at, state, note, officer) SELECT o.partner, 'order ' || o.order_ref, 'lost',"
        " o.order_ref, b.code || '-' || b.year || CASE WHEN b.month < 10 THEN '0' ELSE '' END"
        " || b.month || '-' || b.ky, o.amount, b.code, 1, o.created_at, o.next_check_at, 'open',"
        " '', ''"
        " FROM provider_order o JOIN bill b ON b.id = o.bill_id WHERE o.state = 'stuck'")
