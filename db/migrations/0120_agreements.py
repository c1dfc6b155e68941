"""Drafts of contracts, what customers confirmed, and which file was sealed.

A frozen copy of the model, on purpose independent of today's.
"""
from peewee import *


def up(migrator, db):
    class Agreement(Model):
        ticket = CharField(max_length=12)
        number = IntegerField()
        live = CharField(max_length=12, unique=True, null=True)
        state = CharField(max_length=8)
        digest = CharField(max_length=64)
        pages = IntegerField()
        size = IntegerField()
        template = CharField(max_length=80)
        facts_sealed = BlobField()
        file_name = CharField(max_length=64)
        drafted_by = CharField(max_length=40)
        drafted_at = BigIntegerField()
        code_sent_at = BigIntegerField(null=True)
        released_by = CharField(max_length=40)
        evidence_sealed = BlobField(null=True)
        confirmed_at = BigIntegerField(null=True)
        sealed_digest = CharField(max_length=64)
        signed_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = 'agreement'
            indexes = ((('ticket', 'number'), True), (('state', 'confirmed_at'), False))
    db.create_tables([Agreement])
