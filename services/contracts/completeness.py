"""What a contract file still lacks when somebody wants to end its request."""

from __future__ import annotations

from typing import NamedTuple

from db.contracts import SIGNED, UNSIGNED, ContractRequest
from db.papers import ACCEPTED
from services.contracts import papers


class Lack(NamedTuple):
    """What is missing, by kind."""

    papers: int  # the customer has yet to bring them
    undecided: int  # papers that came and that nobody decided on
    unsigned: bool
    unsealed: bool  # the customer has signed, the company's seal is to come
    originals: int = 0  # papers accepted whose original nobody has seen

    @property
    def any(self) -> bool:
        """Something is missing."""
        return self != (0, 0, False, False, 0)

    @property
    def record(self) -> str:
        """For the audit: "papers=2 undecided=1 unsigned"."""
        counts = [f"{name}={number}" for name, number in (("papers", self.papers),
                                                          ("undecided", self.undecided),
                                                          ("originals", self.originals)) if number]
        states = [name for name in ("unsigned", "unsealed") if getattr(self, name)]
        return " ".join(counts + states)


def lacking(row: ContractRequest) -> Lack:
    """What this request lacks; nothing for one whose contract is signed and sealed."""
    states = [paper.row for paper in papers.checklist(row)]
    to_bring = len(papers.to_bring(states))
    undecided = sum(paper.state != ACCEPTED for paper in states) - to_bring
    return Lack(to_bring, undecided, row.stage in UNSIGNED,
                row.stage not in UNSIGNED and row.stage != SIGNED,
                sum(paper.state == ACCEPTED and not paper.original_seen for paper in states))
