"""Cash at the counter: shifts and takings; what is due back and who gave it back."""
from peewee import *


def up(migrator, db):
    class CashShift(Model):
        officer = CharField(max_length=40, index=True)
        state = CharField(max_length=8, default='open')
        opened_at = BigIntegerField(index=True)
        float_amount = BigIntegerField()
        expected = BigIntegerField()
        counted = BigIntegerField(null=True)
        notes = TextField(default='')
        reason = CharField(max_length=200, default='')
        closed_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = 'cash_shift'
    db.create_tables([CashShift])
    db.execute_sql('CREATE UNIQUE INDEX "cash_shift_one_open" ON "cash_shift" ("officer")'
                   " WHERE state = 'open'")

    class CashTaking(Model):
        shift = ForeignKeyField(CashShift)
        form_key = CharField(max_length=32, unique=True)
        code = CharField(max_length=13, index=True)
        due = BigIntegerField()
        handed = BigIntegerField()
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'cash_taking'
    db.create_tables([CashTaking])

    class CashPart(Model):
        taking = ForeignKeyField(CashTaking)
        payment_id = IntegerField(unique=True)

        class Meta:
            database = db
            table_name = 'cash_part'
    db.create_tables([CashPart])

    class Refund(Model):
        payment_id = IntegerField(null=True, index=True)
        credit_id = IntegerField(null=True, index=True)
        code = CharField(max_length=13, default='')
        amount = BigIntegerField()
        why = CharField(max_length=8)
        state = CharField(max_length=10)
        reason = CharField(max_length=200, default='')
        way = CharField(max_length=8, default='')
        evidence = CharField(max_length=80, default='')
        created_at = BigIntegerField()
        proposed_by = CharField(max_length=40, default='')
        proposed_at = BigIntegerField(null=True)
        approved_by = CharField(max_length=40, default='')
        ended_at = BigIntegerField(null=True)
        shift_id = IntegerField(null=True, index=True)

        class Meta:
            database = db
            table_name = 'refund'
            indexes = ((('state', 'created_at'), False),)
    db.create_tables([Refund])
    db.execute_sql('CREATE UNIQUE INDEX "refund_one_a_payment" ON "refund" ("payment_id")'
                   " WHERE state <> 'cancelled' AND state <> 'credited'")
    for column in ('shift_id', 'refund_id'):
        migrator.migrate(migrator.add_column('ledger_entry', column,
                                             IntegerField(null=True, index=True)))
    _take_over(db)


def _take_over(db):
    """What was due back before there was this table."""
    db.execute_sql(
        "INSERT INTO refund (payment_id, code, amount, why, state, reason, way, evidence,"
        " created_at, proposed_by, approved_by)"
        " SELECT p.id, b.code, p.amount, 'double', 'due', '', '', '', p.received_at, '', ''"
        " FROM payment p JOIN bill b ON b.id = p.bill_id"
        " WHERE p.state = 'refund_due' AND p.voided_at IS NULL")
    db.execute_sql(
        "INSERT INTO refund (credit_id, code, amount, why, state, reason, way, evidence,"
        " created_at, proposed_by, approved_by)"
        " SELECT c.id, c.code, c.owed, 'credit', 'due', c.note, '', '', c.received_at, '', ''"
        " FROM bank_credit c WHERE c.owed > 0")
