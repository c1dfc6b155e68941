"""Calls that tell of danger: how many texts did, what they said, when the newest came.

Frozen copies of the columns, on purpose independent of today's models.
"""
from peewee import *


def up(migrator, db):
    db.execute_sql('ALTER TABLE "call" ADD COLUMN danger INTEGER NOT NULL DEFAULT 0')
    migrator.migrate(
        migrator.add_column("call", "words_sealed", BlobField(null=True)),
        migrator.add_column("call", "heard_at", BigIntegerField(null=True)))
