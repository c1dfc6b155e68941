"""A statement becomes credits, once."""

from __future__ import annotations

import pytest

from db import tellings
from db.bills import Bill
from db.partners import Partner
from db.transfers import BankCredit
from services.errors import UnknownPartner
from services.privacy import Vault
from services.transfers import credits
from services.transfers.statements import intake
from services.transfers.statements.lines import InvalidStatement
from tests.services.transfers.statement_files import details, document, entry, file
from tests.services.transfers.test_credits import OWED, transfer
from tests.villagers import HOA, MAY

pytestmark = pytest.mark.usefixtures("sound_books")
OURS = {"113366668888"}
ENTRIES = [entry(f"{OWED}", details("CT DEN:1 PA04DH00000171026 GD", "FT26319000001")),
           entry("107136", details(f"{MAY.code}0926", "FT26319000002")),
           entry("5000", details("ung ho", "FT26319000003")),
           entry("9000", details("phi", "FT26319000004"), side="DBIT")]


@pytest.fixture
def bring(app, vault, clock, tmp_path):
    """Call with a file's content: the counts, without zeros, of its taking in by VietinBank."""
    Partner.get_or_create(name="vietinbank", defaults={"title": "VietinBank", "kind": "bank"})

    def run(content: str, **options) -> dict[str, int]:
        report = intake.run("vietinbank", file(tmp_path, content), None, OURS, vault, clock(),
                            **options)
        return {key: count for key, count in report.counts.items() if count}
    return run


def test_credits_find_their_bills_and_the_rest_waits(bring) -> None:
    assert bring(document(*ENTRIES)) == {"matched": 2, "unmatched": 1, "left_out": 1}
    assert Bill.get(Bill.code == HOA.code, Bill.month == 10).state == "received"
    assert [credit.source_id for credit in BankCredit.select()] == ["vietinbank"] * 3


def test_a_second_run_changes_nothing_nor_does_the_notification_of_the_same(bring) -> None:
    bring(document(*ENTRIES))
    assert bring(document(*ENTRIES)) == {"known": 3, "left_out": 1}
    assert bring(document(*ENTRIES[:2], kind="054")) == {"known": 2}
    assert BankCredit.select().count() == 3


def test_a_dry_run_stores_nothing_and_tells_the_same(bring) -> None:
    twice = [ENTRIES[0], entry(f"{OWED}", details("PA04DH00000171026", "FT26319000009"))]
    told = bring(document(*twice), dry_run=True)
    assert told == {"matched": 1, "already_paid": 1}
    assert (BankCredit.select().count(), tellings.BankStatement.select().count()) == (0, 0)
    assert bring(document(*twice)) == told


def test_money_that_a_webhook_told_of_is_not_counted_twice(bring, vault, clock) -> None:
    credits.record(transfer(OWED, HOA.code, "s1", bank_ref="FT26319000001",
                            account="113366668888"), vault, clock())
    assert bring(document(ENTRIES[0])) == {"known": 1}


def test_the_same_number_with_another_amount_is_named_and_the_rest_goes_on(bring) -> None:
    bring(document(ENTRIES[0]))
    other = entry("1", details("x", "FT26319000001"))
    assert bring(document(other, *ENTRIES[1:3])) == {
        "conflict": 1, "matched": 1, "unmatched": 1}


def test_two_credits_of_a_file_under_one_number_are_both_seen(bring) -> None:
    again = entry("7", details("y", "FT26319000001"))
    assert bring(document(ENTRIES[0], ENTRIES[0], again)) == {
        "matched": 1, "held": 1, "conflict": 1}


def test_a_broken_entry_at_the_end_stores_nothing(bring) -> None:
    with pytest.raises(InvalidStatement):
        bring(document(*ENTRIES, entry("five", details("x", "FT9"))))
    assert BankCredit.select().count() == 0


class _Stops(Vault):
    """A machine that stops when it has sealed so much."""

    def __init__(self, key: str, most: int):
        super().__init__(key)
        self.left = most

    def seal(self, text: str, about: str) -> bytes:
        self.left -= 1
        if self.left < 0:
            raise OSError("the machine stops")
        return super().seal(text, about)


def test_after_a_break_the_next_run_goes_on(bring, clock, tmp_path) -> None:
    many = document(*(entry(f"{5000 + n}", details("ung ho", f"FT26319{n:06}"))
                      for n in range(150)))
    with pytest.raises(OSError):
        intake.run("vietinbank", file(tmp_path, many), None, OURS, _Stops("x", 250), clock())
    assert BankCredit.select().count() == 100
    assert bring(many) == {"known": 100, "unmatched": 50}
    assert bring(many) == {"known": 150}


def test_an_unknown_bank_is_refused(app, vault, clock, tmp_path) -> None:
    with pytest.raises(UnknownPartner):
        intake.run("nobody", file(tmp_path, document()), None, OURS, vault, clock())


def test_a_csv_is_known_by_its_content_not_by_its_name(bring) -> None:
    assert bring(f"id,when,amount,text\nFT1,15/11/2026,{OWED},{HOA.code}\n") == {"matched": 1}
