"""What the page of a contract request shows besides the work itself."""

from __future__ import annotations

from flask import request

from services import deadlines
from services.context import Context
from services.contracts import (
    contract_files,
    contract_forms,
    copies,
    looks,
    meetings,
    papers,
    signing,
)
from services.contracts.citizen_id import masked
from services.contracts.contract_forms import Entry
from services.contracts.requests import ContractFile


def values(file: ContractFile, here: Context, typed: Entry | None = None) -> dict:
    """The file, its papers and its deadline; the form only for who holds the request."""
    row, who, checklist = file.row, file.who, papers.checklist(file.row)
    shown = {"file": row, "papers": checklist,
             "missing": papers.to_bring(paper.row for paper in checklist),
             "asks_first": looks.PROVED_FIRST, "proved": who.has_proved(here.now),
             "given": copies.tally(row.ticket, here.now) if row.signed_at else None,
             "contract": signing.panel(file, here), "looks": looks.of_file(file),
             "stand": deadlines.stand(row.created_at, bool(row.needs_build), row.supplied_on,
                                      here.now, deadlines.limits(here.settings))}
    return {**shown, **_form(file, here, typed)} if file.is_held else shown


def _form(file: ContractFile, here: Context, typed: Entry | None) -> dict:
    row = file.row
    applicant = contract_files.look_at_applicant(file, here.vault, here.now)
    # Đọc thẻ keeps the version that the officer saw: Lưu then tells what has changed since.
    version = request.form.get("version", row.version) if typed else row.version
    return {"form": typed or contract_forms.entry(row, applicant), "version": version,
            "applicant": applicant, "record": contract_files.known_customer(file, here.vault),
            "twin": contract_files.twin(file), "citizen_masked": masked(applicant.citizen_id),
            "slots": meetings.free_slots(row.commune_code, here.now)}
