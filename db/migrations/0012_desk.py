"""Where somebody who calls stands and until when we believe it; what a file was before it ended.

Frozen copies of the columns, on purpose independent of today's models.
"""
from peewee import *


def up(migrator, db):
    db.execute_sql('ALTER TABLE "call" ADD COLUMN kiosk VARCHAR(40) NOT NULL DEFAULT \'\'')
    db.execute_sql("ALTER TABLE kiosk_device ADD COLUMN place VARCHAR(80) NOT NULL DEFAULT ''")
    db.execute_sql("ALTER TABLE contract_request ADD COLUMN stage_before VARCHAR(16)"
                   " NOT NULL DEFAULT ''")
    migrator.migrate(migrator.add_column("call", "here_until", BigIntegerField(null=True)))
