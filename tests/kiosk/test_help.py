"""Gọi cán bộ: one press, one call."""

from __future__ import annotations

import re
from datetime import date

import pytest

from db.calls import Call
from services.clock import HOUR, at_local
from services.desk import calls
from services.kiosks import devices
from tests.kiosk.person import enter, heading, text, title
from tests.villagers import HOA

MONDAY_NOON = at_local(date(2026, 11, 16), 12)


@pytest.fixture
def clock(clock):
    """The desk is open: NOON is that of a Sunday."""
    clock.ms = MONDAY_NOON
    return clock


def press(client, place: str = "welcome"):
    answer = client.post("/kiosk/help", data={"from": place})
    assert (answer.status_code, answer.location) == (303, "/kiosk/help")
    return client.get("/kiosk/help")


def test_a_press_puts_a_call_on_the_desk(client, clock) -> None:
    answer = press(client)
    call = Call.get()
    assert heading(answer) == "Đã báo cán bộ. Chưa có ai nhận."
    assert call.ticket in text(answer) and "19006769" in text(answer)
    assert (call.channel, call.place, call.code, call.state, call.created_at) == (
        "kiosk", "welcome", "", "open", clock())


def test_the_desk_sees_screen_and_customer(client) -> None:
    enter(client, HOA)
    press(client, "bills")
    assert (Call.get().place, Call.get().code) == ("bills", HOA.code)


def take(officer: str = "canbo") -> None:
    Call.update(state="taken", officer=officer).execute()


def ask(client):
    """What the page asks every five seconds, in the words of the page itself."""
    path = re.search(r'hx-get="(/kiosk/help/turn[^"]*)"', client.get("/kiosk/help").text)[1]
    return path, client.get(path)


def test_who_waits_hears_who_took_the_call_and_when_it_was_given_back(client) -> None:
    press(client)
    path, nothing_new = ask(client)
    assert nothing_new.status_code == 204
    take()
    answer = client.get(path)
    assert answer.status_code == 200 and heading(answer) == "Cán bộ canbo đã nhận."
    assert heading(client.get("/kiosk/help")) == "Cán bộ canbo đã nhận."
    assert "Không cần gọi nữa" not in text(answer)
    path, _same = ask(client)
    Call.update(state="open", officer="").execute()
    assert heading(client.get(path)) == "Đã báo cán bộ. Chưa có ai nhận."


def test_the_end_of_a_call_is_told_and_the_next_press_is_a_new_one(client) -> None:
    press(client)
    path, _nothing_new = ask(client)
    Call.update(state="done", officer="canbo", outcome="helped").execute()
    answer = client.get(path)
    assert answer.status_code == 286 and heading(answer) == "Cuộc gọi này đã xong."
    assert "hx-get" not in answer.text and "Gọi cán bộ" in text(answer)
    press(client)
    assert Call.select().count() == 2


def test_a_page_whose_visit_ran_out_goes_to_the_start(client) -> None:
    press(client)
    client.post("/kiosk/end")
    answer = client.get("/kiosk/help/turn?seen=open.0..True")
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (286, "/kiosk/")


def test_who_takes_it_back_too_late_is_told_who_has_it(client) -> None:
    press(client)
    take()
    assert client.post("/kiosk/help/withdraw").location == "/kiosk/help"
    assert heading(client.get("/kiosk/help")) == "Cán bộ canbo đã nhận."


@pytest.mark.parametrize(("day", "hour", "said"), [
    (16, 7.25, "Bàn cán bộ mở 7:30–17:00. Bác gọi 19006769."),
    (16, 17, "Bàn cán bộ mở 7:30–17:00. Bác gọi 19006769."),
    (15, 12, "Hôm nay bàn nghỉ."),  # a Sunday
])
def test_outside_the_desks_hours_it_tells_them_and_records_the_call(
        client, clock, day: int, hour: float, said: str) -> None:
    clock.ms = at_local(date(2026, 11, day)) + int(hour * HOUR)
    assert said in text(client.get("/kiosk/help"))
    page = text(press(client))
    assert said in page and "Đã báo cán bộ. Chưa có ai nhận." in page
    assert "<" not in title(client.get("/kiosk/help"))
    assert Call.get().state == "open"
    take()
    assert "Bàn cán bộ mở" not in text(client.get("/kiosk/help"))


def test_the_desks_hours_are_told_in_english_too(client, clock, change_settings) -> None:
    change_settings(desk_hours="07:30-11:30,13:30-17:00")
    clock.ms = MONDAY_NOON
    client.post("/kiosk/language", data={"language": "en"})
    page = text(press(client))
    assert ("The officers&#39; desk is open 7:30–11:30, 13:30–17:00. Please ring 19006769."
            in page.replace("'", "&#39;"))


@pytest.mark.parametrize("place", ["", "nowhere", "<b>", "x" * 500])
def test_a_strange_screen_is_the_welcome(client, place: str) -> None:
    press(client, place)
    assert Call.get().place == "welcome"


def test_pressing_again_within_a_quarter_of_an_hour_is_the_same_call(client, clock) -> None:
    for _ in range(3):
        press(client)
        clock.ms += 60_000
    assert Call.select().count() == 1


def test_the_call_is_the_same_from_screen_to_screen(client) -> None:
    press(client)
    enter(client, HOA)
    press(client, "bills")
    client.get("/kiosk/")
    press(client)
    assert Call.select().count() == 1


def test_later_it_is_a_new_call(client, clock) -> None:
    press(client)
    for _ in range(16):
        clock.ms += 60_000
        client.get("/kiosk/help")
    press(client)
    assert Call.select().count() == 2


def test_two_kiosks_make_two_calls(app) -> None:
    press(app.test_client())
    press(app.test_client())
    assert Call.select().count() == 2


def test_after_the_end_a_press_is_another_persons(client) -> None:
    press(client)
    client.post("/kiosk/end")
    press(client)
    assert Call.select().count() == 2


def test_pressed_by_mistake_the_call_is_taken_back(client, clock) -> None:
    enter(client, HOA)
    press(client, "bills")
    assert client.post("/kiosk/help/withdraw").location == "/kiosk/bills"
    assert (Call.get().state, Call.get().outcome) == ("done", "withdrawn")
    assert heading(client.get("/kiosk/help")) == "Bác cần cán bộ giúp?"
    press(client, "bills")
    assert Call.select().count() == 2


def test_a_call_that_an_officer_took_stays_taken(client, clock) -> None:
    press(client)
    Call.update(state="taken", officer="canbo").execute()
    assert not calls.withdraw(Call.get().ticket, clock())
    press(client)
    assert Call.select().count() == 1 and Call.get().state == "taken"


def test_nothing_is_called_by_looking(client) -> None:
    assert "Gọi cán bộ" in text(client.get("/kiosk/help"))
    client.post("/kiosk/help/withdraw")
    assert Call.select().count() == 0


def here_until() -> int:
    return Call.get().here_until


def test_the_desk_knows_how_long_somebody_is_believed_to_stand_there(client, clock) -> None:
    press(client)
    first = here_until()
    assert first > clock()
    clock.ms += 100_000
    client.get("/kiosk/help/turn", headers={"HX-Request": "true"})
    assert here_until() == first  # the page asked by itself
    client.get("/kiosk/info")
    assert here_until() == first + 100_000
    clock.ms += 1
    client.post("/kiosk/end")
    assert here_until() == 0


def test_who_goes_back_to_the_start_or_gives_a_code_still_stands_there(client, clock) -> None:
    press(client)
    enter(client, HOA)
    client.get("/kiosk/")
    assert here_until() > clock()


def test_the_call_says_which_machine_it_was(app, client) -> None:
    word = devices.add("hall-1", "05569", "", MONDAY_NOON, "Nhà văn hóa Định Hóa")
    client.post("/kiosk/enrol", data={"word": word})
    press(client)
    assert (Call.get().kiosk, Call.get().commune_code) == ("hall-1", "05569")
