"""The evidence of a signature: who, when, which document, how, before whom. It is attached
to the sealed file as JSON; docs/contracts.md explains each field."""

from __future__ import annotations

import json

from db.agreements import Agreement
from db.contracts import ContractRequest
from services import clock
from services.contracts import agreements
from services.privacy import Vault

FORMAT = "quaydien-evidence/1"


def compose(row: ContractRequest, found: Agreement, how: dict, vault: Vault, now: int) -> dict:
    """The evidence of a draft confirmed now. `how`: method, officers, consents and the trace that
    the method leaves (when the code was sent, or the lines drawn by finger)."""
    said = agreements.open_facts(found, vault)
    return {
        "format": FORMAT, "ticket": row.ticket, "contract_no": said["contract_no"],
        "document": {"sha256": found.digest, "bytes": found.size, "pages": found.pages,
                     "template": found.template, "drafted_at": iso(found.drafted_at),
                     "drafted_by": found.drafted_by},
        "customer": {"name": said["name"], "phone": vault.masked_phone(row.phone_sealed),
                     "id_number": "*" * 8 + said["id_number"][-4:]},
        "number_released_by": found.released_by, "approved_by": "", "place": {"door": "desk"},
        "confirmed_at": iso(now), **how,
    }


def seal(said: dict, ticket: str, vault: Vault) -> bytes:
    """The evidence as the database keeps it."""
    return vault.seal(json.dumps(said, ensure_ascii=False, indent=1), f"evidence:{ticket}")


def iso(ms: int | None) -> str:
    """A moment with its offset, to the second; "" for none."""
    return clock.local(ms).isoformat(timespec="seconds") if ms and clock.is_moment(ms) else ""
