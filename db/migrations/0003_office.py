"""Officers, contract requests, calls, outages and the audit chain.

Frozen copies of the models, on purpose independent of today's.
"""
from peewee import *


def up(migrator, db):
    class AuditEntry(Model):
        at = BigIntegerField()
        actor = CharField(max_length=60)
        action = CharField(max_length=40)
        subject = CharField(index=True, max_length=80)
        detail = TextField(default='')
        prev_hash = CharField(max_length=64)
        hash = CharField(max_length=64)

        class Meta:
            database = db
            table_name = 'audit_entry'
    db.create_tables([AuditEntry])

    class AuditHead(Model):
        id = IntegerField(primary_key=True)
        hash = CharField(max_length=64)
        count = BigIntegerField()

        class Meta:
            database = db
            table_name = 'audit_head'
    db.create_tables([AuditHead])

    class Call(Model):
        ticket = CharField(unique=True, max_length=12)
        phone_hash = CharField(index=True, max_length=32, default='')
        phone_sealed = BlobField(null=True)
        commune_code = CharField(max_length=5, default='')
        code = CharField(max_length=13, default='')
        place = CharField(max_length=40, default='')
        channel = CharField(max_length=8)
        state = CharField(max_length=10, default='open')
        officer = CharField(max_length=40, default='')
        created_at = BigIntegerField()
        taken_at = BigIntegerField(null=True)
        done_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = 'call'
            indexes = ((('state', 'commune_code', 'created_at'), False),)
    db.create_tables([Call])

    class ContractRequest(Model):
        ticket = CharField(unique=True, max_length=12)
        kind = CharField(max_length=12, default='new')
        name = CharField(max_length=120)
        phone_hash = CharField(index=True, max_length=32, default='')
        phone_sealed = BlobField(null=True)
        commune_code = CharField(max_length=5)
        purpose = CharField(max_length=12, default='household')
        meet_when = CharField(max_length=12)
        channel = CharField(max_length=8)
        state = CharField(max_length=10, default='open')
        officer = CharField(max_length=40, default='')
        created_at = BigIntegerField()
        taken_at = BigIntegerField(null=True)
        done_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = 'contract_request'
            indexes = ((('state', 'commune_code', 'created_at'), False),)
    db.create_tables([ContractRequest])

    class DeskNote(Model):
        ticket = CharField(index=True, max_length=12)
        officer = CharField(max_length=40)
        text = TextField()
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'desk_note'
    db.create_tables([DeskNote])

    class Officer(Model):
        name = CharField(primary_key=True, max_length=40)
        role = CharField(max_length=12)
        communes = TextField(default='')
        password_hash = CharField(max_length=200)
        totp_sealed = BlobField(null=True)
        totp_last_step = BigIntegerField(default=0)
        failures = IntegerField(default=0)
        locked_until = BigIntegerField(default=0)
        created_at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'officer'
    db.create_tables([Officer])

    class OfficerSession(Model):
        id_hash = CharField(primary_key=True, max_length=64)
        officer = ForeignKeyField(Officer, column_name='officer', on_delete='CASCADE')
        stage = CharField(max_length=10)
        created_at = BigIntegerField()
        seen_at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'officer_session'
    db.create_tables([OfficerSession])

    class Outage(Model):
        commune_code = CharField(max_length=5)
        area = CharField(max_length=200)
        starts_at = BigIntegerField()
        ends_at = BigIntegerField()
        reason = CharField(max_length=200)

        class Meta:
            database = db
            table_name = 'outage'
            indexes = ((('commune_code', 'starts_at', 'area'), True),)
    db.create_tables([Outage])

    db.execute_sql(f"INSERT INTO audit_head (id, hash, count) VALUES (1, '{'0' * 64}', 0)")
