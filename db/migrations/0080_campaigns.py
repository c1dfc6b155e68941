"""Reminders in bulk: campaigns, lanes of the outbox, what a text cost.

Frozen copy of the model, on purpose independent of today's.
"""
from peewee import *


def up(migrator, db):
    # The defaults stay in the schema, so that the columns can be added without a rewrite.
    db.execute_sql('ALTER TABLE "outbox_message" ADD COLUMN "lane" INTEGER NOT NULL DEFAULT 1')
    db.execute_sql('ALTER TABLE "outbox_message" ADD COLUMN "parts" INTEGER NOT NULL DEFAULT 0')
    db.execute_sql('ALTER TABLE "outbox_message" ADD COLUMN "campaign_id" INTEGER')
    db.execute_sql('CREATE INDEX "outboxmessage_state_lane_next_at_id"'
                   ' ON "outbox_message" ("state", "lane", "next_at", "id")')
    db.execute_sql('DROP INDEX "outboxmessage_state_next_at"')
    db.execute_sql('CREATE INDEX "outbox_of_campaign" ON "outbox_message" ("campaign_id", "state")'
                   " WHERE campaign_id IS NOT NULL")

    class Campaign(Model):
        name = CharField(unique=True, max_length=80)
        kind = CharField(max_length=10)
        asked_by = CharField(max_length=40)
        asked_at = BigIntegerField(index=True)
        state = CharField(max_length=10, default='asked')
        lease_until = BigIntegerField(default=0)
        queued = IntegerField(default=0)
        ended_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = 'campaign'
            indexes = ((('state', 'lease_until'), False),)
    db.create_tables([Campaign])
