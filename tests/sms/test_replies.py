"""Every reply fits one GSM-7 part with the longest values there are, and loses no amount."""

from __future__ import annotations

from datetime import datetime

import pytest

from db import reference
from db.bills import Bill, BillRow
from services import clock
from services.contracts.checklists import papers_for
from sms import replies, segments, words
from tests import villagers

SHARED, TENANT = papers_for("new", "shared"), papers_for("new", "tenant")
LONGEST = {
    "brand": "QUAYDIENABC", "hotline": "19006769", "code": "PA04VN0000033",
    "name": "Nguyễn Hoàng Phương Trường Khương Nghiêm Thượng Nguyễn",
    "total": 9_999_999_999_999, "amount": 9_999_999_999_999, "period": "10/2026", "credited": 0,
    "link": "https://quaydien.pcthainguyen.npc.com.vn/q/Ab-_45Ghij",
    "url": "https://quaydien.pcthainguyen.npc.com.vn/q/Ab-_45Ghij",
    "reference": "PA04VN00000331026", "slip": "482915", "receipt_no": "PA04VN-2026-123456",
    "ticket": "GAP-482915", "word": "KHONGDAU", "guess": "KHONGDAU", "most": 5,
    "codes": [f"PA04VN{n:07}" for n in range(5)], "state": "open", "step": "when",
    "when": "afternoon", "again": True, "own": True, "received": [],
    "commune": "Phường Phan Đình Phùng", "names": ["Phường Phan Đình Phùng"] * 5,
    "text": "x" * 160, "due_on": "2026-11-20", "bill": 999_999_999, "outage": 9, "left": 4,
    "begins": "08:00", "ends": "11:00", "day": "16/11", "area": "Xóm Nà Mao, " * 16,
    "phone": "097****456", "meet_on": "2026-11-26",
    "officer": "", "closed": "",
}


def bill(month: int, total: int = 9_999_999_999_999, year: int = 2026) -> BillRow:
    return BillRow(1, "PA04VN0000033", year, month, 1, 999_999, total, 0, total,
                   f"{year}-{month % 12 + 1:02}-20", "unpaid", None)


def paid(month: int) -> Bill:
    return Bill(code="PA04VN0000033", year=2026, month=month, total=9_999_999_999_999,
                paid_at=villagers.NOON, new_index=9_999_999, old_index=9_999_998, kwh=999_999,
                to_date="2026-10-21")


def outage(n: int) -> tuple[datetime, datetime, str]:
    return clock.local(villagers.NOON), clock.local(villagers.NOON), "Xóm Nà Mao, " * 16


# What may be longer than the values above, or shorten by another rule.
MORE = {
    "bills_owed": [{"bills": [bill(m) for m in range(1, n + 1)], "own": own}
                   for n in (1, 2, 3, 4, 12) for own in (True, False)] + [
                       {"bills": [bill(m) for m in range(1, n + 1)], "credited": 999_999_999_999}
                       for n in (1, 2, 3, 4)],
    "nothing_owed": [{"received": [bill(10)]}, {"received": [], "own": False},
                     {"received": [bill(10)], "credited": 999_999_999_999}],
    "payments": [{"paid": [paid(m) for m in (10, 9, 8)]}, {"paid": []}],
    "reading": [{"bill": paid(10)}, {"bill": None}],
    "outages": [{"planned": [outage(n) for n in range(count)]} for count in (0, 1, 2, 9)],
    "call_back": [{"officer": officer, "closed": closed}
                  for officer in ("", "nguyen.thi.phuong.lan-dinhhoa.thainguyen")
                  for closed in ("", "7:30-11:30, 13:30-17:00", "7:00-8:00, " * 9)],
    "power_out": [{"commune": "", "cut": None}, {"cut": None}, *(
        {"cut": {"begun": begun, "starts_at": villagers.NOON, "ends_at": villagers.NOON,
                 "area": "Xóm Nà Mao, " * 16}} for begun in (True, False))],
    "ticket_state": [{"state": state, "stage": stage, "papers": papers}
                     for state in ("open", "taken", "done", "cancelled")
                     for stage in ("", "requested", "signed", "refused", "expired")
                     for papers in ([], SHARED[:2], SHARED)],
    "papers": [{"papers": papers} for papers in (["identity"], SHARED, TENANT)],
    "request_over": [{"outcome": outcome} for outcome in (
        "no_papers", "no_right", "twice", "no_grid", "expired")],
    "meeting": [{"part": part} for part in ("morning", "afternoon")],
    "meeting_soon": [{"part": part} for part in ("morning", "afternoon")],
    "contract_done": [{"when": when} for when in ("morning", "afternoon", "any")],
    "contract_goes_on": [{"step": step} for step in ("name", "commune", "choose", "when")],
    "register": [{"again": False}, {"again": True}],
    "refunded": [{"way": way} for way in ("cash", "transfer", "partner")],
    "register_code": [{"again": False}, {"again": True}],
    "contract_new": [{"phone": ""}, {"phone": "097****456"}],
    "otp": [{"purpose": purpose, "code": "482915", "about": "a1b2 c3d4"}
            for purpose in ("sign", "register", "kiosk")],
}
NAMES = sorted(path.stem for path in replies.FOLDER.glob("*.txt"))
CASES = [(name, {**LONGEST, **more}) for name in NAMES for more in MORE.get(name, [{}])]


@pytest.mark.parametrize(("name", "values"), CASES, ids=[name for name, _ in CASES])
def test_every_reply_is_one_gsm7_part_with_the_longest_values(name: str, values: dict) -> None:
    text = replies.render(name, **values)
    assert segments.is_gsm7(text)
    assert segments.septets(text) <= 160, text


@pytest.mark.parametrize(("name", "values"), CASES, ids=[name for name, _ in CASES])
def test_with_accents_a_reply_takes_few_parts(name: str, values: dict) -> None:
    text = replies.render(name, accents=True, **values)
    assert segments.cost(text).parts <= 3, text


@pytest.mark.parametrize("name", [name for name in NAMES if name not in (
    "contract_goes_on", "reply", "danger")])
def test_the_brand_comes_first(name: str) -> None:
    values = {**LONGEST, **MORE.get(name, [{}])[0], "names": ["Xã Tân Thịnh"] * 2,
              "codes": ["PA04VN0000033"]}
    assert replies.render(name, **values).startswith("QUAYDIENABC: ")


def owed(bills: list[BillRow], name: str = "Nguyễn Thị Hoa", own: bool = True) -> str:
    return replies.render("bills_owed", brand="QUAYDIEN", code="PA04VN0000033", name=name,
                          own=own, bills=bills, total=sum(bill.total for bill in bills))


def test_one_bill_says_period_amount_due_date_and_how_to_pay() -> None:
    assert owed([bill(10, 546_108)]) == (
        "QUAYDIEN: Nguyen Thi Hoa, PA04VN0000033 no tien dien 10/2026: 546.108d,"
        " han 20/11/2026. Tra tien: soan QR PA04VN0000033")


def test_two_bills_are_both_told_with_their_sum() -> None:
    text = owed([bill(9, 107_136), bill(10, 217_836)], "Triệu Thị Mẩy")
    assert "no 2 ky, tong 324.972d: 09/2026 107.136d han 20/10/2026; 10/2026 217.836d" in text


def test_many_bills_keep_the_oldest_and_count_the_rest() -> None:
    text = owed([bill(m, 107_136) for m in range(1, 13)])
    assert "tong 1.285.632d: 01/2026 107.136d han 20/02; 02/2026" in text
    assert text.endswith("; va 9 ky khac.")


def test_amounts_are_never_cut() -> None:
    bills = [bill(m) for m in (9, 10)]
    text = owed(bills, LONGEST["name"])
    assert text.count("9.999.999.999.999d") == 3 - 1 and "19.999.999.999.998d" in text


def test_a_stranger_sees_the_masked_name() -> None:
    assert "N*** T** H**" in owed([bill(10, 546_108)], own=False)


def test_link_and_bank_reference_stay_whatever_gives_way() -> None:
    for brand in ("Q", "QUAYDIENABC"):
        for host in ("http://127.0.0.1:8000", "https://quaydien.pcthainguyen.npc.com.vn",
                     "https://" + "x" * 90 + ".vn"):
            text = replies.render("payment_link", **{**LONGEST, "brand": brand,
                                                     "link": host + "/q/Ab-_45Ghij"})
            assert f"{host}/q/Ab-_45Ghij " in text
            assert "PA04VN00000331026" in text
            assert segments.septets(text) <= 160


def test_the_usual_link_carries_all_of_it() -> None:
    text = replies.render("payment_link", brand="QUAYDIEN", code="PA04DH0000017", total=546_108,
                          link="https://quaydien.pcthainguyen.npc.com.vn/q/Ab-_45Ghij",
                          reference="PA04DH00000171026", slip="482915")
    assert "546.108d" in text and "482915" in text and "PA04DH00000171026" in text


@pytest.mark.parametrize(("tight", "short"), [
    (0, "Nguyễn Thị Thanh Hoa"), (1, "Nguyễn T. T. Hoa"), (2, "Hoa"), (3, "Hoa")])
def test_a_name_gives_way_step_by_step(tight: int, short: str) -> None:
    assert replies.shorten("Nguyễn Thị Thanh Hoa", tight) == short


def test_with_accents_the_same_template_speaks_in_full() -> None:
    text = replies.render("receipt", accents=True, **{**LONGEST, "amount": 546_108})
    assert "Đã nhận 546.108đ" in text


def test_nothing_gives_way_for_as_many_parts() -> None:
    """Two months owed do not fit one UCS-2 part; in two there is room for both."""
    bills = [bill(9, 107_136), bill(10, 217_836)]
    text = replies.render("bills_owed", accents=True, brand="QUAYDIEN", code="PA04VN0000033",
                          name="Triệu Thị Mẩy", own=True, bills=bills, total=324_972)
    assert "107.136đ" in text and "217.836đ" in text and segments.cost(text).parts == 2


def test_every_commune_fits_the_menu_of_communes() -> None:
    longest = sorted((place.name for place in reference.communes().values()), key=len)[-5:]
    text = replies.render("contract_choose", brand="QUAYDIENABC", names=longest)
    assert segments.septets(text) <= 160 and text.count(",") == 4


@pytest.mark.parametrize("word", words.NAMES)
def test_each_word_may_be_offered_by_its_meaning_in_one_part(word: str) -> None:
    text = replies.render("not_understood", brand="QUAYDIENABC", guess=word)
    assert f"Co phai {word} (" in text and segments.cost(text).parts == 1
