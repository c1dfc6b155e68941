"""Parts of long texts and receipts that overtook their message, on the SMPP line.

Frozen copies of the models, on purpose independent of today's.
"""
from peewee import *


def up(migrator, db):
    class SmppPart(Model):
        phone_hash = CharField(max_length=32)
        phone_sealed = BlobField()
        reference = IntegerField()
        total = IntegerField()
        number = IntegerField()
        coding = IntegerField()
        octets = BlobField()
        received_at = BigIntegerField(index=True)
        done = BooleanField(default=False)

        class Meta:
            database = db
            table_name = 'smpp_part'
            indexes = ((('phone_hash', 'reference', 'total', 'number'), True),)

    class EarlyReceipt(Model):
        ids = TextField()
        to_hash = CharField(max_length=32)
        state = CharField(max_length=12)
        reason = CharField(max_length=12, default='')
        at = BigIntegerField(index=True)

        class Meta:
            database = db
            table_name = 'early_receipt'
    db.create_tables([SmppPart, EarlyReceipt])
