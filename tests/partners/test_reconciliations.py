"""The day's lists side by side: what agrees, and a name for each difference."""

from __future__ import annotations

from datetime import date

import pytest

from db.audit import AuditEntry
from services.clock import at_local
from tests.partners.signing import HOA_OWES
from tests.partners.test_promotions import CLAIM, offer
from tests.villagers import MAY, PAO

TODAY = "/partners/v1/reconciliations/2026-11-15"
TOMORROW = "/partners/v1/reconciliations/2026-11-16"


def line(number: str = "VT-1", amount: int = HOA_OWES, status: str = "posted") -> dict:
    return {"partner_txn_id": number, "amount": amount, "status": status}


def side(amount: int = HOA_OWES, status: str = "posted") -> dict:
    return {"amount": amount, "status": status}


def breaks(partner, theirs: list, day: str = TODAY) -> list[tuple]:
    answer = partner.post(day, theirs)
    assert answer.status_code == 200
    return [(found["type"], found["partner_txn_id"], found["ours"], found["theirs"])
            for found in answer.json["breaks"]]


def test_a_day_without_payments_agrees(viettel) -> None:
    assert viettel.get(TODAY).json == []
    assert viettel.post(TODAY, []).json == {"matched": 0, "breaks": []}


def test_our_list_handed_back_agrees(viettel, momo) -> None:
    viettel.pay("VT-1")
    momo.pay("MM-1")
    viettel.pay("VT-2")
    viettel.pay("VT-3", bill_id=f"{PAO.code}-202610-1", amount=1_534_140)
    viettel.void("VT-3")
    ours = viettel.get(TODAY).json
    assert ours == [line("VT-1"), line("VT-2", status="refund_due"),
                    line("VT-3", 1_534_140, "voided")]
    assert viettel.post(TODAY, ours).json == {"matched": 3, "breaks": []}


def test_what_only_one_side_has_is_named(viettel) -> None:
    viettel.pay("VT-1")
    assert breaks(viettel, [line("VT-9", 5)]) == [
        ("partner_only", "VT-9", None, side(5)), ("ours_only", "VT-1", side(), None)]


@pytest.mark.parametrize(("theirs", "kind"), [
    (line(amount=HOA_OWES + 1), "amount"),
    (line(amount=HOA_OWES - 1), "amount"),
    (line(amount=HOA_OWES - 20_000), "fee_or_discount"),
    (line(status="failed"), "status"),
    (line(status="refund_due"), "status"),
    (line(status="voided"), "void_missing"),
])
def test_a_line_that_differs_is_named_by_how(viettel, theirs: dict, kind: str) -> None:
    offer()
    viettel.pay(promotion=CLAIM)
    assert breaks(viettel, [theirs]) == [
        (kind, "VT-1", side(), side(theirs["amount"], theirs["status"]))]


def test_a_void_that_they_do_not_know_of_is_named(viettel) -> None:
    viettel.pay()
    viettel.void()
    assert breaks(viettel, [line()]) == [("void_missing", "VT-1", side(status="voided"), side())]


def test_a_line_twice_on_their_list_is_a_duplicate(viettel) -> None:
    viettel.pay()
    answer = viettel.post(TODAY, [line(), line()]).json
    assert answer == {"matched": 1, "breaks": [
        {"type": "duplicate", "partner_txn_id": "VT-1", "ours": side(), "theirs": side()}]}


def test_a_payment_around_midnight_is_a_matter_of_the_cut_off(viettel, clock) -> None:
    clock.ms = at_local(date(2026, 11, 16)) - 1
    viettel.pay("VT-1")
    clock.ms += 1
    viettel.pay("VT-2", bill_id=f"{PAO.code}-202610-1", amount=1_534_140)
    assert breaks(viettel, [line("VT-1"), line("VT-2", 1_534_140)], TOMORROW) == [
        ("date_cutoff", "VT-1", side(), side())]


def test_each_partner_sees_its_own_list(viettel, momo) -> None:
    viettel.pay("VT-1")
    momo.pay("MM-1", bill_id=f"{MAY.code}-202609-1", amount=107_136)
    assert momo.get(TODAY).json == [line("MM-1", 107_136)]


def test_the_comparison_is_on_the_record(viettel) -> None:
    viettel.pay()
    viettel.post(TODAY, [line(), line("VT-9")])
    entry = AuditEntry.get(AuditEntry.action == "reconcile")
    assert (entry.actor, entry.subject, entry.detail) == (
        "viettel", "2026-11-15", "matched 1, breaks 1")


@pytest.mark.parametrize("day", ["2026-11-31", "15-11-2026", "2026-1-5", "today", "20261115",
                                 "2026-W46-7", "%D9%A2026-11-15", "2026-11-15%0A"])
def test_a_day_that_is_no_day_is_refused(viettel, day: str) -> None:
    path = f"/partners/v1/reconciliations/{day}"
    answers = [viettel.get(path), viettel.post(path, [])]
    assert [(answer.status_code, answer.json["field"]) for answer in answers] == [
        (422, "date")] * 2


@pytest.mark.parametrize(("body", "field", "reason"), [
    ({}, "body", "array"), ({"payments": []}, "body", "array"), ([1], "[0].body", "object"),
    ([line(), {}], "[1].partner_txn_id", "missing"), ([line(amount=0)], "[0].amount", "range"),
    ([line(status="ĐÃ XONG")], "[0].status", "form"), ([line() | {"fee": 1}], "[0].fee", "unknown"),
])
def test_a_list_that_is_not_as_it_should_be_is_refused(viettel, body, field, reason) -> None:
    answer = viettel.post(TODAY, body)
    assert (answer.status_code, answer.json["field"], answer.json["reason"]) == (
        422, field, reason)


def test_a_long_day_fits(viettel) -> None:
    theirs = [line(f"VT-{number}") for number in range(20_000)]
    answer = viettel.post(TODAY, theirs)
    assert (answer.json["matched"], len(answer.json["breaks"])) == (0, 20_000)
