"""Old paper contracts, what two officers typed of each, and the scans that were handed in.

A frozen copy of the models, on purpose independent of today's.
"""
from peewee import *


def up(migrator, db):
    class ArchiveEntry(Model):
        id = AutoField()
        key = CharField(max_length=40, unique=True)
        contract_no = CharField(max_length=40, default='')
        customer_code = CharField(max_length=13, default='', index=True)
        name = CharField(max_length=120, default='')
        signed_on = CharField(max_length=10, default='')
        old_commune = CharField(max_length=80, default='')
        old_district = CharField(max_length=80, default='')
        office = CharField(max_length=6)
        commune_code = CharField(max_length=5, default='')
        source = CharField(max_length=8)
        state = CharField(max_length=8, default='listed')
        first_by = CharField(max_length=40, default='')
        second_by = CharField(max_length=40, default='')
        decided_by = CharField(max_length=40, default='')
        typed_sealed = BlobField(null=True)
        old_commune_code = CharField(max_length=5, default='')
        confirmed_by = CharField(max_length=40, default='')
        changed_at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'archive_entry'
            indexes = ((('office', 'state'), False), (('state', 'changed_at'), False))
    db.create_tables([ArchiveEntry])

    class ArchiveTyping(Model):
        entry = ForeignKeyField(ArchiveEntry, column_name='entry_id', index=False)
        turn = IntegerField()
        officer = CharField(max_length=40)
        values_sealed = BlobField()
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'archive_typing'
            indexes = ((('entry', 'turn'), True), (('entry', 'officer'), True))
    db.create_tables([ArchiveTyping])

    class ArchiveFile(Model):
        digest = CharField(max_length=64, unique=True)
        name = CharField(max_length=120)
        size = IntegerField()
        pages = IntegerField()
        state = CharField(max_length=8, default='waiting', index=True)
        fault = CharField(max_length=12, default='')
        fault_page = IntegerField(default=0)
        officer = CharField(max_length=40)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'archive_file'
    db.create_tables([ArchiveFile])

    class ArchivePage(Model):
        id = CharField(max_length=32, primary_key=True)
        file = ForeignKeyField(ArchiveFile, column_name='file_id', index=False)
        number = IntegerField()
        kind = CharField(max_length=8)
        key = CharField(max_length=40, default='')
        digest = CharField(max_length=64, default='')
        size = IntegerField(default=0)
        state = CharField(max_length=8, default='read', index=True)
        reason = CharField(max_length=8, default='')
        entry = ForeignKeyField(ArchiveEntry, column_name='entry_id', null=True)
        placed_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = 'archive_page'
            indexes = ((('file', 'number'), True),)
    db.create_tables([ArchivePage])
