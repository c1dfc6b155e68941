"""Requests for assisted contract signing, and how far each file is."""

from __future__ import annotations

from collections.abc import Sequence

import peewee as pw

from db.connection import Model, fetch, run

# Who works on it (the desk).
OPEN, TAKEN, DONE, CANCELLED = "open", "taken", "done", "cancelled"
# How far the file is. It moves only through the functions below: one conditional UPDATE each.
REQUESTED, COMPLETE, DRAFTED, SIGNED = "requested", "papers_complete", "drafted", "signed"
WITHDRAWN, REFUSED, EXPIRED = "cancelled", "refused", "expired"
UNSIGNED = (REQUESTED, COMPLETE, DRAFTED)
TO_APPROVE = "to_approve"  # the customer has signed; a second officer must agree to the seal
SEALING = "sealing"  # the customer has signed; the seal and its file are being made


class ContractRequest(Model):
    """Somebody asked for help with a supply contract; `ticket` is what they quote."""

    ticket = pw.CharField(max_length=12, unique=True)  # HD-482915
    kind = pw.CharField(max_length=12, default="new")  # a key of requests.KINDS
    name = pw.CharField(max_length=120)
    phone_hash = pw.CharField(max_length=32, index=True, default="")
    phone_sealed = pw.BlobField(null=True)
    commune_code = pw.CharField(max_length=5)
    purpose = pw.CharField(max_length=12, default="household")
    meet_when = pw.CharField(max_length=12)  # a key of requests.WHEN
    channel = pw.CharField(max_length=8)  # kiosk, sms, desk
    state = pw.CharField(max_length=10, default=OPEN)
    officer = pw.CharField(max_length=40, default="")
    created_at = pw.BigIntegerField()
    taken_at = pw.BigIntegerField(null=True)
    done_at = pw.BigIntegerField(null=True)
    outcome = pw.CharField(max_length=12, default="")  # a key of kinds.OUTCOMES
    stage = pw.CharField(max_length=16, default=REQUESTED)
    holder_case = pw.CharField(max_length=8, default="owner")  # of requests.CASES
    households = pw.IntegerField(default=1)
    customer_code = pw.CharField(max_length=13, default="")  # "" = none yet
    citizen_hash = pw.CharField(max_length=32, default="", index=True)
    details_sealed = pw.BlobField(null=True)  # contract_forms.Details as JSON
    portal_no = pw.CharField(max_length=40, default="")  # at the National Public Service Portal
    needs_build = pw.IntegerField(default=0)  # 1: poles or cable are needed
    phone_changed_at = pw.BigIntegerField(null=True)  # when another number replaced the first one
    meet_on = pw.CharField(max_length=10, default="", index=True)
    meet_part = pw.CharField(max_length=12, default="")
    signed_at = pw.BigIntegerField(null=True)
    supplied_on = pw.CharField(max_length=10, default="")
    stage_before = pw.CharField(max_length=16, default="")  # of a file that was ended
    version = pw.IntegerField(default=0)  # goes up with each change of the file

    class Meta:
        indexes = ((("state", "commune_code", "created_at"), False),
                   (("officer", "state", "done_at"), False))


def add(ticket: str, **values) -> None:
    """Record a new request, `values` by column. Raises connection.DUPLICATE when the ticket is
    taken."""
    ContractRequest.create(ticket=ticket, **values)


def get(ticket: str) -> ContractRequest | None:
    """The request with this ticket, or None."""
    return ContractRequest.get_or_none(ContractRequest.ticket == ticket)


def newest_of_phone(phone_hash: str) -> ContractRequest | None:
    """The newest request made from this phone, or None."""
    return ContractRequest.select().where(ContractRequest.phone_hash == phone_hash).order_by(
        ContractRequest.created_at.desc()).first()


def save(ticket: str, officer: str, version: int, values: dict) -> bool:
    """Change fields of an unsigned file that this officer holds, as they saw it. False when it
    has changed since, or is not theirs. A draft made before no longer fits."""
    query = ContractRequest.update(
        values | {"version": ContractRequest.version + 1, "stage": REQUESTED}).where(
        ContractRequest.ticket == ticket, ContractRequest.state == TAKEN,
        ContractRequest.officer == officer, ContractRequest.version == version,
        ContractRequest.stage.in_(UNSIGNED))
    return query.execute() == 1


def move(ticket: str, before: Sequence[str], after: str) -> bool:
    """One of the stages `before` → `after`; True when this call did it."""
    marks = ", ".join("?" * len(before))
    return run("UPDATE contract_request SET stage = ?, version = version + 1 WHERE ticket = ?"
               f" AND stage IN ({marks})", after, ticket, *before) == 1


def draft(ticket: str, officer: str, version: int) -> bool:
    """A complete file, or one drafted before, is drafted by its holder as they saw it."""
    return run("UPDATE contract_request SET stage = 'drafted', version = version + 1"
               " WHERE ticket = ? AND stage IN ('papers_complete', 'drafted') AND version = ?"
               " AND state = 'taken' AND officer = ?", ticket, version, officer) == 1


def mark_signed(ticket: str, now: int) -> bool:
    """Sealing → signed; True when this call did it."""
    return run("UPDATE contract_request SET stage = 'signed', signed_at = ?,"
               " version = version + 1 WHERE ticket = ? AND stage = 'sealing'", now, ticket) == 1


def supply(ticket: str, before: str, day: str, now: int) -> bool:
    """A signed file gets its day of supply (ISO) in the place of `before` ("" for none yet) and
    is done; True when this call did it."""
    return run("UPDATE contract_request SET supplied_on = ?, state = 'done', outcome = 'supplied',"
               " done_at = COALESCE(done_at, ?), version = version + 1 WHERE ticket = ?"
               " AND stage = 'signed' AND state IN ('taken', 'done') AND supplied_on = ?",
               day, now, ticket, before) == 1


def close(ticket: str, stage: str) -> bool:
    """A file without a seal ends as withdrawn or refused, and remembers how far it was. False for
    a signed one, which stays signed."""
    return run("UPDATE contract_request SET stage_before = stage, stage = ?, version = version + 1"
               " WHERE ticket = ? AND stage IN"
               " ('requested', 'papers_complete', 'drafted', 'to_approve')",
               stage, ticket) == 1


def restore_stage(ticket: str) -> None:
    """A file whose end is taken back is as far as it was before; one that kept its stage keeps
    it."""
    run("UPDATE contract_request SET stage = stage_before, stage_before = '',"
        " version = version + 1 WHERE ticket = ? AND stage_before <> ''", ticket)


def set_meeting(ticket: str, officer: str, day: str, part: str) -> bool:
    """Note when the customer is met (ISO day, morning or afternoon); False when the officer
    does not hold the request."""
    return run("UPDATE contract_request SET meet_on = ?, meet_part = ? WHERE ticket = ?"
               " AND state = 'taken' AND officer = ?", day, part, ticket, officer) == 1


def expire(ticket: str, now: int) -> bool:
    """An unsigned file that nobody ended is over; True when this call did it."""
    return run("UPDATE contract_request SET stage = 'expired', state = 'cancelled',"
               " outcome = 'expired', done_at = ?, version = version + 1 WHERE ticket = ?"
               " AND state IN ('open', 'taken')"
               " AND stage IN ('requested', 'papers_complete', 'drafted')", now, ticket) == 1


def stale(before: int, most: int) -> list[ContractRequest]:
    """Unsigned files asked for before this time and still not ended."""
    return list(ContractRequest.select().where(
        ContractRequest.state.in_((OPEN, TAKEN)), ContractRequest.stage.in_(UNSIGNED),
        ContractRequest.created_at < before).order_by(ContractRequest.created_at).limit(most))


def meeting_on(day: str) -> list[ContractRequest]:
    """Files not ended whose customer is met on this day (ISO)."""
    return list(ContractRequest.select().where(
        ContractRequest.meet_on == day, ContractRequest.state.in_((OPEN, TAKEN))))


def signed_by(code: str) -> ContractRequest | None:
    """The customer's newest contract signed here, by which their citizen card is known; or None."""
    return ContractRequest.select().where(
        ContractRequest.customer_code == code, ContractRequest.stage == SIGNED,
        ContractRequest.citizen_hash != "").order_by(ContractRequest.signed_at.desc()).first()


def codes_of_citizen(citizen_hash: str) -> list[str]:
    """Codes of the customers for whom this citizen signed here."""
    return [code for (code,) in fetch(
        "SELECT DISTINCT customer_code FROM contract_request WHERE citizen_hash = ?"
        " AND citizen_hash <> '' AND customer_code <> '' AND stage = 'signed'"
        " ORDER BY customer_code", citizen_hash)]


def twin(ticket: str, citizen_hash: str) -> ContractRequest | None:
    """Another request of the same citizen that has not ended, or None."""
    return ContractRequest.get_or_none(
        ContractRequest.citizen_hash == citizen_hash, ContractRequest.ticket != ticket,
        ContractRequest.state.in_((OPEN, TAKEN)))
