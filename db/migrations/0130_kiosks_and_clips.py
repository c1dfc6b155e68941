"""Enrolled kiosks, and sentences recorded by staff.

Frozen copies of the models, on purpose independent of today's.
"""
from peewee import *


def up(migrator, db):
    class KioskDevice(Model):
        name = CharField(max_length=40, unique=True)
        commune_code = CharField(max_length=5)
        printer = CharField(max_length=120, default='')
        enrol_hash = CharField(index=True, max_length=64)
        key_hash = CharField(default='', index=True, max_length=64)
        created_at = BigIntegerField()
        enrolled_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = 'kiosk_device'

    class SpeechClip(Model):
        language = CharField(max_length=3)
        digest = CharField(max_length=64)
        audio = BlobField()
        officer = CharField(max_length=40)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = 'speech_clip'
            indexes = ((('language', 'digest'), True),)
    db.create_tables([KioskDevice, SpeechClip])
