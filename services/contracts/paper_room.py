"""How many photographs a contract file holds: of a paper, and in all."""

from __future__ import annotations

from db import papers as paper_records
from db.papers import REFUSED
from services.errors import InvalidInput
from services.limits import rules

MOST_PAGES = 10  # of one paper
_MOST_STORED = rules.most("pictures.ticket"), rules.most("bytes.ticket")


def need(ticket: str, kind: str, more: int) -> None:
    """Before anything is decoded. What replaces a refused paper takes its place. Raises
    InvalidInput("photo", "many" or "ticket")."""
    paper = paper_records.papers(ticket).get(kind)
    refused = paper is not None and paper.state == REFUSED
    kept = [page for page in paper_records.pages(ticket)
            if not (refused and page.kind == kind)]
    if more + sum(page.kind == kind for page in kept) > MOST_PAGES:
        raise InvalidInput("photo", "many")
    check(len(kept) + more, sum(page.size for page in kept) + 1)


def check(pages: int, size: int) -> None:
    """Raises InvalidInput("photo", "ticket") where a file would hold more pages or bytes."""
    most_pages, most_bytes = _MOST_STORED
    if pages > most_pages or size > most_bytes:
        raise InvalidInput("photo", "ticket")
