"""Papers photographed at the kiosk, by whoever has the ticket."""

from __future__ import annotations

import io

import pytest

from db.connection import fetch, run
from services.contracts import papers, requests
from services.contracts.requests import Wish
from tests import photographs
from tests.kiosk.person import heading, text, title
from tests.services.decoding import killing
from tests.villagers import HOA, NOON


@pytest.fixture
def ticket(app, vault) -> str:
    """Hoa asked by text."""
    return requests.request(Wish(HOA.name, vault.seal_phone(HOA.phone), HOA.commune_code,
                                 "any", "sms"), NOON)


@pytest.fixture
def standing(client, ticket):
    """Hoa's browser at the kiosk, her ticket given."""
    assert client.post("/kiosk/contract/papers", data={"ticket": ticket[3:]}).location == (
        "/kiosk/contract/papers/missing")
    return client


def send(client, kind: str, *photos: bytes):
    files = [(io.BytesIO(photo), "1.jpg") for photo in photos]
    return client.post(f"/kiosk/contract/papers/{kind}", data={"photo": files},
                       content_type="multipart/form-data")


def test_the_missing_papers_are_shown_and_nothing_else(standing) -> None:
    page = standing.get("/kiosk/contract/papers/missing")
    assert heading(page) == "Bác chụp giấy nào?"
    assert "Căn cước" in text(page) and "Giấy tờ nhà đất" in text(page)
    assert HOA.name not in text(page) and "0912" not in text(page)


def test_a_photographed_paper_waits_for_the_officer(standing, ticket) -> None:
    assert send(standing, "identity", photographs.jpeg(), photographs.jpeg()).status_code == 303
    paper = papers.checklist(requests.status(ticket))[0]
    assert (paper.row.state, len(paper.pages), paper.pages[0].channel) == ("received", 2, "kiosk")
    page = standing.get("/kiosk/contract/papers/missing")
    assert "Căn cước" not in text(page)
    send(standing, "place", photographs.jpeg())
    assert heading(standing.get("/kiosk/contract/papers/missing")) == "Giấy tờ đã có đủ"


def test_a_paper_that_is_there_takes_no_more(standing) -> None:
    send(standing, "identity", photographs.jpeg())
    assert standing.get("/kiosk/contract/papers/identity").status_code == 303
    assert send(standing, "identity", photographs.jpeg()).status_code == 409


@pytest.mark.parametrize(("photos", "words"), [
    ([], "Chưa có ảnh"), ([b""], "không đọc được"), ([photographs.HEIC], "không đọc được"),
    ([photographs.png(30_000, 30_000)], "quá lớn"), ([b"text"], "không đọc được")])
def test_a_bad_photograph_is_told(standing, photos, words) -> None:
    answer = send(standing, "identity", *photos)
    assert answer.status_code == 422 and f"{words}" in text(answer)
    assert title(answer).startswith("Lỗi:")
    assert fetch("SELECT 1 FROM contract_page") == []


def test_a_reader_that_is_killed_asks_to_come_back_and_the_next_photograph_is_taken(standing):
    with killing.killed(1) as ended:
        answer = send(standing, "identity", killing.large())
    assert len(ended) == 1 and answer.status_code == 503 and answer.headers["Retry-After"]
    assert "Lỗi: Máy đang bận" in text(answer) and "Gọi cán bộ" in answer.text
    assert fetch("SELECT 1 FROM contract_page") == []
    assert send(standing, "identity", photographs.jpeg()).status_code == 303


def test_a_machine_that_sends_many_photographs_is_stopped_before_they_are_read(standing) -> None:
    for _time in range(6):
        assert send(standing, "identity", *[b"no picture"] * 10).status_code == 422
    answer = send(standing, "identity", photographs.jpeg())
    assert answer.status_code == 429 and "Lỗi: Máy đã nhận nhiều ảnh" in text(answer)


def test_dots_are_counted_before_they_are_decoded(standing) -> None:
    heads = [photographs.png(8_000, 5_000)] * 4  # good heads with almost nothing behind them
    for _time in range(5):
        assert send(standing, "identity", *heads).status_code == 422
    assert send(standing, "identity", *heads).status_code == 429


@pytest.mark.parametrize("typed", ["", "12", "GAP-482915", "HD-000000", "x" * 50])
def test_an_unknown_ticket_is_told(client, ticket, typed) -> None:
    answer = client.post("/kiosk/contract/papers", data={"ticket": typed})
    assert answer.status_code == 422 and "Lỗi: Không thấy số phiếu này" in text(answer)


@pytest.mark.parametrize("ended", ["state = 'done'", "stage = 'signed'", "stage = 'refused'"])
def test_a_request_that_is_over_takes_no_papers(client, ticket, ended) -> None:
    run(f"UPDATE contract_request SET {ended}")
    assert client.post("/kiosk/contract/papers", data={"ticket": ticket}).status_code == 422


def test_without_a_ticket_every_page_asks_for_it(client) -> None:
    for page in ("missing", "identity", "castle"):
        assert client.get(f"/kiosk/contract/papers/{page}").location == "/kiosk/contract/papers"


def test_a_paper_that_is_not_asked_for_is_not_taken(standing) -> None:
    assert standing.get("/kiosk/contract/papers/castle").status_code == 303
    assert send(standing, "castle", photographs.jpeg()).status_code == 404


def test_many_tickets_tried_are_too_many(client, ticket) -> None:
    statuses = [client.post("/kiosk/contract/papers", data={"ticket": str(number)}).status_code
                for number in range(100_000, 100_061)]
    assert (set(statuses[:60]), statuses[60]) == ({422}, 429)


def test_the_end_forgets_the_ticket(standing) -> None:
    standing.post("/kiosk/end")
    assert standing.get("/kiosk/contract/papers/missing").location == "/kiosk/contract/papers"


def test_the_keypad_types_without_a_script(client) -> None:
    page = client.post("/kiosk/contract/papers", data={"ticket": "48", "key": "2"})
    assert page.status_code == 200 and 'value="482"' in page.text
