"""Who has had which photograph of a paper before their eyes: only such an officer may accept the
paper, or agree to the contract."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag

from db import audit
from db import papers as paper_records
from db.connection import write
from services.contracts import requests
from services.contracts.requests import ContractFile
from services.errors import InvalidInput, NotProved, NotYours, UnknownPage
from services.officers.rights import SignedIn
from services.sealed_files import SealedFiles

PROVED_FIRST = "identity"  # the paper whose pictures are shown only soon after the password


def of_file(file: ContractFile) -> list[tuple[str, str, int]]:
    """(officer, kind of paper, ms) of who has opened what, by the time."""
    return paper_records.looks(file.ticket)


def note_shown(file: ContractFile, kind: str, now: int) -> None:
    """The page that comes after an upload shows what this officer sent just now, which counts as
    seen; but a citizen card's only soon after the password."""
    if kind == PROVED_FIRST and not file.who.has_proved(now):
        return

    def work() -> None:
        for page in paper_records.pages(file.ticket):
            if page.kind == kind and page.added_at == now and page.channel == "desk":
                paper_records.note_look(page.id, file.who.name, now)
    write(work)


def look_at(page_id: str, who: SignedIn, store: SealedFiles, now: int) -> bytes:
    """One photograph, on the record; for the officer who holds the file, leads, or is to agree to
    the contract. Who has seen it may accept the paper, or the contract.

    Raises UnknownPage, NotYours, NotProved for a citizen card when the password was given long
    ago, or InvalidInput("photo", "lost") for a file gone or changed.
    """
    page = paper_records.page(page_id)
    if page is None:
        raise UnknownPage(page_id)
    if not requests.may_look(requests.open_file(page.ticket, who)):
        raise NotYours(page.ticket)
    if page.kind == PROVED_FIRST and not who.has_proved(now):
        raise NotProved(page.ticket)
    write(lambda: audit.append(now, [(who.name, "paper.view", page.ticket, page.kind)]))
    try:
        picture = store.get(page.file_name, page.id)
    except (OSError, InvalidTag):
        raise InvalidInput("photo", "lost") from None
    write(lambda: paper_records.note_look(page.id, who.name, now))
    return picture
