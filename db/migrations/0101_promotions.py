"""Promotions of payment channels, and each use of one."""
from peewee import *


def up(migrator, db):
    class Partner(Model):
        name = CharField(primary_key=True, max_length=20)

        class Meta:
            database = db
            table_name = 'partner'

    class Promotion(Model):
        id = CharField(primary_key=True, max_length=40)
        partner = ForeignKeyField(Partner, column_name='partner', index=True)
        rate = IntegerField()
        cap = BigIntegerField()
        minimum = BigIntegerField()
        per_customer = IntegerField()
        budget = BigIntegerField()
        used = BigIntegerField(default=0)
        funders = TextField()
        source = CharField(max_length=120)
        starts_on = CharField(max_length=10)
        ends_on = CharField(max_length=10)

        class Meta:
            database = db
            table_name = 'promotion'
    db.create_tables([Promotion])

    class PromotionUse(Model):
        promotion = ForeignKeyField(Promotion, index=False)
        payment_id = IntegerField(unique=True)
        code = CharField(max_length=13)
        discount = BigIntegerField()
        at = BigIntegerField()
        taken_back_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = 'promotion_use'
            indexes = ((('promotion', 'code'), False),)
    db.create_tables([PromotionUse])
