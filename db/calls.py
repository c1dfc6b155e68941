"""Calls for an officer (Gọi cán bộ, GAP) and the notes officers leave on desk work."""

from __future__ import annotations

import peewee as pw

from db.connection import Model

OPEN, TAKEN, DONE = "open", "taken", "done"
REGISTER = "DK"  # place of a call that asks to tie a phone to a code


class Call(Model):
    """Somebody wants an officer, at the kiosk now or by telephone."""

    ticket = pw.CharField(max_length=12, unique=True)  # GAP-482915
    phone_hash = pw.CharField(max_length=32, index=True, default="")
    phone_sealed = pw.BlobField(null=True)
    commune_code = pw.CharField(max_length=5, default="")  # "" = not known
    code = pw.CharField(max_length=13, default="")  # customer on the screen, if any
    place = pw.CharField(max_length=40, default="")  # screen or word it came from
    channel = pw.CharField(max_length=8)
    state = pw.CharField(max_length=10, default=OPEN)
    officer = pw.CharField(max_length=40, default="")
    created_at = pw.BigIntegerField()
    taken_at = pw.BigIntegerField(null=True)
    done_at = pw.BigIntegerField(null=True)
    outcome = pw.CharField(max_length=12, default="")  # a key of desk.OUTCOMES

    class Meta:
        indexes = ((("state", "commune_code", "created_at"), False),
                   (("officer", "state", "done_at"), False))


class DeskNote(Model):
    """What an officer wrote on a request or call, under its ticket."""

    ticket = pw.CharField(max_length=12, index=True)
    officer = pw.CharField(max_length=40)
    text = pw.TextField()
    at = pw.BigIntegerField()
