"""Who confirmed and who approved a contract, which pages an officer looked at, and who agreed to a
drawer's difference.

Frozen copies of the columns, on purpose independent of today's models.
"""
from peewee import *


def up(migrator, db):
    for name, size in (("confirmed_by", 40), ("approved_by", 40), ("refused_by", 40),
                       ("refused_why", 200)):
        db.execute_sql(f"ALTER TABLE agreement ADD COLUMN {name} VARCHAR({size})"
                       " NOT NULL DEFAULT ''")
    migrator.migrate(migrator.add_column("agreement", "approved_at", BigIntegerField(null=True)))

    class PaperLook(Model):
        page_id = CharField(max_length=32)
        officer = CharField(max_length=40)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "paper_look"
            indexes = ((("page_id", "officer"), True),)

    db.create_tables([PaperLook])
    db.execute_sql("ALTER TABLE cash_shift ADD COLUMN agreed_by VARCHAR(40) NOT NULL DEFAULT ''")
    # A difference of before waits for nobody: until then an officer's own word was enough.
    db.execute_sql("UPDATE cash_shift SET agreed_by = officer WHERE counted <> expected")
