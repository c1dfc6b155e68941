"""Officers who are disabled, their telephone, the second factor and its recovery codes, wrong tries
by where they come from, devices that are known. An officer without communes used to work for all;
that is said as `all` from now on, and none means none.

Frozen copies of the models, on purpose independent of today's.
"""
from peewee import *

EMPTY = [SQL("DEFAULT ''")]


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Officer(Table):
        name = CharField(max_length=40, primary_key=True)

    class TotpStep(Table):
        officer = ForeignKeyField(Officer, column_name="officer", on_delete="CASCADE")
        step = BigIntegerField()

        class Meta:
            indexes = ((("officer", "step"), True),)

    class RecoveryCode(Table):
        officer = ForeignKeyField(Officer, column_name="officer", on_delete="CASCADE")
        code_hash = CharField(max_length=32)
        made_at = BigIntegerField()
        used_at = BigIntegerField(null=True)

        class Meta:
            indexes = ((("officer", "code_hash"), True),)

    class SignInTry(Table):
        who = CharField(max_length=64, primary_key=True)
        tries = IntegerField()
        locked_until = BigIntegerField()
        seen_at = BigIntegerField(index=True)

    class KnownDevice(Table):
        id_hash = CharField(max_length=64)
        officer = ForeignKeyField(Officer, column_name="officer", on_delete="CASCADE")
        seen_at = BigIntegerField()

        class Meta:
            primary_key = CompositeKey("id_hash", "officer")

    db.execute_sql("UPDATE officer SET communes = 'all' WHERE communes = ''")
    db.execute_sql("ALTER TABLE officer ADD COLUMN phone_hash VARCHAR(32) NOT NULL DEFAULT ''")
    db.execute_sql("ALTER TABLE officer ADD COLUMN totp_mark VARCHAR(32) NOT NULL DEFAULT ''")
    db.execute_sql("ALTER TABLE officer_session ADD COLUMN device VARCHAR(64) NOT NULL DEFAULT ''")
    db.execute_sql("ALTER TABLE kiosk_device ADD COLUMN enrol_until BIGINT NOT NULL DEFAULT 0")
    migrator.migrate(migrator.add_column("officer", "disabled_at", BigIntegerField(null=True)),
                     migrator.add_column("officer", "phone_sealed", BlobField(null=True)))
    db.create_tables([TotpStep, RecoveryCode, SignInTry, KnownDevice])
    # The step of a code that was used stays used. A lock of a name lasted a quarter of an hour at
    # most, and counts by where a try comes from begin anew.
    db.execute_sql("INSERT INTO totp_step (officer, step) SELECT name, totp_last_step FROM officer"
                   " WHERE totp_last_step > 0")
    for column in ("totp_last_step", "failures", "locked_until"):
        db.execute_sql(f"ALTER TABLE officer DROP COLUMN {column}")
