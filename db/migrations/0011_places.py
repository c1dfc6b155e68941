"""Places where a bill can be paid in cash.

A frozen copy of the model, on purpose independent of today's.
"""
from peewee import *


def up(migrator, db):
    class Place(Model):
        code = CharField(max_length=40, primary_key=True)
        name = CharField(max_length=60)
        kind = CharField(max_length=8)
        address = CharField(max_length=100)
        commune_code = CharField(max_length=5, index=True)
        hours = CharField(max_length=40)
        phone = CharField(max_length=20)

        class Meta:
            database = db
            legacy_table_names = False

    db.create_tables([Place])
