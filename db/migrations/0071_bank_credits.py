"""Money that reached the company's account, and its side of the ledger."""
from peewee import *


def up(migrator, db):
    class Partner(Model):
        name = CharField(primary_key=True, max_length=20)

        class Meta:
            database = db
            table_name = 'partner'

    class BankCredit(Model):
        source = ForeignKeyField(Partner, column_name='source', index=False)
        txn_id = CharField(max_length=56)
        body_digest = CharField(max_length=64)
        amount = BigIntegerField()
        left = BigIntegerField()
        text = TextField()
        payer = CharField(max_length=120, default='')
        account = CharField(max_length=40, default='')
        bank_ref = CharField(max_length=64, default='', index=True)
        paid_at = BigIntegerField()
        received_at = BigIntegerField()
        state = CharField(max_length=12)
        code = CharField(max_length=13, default='', index=True)
        same_as = IntegerField(null=True, unique=True)
        officer = CharField(max_length=40, default='')
        note = CharField(max_length=200, default='')
        decided_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = 'bank_credit'
            indexes = ((('source', 'txn_id'), True), (('state', 'received_at'), False))
    db.create_tables([BankCredit])

    migrator.migrate(
        migrator.drop_not_null('ledger_entry', 'payment_id'),
        migrator.add_column('ledger_entry', 'credit_id',
                            ForeignKeyField(BankCredit, field=BankCredit.id, null=True)))
