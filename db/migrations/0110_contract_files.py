"""A request grows into a file: who applies, how far it is, papers with their pages, meetings."""
from peewee import *

_COLUMNS = (
    ('stage', "VARCHAR(16) NOT NULL DEFAULT 'requested'"),
    ('holder_case', "VARCHAR(8) NOT NULL DEFAULT 'owner'"),
    ('households', 'INTEGER NOT NULL DEFAULT 1'),
    ('customer_code', "VARCHAR(13) NOT NULL DEFAULT ''"),
    ('citizen_hash', "VARCHAR(32) NOT NULL DEFAULT ''"),
    ('portal_no', "VARCHAR(40) NOT NULL DEFAULT ''"),
    ('needs_build', 'INTEGER NOT NULL DEFAULT 0'),
    ('phone_changed_at', 'BIGINT'),
    ('meet_on', "VARCHAR(10) NOT NULL DEFAULT ''"),
    ('meet_part', "VARCHAR(12) NOT NULL DEFAULT ''"),
    ('signed_at', 'BIGINT'),
    ('supplied_on', "VARCHAR(10) NOT NULL DEFAULT ''"),
    ('version', 'INTEGER NOT NULL DEFAULT 0'),
)


def up(migrator, db):
    for name, kind in _COLUMNS:
        # The default stays in the schema, so that the column can be added without a rewrite.
        db.execute_sql(f'ALTER TABLE "contract_request" ADD COLUMN "{name}" {kind}')
    migrator.migrate(
        migrator.add_column('contract_request', 'details_sealed', BlobField(null=True)),
        migrator.add_index('contract_request', ('citizen_hash',)),
        migrator.add_index('contract_request', ('meet_on',)))

    class ContractPaper(Model):
        ticket = CharField(max_length=12)
        kind = CharField(max_length=20)
        state = CharField(max_length=10)
        reason = CharField(max_length=20)
        original_seen = IntegerField()
        decided_by = CharField(max_length=40)
        changed_at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'contract_paper'
            indexes = ((('ticket', 'kind'), True),)

    class ContractPage(Model):
        id = CharField(max_length=32, primary_key=True)
        ticket = CharField(max_length=12)
        kind = CharField(max_length=20)
        file_name = CharField(max_length=64, unique=True)
        size = IntegerField()
        digest = CharField(max_length=64)
        channel = CharField(max_length=8)
        added_by = CharField(max_length=40)
        added_at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'contract_page'
            indexes = ((('ticket', 'kind', 'added_at'), False),)

    class MeetingSlot(Model):
        commune_code = CharField(max_length=5)
        day = CharField(max_length=10)
        part = CharField(max_length=12)
        taken = IntegerField()

        class Meta:
            database = db
            table_name = 'meeting_slot'
            indexes = ((('commune_code', 'day', 'part'), True),)

    class MeetingRule(Model):
        commune_code = CharField(max_length=5, primary_key=True)
        weekdays = CharField(max_length=13)
        morning = IntegerField()
        afternoon = IntegerField()

        class Meta:
            database = db
            table_name = 'meeting_rule'

    db.create_tables([ContractPaper, ContractPage, MeetingSlot, MeetingRule], safe=False)
