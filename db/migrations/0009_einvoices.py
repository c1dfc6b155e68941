"""Where the e-invoice of a bill can be looked up, and which invoices others have replaced.

Frozen copies of the models, on purpose independent of today's.
"""
from peewee import *


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Bill(Table):
        class Meta:
            table_name = "bill"

    class BillLookup(Table):
        bill = ForeignKeyField(Bill, primary_key=True)
        bill_no = CharField(max_length=40)
        code = CharField(max_length=60)
        url = CharField(max_length=120)

    class ReplacedInvoice(Table):
        number = CharField(max_length=40, primary_key=True)
        by_number = CharField(max_length=40)

    db.create_tables([BillLookup, ReplacedInvoice])
