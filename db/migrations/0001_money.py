"""Customers and their bills, who collects for us, and every posting of money.

Frozen copies of the models, on purpose independent of today's.
"""
from peewee import *

# Defaults that the schema knows: statements may leave these columns out.
EMPTY = [SQL("DEFAULT ''")]
ZERO = [SQL("DEFAULT 0")]


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class Customer(Table):
        code = CharField(max_length=13, primary_key=True)
        name = CharField(max_length=120)
        search = CharField(max_length=120)
        given_search = CharField(max_length=120)
        address = CharField(max_length=200)
        commune_code = CharField(max_length=5, index=True)
        households = IntegerField()
        meter_no = CharField(max_length=40)
        meter_point = CharField(max_length=16)
        purpose = CharField(max_length=12)
        contract_no = CharField(max_length=40)
        contract_signed_on = CharField(max_length=10)
        contract_medium = CharField(max_length=10)
        updated_at = BigIntegerField()

    class CustomerPhone(Table):
        code = ForeignKeyField(Customer, column_name="code", on_delete="CASCADE", index=False)
        phone_hash = CharField(max_length=32, index=True)
        phone_sealed = BlobField()
        source = CharField(max_length=12)
        registered_at = BigIntegerField()

        class Meta:
            indexes = ((("code", "phone_hash"), True),)

    class Bill(Table):
        code = ForeignKeyField(Customer, column_name="code", index=False)
        year = IntegerField()
        month = IntegerField()
        ky = IntegerField()
        from_date = CharField(max_length=10)
        to_date = CharField(max_length=10)
        old_index = IntegerField()
        new_index = IntegerField()
        kwh = IntegerField()
        subtotal = BigIntegerField()
        vat = BigIntegerField()
        total = BigIntegerField()
        due_on = CharField(max_length=10)
        bill_no = CharField(max_length=40)
        state = CharField(max_length=8)
        paid_at = BigIntegerField(null=True)
        payment_id = IntegerField(null=True)

        class Meta:
            indexes = ((("code", "year", "month", "ky"), True),)

    class Partner(Table):
        name = CharField(max_length=20, primary_key=True)
        title = CharField(max_length=60)
        kind = CharField(max_length=12)

    class PartnerKey(Table):
        key_id = CharField(max_length=24, primary_key=True)
        partner = ForeignKeyField(Partner, column_name="partner")
        secret_sealed = BlobField()
        created_at = BigIntegerField()
        expires_at = BigIntegerField(null=True)

    class Payment(Table):
        partner = ForeignKeyField(Partner, column_name="partner", index=False)
        partner_txn_id = CharField(max_length=64)
        body_digest = CharField(max_length=64)
        bill = ForeignKeyField(Bill)
        amount = BigIntegerField()
        state = CharField(max_length=12)
        settled_by = IntegerField(null=True)
        receipt_no = CharField(max_length=24, unique=True)
        payer = CharField(max_length=120)
        promotion = TextField()
        paid_at = BigIntegerField()
        received_at = BigIntegerField(index=True)
        voided_at = BigIntegerField(null=True)
        void_reason = CharField(max_length=200, constraints=EMPTY)

        class Meta:
            indexes = ((("partner", "partner_txn_id"), True),)

    class BankCredit(Table):
        source = ForeignKeyField(Partner, column_name="source", index=False)
        txn_id = CharField(max_length=56)
        body_digest = CharField(max_length=64)
        amount = BigIntegerField()
        left = BigIntegerField()
        account = CharField(max_length=40)
        bank_ref = CharField(max_length=64, index=True)
        paid_at = BigIntegerField()
        received_at = BigIntegerField()
        state = CharField(max_length=12)
        code = CharField(max_length=13, index=True)
        same_as = IntegerField(unique=True, null=True)
        officer = CharField(max_length=40)
        note = CharField(max_length=200)
        decided_at = BigIntegerField(null=True)
        owed = BigIntegerField(constraints=ZERO)
        words_sealed = BlobField(null=True)

        class Meta:
            indexes = ((("source", "txn_id"), True), (("state", "received_at"), False))

    class CreditUse(Table):
        credit = ForeignKeyField(BankCredit)
        payment_id = IntegerField(index=True)
        amount = BigIntegerField()

    class CashShift(Table):
        officer = CharField(max_length=40, index=True)
        state = CharField(max_length=8)
        opened_at = BigIntegerField(index=True)
        float_amount = BigIntegerField()
        expected = BigIntegerField()
        counted = BigIntegerField(null=True)
        notes = TextField()
        reason = CharField(max_length=200)
        closed_at = BigIntegerField(null=True)

    class CashTaking(Table):
        shift = ForeignKeyField(CashShift)
        form_key = CharField(max_length=32, unique=True)
        code = CharField(max_length=13, index=True)
        due = BigIntegerField()
        handed = BigIntegerField()
        at = BigIntegerField()

    class CashPart(Table):
        taking = ForeignKeyField(CashTaking)
        payment_id = IntegerField(unique=True)

    class Refund(Table):
        payment_id = IntegerField(index=True, null=True)
        credit_id = IntegerField(index=True, null=True)
        code = CharField(max_length=13)
        amount = BigIntegerField()
        why = CharField(max_length=8)
        state = CharField(max_length=10)
        reason = CharField(max_length=200)
        way = CharField(max_length=8)
        evidence = CharField(max_length=80)
        created_at = BigIntegerField()
        proposed_by = CharField(max_length=40)
        proposed_at = BigIntegerField(null=True)
        approved_by = CharField(max_length=40)
        ended_at = BigIntegerField(null=True)
        shift_id = IntegerField(index=True, null=True)

        class Meta:
            indexes = ((("state", "created_at"), False),)

    class LedgerEntry(Table):
        payment = ForeignKeyField(Payment, null=True)
        credit = ForeignKeyField(BankCredit, null=True)
        shift_id = IntegerField(index=True, null=True)
        refund_id = IntegerField(index=True, null=True)
        account = CharField(max_length=40)
        amount = BigIntegerField()
        at = BigIntegerField()

    class Promotion(Table):
        id = CharField(max_length=40, primary_key=True)
        partner = ForeignKeyField(Partner, column_name="partner")
        rate = IntegerField()
        cap = BigIntegerField()
        minimum = BigIntegerField()
        per_customer = IntegerField()
        budget = BigIntegerField()
        used = BigIntegerField()
        funders = TextField()
        source = CharField(max_length=120)
        starts_on = CharField(max_length=10)
        ends_on = CharField(max_length=10)

    class PromotionUse(Table):
        promotion = ForeignKeyField(Promotion, index=False)
        payment_id = IntegerField(unique=True)
        code = CharField(max_length=13)
        discount = BigIntegerField()
        at = BigIntegerField()
        taken_back_at = BigIntegerField(null=True)

        class Meta:
            indexes = ((("promotion", "code"), False),)

    class Counter(Table):
        name = CharField(max_length=40, primary_key=True)
        value = BigIntegerField()

    db.create_tables([Customer, CustomerPhone, Bill, Partner, PartnerKey, Payment, BankCredit,
                      CreditUse, CashShift, CashTaking, CashPart, Refund, LedgerEntry, Promotion,
                      PromotionUse, Counter])

    # LIKE 'prefix%' uses an index on PostgreSQL only with the pattern operators.
    operators = " text_pattern_ops" if isinstance(db, PostgresqlDatabase) else ""
    for column in ("search", "given_search"):
        db.execute_sql(f"CREATE INDEX customer_{column} ON customer ({column}{operators})")
    # The bills that are not settled: few of many, asked for by every look-up.
    db.execute_sql('CREATE INDEX "bill_open" ON "bill" ("code", "year", "month", "ky")'
                   " WHERE state <> 'settled'")
    db.execute_sql('CREATE UNIQUE INDEX "cash_shift_one_open" ON "cash_shift" ("officer")'
                   " WHERE state = 'open'")
    db.execute_sql('CREATE UNIQUE INDEX "refund_one_a_payment" ON "refund" ("payment_id")'
                   " WHERE state <> 'cancelled' AND state <> 'credited'")
