"""The contract at the officers' door: what it answers, to whom, and in which words."""

from __future__ import annotations

import pytest

from db.connection import fetch_row, run, write
from tests import contracts
from tests.contracts import CONSENTS, DRAWN
from tests.officers import HANH, PASSWORD, VO, audited
from tests.staff.conftest import english, text
from tests.villagers import PAO


@pytest.fixture
def ticket(vault):
    """Hoa's file is complete and Cán bộ holds it."""
    return contracts.complete(vault)


def post(browser, ticket, step="", **fields):
    address = f"/staff/work/{ticket}/contract{step}"
    lists = {name: list(value) if isinstance(value, tuple) else value
             for name, value in fields.items()}  # a tuple would be a file
    return browser.post(address, data=lists)


def drafted(browser, ticket):
    assert post(browser, ticket).status_code == 303
    return contracts.digest_of(ticket)


def signed(browser, ticket, vault):
    digest = drafted(browser, ticket)
    post(browser, ticket, "/code", digest=digest)
    return post(browser, ticket, "/sign", digest=digest, code=contracts.last_code(vault),
                consent=CONSENTS)


def test_the_page_leads_from_draft_to_signature(canbo, ticket, vault):
    page = canbo.get(f"/staff/work/{ticket}")
    assert "Soạn hợp đồng" in text(page) and "Mã OTP" not in text(page)
    drafted(canbo, ticket)
    page = canbo.get(f"/staff/work/{ticket}")
    for name in ("Gửi mã OTP", "Mã OTP", "Ký hợp đồng", "Khách đồng ý", "091****017"):
        assert name in text(page)
    assert english(page) == []
    assert signed(canbo, ticket, vault).status_code == 303
    page = canbo.get(f"/staff/work/{ticket}")
    assert "Đã ký" in text(page) and "Tải hợp đồng đã ký" in text(page)
    assert "Ký hợp đồng </button>" not in page.text and english(page) == []


def test_the_signed_contract_is_a_download_on_the_record(canbo, ticket, vault):
    signed(canbo, ticket, vault)
    answer = canbo.get(f"/staff/work/{ticket}/contract.pdf")
    assert answer.data.startswith(b"%PDF-") and answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == f"attachment; filename=hop-dong-{ticket}.pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("canbo", "contract.copy", ticket, "") in audited()


def test_the_draft_is_read_page_by_page(canbo, ticket):
    drafted(canbo, ticket)
    page = canbo.get(f"/staff/work/{ticket}/contract")
    assert page.text.count("<img ") == 3 and english(page) == []
    picture = canbo.get(f"/staff/work/{ticket}/contract/1.png")
    assert picture.data.startswith(b"\x89PNG") and picture.mimetype == "image/png"
    assert canbo.get(f"/staff/work/{ticket}/contract/4.png").status_code == 404
    assert canbo.get(f"/staff/work/{ticket}/contract/0.png").status_code == 404


@pytest.mark.parametrize("path", ["contract", "contract/1.png", "contract.pdf"])
def test_what_is_not_there_yet_is_not_there(canbo, ticket, path):
    assert canbo.get(f"/staff/work/{ticket}/{path}").status_code == 404


@pytest.mark.parametrize("person", [HANH, VO])
def test_a_colleague_reads_and_takes_nothing(sign_in, canbo, ticket, vault, person):
    drafted(canbo, ticket)
    other = sign_in(person)
    assert other.get(f"/staff/work/{ticket}/contract").status_code == 404
    assert other.get(f"/staff/work/{ticket}/contract/1.png").status_code == 404
    signed(canbo, ticket, vault)
    assert other.get(f"/staff/work/{ticket}/contract.pdf").status_code == 404


@pytest.mark.parametrize("step", ["", "/code", "/sign", "/approve", "/turn-down", "/seal"])
def test_out_of_reach_is_not_found(sign_in, ticket, step):
    assert post(sign_in(VO), ticket, step, digest="x").status_code == 404


@pytest.mark.parametrize("step", ["", "/code", "/sign"])
def test_who_does_not_hold_it_is_told_so(sign_in, ticket, step):
    answer = post(sign_in(HANH), ticket, step, digest="x")
    assert answer.status_code == 409 and "không phải do bạn đang giữ" in text(answer)


def test_an_empty_field_is_told_by_name(canbo, ticket, vault):
    empty = vault.seal('{"citizen_id":"","birth_date":"1980-02-03","address":"Xóm 1"}',
                       f"details:{ticket}")
    write(lambda: run("UPDATE contract_request SET details_sealed = ?", empty))
    answer = post(canbo, ticket)
    assert answer.status_code == 422 and "còn thiếu: Số căn cước." in text(answer)


@pytest.mark.parametrize(("fields", "status", "words"), [
    ({"code": "12"}, 422, "Mã OTP không đúng. Còn 4 lần nhập."),
    ({"consent": CONSENTS[:1]}, 422, "Khách chưa đồng ý đủ các mục."),
    ({"digest": "cũ"}, 409, "Hãy soạn lại"),
    ({"hand": DRAWN}, 422, "Khách có điện thoại thì ký bằng mã OTP."),
])
def test_a_signature_that_does_not_hold_is_told(canbo, ticket, vault, fields, status, words):
    digest = drafted(canbo, ticket)
    post(canbo, ticket, "/code", digest=digest)
    whole = {"digest": digest, "code": contracts.last_code(vault), "consent": CONSENTS, **fields}
    answer = post(canbo, ticket, "/sign", **whole)
    assert answer.status_code == status and words in text(answer) and english(answer) == []


def test_a_code_that_was_never_sent_is_told(canbo, ticket):
    digest = drafted(canbo, ticket)
    answer = post(canbo, ticket, "/sign", digest=digest, code="123456", consent=CONSENTS)
    assert answer.status_code == 422 and "hết hạn, đã dùng hoặc chưa gửi" in text(answer)


def test_too_many_codes_are_told(canbo, ticket):
    digest = drafted(canbo, ticket)
    answers = [post(canbo, ticket, "/code", digest=digest) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 429]
    assert "quá nhiều mã" in text(answers[-1])


@pytest.mark.parametrize(("witness", "words"), [
    (("hanh", "sai"), "Tên, mật khẩu hoặc mã xác thực của cán bộ chứng kiến không đúng."),
    (("canbo", PASSWORD), "Người thứ hai phải là người khác"),
])
def test_the_second_officer_must_be_another_and_known(canbo, vault, witness, words):
    ticket = contracts.complete(vault, PAO)
    digest = drafted(canbo, ticket)
    answer = post(canbo, ticket, "/sign", digest=digest, hand=DRAWN, consent=CONSENTS,
                  witness=witness[0], witness_password=witness[1])
    assert answer.status_code in (409, 422) and words in text(answer)
    assert PASSWORD not in answer.text


def test_without_a_certificate_the_page_says_whom_to_ask(canbo, ticket, change_settings):
    digest = drafted(canbo, ticket)
    change_settings(seal_p12="/nowhere/seal.p12")
    page = canbo.get(f"/staff/work/{ticket}")
    assert "Quản trị cần đặt SEAL_P12." in text(page) and "Gửi mã OTP" not in text(page)
    assert post(canbo, ticket, "/code", digest=digest).status_code == 503


def test_a_silent_time_stamp_authority_costs_the_customer_nothing(canbo, ticket, vault,
                                                                  change_settings):
    change_settings(tsa_url="http://127.0.0.1:9/tsa")
    answer = signed(canbo, ticket, vault)
    assert answer.status_code == 503 and "Chữ ký của khách đã được ghi nhận" in text(answer)
    assert "Đóng dấu lại" in text(answer) and english(answer) == []
    change_settings(tsa_url="")
    assert post(canbo, ticket, "/seal").status_code == 303
    assert "Đã ký" in text(canbo.get(f"/staff/work/{ticket}"))


def test_the_code_is_nowhere_in_clear(canbo, ticket, vault):
    signed(canbo, ticket, vault)
    code = contracts.last_code(vault)
    rows = str(fetch_row("SELECT params, text FROM outbox_message WHERE kind = 'otp'"))
    assert code not in rows and code not in str(audited())
