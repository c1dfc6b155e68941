"""Customers, bills, partners, payments and the ledger.

Frozen copies of the models, on purpose independent of today's.
"""
from peewee import *


def up(migrator, db):
    class Customer(Model):
        code = CharField(primary_key=True, max_length=13)
        name = CharField(max_length=120)
        search = CharField(max_length=120)
        given_search = CharField(max_length=120)
        address = CharField(max_length=200)
        commune_code = CharField(index=True, max_length=5)
        households = IntegerField(default=1)
        meter_no = CharField(max_length=40)
        meter_point = CharField(max_length=16)
        purpose = CharField(max_length=12)
        contract_no = CharField(max_length=40, default='')
        contract_signed_on = CharField(max_length=10, default='')
        contract_medium = CharField(max_length=10)
        updated_at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'customer'
    db.create_tables([Customer])

    class Bill(Model):
        code = ForeignKeyField(Customer, column_name='code', index=False)
        year = IntegerField()
        month = IntegerField()
        ky = IntegerField(default=1)
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
        state = CharField(max_length=8, default='unpaid')
        paid_at = BigIntegerField(null=True)
        payment_id = IntegerField(null=True)

        class Meta:
            database = db
            table_name = 'bill'
            indexes = ((('code', 'year', 'month', 'ky'), True),)
    db.create_tables([Bill])

    class Counter(Model):
        name = CharField(primary_key=True, max_length=40)
        value = BigIntegerField()

        class Meta:
            database = db
            table_name = 'counter'
    db.create_tables([Counter])

    class CustomerPhone(Model):
        code = ForeignKeyField(Customer, column_name='code', on_delete='CASCADE', index=False)
        phone_hash = CharField(index=True, max_length=32)
        phone_sealed = BlobField()
        source = CharField(max_length=12)
        registered_at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'customer_phone'
            indexes = ((('code', 'phone_hash'), True),)
    db.create_tables([CustomerPhone])

    class Partner(Model):
        name = CharField(primary_key=True, max_length=20)
        title = CharField(max_length=60)
        kind = CharField(max_length=12)

        class Meta:
            database = db
            table_name = 'partner'
    db.create_tables([Partner])

    class Payment(Model):
        partner = ForeignKeyField(Partner, column_name='partner', index=False)
        partner_txn_id = CharField(max_length=64)
        body_digest = CharField(max_length=64)
        bill = ForeignKeyField(Bill)
        amount = BigIntegerField()
        state = CharField(max_length=12)
        settled_by = IntegerField(null=True)
        receipt_no = CharField(unique=True, max_length=24)
        payer = CharField(max_length=120, default='')
        promotion = TextField(default='')
        paid_at = BigIntegerField()
        received_at = BigIntegerField(index=True)

        class Meta:
            database = db
            table_name = 'payment'
            indexes = ((('partner', 'partner_txn_id'), True),)
    db.create_tables([Payment])

    class LedgerEntry(Model):
        payment = ForeignKeyField(Payment)
        account = CharField(max_length=40)
        amount = BigIntegerField()
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'ledger_entry'
    db.create_tables([LedgerEntry])

    class PartnerKey(Model):
        key_id = CharField(primary_key=True, max_length=24)
        partner = ForeignKeyField(Partner, column_name='partner')
        secret_sealed = BlobField()
        created_at = BigIntegerField()
        expires_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = 'partner_key'
    db.create_tables([PartnerKey])

    _search_indexes(db)


def _search_indexes(db):
    # LIKE 'prefix%' uses an index on PostgreSQL only with the pattern operators.
    operators = " text_pattern_ops" if isinstance(db, PostgresqlDatabase) else ""
    for column in ("search", "given_search"):
        db.execute_sql(f"CREATE INDEX customer_{column} ON customer ({column}{operators})")
