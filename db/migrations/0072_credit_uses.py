"""Which credits paid for what, so that a void gives the money back to them."""
from peewee import *


def up(migrator, db):
    class BankCredit(Model):
        class Meta:
            database = db
            table_name = 'bank_credit'

    class CreditUse(Model):
        credit = ForeignKeyField(BankCredit)
        payment_id = IntegerField(index=True)
        amount = BigIntegerField()

        class Meta:
            database = db
            table_name = 'credit_use'
    db.create_tables([CreditUse])
    # The default stays in the schema, so that the column can be added without a rewrite.
    db.execute_sql('ALTER TABLE "bank_credit" ADD COLUMN "owed" BIGINT NOT NULL DEFAULT 0')
