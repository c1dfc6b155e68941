"""Orders at payment providers, and every event that a provider reported."""
from peewee import *


def up(migrator, db):
    class Partner(Model):
        name = CharField(primary_key=True, max_length=20)

        class Meta:
            database = db
            table_name = 'partner'

    class Bill(Model):
        class Meta:
            database = db
            table_name = 'bill'

    class ProviderOrder(Model):
        partner = ForeignKeyField(Partner, column_name='partner', index=False)
        order_ref = CharField(max_length=40)
        bill = ForeignKeyField(Bill)
        amount = BigIntegerField()
        info = CharField(max_length=120)
        state = CharField(max_length=10, default='new')
        pay_url = TextField(default='')
        reason = CharField(max_length=120, default='')
        payment_id = IntegerField(null=True)
        credit_id = IntegerField(null=True)
        created_at = BigIntegerField()
        expires_at = BigIntegerField()
        checks = IntegerField(default=0)
        next_check_at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'provider_order'
            indexes = ((('partner', 'order_ref'), True), (('state', 'next_check_at'), False))
    db.create_tables([ProviderOrder])

    class ProviderEvent(Model):
        partner = ForeignKeyField(Partner, column_name='partner', index=False)
        event = CharField(max_length=120)
        order_ref = CharField(max_length=64)
        txn_id = CharField(max_length=56)
        result = CharField(max_length=8)
        amount = BigIntegerField()
        reason = CharField(max_length=120, default='')
        body_digest = CharField(max_length=64)
        outcome = CharField(max_length=14)
        payment_id = IntegerField(null=True)
        credit_id = IntegerField(null=True)
        received_at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'provider_event'
            indexes = ((('partner', 'event'), True), (('partner', 'order_ref'), False))
    db.create_tables([ProviderEvent])
