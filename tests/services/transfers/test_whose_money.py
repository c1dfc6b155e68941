"""Whose money is this? The rules by which a movement told twice is one, and two movements are two.

Each rule's tests bear its number (docs/decisions/0007-whose-money.md).
"""

from __future__ import annotations

import pytest

from db import connection
from db.bills import Bill
from db.payments import Payment
from db.transfers import BankCredit
from services.payments import undoing
from services.transfers import credit_desk
from tests.officers import CANBO, at_desk
from tests.services.transfers.movements import (
    COUNT,
    NUMBERLESS,
    PARTS,
    SUM,
    camt,
    detail,
    entry,
    states,
)
from tests.services.transfers.test_credits import OWED, SEPTEMBER
from tests.villagers import HOA, MAY

pytestmark = pytest.mark.usefixtures("sound_books")
HOA_BILL = f"{HOA.code}-202610-1"
AT_DESK = at_desk(CANBO)


# Rule 1: our account and our bank's number


def test_rule_1_what_the_payer_filled_is_no_identity(bring) -> None:
    for month, number in ((10, "FT2610150001"), (11, "FT2611150002")):
        told = entry(150_000, number, f"khach A thang {month}", payers="PA04DH0000017",
                     day=f"2026-{month}-10")
        assert bring(camt(told)) == {"unmatched": 1}


def test_rule_1_each_account_numbers_by_itself(bring) -> None:
    one = camt(entry(1_000, "20261115-1", "a"))
    assert bring(one) == {"unmatched": 1}
    assert bring(camt(entry(1_000, "20261115-1", "a"), account="113366669999")) == {"unmatched": 1}
    assert bring(camt(entry(1_000, "20261115-1", "a"), kind="054")) == {"known": 1}


def test_rule_1_a_counter_of_a_document_is_no_identity(bring) -> None:
    head = "id,when,amount,text\n"
    assert bring(f"{head}1,15/11/2026,50000,nha Hoa\n") == {"unmatched": 1}
    assert bring(f"{head}1,15/11/2026,50000,nha Lan\n") == {"unmatched": 1}
    assert bring(f"{head}1,14/11/2026,70000,nha Hoa\n") == {"unmatched": 1}
    assert bring(f"{head}2,15/11/2026,50000,nha Hoa\n") == {"held": 1}
    for text in ("nha Mai", "nha Son"):  # a counter that does not begin at 1
        assert bring(f"{head}17,15/11/2026,60000,{text}\n") == {"unmatched": 1}


def test_rule_1_a_feed_a_notice_and_a_statement_tell_one_credit(bring, feed) -> None:
    assert feed(OWED, HOA.code, bank_ref="FT26319000001") == "matched"
    assert bring(camt(entry(OWED, "FT26319000001", HOA.code), kind="054")) == {"known": 1}
    assert bring(camt(entry(OWED, "FT26319000001"))) == {"known": 1}
    assert bring("id,when,amount,text\nFT26319000001,15/11/2026,546108,x\n") == {"known": 1}
    assert states() == [(OWED, "matched")]


def test_rule_1_a_number_without_an_account_is_the_same_where_amount_and_day_agree(bring) -> None:
    row = "id,when,amount,text\nFT26319000001,{},{},x\n"
    assert bring(row.format("15/11/2026", 5_000)) == {"unmatched": 1}
    assert bring(camt(entry(5_000, "FT26319000001", "y"))) == {"known": 1}
    assert bring(camt(entry(5_000, "FT26319000001", "y"), account="113366669999")) == {
        "unmatched": 1}
    assert bring(row.format("15/11/2026", 6_000)) == {"held": 1}
    assert bring(row.format("15/10/2026", 5_000)) == {"held": 1}


def test_rule_1_numbers_parted_otherwise_are_perhaps_two(bring) -> None:
    bring(camt(entry(5_000, "20261115-12", "x")))
    assert bring(camt(entry(5_000, "202611151-2", "y"))) == {"held": 1}
    assert bring(camt(entry(6_000, "2026111-512", "z"))) == {"unmatched": 1}
    assert bring(camt(entry(5_000, "2026 1115-12", "x"), kind="054")) == {"known": 1}


def test_rule_1_a_short_number_without_an_account_is_doubtful(bring) -> None:
    bring("id,when,amount,text\nFT1,15/11/2026,5000,x\n")
    assert bring(camt(entry(5_000, "FT1", "y"))) == {"held": 1}
    assert bring(camt(entry(6_000, "FT1", "y"))) == {"unmatched": 1}


def test_rule_1_two_banks_that_do_not_tell_the_account_are_two(bring) -> None:
    row = "id,when,amount,text\nFT26319000001,15/11/2026,5000,x\n"
    assert bring(row) == {"unmatched": 1}
    assert bring(row + "\n", bank="bidv") == {"unmatched": 1}


def test_rule_1_one_number_for_two_days_is_doubtful(bring) -> None:
    bring(camt(entry(5_000, "FT26319000001", "y")))
    assert bring(camt(entry(5_000, "FT26319000001", "y", day="2026-10-01"))) == {"conflict": 1}
    bring(camt(entry(5_000, "FT1", "y")))
    assert bring(camt(entry(5_000, "FT1", "z", day="2026-11-14"))) == {"held": 1}


# Rule 2: no number


def test_rule_2_equal_entries_of_one_document_are_as_many_credits(bring) -> None:
    two = camt(entry(50_000, "", "tien dien gop"), entry(50_000, "", "tien dien gop"))
    assert bring(two) == {"unmatched": 2}
    assert bring(two) == {"known": 2}
    assert len(states()) == 2


# How many equal lines documents hold, one after the other → what the last one brings.
COUNTED = {
    "one more": ((1, 2), {"held": 1, "unmatched": 1}),
    "as many": ((2, 2), {"held": 2}),
    "fewer": ((3, 1), {"held": 1}),
    "two more": ((1, 3), {"held": 1, "unmatched": 2}),
    "a third document": ((1, 2, 3), {"held": 3}),
    "a fourth line in a third": ((1, 2, 4), {"held": 3, "unmatched": 1}),
}


@pytest.mark.parametrize("case", COUNTED)
def test_rule_2_a_second_document_adds_only_what_it_has_more_of(bring, case: str) -> None:
    counts, last = COUNTED[case]
    for place, count in enumerate(counts):
        found = bring("when,amount,text\n" + "15/11/2026,50000,tien dien gop nha Mai\n" * count
                      + "\n" * place)
    assert found == last


# What is otherwise in a second document without numbers → what it is.
OTHERWISE = {
    "the words": ("15/11/2026,50000,tien dien nha Lan", "unmatched"),
    "the day": ("14/11/2026,50000,tien dien nha Mai", "unmatched"),
    "the amount": ("15/11/2026,50001,tien dien nha Mai", "unmatched"),
    "accents and signs": ("15/11/2026,50000,Tiền điện: nhà Mai", "held"),
    "no words": ("15/11/2026,50000,", "held"),
    "nothing": ("15/11/2026,50000,tien  dien nha MAI", "held"),
}


@pytest.mark.parametrize("case", OTHERWISE)
def test_rule_2_account_day_amount_and_text_make_lines_equal(bring, case: str) -> None:
    line, state = OTHERWISE[case]
    bring("when,amount,text\n15/11/2026,50000,tien dien nha Mai\n")
    assert bring(f"when,amount,text\n{line}\n") == {state: 1}


def test_rule_2_a_feed_without_the_banks_number_and_a_statement_with_it(bring, feed) -> None:
    assert feed(5_000, "nha Mai") == "unmatched"
    assert bring(camt(entry(5_000, "FT26319000001", "CT DEN nha Mai GD 1"))) == {"held": 1}
    assert bring(camt(entry(5_000, "FT26319000001", "nha Mai"), message="2")) == {"known": 1}


def test_rule_2_money_of_two_feeds_without_a_number_is_counted_once(feed) -> None:
    assert feed(OWED, HOA.code, "1") == "matched"
    assert feed(OWED, HOA.code, "2") == "already_paid"  # the feed itself tells of two
    for number, state in (("1", "held"), ("2", "held"), ("3", "already_paid")):
        assert feed(OWED, HOA.code, number, source="casso", title="Casso") == state


def test_rule_2_a_line_with_a_number_and_one_without_do_not_stand_in_for_each_other(feed) -> None:
    casso = {"source": "casso", "title": "Casso"}
    assert feed(5_000, "nha Mai", "1") == "unmatched"
    assert feed(5_000, "nha Mai", "2", bank_ref="FT26319000001") == "unmatched"
    assert feed(5_000, "nha Mai", "1", **casso) == "held"
    assert feed(5_000, "nha Mai", "2", bank_ref="FT26319000002", **casso) == "held"


# Rule 3: another body


def test_rule_3_another_amount_under_a_known_number_is_a_row_of_its_own(bring) -> None:
    bring(camt(entry(OWED, "FT26319000001", HOA.code)))
    other = entry(OWED + 1, "FT26319000001", HOA.code)
    assert bring(camt(other)) == {"conflict": 1}
    assert bring(camt(other, kind="054")) == {"known": 1}
    assert states() == [(OWED, "matched"), (OWED + 1, "conflict")]


def test_rule_3_the_same_number_twice_in_one_document_is_seen(bring) -> None:
    line = entry(5_000, "FT26319000001", "x")
    assert bring(camt(line, line)) == {"unmatched": 1, "held": 1}
    assert bring(camt(line, line, kind="054")) == {"known": 2}


# Rule 4: a sum and its parts

# undivided as its bank tells it, details as another document tells them
BUNDLES = {
    "by the sum's number": (entry(SUM, "BATCH77", inner="<Btch/>"),
                            entry(SUM, "BATCH77", inner=PARTS)),
    "details without numbers": (entry(SUM, "BATCH77", inner=COUNT),
                                entry(SUM, "BATCH77", inner=NUMBERLESS)),
    "without the sum's number": (entry(SUM, inner=COUNT), entry(SUM, inner=PARTS)),
    "the number on one side": (entry(SUM, "BATCH77", inner=COUNT), entry(SUM, inner=PARTS)),
}


@pytest.mark.parametrize("case", BUNDLES)
def test_rule_4_the_sum_first_then_its_details(bring, case: str) -> None:
    whole, parts = BUNDLES[case]
    assert bring(camt(whole)) == {"unmatched": 1}
    assert bring(camt(parts, kind="054")) == {"matched": 2}
    assert states() == [(SUM, "parts"), (OWED, "matched"), (SEPTEMBER, "matched")]
    assert bring(camt(whole, message="again")) == {"known": 1}


@pytest.mark.parametrize("case", BUNDLES)
def test_rule_4_the_details_first_then_their_sum(bring, case: str) -> None:
    whole, parts = BUNDLES[case]
    assert bring(camt(parts, kind="054")) == {"matched": 2}
    assert bring(camt(whole)) == {"known": 1}
    assert (SUM, "parts") in states() and len(states()) == 3


def test_rule_4_details_told_twice_count_once(bring) -> None:
    bring(camt(entry(SUM, "BATCH77", inner=PARTS), kind="054"))
    assert bring(camt(entry(SUM, "BATCH77", inner=PARTS))) == {"known": 2}
    assert bring(camt(entry(SUM, "BATCH77", inner=NUMBERLESS), message="3")) == {"known": 2}
    assert len(states()) == 3


def test_rule_4_a_sum_that_an_officer_used_keeps_its_details_waiting(bring, clock) -> None:
    bring(camt(entry(SUM, "BATCH77", inner=COUNT)))
    credit_desk.assign([BankCredit.get().id], [HOA_BILL], AT_DESK, clock())
    assert bring(camt(entry(SUM, "BATCH77", inner=PARTS), kind="054")) == {"held": 2}


def test_rule_4_details_of_another_sum_wait(bring) -> None:
    bring(camt(entry(SUM + 1, "BATCH77", inner=COUNT)))
    assert bring(camt(entry(SUM, "BATCH77", inner=PARTS), kind="054")) == {"held": 2}


def test_rule_4_what_a_feed_told_in_parts_is_not_counted_as_a_sum_too(bring, feed) -> None:
    feed(OWED, HOA.code, "1", bank_ref="FT26319000101")
    feed(SEPTEMBER, f"{MAY.code}0926", "2", bank_ref="FT26319000102")
    assert bring(camt(entry(SUM, "BATCH77", inner="<Btch/>"))) == {"held": 1}
    assert bring(camt(entry(SUM, "BATCH77", inner=PARTS), kind="054")) == {"known": 2}
    assert states() == [(OWED, "matched"), (SEPTEMBER, "matched"), (SUM, "parts")]


def test_rule_4_what_a_feed_tells_in_parts_after_the_sum(bring, feed) -> None:
    bring(camt(entry(SUM, "BATCH77", inner=COUNT)))
    assert feed(OWED, HOA.code, "1", bank_ref="FT26319000101") == "held"
    assert feed(SEPTEMBER, f"{MAY.code}0926", "2", bank_ref="FT26319000102") == "matched"
    assert states() == [(SUM, "parts"), (OWED, "matched"), (SEPTEMBER, "matched")]


def test_rule_4_details_settle_what_a_feed_told_of_some_parts(bring, feed) -> None:
    bring(camt(entry(SUM, "BATCH77", inner=COUNT)))
    assert feed(OWED, HOA.code, "1", bank_ref="FT26319000101") == "held"
    assert bring(camt(entry(SUM, "BATCH77", inner=PARTS), kind="054")) == {"matched": 2}
    assert states() == [(SUM, "parts"), (OWED, "matched"), (SEPTEMBER, "matched")]


def test_rule_4_a_feed_goes_on_beside_a_sum_that_was_booked_before(bring, feed, clock) -> None:
    bring(camt(entry(SUM, "BATCH77", inner=COUNT)))
    clock.ms += 2 * 3_600_000
    assert feed(OWED, HOA.code, paid_at=clock(), bank_ref="FT26319000101") == "matched"


def test_rule_4_an_entry_of_its_own_is_no_part_of_another_entry(bring) -> None:
    bring(camt(entry(5_000, "FT26319000001")))
    assert bring(camt(entry(9_000, "FT26319000002"), entry(2_000, "FT26319000003"))) == {
        "unmatched": 2}


def test_rule_4_one_detail_with_a_number_of_its_own(bring) -> None:
    bring(camt(entry(OWED, "BATCH77", HOA.code)))
    alone = entry(OWED, "BATCH77", inner=detail(OWED, HOA.code, "FT26319000101"))
    assert bring(camt(alone, kind="054")) == {"held": 1}  # the sum has paid its bill


# Rule 6: of our accounts, booked, in đồng


def test_rule_6_what_is_not_ours_is_left_out_by_name_and_blocks_nothing(bring) -> None:
    ours = camt(entry(OWED, "FT26319000001", HOA.code))
    usd = entry(12, "FT1USD").replace("VND", "USD")
    foreign = camt(entry(7_000, "FT9", "x"), usd, account="999999999")
    head, tail = ours.split("</Stmt>", 1)
    both = head + "</Stmt>" + foreign[foreign.index("<Stmt>"):foreign.index("</Stmt>") + 7] + tail
    assert bring(both) == {"matched": 1, "left_out": 2}


# Rule 7: each attempt has a number of its own


def test_rule_7_what_was_undone_can_be_given_again(bring, clock) -> None:
    bring(camt(entry(OWED, "FT26319000001", HOA.code)))
    credit = BankCredit.get()
    for _again in range(3):
        payment = Payment.select().order_by(Payment.id.desc()).get()
        undoing.ask(AT_DESK, payment.id, "nhầm", undoing.Limits(10**9, 10**9), "23:55", clock())
        assert BankCredit.get().state == "after_void"
        [paid] = credit_desk.assign([credit.id], [HOA_BILL], AT_DESK, clock())
        assert paid.payment.state == "posted"
    assert BankCredit.get().left == 0
    assert Bill.get(Bill.code == HOA.code, Bill.month == 10).state == "received"
    numbers = [row[0] for row in connection.fetch("SELECT partner_txn_id FROM payment")]
    assert len(set(numbers)) == 4 and numbers[0] == "FT26319000001"
