"""The identity of a bank credit, who told of it, and the documents that banks sent.

What was stored before counts on as it is. A feed's reference with the account is the number that
our bank gave, where it is long enough to be one transaction's. What a statement's reader of then
took for a number may be the payer's own: it stays evidence, and the next telling is compared with
its day, amount and text.

Frozen copies of the models, on purpose independent of today's.
"""
from peewee import *

EMPTY = [SQL("DEFAULT ''")]
NEW = (("identity", "VARCHAR(120)"), ("day", "VARCHAR(10) NOT NULL DEFAULT ''"),
       ("parts", "INTEGER NOT NULL DEFAULT 1"), ("bundle_id", "INTEGER"),
       ("before", "VARCHAR(12) NOT NULL DEFAULT ''"), ("why", "VARCHAR(12) NOT NULL DEFAULT ''"),
       ("asked", "VARCHAR(8) NOT NULL DEFAULT ''"),
       ("agreed_by", "VARCHAR(40) NOT NULL DEFAULT ''"))
VIETNAM = 7 * 3_600_000  # ms


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Partner(Table):
        name = CharField(max_length=20, primary_key=True)

    class BankCredit(Table):
        pass

    class BankStatement(Table):
        bank = ForeignKeyField(Partner, column_name="bank", index=False)
        digest = CharField(max_length=64, unique=True)
        kind = CharField(max_length=8)
        lines = IntegerField()
        left_out = IntegerField()
        counts = TextField(constraints=EMPTY)
        taken_at = BigIntegerField(index=True)
        finished_at = BigIntegerField(null=True)

    class CreditTelling(Table):
        source = ForeignKeyField(Partner, column_name="source", index=False)
        key = CharField(max_length=64)
        says = CharField(max_length=8)
        credit = ForeignKeyField(BankCredit, null=True, index=True)
        document = ForeignKeyField(BankStatement, null=True, index=True)
        account = CharField(max_length=40)
        number = CharField(max_length=64, index=True)
        body_digest = CharField(max_length=64)
        amount = BigIntegerField()
        told_at = BigIntegerField()
        words_sealed = BlobField(null=True)

        class Meta:
            indexes = ((("source", "key", "body_digest"), True),)

    for name, kind in NEW:
        db.execute_sql(f'ALTER TABLE "bank_credit" ADD COLUMN "{name}" {kind}')
    db.execute_sql('DROP INDEX "bank_credit_same_as"')
    db.execute_sql('CREATE INDEX "bank_credit_same_as" ON "bank_credit" ("same_as")')
    db.execute_sql('CREATE UNIQUE INDEX "bank_credit_identity" ON "bank_credit" ("identity")')
    db.execute_sql('CREATE INDEX "bank_credit_bundle_id" ON "bank_credit" ("bundle_id")')
    db.execute_sql('CREATE INDEX "bank_credit_amount_day" ON "bank_credit" ("amount", "day")')
    db.create_tables([BankStatement, CreditTelling])
    _fill(db)


def _fill(db):
    local = f"(paid_at + {VIETNAM})"
    day = (f"to_char(to_timestamp({local} / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
           if isinstance(db, PostgresqlDatabase)
           else f"strftime('%Y-%m-%d', {local} / 1000, 'unixepoch')")
    # A time that no calendar has was believed once; such a credit is known by its number alone.
    db.execute_sql(f'UPDATE "bank_credit" SET "day" = {day}'
                   " WHERE paid_at BETWEEN 0 AND 253370700000000")
    db.execute_sql(
        'INSERT INTO "credit_telling" (source, "key", says, credit_id, account, "number",'
        ' body_digest, amount, told_at) SELECT source, txn_id, \'credit\', id, account, txn_id,'
        ' body_digest, amount, received_at FROM "bank_credit" ORDER BY id')
    seen, marks = set(), []
    rows = db.execute_sql(
        'SELECT c.id, c.account, c.bank_ref FROM "bank_credit" c JOIN "partner" p'
        " ON p.name = c.source WHERE p.kind = 'intermediary' AND c.account <> ''"
        " AND c.bank_ref <> '' AND c.state <> 'duplicate' ORDER BY c.id").fetchall()
    for credit_id, account, number in rows:
        kept = "".join(c for c in account.upper() if c.isascii() and c.isalnum())
        identity = f"{kept} {number}"
        certain = len(number) >= 8 and sum(c.isdigit() for c in number) >= 5
        if kept and certain and identity not in seen:
            seen.add(identity)
            marks.append((identity, credit_id))
    mark = "%s" if isinstance(db, PostgresqlDatabase) else "?"
    for values in marks:
        db.execute_sql(f'UPDATE "bank_credit" SET "identity" = {mark} WHERE id = {mark}', values)
