"""Links to signed contracts, copies on paper, and a draft's clauses as text.

Frozen copies of the models, on purpose independent of today's.
"""
from peewee import *


def up(migrator, db):
    class ContractLink(Model):
        token_hash = CharField(max_length=64, primary_key=True)
        ticket = CharField(max_length=12, index=True)
        way = CharField(max_length=8)
        made_by = CharField(max_length=40)
        created_at = BigIntegerField()
        expires_at = BigIntegerField()
        tries = IntegerField(default=0)
        opened = IntegerField(default=0)
        opened_at = BigIntegerField(null=True)
        revoked_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = 'contract_link'

    class ContractCopy(Model):
        ticket = CharField(max_length=12, index=True)
        officer = CharField(max_length=40)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'contract_copy'
    db.create_tables([ContractLink, ContractCopy])
    migrator.migrate(
        migrator.add_column('agreement', 'clauses_sealed', BlobField(null=True)))
