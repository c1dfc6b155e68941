"""A contract read and heard at the kiosk by who is to sign it."""

from __future__ import annotations

import pytest

from db.connection import fetch_row, run, write
from services.contracts import requests
from services.contracts.requests import Wish
from tests import contracts, officers
from tests.kiosk.person import heading, text, title
from tests.villagers import HOA, NOON, PAO


@pytest.fixture
def ticket(app, here) -> str:
    """Hoa's contract, drafted."""
    officers.hire()
    return contracts.drafted(here)[0]


@pytest.fixture
def reader(client, ticket, vault):
    """Hoa at the kiosk, the code of the text given."""
    assert client.post("/kiosk/agreement", data={"ticket": ticket[3:]}).location == (
        "/kiosk/agreement/proof")
    client.post("/kiosk/agreement/proof")
    answer = client.post("/kiosk/agreement/code", data={"proof": contracts.last_code(vault)})
    assert answer.location == "/kiosk/agreement/1"
    return client


def pages(client) -> int:
    shown = client.get("/kiosk/agreement/1")
    return int(text(shown).partition("1/")[2].split()[0])


def test_before_the_proof_nothing_of_the_contract_is_told(client, ticket):
    assert client.get("/kiosk/agreement/1").location == "/kiosk/agreement"
    client.post("/kiosk/agreement", data={"ticket": ticket})
    page = client.get("/kiosk/agreement/proof")
    assert "số điện thoại đã đăng ký" in text(page) and HOA.name not in text(page)
    assert "017" not in text(page)
    assert client.get("/kiosk/agreement/1").location == "/kiosk/agreement/proof"
    assert len(client.get("/kiosk/speech/agreement?page=1").data) < 1_000  # nothing is said


def test_the_summary_comes_first_and_names_the_draft(reader, ticket):
    page = reader.get("/kiosk/agreement/1")
    digest = contracts.digest_of(ticket)
    assert heading(page) == "Tóm tắt hợp đồng" and HOA.name in text(page)
    assert f"{digest[:4]} {digest[4:8]}" in text(page) and ">Sau<" in page.text
    assert ">Trước<" not in page.text and page.headers["Cache-Control"] == "no-store"


def test_every_clause_is_turned_to_and_the_end_says_what_to_do(reader):
    last = pages(reader)
    shown = [reader.get(f"/kiosk/agreement/{number}") for number in range(1, last + 1)]
    titles = [heading(page) for page in shown]
    for number in range(1, 12):
        assert any(one.startswith(f"Điều {number}.") for one in titles)
    assert "Bên mua trả đủ tiền trong 7 ngày" in " ".join(map(text, shown))
    assert titles[-1] == "Bác đã đọc hết hợp đồng" and "gặp cán bộ để ký" in text(shown[-1])
    assert reader.get(f"/kiosk/agreement/{last + 1}").location == f"/kiosk/agreement/{last}"


def test_the_text_for_signing_names_the_same_draft(ticket, here):
    contracts.send_code(ticket, contracts.digest_of(ticket), here)
    params = fetch_row("SELECT params FROM outbox_message WHERE kind = 'otp'")[0]
    digest = contracts.digest_of(ticket)
    assert f'"about":"{digest[:4]} {digest[4:8]}"' in params


@pytest.mark.parametrize(("path", "most"), [("?page=1", 2_000_000), ("?page=5", 3_000_000),
                                            ("?page=99", 900_000), ("?step=ticket", 900_000)])
def test_a_page_is_heard(reader, path, most):
    clip = reader.get(f"/kiosk/speech/agreement{path}")
    assert clip.mimetype == "audio/wav" and 20_000 < len(clip.data) < most


def test_a_wrong_code_is_told_and_opens_nothing(client, ticket, vault):
    client.post("/kiosk/agreement", data={"ticket": ticket})
    client.post("/kiosk/agreement/proof")
    code = contracts.last_code(vault)
    wrong = client.post("/kiosk/agreement/code", data={"proof": f"{(int(code) + 1) % 10**6:06}"})
    assert wrong.status_code == 422 and title(wrong).startswith("Lỗi: Mã chưa đúng")
    assert client.get("/kiosk/agreement/1").location == "/kiosk/agreement/proof"


def test_who_has_no_phone_gives_the_number_of_the_card(client, ticket, here):
    pao = contracts.drafted(here, PAO)[0]
    client.post("/kiosk/agreement", data={"ticket": pao})
    assert client.get("/kiosk/agreement/proof").location == "/kiosk/agreement/code"
    assert "Số căn cước của bác?" in text(client.get("/kiosk/agreement/code"))
    key = client.post("/kiosk/agreement/code", data={"proof": "0190", "key": "6"})
    assert 'value="01906"' in key.text
    wrong = client.post("/kiosk/agreement/code", data={"proof": "019068000042"})
    assert wrong.status_code == 422 and "Số căn cước chưa đúng" in text(wrong)
    assert client.post("/kiosk/agreement/code", data={"proof": "019068000041"}).status_code == 303
    assert PAO.name in text(client.get("/kiosk/agreement/1"))


@pytest.mark.parametrize("typed", ["", "12", "HD-000000", "GAP-482915"])
def test_an_unknown_ticket_is_told(client, ticket, typed):
    answer = client.post("/kiosk/agreement", data={"ticket": typed})
    assert answer.status_code == 422 and "Lỗi: Không thấy số phiếu này" in text(answer)


def test_a_contract_that_is_not_drafted_yet_says_so(client, app, vault):
    asked = requests.request(Wish(HOA.name, vault.seal_phone(HOA.phone), HOA.commune_code, "any",
                                  "sms"), NOON)
    assert heading(client.post("/kiosk/agreement", data={"ticket": asked})) == (
        "Chưa đọc được hợp đồng này")


def test_a_draft_taken_back_while_it_is_read_is_not_shown_any_more(reader):
    write(lambda: run("UPDATE contract_request SET stage = 'requested'"))
    assert reader.get("/kiosk/agreement/2").location == "/kiosk/agreement/proof"


def test_the_end_forgets_the_contract(reader):
    reader.post("/kiosk/end")
    assert reader.get("/kiosk/agreement/1").location == "/kiosk/agreement"


def test_a_signed_contract_is_taken_along_as_a_qr_code(reader, ticket):
    assert reader.post("/kiosk/agreement/take").location == "/kiosk/agreement"
    write(lambda: run("UPDATE agreement SET state = 'signed'"))
    write(lambda: run("UPDATE contract_request SET stage = 'signed', signed_at = 1"))
    page = reader.get(f"/kiosk/agreement/{pages(reader)}")
    assert "Hợp đồng này đã ký." in text(page) and "Lấy về điện thoại" in text(page)
    for _ in range(5):
        shown = reader.post("/kiosk/agreement/take")
        assert 'alt="Mã QR mở hợp đồng"' in shown.text and shown.status_code == 200
    assert reader.post("/kiosk/agreement/take").status_code == 429
