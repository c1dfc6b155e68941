"""The second officer's word on a contract whose code did not go to a number on file.

Until then the customer has signed and the company has not: the file waits as it is. **Duyệt** sets
the seal; otherwise it goes back to the first officer, and what the customer signed is void.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from db import agreements as agreement_records
from db import audit
from db import contracts as contract_records
from db import desk as desk_records
from db import papers as paper_records
from db.agreements import Agreement
from db.connection import write
from services.context import Context
from services.contracts import evidence, papers
from services.contracts.errors import PapersUnseen
from services.contracts.requests import ContractFile
from services.contracts.seal import sealing
from services.errors import AlreadyDecided, InvalidInput
from services.officers import second_person

_MOST_WHY = 200


def unseen(file: ContractFile) -> list[str]:
    """The papers that this officer has yet to open before the contract can be agreed to."""
    missing = paper_records.unseen_by(file.ticket, file.who.name)
    return [paper.row.kind for paper in papers.checklist(file.row) if paper.row.kind in missing]


def approve(file: ContractFile, digest: str, here: Context) -> None:
    """Duyệt: the company's seal is set on what the customer confirmed.

    Raises AlreadyDecided, NotYours, SamePerson, PapersUnseen, or SealUnavailable: before the word
    counts nothing has changed; afterwards the seal follows by itself.
    """
    found = _waiting(file, digest)
    second_person.need(second_person.SEAL, found.confirmed_by, file.who, file.ticket, here.now)
    left = unseen(file)
    if left:
        raise PapersUnseen(left)
    sealing.check_ready(here)
    said = json.loads(here.vault.open(bytes(found.evidence_sealed or b""),
                                      f"evidence:{file.ticket}"))
    said |= {"approved_by": file.who.name, "approved_at": evidence.iso(here.now)}
    sealed = evidence.seal(said, file.ticket, here.vault)

    def work() -> None:
        if not (contract_records.move(file.ticket, (contract_records.TO_APPROVE,),
                                      contract_records.SEALING)
                and agreement_records.approve(file.ticket, digest, sealed, file.who.name,
                                              here.now)):
            raise AlreadyDecided(file.ticket)
        audit.append(here.now, [(file.who.name, "contract.approved", file.ticket,
                                 f"confirmed by {found.confirmed_by} {digest}")])
    write(work)
    sealing.finish(file.ticket, here)


def turn_down(file: ContractFile, digest: str, why: str, redo: Mapping[str, str],
              now: int) -> None:
    """Trả lại: the file goes back to who holds it, with the reason as a note; papers in `redo`
    (kind → a reason of `papers.REASONS`) are asked for anew. The holder may take it back so.

    Raises AlreadyDecided, NotYours, SamePerson, InvalidInput ("why", "reason").
    """
    found, why = _waiting(file, digest), " ".join(why.split())[:_MOST_WHY]
    if not file.is_held:
        second_person.need(second_person.SEAL, found.confirmed_by, file.who, file.ticket, now)
    if not why:
        raise InvalidInput("why", "missing")
    if not set(redo.values()) <= set(papers.REASONS):
        raise InvalidInput("reason")
    after = contract_records.REQUESTED if redo else contract_records.COMPLETE

    def work() -> None:
        if not (contract_records.move(file.ticket, (contract_records.TO_APPROVE,), after)
                and agreement_records.turn_down(file.ticket, digest, file.who.name, why)
                and all(paper_records.reopen(file.ticket, kind, reason, file.who.name, now)
                        for kind, reason in redo.items())):
            raise AlreadyDecided(file.ticket)
        desk_records.add_note(file.ticket, file.who.name, why, now)
        audit.append(now, [(file.who.name, "contract.turned_down", file.ticket,
                            " ".join(redo) or "-")])
    write(work)


def _waiting(file: ContractFile, digest: str) -> Agreement:
    found = agreement_records.current(file.ticket)
    if (found is None or found.state != agreement_records.WAITING or found.digest != digest
            or file.row.stage != contract_records.TO_APPROVE):
        raise AlreadyDecided(file.ticket)
    return found
