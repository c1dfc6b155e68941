"""What a phone's conversation remembers besides the talk: the last code, accents on or off."""
from peewee import *


def up(migrator, db):
    # The defaults stay in the schema, so that the columns can be added without a rewrite.
    db.execute_sql('ALTER TABLE "conversation" ADD COLUMN "last_code" VARCHAR(13)'
                   " NOT NULL DEFAULT ''")
    db.execute_sql('ALTER TABLE "conversation" ADD COLUMN "accents" INTEGER NOT NULL DEFAULT 0')
    db.execute_sql('ALTER TABLE "conversation" ADD COLUMN "turn" INTEGER NOT NULL DEFAULT 0')
