"""What the page of a contract request shows besides the work itself."""

from __future__ import annotations

from flask import request

from db.desk import Work
from services import deadlines
from services.contracts import (
    contract_files,
    contract_forms,
    copies,
    meetings,
    papers,
    requests,
    signing,
)
from services.contracts.citizen_id import masked
from services.contracts.contract_forms import Entry
from services.officers.rights import SignedIn
from web.office import office


def values(work: Work, who: SignedIn, mine: bool, typed: Entry | None = None) -> dict:
    """The file, its papers and its clock; the form only for who holds the request."""
    here, now = office(), office().now()
    row = requests.status(work.ticket)
    limit = deadlines.limits(here.settings)
    shown = {"file": row, "papers": papers.checklist(row),
             "missing": papers.still_missing(row),
             "asks_first": papers.PROVED_FIRST, "proved": who.has_proved(now),
             "given": copies.given(work.ticket, now) if row.signed_at else None,
             "contract": signing.panel(work.ticket, who, here.settings, here.vault, now),
             "stand": deadlines.stand(row.created_at, bool(row.needs_build), row.supplied_on,
                                      now, limit)}
    if not mine:
        return shown
    applicant = contract_files.opened(row, who, here.vault, now)
    form = typed or contract_forms.entry(row, applicant)
    # Đọc thẻ keeps the version that the officer saw: what changed since is told by Lưu.
    version = request.form.get("version", row.version) if typed else row.version
    return {**shown, "form": form, "version": version, "applicant": applicant,
            "record": contract_files.on_record(row, who, here.vault),
            "twin": contract_files.twin(row, who),
            "citizen_masked": masked(applicant.citizen_id),
            "slots": meetings.free_slots(row.commune_code, now)}
