"""Orders at payment providers, their events, and days compared with a partner's list.

Frozen copies of the models, on purpose independent of today's.
"""
from peewee import *


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Partner(Table):
        name = CharField(max_length=20, primary_key=True)

    class Bill(Table):
        pass

    class ProviderOrder(Table):
        partner = ForeignKeyField(Partner, column_name="partner", index=False)
        order_ref = CharField(max_length=40)
        bill = ForeignKeyField(Bill)
        amount = BigIntegerField()
        info = CharField(max_length=120)
        state = CharField(max_length=10)
        pay_url = TextField()
        reason = CharField(max_length=120)
        payment_id = IntegerField(null=True)
        credit_id = IntegerField(null=True)
        created_at = BigIntegerField()
        expires_at = BigIntegerField()
        checks = IntegerField()
        next_check_at = BigIntegerField()

        class Meta:
            indexes = ((("partner", "order_ref"), True), (("state", "next_check_at"), False))

    class ProviderEvent(Table):
        partner = ForeignKeyField(Partner, column_name="partner", index=False)
        event = CharField(max_length=120)
        order_ref = CharField(max_length=64)
        txn_id = CharField(max_length=56)
        result = CharField(max_length=8)
        amount = BigIntegerField()
        reason = CharField(max_length=120)
        body_digest = CharField(max_length=64)
        outcome = CharField(max_length=14)
        payment_id = IntegerField(null=True)
        credit_id = IntegerField(null=True)
        received_at = BigIntegerField()

        class Meta:
            indexes = ((("partner", "event"), True), (("partner", "order_ref"), False))

    class ReconciledDay(Table):
        partner = ForeignKeyField(Partner, column_name="partner", index=False)
        day = CharField(max_length=10)
        matched = IntegerField()
        ours_count = IntegerField()
        ours_total = BigIntegerField()
        theirs_count = IntegerField()
        theirs_total = BigIntegerField()
        outcome = CharField(max_length=64)
        source = CharField(max_length=8)
        compared_at = BigIntegerField()

        class Meta:
            indexes = ((("partner", "day"), True), (("day",), False))

    class ReconciliationBreak(Table):
        compared = ForeignKeyField(ReconciledDay, index=False)
        fingerprint = CharField(max_length=64)
        type = CharField(max_length=16)
        partner_txn_id = CharField(max_length=64)
        ours_amount = BigIntegerField(null=True)
        ours_status = CharField(max_length=20, null=True)
        theirs_amount = BigIntegerField(null=True)
        theirs_status = CharField(max_length=20, null=True)
        code = CharField(max_length=13)
        state = CharField(max_length=8)
        reason = CharField(max_length=12)
        note = CharField(max_length=200)
        officer = CharField(max_length=40)
        resolved_at = BigIntegerField(null=True)

        class Meta:
            indexes = ((("compared", "fingerprint"), True),)

    db.create_tables([ProviderOrder, ProviderEvent, ReconciledDay, ReconciliationBreak])
