"""The desk: how work ended, what an officer did today, a second step not yet confirmed."""
from peewee import *


def up(migrator, db):
    for table in ('contract_request', 'call'):
        # The default stays in the schema, so that the column can be added without a rewrite.
        db.execute_sql(f'ALTER TABLE "{table}" ADD COLUMN "outcome" VARCHAR(12)'
                       " NOT NULL DEFAULT ''")
        migrator.migrate(migrator.add_index(table, ('officer', 'state', 'done_at')))
    migrator.migrate(
        migrator.add_column('officer_session', 'secret_sealed', BlobField(null=True)))
