"""Xong at the foot of a request's page: nothing is preselected, what is missing is named, and a
minute to take it back."""

from __future__ import annotations

import pytest

from db import desk as desk_records
from db.connection import run
from services.clock import MINUTE
from services.desk import kinds
from tests import contracts
from tests.officers import HANH, audited
from tests.staff.conftest import english, text
from tests.villagers import NOON


@pytest.fixture
def taken(canbo, ask):
    """A request that Cán bộ holds; returns its address."""
    ticket = ask()
    canbo.post(f"/staff/work/{ticket}/take")
    return f"/staff/work/{ticket}"


def state(address):
    return desk_records.get(address.rpartition("/")[2]).state


def test_no_result_is_chosen_beforehand_and_the_form_stands_last(canbo, taken):
    page = canbo.get(taken).text
    form = page[page.index('id="end"'):]
    assert '<option value="">Chọn kết quả</option>' in form and "selected" not in form
    assert ">Xong</button>" in form and page.index('id="papers"') < page.index('id="end"')
    assert ">Xong</button>" not in page[:page.index('id="end"')]


@pytest.mark.parametrize("data", [{}, {"outcome": ""}, {"outcome": "?"},
                                  {"outcome": "?", "anyway": "1"}])
def test_without_a_result_nothing_ends(canbo, taken, data):
    answer = canbo.post(f"{taken}/end", data=data)
    assert answer.status_code == 422 and "Lỗi: Hãy chọn kết quả" in text(answer)
    assert state(taken) == "taken"


@pytest.mark.parametrize("outcome", kinds.OUTCOMES)
def test_what_is_missing_is_named_and_asked_about(canbo, taken, outcome):
    answer = canbo.post(f"{taken}/end", data={"outcome": outcome})
    assert answer.status_code == 200 and english(answer) == []
    assert "Còn thiếu 2 giấy, chưa ký. Vẫn kết thúc?" in text(answer)
    assert f'<option value="{outcome}" selected>' in answer.text
    assert ">Vẫn kết thúc</button>" in answer.text and ">Xong</button>" not in answer.text
    assert state(taken) == "taken"


@pytest.mark.parametrize(("papers", "words"), [
    (["received"], "Còn thiếu 1 giấy, còn 1 giấy chưa xem, chưa ký. Vẫn kết thúc?"),
    (["received", "received"], "Còn 2 giấy chưa xem, chưa ký. Vẫn kết thúc?"),
    (["accepted", "refused"], "Còn thiếu 1 giấy, chưa ký. Vẫn kết thúc?"),
    (["accepted", "accepted"], "Chưa ký. Vẫn kết thúc?"),
    (["accepted", "unoriginal"], "Chưa ký, 1 giấy chưa đối chiếu bản gốc. Vẫn kết thúc?")])
def test_it_is_named_as_it_is(canbo, taken, papers, words):
    for kind, one in zip(("identity", "place"), papers, strict=False):
        seen, one = int(one != "unoriginal"), one.replace("unoriginal", "accepted")
        run("INSERT INTO contract_paper (ticket, kind, state, reason, original_seen, decided_by,"
            " changed_at) VALUES (?, ?, ?, '', ?, '', ?)", taken[-9:], kind, one, seen, NOON)
    assert words in text(canbo.post(f"{taken}/end", data={"outcome": "helped"}))


def test_ended_all_the_same_it_can_be_taken_back_from_the_page_and_the_desk(canbo, taken, clock):
    answer = canbo.post(f"{taken}/end", data={"outcome": "helped", "anyway": "1"})
    assert (answer.status_code, state(taken)) == (303, "done")
    assert audited()[-1][1:] == ("request.end", taken[-9:], "helped papers=2 unsigned")
    page, desk = canbo.get(taken), canbo.get("/staff/")
    assert "Việc đã kết thúc: đã giúp khách xong" in text(page)
    for seen in (page, desk):
        assert f'action="{taken}/reopen"' in seen.text and ">Lấy lại</button>" in seen.text
    assert "Xong hôm nay 1" in text(desk)
    clock.ms += MINUTE
    for seen in (canbo.get(taken), canbo.get("/staff/")):
        assert "Lấy lại" not in text(seen)


def test_taken_back_it_is_held_as_before(canbo, taken):
    canbo.post(f"{taken}/end", data={"outcome": "no_papers", "anyway": "1"})
    assert canbo.post(f"{taken}/reopen").status_code == 303
    assert state(taken) == "taken" and ">Xong</button>" in canbo.get(taken).text


def test_after_the_minute_the_page_says_why_not(canbo, taken, clock):
    canbo.post(f"{taken}/end", data={"outcome": "helped", "anyway": "1"})
    clock.ms += MINUTE
    answer = canbo.post(f"{taken}/reopen")
    assert answer.status_code == 409 and "Lỗi: Đã quá một phút" in text(answer)
    assert state(taken) == "done"


def test_a_text_on_its_way_is_told_of(canbo, taken):
    canbo.post(f"{taken}/end", data={"outcome": "helped", "anyway": "1"})
    run("UPDATE outbox_message SET state = 'leased', attempts = 1 WHERE kind = 'done'")
    answer = canbo.post(f"{taken}/reopen")
    assert answer.status_code == 409 and "Lỗi: Tin nhắn cho khách đã gửi đi" in text(answer)


def test_a_colleague_neither_ends_nor_takes_back(canbo, sign_in, taken):
    hanh = sign_in(HANH)
    assert hanh.post(f"{taken}/end", data={"outcome": "helped"}).status_code == 409
    canbo.post(f"{taken}/end", data={"outcome": "helped", "anyway": "1"})
    assert "Lấy lại" not in text(hanh.get(taken))
    assert hanh.post(f"{taken}/reopen").status_code == 409 and state(taken) == "done"


def test_a_sealed_contract_ends_without_a_question(app, canbo, here):
    ticket = contracts.signed(here)
    answer = canbo.post(f"/staff/work/{ticket}/end", data={"outcome": "helped"})
    assert (answer.status_code, desk_records.get(ticket).state) == (303, "done")


def test_a_signed_contract_cannot_end_as_refused(app, canbo, here):
    ticket = contracts.signed(here)
    answer = canbo.post(f"/staff/work/{ticket}/end", data={"outcome": "no_papers"})
    assert answer.status_code == 422 and "Hợp đồng đã ký" in text(answer)


def test_a_call_ends_without_a_question_and_is_taken_back(canbo, ring):
    ticket = ring(place="bills")
    canbo.post(f"/staff/work/{ticket}/take")
    page = canbo.get(f"/staff/work/{ticket}")
    assert "Không nhận hồ sơ" not in page.text and ">Xong</button>" in page.text
    assert canbo.post(f"/staff/work/{ticket}/end", data={}).status_code == 422
    assert canbo.post(f"/staff/work/{ticket}/end", data={"outcome": "helped"}).status_code == 303
    assert "Lấy lại" in text(canbo.get(f"/staff/work/{ticket}"))
    canbo.post(f"/staff/work/{ticket}/reopen")
    assert desk_records.get(ticket).state == "taken"
