"""What a bank's documents and a feed bring."""

from __future__ import annotations

import pytest

from db import checking as checking_records
from db.partners import Partner
from services.transfers import credits
from services.transfers.statements import intake
from tests.services.transfers.statement_files import file
from tests.services.transfers.test_credits import transfer

OURS = {"113366668888", "113366669999"}


@pytest.fixture
def bring(app, vault, clock, tmp_path):
    """Call with a file's content: the counts, without zeros, of a dry run that was then done."""
    for bank in ("vietinbank", "bidv"):
        Partner.get_or_create(name=bank, defaults={"title": bank, "kind": "bank"})

    def run(content: str, bank: str = "vietinbank") -> dict[str, int]:
        path = file(tmp_path, content)
        rehearsed = intake.run(bank, path, None, OURS, vault, clock(), dry_run=True)
        assert intake.run(bank, path, None, OURS, vault, clock()) == rehearsed
        assert list(checking_records.problems()) == []
        return {key: count for key, count in rehearsed.counts.items() if count}
    return run


@pytest.fixture
def feed(app, vault, clock):
    """Call with amount and text: the state of what a feed tells."""
    def tell(amount: int, text: str, number: str = "1", **changes) -> str:
        told = transfer(amount, text, number, **{"account": "113366668888", **changes})
        return credits.record(told, vault, clock())[0].state
    return tell
