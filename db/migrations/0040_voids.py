"""A payment may be taken back the same day: when, and why."""
from peewee import *


def up(migrator, db):
    db.execute_sql('ALTER TABLE "payment" ADD COLUMN "voided_at" BIGINT')
    # The default stays in the schema, so that the column can be added without a rewrite.
    db.execute_sql('ALTER TABLE "payment" ADD COLUMN "void_reason" VARCHAR(200)'
                   " NOT NULL DEFAULT ''")
