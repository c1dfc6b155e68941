"""How often reading a scan was begun without getting any further."""


def up(migrator, db):
    # The default stays in the schema, so that the column can be added without a rewrite.
    db.execute_sql('ALTER TABLE "archive_file" ADD COLUMN "tries" INTEGER NOT NULL DEFAULT 0')
