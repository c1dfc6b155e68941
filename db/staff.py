"""Officers and their signed-in sessions."""

from __future__ import annotations

import peewee as pw

from db.connection import Model


class Officer(Model):
    """Somebody who may sign in. `communes`: comma list of commune codes, "" = all."""

    name = pw.CharField(max_length=40, primary_key=True)
    role = pw.CharField(max_length=12)  # officer, supervisor, admin
    communes = pw.TextField(default="")
    password_hash = pw.CharField(max_length=200)
    totp_sealed = pw.BlobField(null=True)
    totp_last_step = pw.BigIntegerField(default=0)
    failures = pw.IntegerField(default=0)
    locked_until = pw.BigIntegerField(default=0)
    created_at = pw.BigIntegerField()


class OfficerSession(Model):
    """A signed-in browser. Only a hash of the cookie's id is kept."""

    id_hash = pw.CharField(max_length=64, primary_key=True)
    officer = pw.ForeignKeyField(Officer, column_name="officer", index=True, on_delete="CASCADE")
    stage = pw.CharField(max_length=10)  # "password" (TOTP still asked) or "full"
    created_at = pw.BigIntegerField()
    seen_at = pw.BigIntegerField()
