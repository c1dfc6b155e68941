"""Đối soát: who sees which difference, and who explained it."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pytest

from db.reconciliation import ReconciledDay, ReconciliationBreak
from services.clock import local
from services.payments import payments
from services.payments.payments import Report
from services.reconciliation import comparing, reconciliation, reconciliation_desk
from services.reconciliation.comparing import DayLine
from tests.officers import GIAMSAT, HANH, VO, at_desk, audited
from tests.staff.conftest import english, text
from tests.villagers import HOA, MAY, NOON

DAY = "/staff/reconciliation/viettel/2026-11-15"


@pytest.fixture
def compared(app):
    """Hoa's payment VT-1 differs, Mẩy's VT-2 is missing on Viettel's list, VT-9 on ours."""
    for number, person, month, amount in (("VT-1", HOA, 10, 546_108), ("VT-2", MAY, 9, 107_136)):
        payments.post(Report("viettel", number, f"{person.code}-2026{month:02}-1", amount, NOON,
                             number), NOON)
    reconciliation.reconcile("viettel", local(NOON).date(), [
        DayLine("VT-1", 546_109, "posted"), DayLine("VT-9", 5_000, "posted")], NOON)


def found(number: str) -> ReconciliationBreak:
    return ReconciliationBreak.get(ReconciliationBreak.partner_txn_id == number)


def resolve(browser, number: str, reason="partner_fix", note=""):
    return browser.post(f"{DAY}/{found(number).id}", data={"reason": reason, "note": note})


def test_the_days_show_both_totals_and_what_is_open(canbo, compared) -> None:
    page = canbo.get("/staff/reconciliation")
    words = text(page)
    for said in ("15/11/2026", "Viettel", "653.244 đ", "551.109 đ", "-102.135 đ",
                 "3 chưa xử lý"):
        assert said in words
    assert english(page) == []
    assert "Viettel" in text(canbo.get("/staff/reconciliation?partner=viettel"))
    assert "Chưa có ngày nào" in text(canbo.get("/staff/reconciliation?partner=momo"))


def test_a_day_names_each_break_in_plain_words(canbo, compared) -> None:
    page = canbo.get(DAY)
    words = text(page)
    for said in ("Đối soát Viettel, ngày 15/11/2026", "Lệch số tiền VT-1", "546.109 đ đã thu",
                 "Chỉ đối tác có VT-9", "Không có", "Chỉ bên ta có VT-2", HOA.code):
        assert said in words
    assert english(page) == []


def test_every_type_and_every_status_of_ours_has_its_words(app) -> None:
    with app.test_request_context():
        words = app.jinja_env.get_template("staff/reconciliation/_words.html").module
    assert set(words.TYPE) == set(comparing.Kind.__args__)
    assert set(comparing._STANDS) | {"voided", "total"} <= set(words.STATUS)


def test_an_officer_explains_a_break_and_the_record_says_who(canbo, compared) -> None:
    answer = resolve(canbo, "VT-1", "partner_fix", "  đã gửi lại\tdanh sách ")
    assert (answer.status_code, answer.location) == (303, DAY)
    row = found("VT-1")
    assert (row.state, row.reason, row.note, row.officer) == (
        "resolved", "partner_fix", "đã gửi lại danh sách", "canbo")
    assert "Đã xử lý Đối tác đã sửa danh sách: đã gửi lại danh sách" in text(canbo.get(DAY))
    assert "2 chưa xử lý" in text(canbo.get("/staff/reconciliation"))
    assert audited()[-1] == ("canbo", "reconcile.resolve", "viettel 2026-11-15",
                             "amount VT-1: partner_fix; đã gửi lại danh sách")


def test_who_comes_second_is_told_and_changes_nothing(canbo, sign_in, compared) -> None:
    resolve(sign_in(HANH), "VT-1")
    answer = resolve(canbo, "VT-1", "we_fix")
    assert answer.status_code == 409 and "vừa được người khác xử lý" in text(answer)
    assert (found("VT-1").officer, found("VT-1").reason) == ("hanh", "partner_fix")


@pytest.mark.parametrize(("reason", "note", "said"), [
    ("", "", "Hãy chọn lý do."), ("because", "", "Hãy chọn lý do."),
    ("other", "  ", "phải ghi rõ lý do"), ("we_fix", "x" * 201, "dài nhất 200 ký tự"),
])
def test_a_reason_is_needed(canbo, compared, reason, note, said) -> None:
    answer = resolve(canbo, "VT-1", reason, note)
    assert answer.status_code == 422
    assert text(answer).count("Lỗi: ") == 2 and said in text(answer)  # also in the title
    assert found("VT-1").state == "open"


def test_an_officer_of_some_communes_sees_the_breaks_of_their_customers(
        sign_in, compared) -> None:
    hanh = sign_in(HANH)
    words = text(hanh.get(DAY))
    assert "VT-1" in words and "VT-2" not in words and "VT-9" not in words
    assert "Còn 2 chỗ lệch ngoài các xã, phường của bạn." in words
    assert resolve(hanh, "VT-2").status_code == 404
    assert "VT-2" in text(sign_in(VO).get(DAY))


def test_a_supervisor_sees_all(app, compared) -> None:
    view = reconciliation_desk.look("viettel", "2026-11-15", at_desk(GIAMSAT))
    assert ([one.partner_txn_id for one in view.breaks], view.hidden) == (
        ["VT-1", "VT-9", "VT-2"], 0)


def test_the_file_has_every_break_and_no_formula(canbo, app, compared) -> None:
    reconciliation.reconcile("viettel", local(NOON).date(), [
        DayLine("-1+2", 546_109, "posted")], NOON)
    answer = canbo.get(DAY + "/breaks.csv")
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="doi-soat-viettel-2026-11-15.csv"')
    lines = answer.text.removeprefix("\ufeff").splitlines()
    assert lines[0] == ("type,partner_txn_id,ours_amount,ours_status,theirs_amount,theirs_status,"
                        "code,state,reason,note,officer")
    assert "partner_only,'-1+2,,,546109,posted,,open,,," in lines
    assert audited()[-1][1] == "reconcile.export"


def follow(browser, address: str) -> list[str]:
    """All pages of a list, by its links."""
    pages = [browser.get(address)]
    while link := re.search(r'rel="next" href="([^"]+)"', pages[-1].text):
        pages.append(browser.get(link[1].replace("&amp;", "&")))
    return [page.text for page in pages]


def test_every_break_of_a_bad_day_is_on_some_page(canbo, app) -> None:
    numbers = [f"XX-{number:04}" for number in range(430)]
    reconciliation.reconcile("viettel", date(2026, 11, 15),
                             [DayLine(number, 1_000, "posted") for number in numbers], NOON)
    pages = follow(canbo, DAY)
    assert len(pages) == 3
    assert {number for page in pages for number in re.findall(r"XX-\d{4}", page)} == set(numbers)


def test_every_compared_day_is_on_some_page(canbo, app) -> None:
    days = [date(2026, 11, 15) - timedelta(days=ago) for ago in range(120)]
    for day in days:
        for partner in ("viettel", "momo"):
            reconciliation.reconcile(partner, day, [], NOON)
    shown = [found for page in follow(canbo, "/staff/reconciliation") for found in
             re.findall(r"/staff/reconciliation/(viettel|momo)/(2026-\d\d-\d\d)", page)]
    assert len(shown) == len(set(shown)) == 240
    assert shown[:2] == [("momo", "2026-11-15"), ("viettel", "2026-11-15")]


@pytest.mark.parametrize("address", [
    "/staff/reconciliation/nobody/2026-11-15", "/staff/reconciliation/viettel/2026-11-31",
    "/staff/reconciliation/viettel/today", "/staff/reconciliation/viettel/2026-11-14",
])
def test_a_day_that_was_not_compared_is_not_found(canbo, compared, address) -> None:
    assert canbo.get(address).status_code == 404
    assert canbo.get(address + "/breaks.csv").status_code == 404


def test_nobody_looks_without_signing_in(client, compared) -> None:
    for address in ("/staff/reconciliation", DAY, DAY + "/breaks.csv", "/staff/promotions"):
        assert client.get(address).location.startswith("/staff/signin")


def take_in(browser, text: str | bytes, partner="viettel", day="2026-11-15"):
    data = text.encode() if isinstance(text, str) else text
    return browser.post("/staff/reconciliation", data={
        "partner": partner, "day": day, "list": (io.BytesIO(data), "day.csv")})


HEADER = "partner_txn_id,amount,status\n"


def test_a_list_is_taken_in_at_the_screen(canbo, compared) -> None:
    answer = take_in(canbo, HEADER + "VT-1,546108,posted\nVT-2,107136,posted\n")
    assert (answer.status_code, answer.location) == (303, DAY)
    assert "2 dòng khớp" in text(canbo.get(DAY)) and "theo tệp của đối tác" in text(canbo.get(DAY))
    assert {row.state for row in ReconciliationBreak.select()} == {"gone"}
    assert audited()[-1] == ("canbo", "reconcile", "viettel 2026-11-15", "matched 2, breaks 0")


@pytest.mark.parametrize(("content", "more", "said"), [
    (HEADER + "VT-1,546.108,posted\n", {}, "Dòng 2, cột amount: “546.108” không đúng."),
    (HEADER.replace("status", "state"), {}, "Dòng 1, cột state: thiếu, thừa hoặc viết hai lần."),
    (HEADER + "VT-1,5\n", {}, "Dòng 2: không đọc được."),
    (b"\xff", {}, "Dòng 1: không đọc được."),
    ("", {}, "Hãy chọn tệp danh sách."),
    (HEADER, {"partner": "nobody"}, "Hãy chọn đối tác."),
    (HEADER, {"day": "2026-11-16"}, "Hãy chọn một ngày không sau hôm nay."),
    (HEADER, {"day": "x"}, "Hãy chọn một ngày không sau hôm nay."),
])
def test_a_list_that_is_wrong_is_told_in_plain_words(canbo, content, more, said) -> None:
    answer = take_in(canbo, content, **more)
    assert answer.status_code == 422 and said in text(answer)
    assert english(answer) == []
    assert ReconciledDay.select().count() == 0


def test_who_works_for_some_communes_takes_no_list_in(sign_in) -> None:
    hanh = sign_in(HANH)
    assert "So với sổ" not in text(hanh.get("/staff/reconciliation"))
    assert take_in(hanh, HEADER).status_code == 403
    assert ReconciledDay.select().count() == 0
