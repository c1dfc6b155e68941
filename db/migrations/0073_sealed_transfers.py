"""What a payer wrote, and the payer's name, are sealed: they may hold names and numbers."""
from peewee import *


def up(migrator, db):
    migrator.migrate(
        migrator.drop_column('bank_credit', 'text'),
        migrator.drop_column('bank_credit', 'payer'),
        migrator.add_column('bank_credit', 'words_sealed', BlobField(null=True)))
