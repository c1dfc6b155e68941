"""Transfers that were perhaps told before, or that the bank took back, at the officers' door."""

from __future__ import annotations

import pytest

from db.bills import Bill
from db.connection import fetch, fetch_row
from db.partners import Partner
from services.transfers.statements import intake
from tests.officers import HANH, VO
from tests.services.transfers.movements import COUNT, SUM, camt, entry
from tests.services.transfers.statement_files import file
from tests.services.transfers.test_credits import OWED
from tests.staff.conftest import english, text
from tests.villagers import HOA, NOON

NUMBER = "FT26319555555"
CREDIT = camt(entry(OWED, NUMBER, f"{HOA.code}1026", payers="TIEN DIEN 10"))
BACK = camt(entry(OWED, NUMBER, "hoan tra", side="DBIT", more="<RvslInd>true</RvslInd>"))
HEAD = "when,amount,text\n"


@pytest.fixture
def bring(app, vault, tmp_path):
    """Call with a file's content: the page of the newest credit after it was taken in."""
    Partner.get_or_create(name="vietinbank", defaults={"title": "VietinBank", "kind": "bank"})

    def run(content: str) -> str:
        intake.run("vietinbank", file(tmp_path, content), None, {"113366668888"}, vault, NOON)
        return f"/staff/credits/{fetch_row('SELECT MAX(id) FROM bank_credit')[0]}"
    return run


def states() -> list[str]:
    return [state for (state,) in fetch("SELECT state FROM bank_credit ORDER BY id")]


def bill() -> str:
    return Bill.get(Bill.code == HOA.code, Bill.month == 10).state


def test_what_the_bank_took_back_waits_for_two_officers(canbo, sign_in, bring) -> None:
    bring(CREDIT)
    address = bring(BACK)
    listed = canbo.get("/staff/credits")
    assert "Ngân hàng đã lấy lại" in text(listed) and english(listed) == []
    page = canbo.get(address)
    for words in ("báo lấy lại 546.108 đ", "PA04DH-2026-000001", "Người chuyển ghi: ",
                  "hai cán bộ đồng ý"):
        assert words in text(page)
    assert english(page) == []
    assert canbo.post(address + "/reversal/gone", data={"note": " "}).status_code == 422
    canbo.post(address + "/reversal/gone", data={"note": "đã gọi ngân hàng"})
    assert bill() == "received" and "canbo đề nghị" in text(canbo.get(address))
    alone = canbo.post(address + "/reversal/agree")
    assert alone.status_code == 409 and "phải là người khác" in text(alone)
    sign_in(HANH).post(address + "/reversal/agree")
    assert (bill(), states()) == ("unpaid", ["taken_back"])
    assert "đã bỏ thu" in text(canbo.get(address))


def test_it_may_stand_and_be_asked_again(canbo, sign_in, bring) -> None:
    bring(CREDIT)
    address = bring(BACK)
    canbo.post(address + "/reversal/gone", data={"note": "?"})
    sign_in(HANH).post(address + "/reversal/decline")
    canbo.post(address + "/reversal/stands", data={"note": "ngân hàng nhầm"})
    sign_in(HANH).post(address + "/reversal/agree")
    assert (bill(), states()) == ("received", ["matched"])
    assert canbo.post(address + "/reversal/nothing").status_code == 404


def test_who_does_not_reach_the_customer_sees_and_decides_nothing(sign_in, bring) -> None:
    bring(CREDIT)
    address = bring(BACK)
    assert sign_in(VO).post(address + "/reversal/gone", data={"note": "x"}).status_code == 404


def test_what_was_perhaps_told_before_is_set_aside_or_counted(canbo, bring) -> None:
    line = "15/11/2026,50000,tien dien gop\n"
    bring(HEAD + line)
    address = bring(HEAD + line + "\n")
    page = canbo.get(address)
    assert "không có số của ngân hàng để phân biệt" in text(page) and english(page) == []
    assert "50.000 đ, chưa tính" in text(canbo.get("/staff/credits"))
    canbo.post(address + "/same", data={"note": "sao kê chiều"})
    assert states() == ["unmatched", "aside"] and "Không tính" in text(canbo.get(address))
    assert canbo.post(address + "/same").status_code == 409
    canbo.post(address + "/separate", data={"note": "khách chuyển hai lần"})
    assert states() == ["unmatched", "unmatched"]


def test_another_content_under_a_number(canbo, bring) -> None:
    bring(CREDIT)
    address = bring(camt(entry(OWED - 1, NUMBER, "x")))
    page = text(canbo.get(address))
    assert "Trùng số, khác nội dung" in page and "Giữ nội dung đã ghi" in page
    canbo.post(address + "/same", data={"note": ""})
    assert states() == ["matched", "aside"]


def test_an_officer_shows_what_was_taken_back(canbo, bring) -> None:
    first = bring(CREDIT)
    address = bring(camt(entry(OWED, "", "khong ro", side="DBIT", more="<RvslInd>1</RvslInd>")))
    page = canbo.get(address)
    assert "Khoản nào bị lấy lại?" in text(page) and english(page) == []
    canbo.post(address + "/original", data={"original": first.rsplit("/", 1)[1]})
    assert states() == ["reversed", "aside"]


def test_a_sum_is_given_up_when_its_parts_were_told(canbo, bring) -> None:
    address = bring(camt(entry(SUM, "BATCH77", inner=COUNT)))
    page = canbo.get(address)
    assert "Cả gói, chờ chi tiết" in text(page) and english(page) == []
    canbo.post(address + "/same", data={"note": ""})
    assert states() == ["parts"]
