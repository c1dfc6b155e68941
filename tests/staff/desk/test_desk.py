"""The desk and the page of one request or call."""

from __future__ import annotations

import re

import pytest

from db import desk as desk_records
from services.clock import DAY, HOUR, MINUTE, SECOND
from services.contracts.requests import PURPOSES, WHEN
from services.desk import desk, kinds, waiting
from tests.officers import CANBO, GIAMSAT, HANH, VO
from tests.staff.conftest import english, text
from tests.villagers import HOA, MAY, NOON

HTMX = {"HX-Request": "true"}


def links(page) -> list[str]:
    """Tickets that are links, in the order of the page."""
    return re.findall(r"<a [^>]*>((?:HD|GAP)-\d{6})</a>", page.text)


def test_each_request_and_call_is_a_link_named_by_its_ticket(canbo, ask, ring):
    tickets = [ask(now=NOON - 2), ring(now=NOON - 1), ask()]
    page = canbo.get("/staff/")
    assert sorted(links(page)) == sorted(tickets) and "<h1>Bàn làm việc</h1>" in page.text
    for ticket in tickets:
        assert canbo.get(f"/staff/work/{ticket}").status_code == 200


@pytest.mark.parametrize(("age", "words"), [
    (30 * SECOND, "dưới 1 phút"), (59 * MINUTE, "59 phút"), (23 * HOUR, "23 giờ"),
    (26 * HOUR, "1 ngày"), (5 * DAY, "5 ngày")])
def test_the_age_is_told_in_words(canbo, ask, age, words):
    ask(now=NOON - age)
    assert words in text(canbo.get("/staff/"))


def rows(page) -> list[tuple[str, str, str]]:
    """(kind, band, ticket) of each row of Việc đang chờ."""
    table = re.search(r"<caption[^>]*>Việc đang chờ</caption>.*?</table>", page.text, re.S)[0]
    return re.findall(r'<tr data-kind="(\w+)" data-band="(\w+)".*?>((?:HD|GAP)-\d{6})</a>', table,
                      re.S)


def test_the_list_says_of_each_row_what_and_how_urgent_it_is(canbo, ask, ring, vault):
    late, call, rest = ask(now=NOON - 14 * DAY), ring(place="bills"), ask()
    page = canbo.get("/staff/")
    assert rows(page) == [("call", "standing", call), ("request", "overdue", late),
                          ("request", "rest", rest)]
    for words in ("Đang đứng đợi 1", "Quá hạn 1", "Còn lại 1", "3 việc", "Giúp khách ở máy",
                  "Tất cả 3", "Của tôi 0"):
        assert words in text(page), words


def test_what_has_no_room_on_a_page_is_on_the_next(canbo, ask):
    made = {ask(phone=False) for _ in range(waiting.PAGE + 1)}
    first = canbo.get("/staff/?commune=05569")
    following = re.search(r'<a rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&")
    second = canbo.get(following)
    assert "commune=05569" in following and 'rel="next"' not in second.text
    assert {*links(first), *links(second)} == made and len(links(second)) == 1
    assert f"{waiting.PAGE + 1} việc" in text(first) and "Trang đầu" in text(second)


@pytest.mark.parametrize("query", [{"after": "x"}, {"kind": "x"}, {"holder": "\0"}])
def test_a_strange_choice_finds_nothing(canbo, query):
    assert canbo.get("/staff/", query_string=query).status_code == 404


def test_phones_are_masked_on_the_desk(canbo, ask):
    ask()
    page = canbo.get("/staff/").text
    assert "091****017" in page and "0912000017" not in page


def test_an_empty_desk_says_so(canbo):
    assert "Không có việc nào đang chờ" in text(canbo.get("/staff/"))


def test_an_officer_sees_the_own_commune_only(sign_in, ask):
    hoa, may = ask(HOA), ask(MAY)
    hanh, vo = sign_in(HANH), sign_in(VO)
    assert links(hanh.get("/staff/")) == [hoa] and links(vo.get("/staff/")) == [may]
    assert hanh.get(f"/staff/work/{may}").status_code == 404
    for action in ("take", "back", "end", "reopen", "notes"):
        answer = hanh.post(f"/staff/work/{may}/{action}", data={"outcome": "helped", "note": "x"})
        assert answer.status_code == 404
    assert desk_records.get(may).state == "open" and desk_records.notes(may) == []


def test_the_filter_offers_the_own_communes(sign_in, canbo):
    offered = r'<option value="(\d+)"'
    assert len(re.findall(offered, canbo.get("/staff/").text)) == 92
    assert re.findall(offered, sign_in(VO).get("/staff/").text) == [
        "05860", "05716"]  # Phường Phổ Yên, Xã Võ Nhai
    assert re.findall(offered, sign_in(HANH).get("/staff/").text) == []


def test_the_filter_narrows_the_desk(canbo, ask):
    ask(HOA)
    may = ask(MAY)
    page = canbo.get("/staff/?commune=05716")
    assert links(page) == [may] and 'value="05716" selected' in page.text


@pytest.mark.parametrize("commune", ["05716", "99999", "x", "\0"])
def test_a_filter_out_of_reach_finds_nothing(sign_in, commune):
    assert sign_in(HANH).get("/staff/", query_string={"commune": commune}).status_code == 404


def test_polling_brings_the_lists_alone(canbo, ask):
    ticket = ask()
    part = canbo.get("/staff/", headers=HTMX)
    assert links(part) == [ticket] and "<html" not in part.text


def test_taking_shows_the_whole_number_to_who_took_it(canbo, sign_in, ask):
    ticket = ask()
    page = canbo.get(f"/staff/work/{ticket}")
    assert "Nhận việc" in page.text and "0912000017" not in page.text
    answer = canbo.post(f"/staff/work/{ticket}/take")
    assert (answer.status_code, answer.location) == (303, f"/staff/work/{ticket}")
    assert "0912000017" in canbo.get(answer.location).text
    assert "0912000017" not in sign_in(HANH).get(answer.location).text


def test_the_slower_officer_is_told_who_has_it(canbo, sign_in, ask):
    ticket = ask()
    canbo.post(f"/staff/work/{ticket}/take")
    answer = sign_in(HANH).post(f"/staff/work/{ticket}/take")
    assert answer.status_code == 409 and "Lỗi: canbo đã nhận việc này lúc 12:00" in text(answer)


def test_a_note_is_shown_as_text(canbo, ask):
    ticket = ask()
    canbo.post(f"/staff/work/{ticket}/notes", data={"note": "<script>alert(1)</script>"})
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in canbo.get(f"/staff/work/{ticket}").text


def test_a_refused_note_is_not_lost(canbo, ask):
    long = "gọi lại " * 200
    answer = canbo.post(f"/staff/work/{ask()}/notes", data={"note": long})
    assert answer.status_code == 422 and long.strip() in answer.text


def test_a_supervisor_frees_work_of_a_colleague(app, canbo, ask):
    ticket = ask()
    canbo.post(f"/staff/work/{ticket}/take")
    assert "Trả về hàng chờ" not in canbo.get(f"/staff/work/{ticket}").text
    who = desk.SignedIn("", GIAMSAT.name, GIAMSAT.role, None, "full", NOON)
    desk.give_back(ticket, who, NOON)
    answer = canbo.post(f"/staff/work/{ticket}/back")
    assert answer.status_code == 409 and "Việc này không phải do bạn đang giữ" in text(answer)


def test_a_call_shows_where_it_came_from_and_who_stood_there(canbo, ring):
    ticket = ring(code=HOA.code, place="bills")
    page = canbo.get(f"/staff/work/{ticket}")
    assert "Tiền điện" in text(page)
    customer = re.search(r'href="(/staff/customers/[^"]+)">PA04DH0000017', page.text)[1]
    assert "Nguyễn Thị Hoa" in text(canbo.get(customer))


def test_every_key_of_the_records_has_a_word(app):
    words = app.jinja_env.get_template("staff/_words.html").module
    assert set(words.PURPOSE) == set(PURPOSES) and set(words.WHEN) == set(WHEN)
    assert set(words.OUTCOME) == set(kinds.OUTCOMES)
    assert set(words.STATE) == {"open", "taken", "done", "cancelled"}
    assert tuple(words.BAND) == waiting.BANDS
    assert set(words.URGENCY) == {"danger", "fresh", "waiting", "late"}
    assert set(words.ROLE) == {CANBO.role, GIAMSAT.role, "admin", "helper"}


def test_no_english_on_any_screen_of_the_desk(canbo, ask, ring):
    tickets = [ask(), ring(place="bills", code=HOA.code), ask(MAY)]
    canbo.post(f"/staff/work/{tickets[0]}/take")
    canbo.post(f"/staff/work/{tickets[2]}/take")
    canbo.post(f"/staff/work/{tickets[2]}/end", data={"outcome": "unreachable", "anyway": "1"})
    for path in ("/staff/", *(f"/staff/work/{ticket}" for ticket in tickets)):
        assert english(canbo.get(path)) == []
