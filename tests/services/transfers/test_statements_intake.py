"""A statement becomes credits, once."""

from __future__ import annotations

import pytest

from db.bills import Bill
from db.partners import Partner
from db.transfers import BankCredit
from services.errors import UnknownPartner
from services.transfers import credits
from services.transfers.statements import intake
from services.transfers.statements.lines import InvalidStatement
from tests.services.transfers.statement_files import (
    ACCOUNT,
    details,
    document,
    entry,
    file,
)
from tests.services.transfers.test_credits import OWED, transfer
from tests.villagers import HOA, MAY

OURS = frozenset([ACCOUNT])
pytestmark = pytest.mark.usefixtures("sound_books")
ENTRIES = [entry(f"{OWED}", details("CT DEN:1 PA04DH00000171026 GD", "FT26319000001")),
           entry("107136", details(f"{MAY.code}0926", "FT26319000002")),
           entry("5000", details("ung ho", "FT26319000003")),
           entry("9000", details("phi", "FT26319000004"), side="DBIT")]


@pytest.fixture
def bring(app, vault, clock, tmp_path):
    """Call with a file's content: the counts of its import by VietinBank."""
    Partner.get_or_create(name="vietinbank", defaults={"title": "VietinBank", "kind": "bank"})

    def run(content: str, **options) -> dict[str, int]:
        return intake.run("vietinbank", file(tmp_path, content), None, OURS, vault, clock(),
                          **options)
    return run


def test_credits_find_their_bills_and_the_rest_waits(bring) -> None:
    assert bring(document(*ENTRIES)) == {"matched": 2, "unmatched": 1, "others": 1}
    assert Bill.get(Bill.code == HOA.code, Bill.month == 10).state == "received"
    assert [credit.source_id for credit in BankCredit.select()] == ["vietinbank"] * 3


def test_a_second_run_changes_nothing_nor_does_the_notification_of_the_same(bring) -> None:
    bring(document(*ENTRIES))
    assert bring(document(*ENTRIES)) == {"known": 3, "others": 1}
    assert bring(document(*ENTRIES[:2], kind="054")) == {"known": 2}
    assert BankCredit.select().count() == 3


def test_a_dry_run_stores_nothing_and_tells_the_same(bring) -> None:
    assert bring(document(*ENTRIES), dry_run=True) == {"matched": 2, "unmatched": 1, "others": 1}
    assert BankCredit.select().count() == 0


def test_money_that_a_webhook_told_of_is_not_counted_twice(bring, vault, clock) -> None:
    credits.record(transfer(OWED, HOA.code, "s1", bank_ref="FT26319000001",
                            account="113366668888"), vault, clock())
    assert bring(document(ENTRIES[0])) == {"duplicate": 1}


def test_the_same_number_with_another_amount_is_named_and_the_rest_goes_on(bring) -> None:
    bring(document(ENTRIES[0]))
    other = entry("1", details("x", "FT26319000001"))
    assert bring(document(other, *ENTRIES[1:3])) == {
        "conflict": 1, "matched": 1, "unmatched": 1}


def test_two_credits_of_a_file_under_one_number_are_refused_before_anything_is_stored(
        bring) -> None:
    with pytest.raises(InvalidStatement, match="several credits"):
        bring(document(ENTRIES[0], entry("7", details("y", "FT26319000001"))))
    assert BankCredit.select().count() == 0


def test_a_broken_entry_at_the_end_stores_nothing(bring) -> None:
    with pytest.raises(InvalidStatement):
        bring(document(*ENTRIES, entry("five", details("x", "FT9"))))
    assert BankCredit.select().count() == 0


def test_an_unknown_bank_is_refused(app, vault, clock, tmp_path) -> None:
    with pytest.raises(UnknownPartner):
        intake.run("nobody", file(tmp_path, document()), None, OURS, vault, clock())


def test_a_csv_is_known_by_its_content_not_by_its_name(bring) -> None:
    assert bring(f"id,when,amount,text\nFT1,15/11/2026,{OWED},{HOA.code}\n") == {"matched": 1}
