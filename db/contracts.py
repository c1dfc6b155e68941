"""Requests for assisted contract signing."""

from __future__ import annotations

import peewee as pw

from db.connection import Model

OPEN, TAKEN, DONE, CANCELLED = "open", "taken", "done", "cancelled"


class ContractRequest(Model):
    """Somebody asked for help with a supply contract; `ticket` is what they quote."""

    ticket = pw.CharField(max_length=12, unique=True)  # HD-482915
    kind = pw.CharField(max_length=12, default="new")
    name = pw.CharField(max_length=120)
    phone_hash = pw.CharField(max_length=32, index=True, default="")
    phone_sealed = pw.BlobField(null=True)
    commune_code = pw.CharField(max_length=5)
    purpose = pw.CharField(max_length=12, default="household")
    meet_when = pw.CharField(max_length=12)  # a key of services.contracts.WHEN
    channel = pw.CharField(max_length=8)  # kiosk, sms, desk
    state = pw.CharField(max_length=10, default=OPEN)
    officer = pw.CharField(max_length=40, default="")
    created_at = pw.BigIntegerField()
    taken_at = pw.BigIntegerField(null=True)
    done_at = pw.BigIntegerField(null=True)
    outcome = pw.CharField(max_length=12, default="")  # a key of services.desk.OUTCOMES

    class Meta:
        indexes = ((("state", "commune_code", "created_at"), False),
                   (("officer", "state", "done_at"), False))


def get(ticket: str) -> ContractRequest | None:
    """The request with this ticket, or None."""
    return ContractRequest.get_or_none(ContractRequest.ticket == ticket)
