"""One-time codes by text message.

Frozen copy of the model, on purpose independent of today's.
"""
from peewee import *


def up(migrator, db):
    class OneTimeCode(Model):
        purpose = CharField(max_length=12)
        subject = CharField(max_length=120)
        phone_hash = CharField(max_length=32)
        code_hash = CharField(max_length=32)
        tries = IntegerField(default=0)
        created_at = BigIntegerField()
        expires_at = BigIntegerField(index=True)
        used_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = 'one_time_code'
            indexes = ((('purpose', 'subject'), False), (('phone_hash', 'created_at'), False))
    db.create_tables([OneTimeCode])
