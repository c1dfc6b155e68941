"""Days compared with a partner's list, and the breaks that were found."""
from peewee import *


def up(migrator, db):
    class Partner(Model):
        name = CharField(primary_key=True, max_length=20)

        class Meta:
            database = db
            table_name = 'partner'

    class ReconciledDay(Model):
        partner = ForeignKeyField(Partner, column_name='partner', index=False)
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
            database = db
            table_name = 'reconciled_day'
            indexes = ((('partner', 'day'), True), (('day',), False))
    db.create_tables([ReconciledDay])

    class ReconciliationBreak(Model):
        compared = ForeignKeyField(ReconciledDay, column_name='compared_id', index=False)
        fingerprint = CharField(max_length=64)
        type = CharField(max_length=16)
        partner_txn_id = CharField(max_length=64)
        ours_amount = BigIntegerField(null=True)
        ours_status = CharField(max_length=20, null=True)
        theirs_amount = BigIntegerField(null=True)
        theirs_status = CharField(max_length=20, null=True)
        code = CharField(max_length=13, default='')
        state = CharField(max_length=8, default='open')
        reason = CharField(max_length=12, default='')
        note = CharField(max_length=200, default='')
        officer = CharField(max_length=40, default='')
        resolved_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = 'reconciliation_break'
            indexes = ((('compared', 'fingerprint'), True),)
    db.create_tables([ReconciliationBreak])
