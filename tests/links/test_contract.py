"""The page behind the link to a signed contract, as a small phone without scripts opens it."""

from __future__ import annotations

import re

import pytest

from db.connection import fetch, run, write
from services.clock import DAY, HOUR, MINUTE
from services.contracts import copies
from sms import replies, segments
from tests import contracts, officers
from tests.villagers import HOA

ENGLISH = re.compile(r"\b(the|and|not|error|page|open|code|contract|link|download)\b")


@pytest.fixture
def ticket(app, here) -> str:
    officers.hire()
    return contracts.signed(here)


@pytest.fixture
def address(ticket, vault) -> str:
    return f"/c/{contracts.link_token(vault)}"


@pytest.fixture
def opened(client, address, vault):
    """The phone, the code given."""
    client.post(f"{address}/code")
    answer = client.post(address, data={"proof": contracts.last_code(vault)})
    assert (answer.status_code, answer.location) == (303, address)
    return client


def read(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_opening_the_link_tells_nothing_and_changes_nothing(client, address):
    before = fetch("SELECT COUNT(*) FROM outbox_message"), fetch("SELECT * FROM contract_link")
    page = client.get(address)
    assert page.status_code == 200 and "số điện thoại đã đăng ký" in read(page)
    assert HOA.name not in page.text and not ENGLISH.search(read(page))
    assert len(page.data) < 30_000 and "<script" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert before == (fetch("SELECT COUNT(*) FROM outbox_message"),
                      fetch("SELECT * FROM contract_link"))


def test_the_code_brings_the_sealed_file(opened, address, ticket):
    assert "Tải hợp đồng (PDF)" in read(opened.get(address))
    file = opened.get(f"{address}/hop-dong.pdf")
    assert file.data.startswith(b"%PDF-") and file.headers["Cache-Control"] == "no-store"
    assert file.headers["Content-Disposition"] == f"attachment; filename=hop-dong-{ticket}.pdf"
    assert ("link", "contract.copy", ticket, "") in officers.audited()


def test_a_phone_that_shows_no_pdf_reads_the_words(opened, app, address, ticket):
    page = opened.get(f"{address}/loi")
    assert "Điều 11. Hiệu lực" in read(page) and HOA.name in read(page)
    assert len(page.data) < 30_000 and ("link", "contract.read", ticket, "") in officers.audited()
    assert app.test_client().get(f"{address}/loi").location == address


def test_without_the_proof_there_is_no_file(client, address):
    assert client.get(f"{address}/hop-dong.pdf").location == address


def test_the_proof_is_of_one_browser_for_ten_minutes(opened, app, address, clock):
    assert app.test_client().get(f"{address}/hop-dong.pdf").status_code == 303
    clock.ms += 10 * MINUTE
    assert opened.get(f"{address}/hop-dong.pdf").status_code == 303
    clock.ms -= 2 * HOUR
    assert opened.get(f"{address}/hop-dong.pdf").status_code == 303


@pytest.mark.parametrize(("typed", "words"), [("000", "Mã chưa đúng. Còn 4 lần nhập."),
                                              ("", "Mã chưa đúng. Còn 4 lần nhập.")])
def test_a_wrong_code_is_told(client, address, typed, words):
    client.post(f"{address}/code")
    answer = client.post(address, data={"proof": typed})
    assert answer.status_code == 422 and words in read(answer)
    assert "<title>Lỗi:" in answer.text and 'aria-invalid="true"' in answer.text


def test_a_late_code_and_too_many_codes_are_told(client, address, clock):
    late = client.post(address, data={"proof": "123456"})
    assert late.status_code == 422 and "Hãy lấy mã mới" in read(late)
    for _ in range(3):
        assert client.post(f"{address}/code").location == f"{address}?sent=1"
    many = client.post(f"{address}/code")
    assert many.status_code == 429 and "Hãy chờ 10 phút" in read(many)


def test_a_wrong_a_late_a_locked_and_a_replaced_link_say_what_to_do(client, address, ticket,
                                                                    clock):
    wrong = client.get("/c/kkkkkkkkkkkkkk")
    assert wrong.status_code == 404 and "gõ đúng từng chữ" in read(wrong)
    write(lambda: run("UPDATE contract_link SET tries = 10"))
    locked = client.get(address)
    assert locked.status_code == 410 and "Liên kết đã bị khóa" in read(locked)
    clock.ms += 30 * DAY
    late = client.get(address)
    assert late.status_code == 410 and "Liên kết đã hết hạn" in read(late)
    clock.ms -= 30 * DAY
    copies.revoke(contracts.opened(ticket), clock.ms)
    gone = client.post(address, data={"proof": "123456"})
    assert gone.status_code == 410 and "tin nhắn mới nhất" in read(gone)
    assert "19006769" in read(gone)


def test_a_lost_file_is_told(opened, address, ticket, tmp_path):
    (tmp_path / "files" / "sealed" / f"{ticket}.pdf.sealed").unlink()
    answer = opened.get(f"{address}/hop-dong.pdf")
    assert answer.status_code == 503 and "Chưa lấy được hợp đồng" in read(answer)


def test_a_browser_without_cookies_is_told_so(app, address):
    app.config["WTF_CSRF_ENABLED"] = True
    answer = app.test_client(use_cookies=False).post(address, data={"proof": "123456"})
    assert answer.status_code == 400 and "cookie" in read(answer)


def test_the_phone_reads_the_link_and_the_records_do_not_keep_it(runner, ticket, vault):
    assert runner.invoke(args=["sms", "send", "--once"]).exit_code == 0
    said = runner.invoke(args=["sms", "log", "--to", "0912000017"]).output
    token = contracts.link_token(vault)
    assert f"Hop dong {ticket} da ky. Xem: https://quaydien.example/c/{token} Ma mo" in said
    assert token not in str(fetch("SELECT * FROM outbox_message"))


@pytest.mark.parametrize("public_url", ["http://127.0.0.1:8000", "https://quaydien.example",
                                        "https://" + "a" * 60 + ".vn"])
def test_the_text_is_one_segment_and_says_whom_to_call(public_url):
    url = f"{public_url}/c/{'k' * 14}"
    said = replies.render("signed", brand="QUAYDIEN", hotline="19006769", ticket="HD-482915",
                          url=url)
    assert url in said and "HD-482915 da ky" in said
    assert segments.cost(said).parts == 1 and segments.is_gsm7(said)
    assert "19006769" in said or len(public_url) > 60
