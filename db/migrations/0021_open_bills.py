"""An index of the bills that are not settled: few of many, asked for by every look-up."""
from peewee import *


def up(migrator, db):
    db.execute_sql('CREATE INDEX "bill_open" ON "bill" ("code", "year", "month", "ky")'
                   " WHERE state <> 'settled'")
