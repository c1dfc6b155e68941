"""Old contracts on paper: one entry each, what two officers typed, and the scans.

Frozen copies of the models, on purpose independent of today's.
"""
from peewee import *

# Defaults that the schema knows: statements may leave these columns out.
ZERO = [SQL("DEFAULT 0")]


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class ArchiveEntry(Table):
        key = CharField(max_length=40, unique=True)
        contract_no = CharField(max_length=40)
        customer_code = CharField(max_length=13, index=True)
        name = CharField(max_length=120)
        signed_on = CharField(max_length=10)
        old_commune = CharField(max_length=80)
        old_district = CharField(max_length=80)
        office = CharField(max_length=6)
        commune_code = CharField(max_length=5)
        source = CharField(max_length=8)
        state = CharField(max_length=8)
        first_by = CharField(max_length=40)
        second_by = CharField(max_length=40)
        decided_by = CharField(max_length=40)
        typed_sealed = BlobField(null=True)
        old_commune_code = CharField(max_length=5)
        confirmed_by = CharField(max_length=40)
        changed_at = BigIntegerField()

        class Meta:
            indexes = ((("office", "state"), False), (("state", "changed_at"), False))

    class ArchiveTyping(Table):
        entry = ForeignKeyField(ArchiveEntry, index=False)
        turn = IntegerField()
        officer = CharField(max_length=40)
        values_sealed = BlobField()
        at = BigIntegerField()

        class Meta:
            indexes = ((("entry", "turn"), True), (("entry", "officer"), True))

    class ArchiveFile(Table):
        digest = CharField(max_length=64, unique=True)
        name = CharField(max_length=120)
        size = IntegerField()
        pages = IntegerField()
        state = CharField(max_length=8, index=True)
        fault = CharField(max_length=12)
        fault_page = IntegerField()
        officer = CharField(max_length=40)
        at = BigIntegerField()
        tries = IntegerField(constraints=ZERO)

    class ArchivePage(Table):
        id = CharField(max_length=32, primary_key=True)
        file = ForeignKeyField(ArchiveFile, index=False)
        number = IntegerField()
        kind = CharField(max_length=8)
        key = CharField(max_length=40)
        digest = CharField(max_length=64)
        size = IntegerField()
        state = CharField(max_length=8, index=True)
        reason = CharField(max_length=8)
        entry = ForeignKeyField(ArchiveEntry, null=True)
        placed_at = BigIntegerField(null=True)

        class Meta:
            indexes = ((("file", "number"), True),)

    db.create_tables([ArchiveEntry, ArchiveTyping, ArchiveFile, ArchivePage])
