"""Texts in and out, reminders, codes and links; kiosks, and sentences that staff recorded.

Frozen copies of the models, on purpose independent of today's.
"""
from peewee import *

# Defaults that the schema knows: statements may leave these columns out.
EMPTY = [SQL("DEFAULT ''")]
ZERO = [SQL("DEFAULT 0")]
ONE = [SQL("DEFAULT 1")]


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class InboundMessage(Table):
        gateway = CharField(max_length=12)
        gateway_id = CharField(max_length=64)
        phone_hash = CharField(max_length=32)
        phone_sealed = BlobField()
        text = TextField()
        word = CharField(max_length=12)
        code = CharField(max_length=13)
        reply = TextField()
        received_at = BigIntegerField()

        class Meta:
            indexes = ((("gateway", "gateway_id"), True), (("phone_hash", "received_at"), False))

    class Conversation(Table):
        phone_hash = CharField(max_length=32, primary_key=True)
        state = TextField()
        expires_at = BigIntegerField()
        last_code = CharField(max_length=13, constraints=EMPTY)
        accents = IntegerField(constraints=ZERO)
        turn = IntegerField(constraints=ZERO)

    class Lookup(Table):
        who = CharField(max_length=40)
        day = CharField(max_length=10)
        code = CharField(max_length=13)

        class Meta:
            indexes = ((("who", "day", "code"), True),)

    class OptOut(Table):
        phone_hash = CharField(max_length=32, primary_key=True)
        at = BigIntegerField()

    class OutboxMessage(Table):
        kind = CharField(max_length=20)
        dedupe = CharField(max_length=80, unique=True)
        to_hash = CharField(max_length=32)
        to_sealed = BlobField()
        params = TextField()
        text = TextField()
        state = CharField(max_length=10)
        lane = IntegerField(constraints=ONE)
        parts = IntegerField(constraints=ZERO)
        campaign_id = IntegerField(null=True)
        attempts = IntegerField()
        next_at = BigIntegerField()
        lease_until = BigIntegerField()
        expires_at = BigIntegerField()
        gateway = CharField(max_length=12)
        gateway_id = CharField(max_length=64)
        error = CharField(max_length=200)
        created_at = BigIntegerField()
        sent_at = BigIntegerField(null=True)

        class Meta:
            indexes = ((("state", "lane", "next_at", "id"), False),
                       (("to_hash", "created_at"), False), (("gateway", "gateway_id"), False))

    class Heartbeat(Table):
        name = CharField(max_length=20, primary_key=True)
        at = BigIntegerField()

    class Campaign(Table):
        name = CharField(max_length=80, unique=True)
        kind = CharField(max_length=10)
        asked_by = CharField(max_length=40)
        asked_at = BigIntegerField(index=True)
        state = CharField(max_length=10)
        lease_until = BigIntegerField()
        queued = IntegerField()
        ended_at = BigIntegerField(null=True)

        class Meta:
            indexes = ((("state", "lease_until"), False),)

    class OneTimeCode(Table):
        purpose = CharField(max_length=12)
        subject = CharField(max_length=120)
        phone_hash = CharField(max_length=32)
        code_hash = CharField(max_length=32)
        tries = IntegerField()
        created_at = BigIntegerField()
        expires_at = BigIntegerField(index=True)
        used_at = BigIntegerField(null=True)

        class Meta:
            indexes = ((("purpose", "subject"), False), (("phone_hash", "created_at"), False))

    class PayLink(Table):
        token = CharField(max_length=10, primary_key=True)
        slip = CharField(max_length=6, unique=True)
        code = CharField(max_length=13, index=True)
        created_at = BigIntegerField()
        expires_at = BigIntegerField(index=True)

    class SmppPart(Table):
        phone_hash = CharField(max_length=32)
        phone_sealed = BlobField()
        reference = IntegerField()
        total = IntegerField()
        number = IntegerField()
        coding = IntegerField()
        octets = BlobField()
        received_at = BigIntegerField(index=True)
        done = BooleanField()

        class Meta:
            indexes = ((("phone_hash", "reference", "total", "number"), True),)

    class EarlyReceipt(Table):
        ids = TextField()
        to_hash = CharField(max_length=32)
        state = CharField(max_length=12)
        reason = CharField(max_length=12)
        at = BigIntegerField(index=True)

    class KioskSession(Table):
        id_hash = CharField(max_length=64, primary_key=True)
        data = TextField()
        expires_at = BigIntegerField(index=True)

    class KioskDevice(Table):
        name = CharField(max_length=40, unique=True)
        commune_code = CharField(max_length=5)
        printer = CharField(max_length=120)
        enrol_hash = CharField(max_length=64, index=True)
        key_hash = CharField(max_length=64, index=True)
        created_at = BigIntegerField()
        enrolled_at = BigIntegerField(null=True)

    class SpeechClip(Table):
        language = CharField(max_length=3)
        digest = CharField(max_length=64)
        audio = BlobField()
        officer = CharField(max_length=40)
        at = BigIntegerField()

        class Meta:
            indexes = ((("language", "digest"), True),)

    db.create_tables([InboundMessage, Conversation, Lookup, OptOut, OutboxMessage, Heartbeat,
                      Campaign, OneTimeCode, PayLink, SmppPart, EarlyReceipt, KioskSession,
                      KioskDevice, SpeechClip])

    db.execute_sql('CREATE INDEX "outbox_of_campaign" ON "outbox_message" ("campaign_id", "state")'
                   " WHERE campaign_id IS NOT NULL")
