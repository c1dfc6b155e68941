"""What the company changes on a bill after it was made, and bills that were paid elsewhere.

Frozen copies of the models, on purpose independent of today's.
"""
from peewee import *

# Defaults that the schema knows: statements may leave these columns out.
EMPTY = [SQL("DEFAULT ''")]
ZERO = [SQL("DEFAULT 0")]


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Bill(Table):
        pass

    class BillAdjustment(Table):
        bill = ForeignKeyField(Bill, index=False)
        code = CharField(max_length=13)
        kind = CharField(max_length=8)
        amount = BigIntegerField()
        day = CharField(max_length=10)
        reduction = BigIntegerField(constraints=ZERO)
        payment_id = IntegerField(index=True, null=True)
        at = BigIntegerField()
        ended_at = BigIntegerField(null=True)
        ended_by = CharField(max_length=40, constraints=EMPTY)

        class Meta:
            indexes = ((("bill", "kind", "amount", "day"), True),)

    class BillCorrection(Table):
        bill = ForeignKeyField(Bill, unique=True)
        from_date = CharField(max_length=10)
        to_date = CharField(max_length=10)
        old_index = IntegerField()
        new_index = IntegerField()
        kwh = IntegerField()
        subtotal = BigIntegerField()
        vat = BigIntegerField()
        total = BigIntegerField()
        due_on = CharField(max_length=10)
        bill_no = CharField(max_length=40)
        at = BigIntegerField()

    db.create_tables([BillAdjustment, BillCorrection])
    # The credit notes that stand: few, asked for by every look-up.
    db.execute_sql('CREATE INDEX "bill_adjustment_credit" ON "bill_adjustment" ("code")'
                   " WHERE kind = 'credit' AND ended_at IS NULL")

    db.execute_sql('ALTER TABLE "bill" ADD COLUMN "lowered" BIGINT NOT NULL DEFAULT 0')
    db.execute_sql('ALTER TABLE "bill" ADD COLUMN "corrected_at" BIGINT')
    if isinstance(db, PostgresqlDatabase):  # SQLite does not keep to lengths
        db.execute_sql('ALTER TABLE "bill" ALTER COLUMN "state" TYPE VARCHAR(10)')

    # Bills paid elsewhere and cancelled ones are many too: the index keeps to what is open.
    db.execute_sql('DROP INDEX "bill_open"')
    db.execute_sql('CREATE INDEX "bill_open" ON "bill" ("code", "year", "month", "ky")'
                   " WHERE state IN ('unpaid', 'received')")
    # One payment can be due back in parts: each lowering of its bill is one.
    db.execute_sql('DROP INDEX "refund_one_a_payment"')
    db.execute_sql('CREATE UNIQUE INDEX "refund_one_a_payment" ON "refund" ("payment_id")'
                   " WHERE state <> 'cancelled' AND state <> 'credited' AND why <> 'lowered'")
