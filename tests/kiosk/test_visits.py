"""The visit behind the cookie: short, hashed, gone when it is over."""

from __future__ import annotations

import threading

import pytest

from db import connection
from db.kiosks import KioskSession
from services.kiosks import visits
from services.kiosks.visits import NOBODY
from tests.kiosk.person import enter, heading, text, title
from tests.villagers import HOA, MAY, NOON

MINUTE = 60_000


@pytest.fixture
def strict(app):
    """A client whose forms need their token, as outside the tests."""
    app.config["WTF_CSRF_ENABLED"] = True
    return app.test_client()


def token(client, path: str = "/kiosk/customer") -> str:
    return client.get(path).text.split('name="csrf_token" value="')[1].split('"')[0]


def test_only_a_hash_of_the_cookies_id_is_stored(client) -> None:
    enter(client, HOA)
    with client.session_transaction("/kiosk/") as session:
        visit = session["visit"]
    row = KioskSession.get()
    assert visit not in (row.id_hash, row.data) and len(row.id_hash) == 64


def test_a_visit_ends_by_itself(client, clock, settings) -> None:
    enter(client, HOA)
    clock.ms += (settings.kiosk_idle_s + settings.kiosk_warn_s) * 1000 + MINUTE + 1
    assert client.get("/kiosk/bills").location == "/kiosk/customer"


PAYING = ("/kiosk/pay/202610-1", "/kiosk/pay/202610-1/slip", "/kiosk/pay/202610-1/sent",
          "/kiosk/pay/202610-1/ways")


def money_comes(client):
    """What such a page asks by itself."""
    return client.get(f"{PAYING[0]}/state", headers={"HX-Request": "true"})


@pytest.mark.parametrize("page", PAYING)
def test_a_visit_outlives_a_page_with_a_payment_code(client, clock, settings, page: str) -> None:
    enter(client, HOA)
    client.post("/kiosk/pay/202610-1/slip")
    client.post("/kiosk/pay/202610-1/text", data={"phone": "0912000017"})
    waits = settings.kiosk_pay_idle_s + settings.kiosk_warn_s
    answer = client.get(page)
    assert f'data-idle-s="{settings.kiosk_pay_idle_s}"' in answer.text
    assert f'content="{waits};url=/kiosk/"' in answer.text
    clock.ms += waits * 1000
    assert money_comes(client).status_code == 204
    clock.ms += MINUTE + 1
    assert money_comes(client).headers["HX-Redirect"] == "/kiosk/"


def test_staying_on_a_page_with_a_payment_code_is_staying_as_long(client, clock) -> None:
    enter(client, HOA)
    client.get(PAYING[0])
    for path, data in (("/kiosk/stay", {}), ("/kiosk/look", {"switch": "big", "on": "1"})):
        client.post(path, data=data, headers={"Referer": f"http://localhost{PAYING[0]}"})
        clock.ms += 5 * MINUTE
        assert money_comes(client).status_code == 204


def test_other_pages_say_how_long_they_wait(client, settings) -> None:
    enter(client, HOA)
    for page in ("/kiosk/bills", "/kiosk/help", "/kiosk/pay/202610-1/text", "/kiosk/"):
        assert f'data-idle-s="{settings.kiosk_idle_s}"' in client.get(page).text


def test_a_clock_that_jumps_back_revives_no_visit(client, clock) -> None:
    enter(client, HOA)
    client.post("/kiosk/end")
    clock.ms -= 2 * 60 * MINUTE
    assert client.get("/kiosk/bills").location == "/kiosk/customer"


def test_who_reads_on_stays(client, clock) -> None:
    enter(client, HOA)
    for _ in range(5):
        clock.ms += 2 * MINUTE
        assert client.get("/kiosk/bills").status_code == 200


def test_the_screens_i_am_here_keeps_the_visit(client, clock) -> None:
    enter(client, HOA)
    for _ in range(5):
        clock.ms += 2 * MINUTE
        assert client.post("/kiosk/stay").status_code == 204
    assert client.get("/kiosk/bills").status_code == 200


def test_staying_begins_no_visit(client) -> None:
    client.post("/kiosk/stay")
    assert KioskSession.select().count() == 0


def test_the_next_code_is_a_new_visit_with_a_new_id(client) -> None:
    enter(client, HOA)
    first = client.get_cookie("kiosk").value
    enter(client, MAY)
    assert client.get_cookie("kiosk").value != first
    assert [MAY.code in row.data for row in KioskSession.select()] == [True]


def test_visits_that_ran_out_are_swept_when_one_begins(client, app, clock) -> None:
    enter(app.test_client(), HOA)
    clock.ms += 10 * MINUTE
    enter(client, MAY)
    assert KioskSession.select().count() == 1


def test_a_form_without_its_token_is_refused_kindly(strict) -> None:
    answer = strict.post("/kiosk/customer", data={"code": HOA.code})
    assert answer.status_code == 400 and title(answer).startswith("Lỗi: Trang này để lâu quá rồi.")
    assert 'href="/kiosk/"' in answer.text


def test_a_token_of_an_ended_visit_is_refused(strict) -> None:
    old = token(strict)
    strict.post("/kiosk/end", data={"csrf_token": old})
    strict.get("/kiosk/")
    answer = strict.post("/kiosk/customer", data={"code": HOA.code, "csrf_token": old})
    assert answer.status_code == 400
    assert strict.post("/kiosk/customer", data={"code": HOA.code,
                                                "csrf_token": token(strict)}).status_code == 303


def test_a_token_serves_until_the_person_leaves(strict) -> None:
    first = token(strict)
    for code, status in ((HOA.code, 303), ("PA04", 422), (MAY.code, 303)):
        form = {"code": code, "csrf_token": first}
        assert strict.post("/kiosk/customer", data=form).status_code == status
    strict.get("/kiosk/")
    assert strict.post("/kiosk/help", data={"csrf_token": first}).status_code == 400


def test_choosing_a_look_leaves_the_pages_token_good(strict) -> None:
    good = token(strict)
    strict.post("/kiosk/look", data={"switch": "big", "on": "1", "csrf_token": good})
    answer = strict.post("/kiosk/customer", data={"code": HOA.code, "csrf_token": good})
    assert answer.status_code == 303


def test_another_site_may_not_press_our_buttons(client) -> None:
    answer = client.post("/kiosk/end", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c", "😀", "a" * 4000])
def test_a_forged_cookie_is_nobody(client, cookie: str) -> None:
    answer = client.get("/kiosk/bills", headers={"Cookie": f"kiosk={cookie}".encode().decode(
        "latin-1")})
    assert answer.location == "/kiosk/customer"


def test_two_changes_at_once_are_both_kept(app) -> None:
    visit = visits.update(NOBODY, lambda _: {"n": 0}, NOON, MINUTE)
    def add(name: str) -> None:
        visits.update(visit, lambda data: {**data, name: 1}, NOON, MINUTE)
        connection.database.close()
    threads = [threading.Thread(target=add, args=(f"k{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(visits.find(visit.id, NOON).data) == {"n", *(f"k{n}" for n in range(8))}


def test_a_change_to_a_visit_that_ran_out_begins_a_new_one(app) -> None:
    old = visits.update(NOBODY, lambda _: {"code": HOA.code}, NOON, MINUTE)
    new = visits.update(old, lambda data: {**data, "big": True}, NOON + 2 * MINUTE, MINUTE)
    assert new.id != old.id and new.data == {"big": True}


def test_the_welcome_stands_without_a_database(client, app) -> None:
    client.post("/kiosk/language", data={"language": "en"})
    connection.database.close()
    connection.run("DROP TABLE kiosk_session")
    answer = client.get("/kiosk/nowhere")
    assert answer.status_code == 404 and title(answer) == "Lỗi: Không có trang này. · Quầy Điện"


def test_a_fresh_kiosk_reads_nothing_from_the_database(client) -> None:
    connection.run("DROP TABLE kiosk_session")
    assert heading(client.get("/kiosk/")) == "Bác cần làm gì?"
    assert "Mã khách hàng" in text(client.get("/kiosk/customer"))
