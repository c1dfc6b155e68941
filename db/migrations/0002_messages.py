"""Texts in and out, talks, look-up quotas, links and kiosk visits.

Frozen copies of the models, on purpose independent of today's.
"""
from peewee import *


def up(migrator, db):
    class Conversation(Model):
        phone_hash = CharField(primary_key=True, max_length=32)
        state = TextField()
        expires_at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'conversation'
    db.create_tables([Conversation])

    class Heartbeat(Model):
        name = CharField(primary_key=True, max_length=20)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'heartbeat'
    db.create_tables([Heartbeat])

    class InboundMessage(Model):
        gateway = CharField(max_length=12)
        gateway_id = CharField(max_length=64)
        phone_hash = CharField(max_length=32)
        phone_sealed = BlobField()
        text = TextField()
        word = CharField(max_length=12)
        code = CharField(max_length=13, default='')
        reply = TextField()
        received_at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'inbound_message'
            indexes = ((('gateway', 'gateway_id'), True), (('phone_hash', 'received_at'), False))
    db.create_tables([InboundMessage])

    class KioskSession(Model):
        id_hash = CharField(primary_key=True, max_length=64)
        data = TextField()
        expires_at = BigIntegerField(index=True)

        class Meta:
            database = db
            table_name = 'kiosk_session'
    db.create_tables([KioskSession])

    class Lookup(Model):
        who = CharField(max_length=40)
        day = CharField(max_length=10)
        code = CharField(max_length=13)

        class Meta:
            database = db
            table_name = 'lookup'
            indexes = ((('who', 'day', 'code'), True),)
    db.create_tables([Lookup])

    class OptOut(Model):
        phone_hash = CharField(primary_key=True, max_length=32)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'opt_out'
    db.create_tables([OptOut])

    class OutboxMessage(Model):
        kind = CharField(max_length=20)
        dedupe = CharField(unique=True, max_length=80)
        to_hash = CharField(max_length=32)
        to_sealed = BlobField()
        params = TextField()
        text = TextField(default='')
        state = CharField(max_length=10, default='queued')
        attempts = IntegerField(default=0)
        next_at = BigIntegerField()
        lease_until = BigIntegerField(default=0)
        expires_at = BigIntegerField()
        gateway = CharField(max_length=12, default='')
        gateway_id = CharField(max_length=64, default='')
        error = CharField(max_length=200, default='')
        created_at = BigIntegerField()
        sent_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = 'outbox_message'
            indexes = ((('state', 'next_at'), False), (('to_hash', 'created_at'), False),
                       (('gateway', 'gateway_id'), False))
    db.create_tables([OutboxMessage])

    class PayLink(Model):
        token = CharField(primary_key=True, max_length=10)
        slip = CharField(unique=True, max_length=6)
        code = CharField(index=True, max_length=13)
        created_at = BigIntegerField()
        expires_at = BigIntegerField(index=True)

        class Meta:
            database = db
            table_name = 'pay_link'
    db.create_tables([PayLink])
