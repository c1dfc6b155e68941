"""A full or a read-only disk stops nobody from looking up; what must be kept is refused whole, and
all goes on when there is room again."""

from __future__ import annotations

import contextlib
import resource
from collections.abc import Callable, Iterator

import pytest

from db.connection import fetch, fetch_row, write
from services.bills import payment_links
from services.payments import payments
from services.payments.payments import Report
from tests import officers
from tests.kiosk.person import enter, text
from tests.officers import CANBO, PASSWORD
from tests.villagers import HOA, MAY, NOON

MINUTE = 60_000


@pytest.fixture(params=["full", "read-only"])
def refusing(request, app, database_url) -> Callable[[], contextlib.AbstractContextManager]:
    """refusing(): while it lasts, the disk takes nothing in; what can be read can be read. The
    database is open by then, as it is in a server that works."""
    fetch("SELECT COUNT(*) FROM customer")
    return _full if request.param == "full" else _read_only


@contextlib.contextmanager
def _full() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextlib.contextmanager
def _read_only() -> Iterator[None]:
    fetch("PRAGMA query_only=ON")
    try:
        yield
    finally:
        fetch("PRAGMA query_only=OFF")


pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


def sessions() -> int:
    return fetch_row("SELECT COUNT(*) FROM kiosk_session")[0]


def test_a_code_is_looked_up_at_the_kiosk(client, refusing) -> None:
    with refusing():
        assert enter(client, HOA).location == "/kiosk/bills"
        assert "546.108 đ" in text(client.get("/kiosk/bills"))
        assert client.get("/kiosk/outages").status_code == 200
        assert enter(client, MAY).status_code == 303
        shown = text(client.get("/kiosk/bills"))
        assert "107.136 đ" in shown and "546.108 đ" not in shown
    assert sessions() == 0


def test_a_visit_goes_on_while_the_disk_refuses_and_after(client, clock, refusing) -> None:
    enter(client, HOA)
    clock.ms += MINUTE
    with refusing():
        assert "546.108 đ" in text(client.get("/kiosk/bills"))
    clock.ms += MINUTE
    assert "546.108 đ" in text(client.get("/kiosk/bills"))


def test_the_machine_forgets_whom_only_the_browser_knew(client, clock, refusing) -> None:
    with refusing():
        enter(client, HOA)
        assert client.post("/kiosk/end").status_code == 303
        assert client.get("/kiosk/bills").location == "/kiosk/customer"
        enter(client, HOA)
        clock.ms += 10 * MINUTE
        assert client.get("/kiosk/bills").location == "/kiosk/customer"
        enter(client, HOA)
        client.get("/kiosk/")
        assert client.get("/kiosk/bills").location == "/kiosk/customer"


def test_ending_forgets_the_person_though_nothing_can_be_written(client, refusing) -> None:
    enter(client, HOA)
    with refusing():
        assert client.post("/kiosk/end").status_code == 303
        assert client.get("/kiosk/bills").location == "/kiosk/customer"
    assert client.get("/kiosk/bills").location == "/kiosk/customer"


def test_when_there_is_room_again_the_visit_is_stored_with_what_it_knew(client, refusing) -> None:
    with refusing():
        enter(client, HOA)
    assert client.post("/kiosk/look", data={"switch": "big", "on": "1"}).status_code == 303
    assert sessions() == 1
    assert "546.108 đ" in text(client.get("/kiosk/bills"))


def test_what_only_the_browser_knows_proves_nothing(client, refusing) -> None:
    with refusing():
        enter(client, HOA)
        assert client.get("/kiosk/meter").location.startswith("/kiosk/proof")


def test_codes_are_counted_all_the_same(client, refusing) -> None:
    with refusing():
        answers = [enter(client, f"PA04DH{number:07}").status_code for number in range(100, 170)]
    assert answers[:60] == [422] * 60 and answers[-1] == 429


def test_an_unknown_code_is_told_as_ever(client, refusing) -> None:
    with refusing():
        answer = enter(client, "PA04DH0099999")
    assert answer.status_code == 422 and "Lỗi:" in text(answer)


def test_a_payment_link_opens(client, refusing, vault) -> None:
    token = write(lambda: payment_links.link_for(HOA.code, NOON))[0]
    with refusing():
        assert "546.108" in text(client.get(f"/q/{token}"))
        assert client.get("/q/aaaaaaaaaa").status_code == 404


def test_an_officer_who_is_signed_in_looks_on(client, clock, refusing) -> None:
    officers.hire()
    client.post("/staff/signin", data={"name": CANBO.name, "password": PASSWORD})
    clock.ms += 2 * MINUTE
    with refusing():
        assert client.get("/staff/").status_code == 200
    assert client.get("/staff/").status_code == 200


@pytest.mark.parametrize(("path", "form"), [
    ("/kiosk/look", {"switch": "big", "on": "1"}), ("/kiosk/help", {}),
    ("/staff/signin", {"name": CANBO.name, "password": PASSWORD})])
def test_what_must_be_kept_is_refused_for_now(client, refusing, path, form) -> None:
    officers.hire()
    with refusing():
        answer = client.post(path, data=form)
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "5")


def test_nothing_is_half_written_and_all_goes_on_when_there_is_room(client, refusing) -> None:
    report = Report("momo", "T1", f"{HOA.code}-202610-1", 546_108, NOON, "0" * 64)
    with refusing(), pytest.raises(Exception, match=r"full|readonly|I/O"):
        payments.post(report, NOON)
    assert fetch("SELECT id FROM payment") == fetch("SELECT id FROM outbox_message") == []
    assert payments.post(report, NOON)[1]
    assert payments.post(report, NOON)[1] is False
