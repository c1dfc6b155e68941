"""The request's page at the desk: the card, the form, the papers, the meeting."""

from __future__ import annotations

import io
import re

import pytest

from services.clock import DAY, MINUTE
from services.contracts import checklists, papers, requests
from tests import photographs
from tests.officers import GIAMSAT, HANH, PASSWORD
from tests.staff.conftest import english, text
from tests.staff.test_signin import enrol
from tests.villagers import HOA

CARD = "019168001234||NGUYỄN THỊ HOA|17051968|Nữ|Xóm Nà Mao, Định Hóa|10052021"
FORM = {"name": "Nguyễn Thị Hoa", "citizen_id": "019168001234", "birth_date": "17/05/1968",
        "address": "Xóm Nà Mao, Định Hóa", "phone": "0912 000 017", "kind": "new",
        "holder_case": "owner", "purpose": "household", "households": "1"}


@pytest.fixture
def held(canbo, ask) -> str:
    """Hoa's request, taken by Cán bộ."""
    ticket = ask()
    canbo.post(f"/staff/work/{ticket}/take")
    return ticket


def upload(browser, ticket: str, kind: str, *photos: bytes):
    files = [(io.BytesIO(photo), f"{number}.jpg") for number, photo in enumerate(photos)]
    return browser.post(f"/staff/work/{ticket}/papers/{kind}", data={"photo": files},
                        content_type="multipart/form-data")


def seen(browser, ticket: str) -> str:
    return re.search(r'name="seen" value="(\d+)"', browser.get(f"/staff/work/{ticket}").text)[1]


def test_the_card_fills_the_form_and_nothing_is_kept(canbo, held) -> None:
    page = canbo.post(f"/staff/work/{held}", data={**FORM, "name": "", "address": "",
                                                   "card": CARD, "read": "1"})
    assert page.status_code == 200 and 'value="019168001234"' in page.text
    assert 'value="Nguyễn Thị Hoa"' in page.text and 'value="17/05/1968"' in page.text
    assert CARD not in page.text
    assert requests.status(held).version == 0


@pytest.mark.parametrize("name", ["Nguy?n Th? Hoa", "Nguy\ufffd\ufffdn", "Nguyá»…n Thá»‹ Hoa"])
def test_a_reader_that_spoils_letters_is_told_and_the_digits_are_taken(canbo, held, name) -> None:
    page = canbo.post(f"/staff/work/{held}", data={
        **FORM, "citizen_id": "", "card": CARD.replace("NGUYỄN THỊ HOA", name), "read": "1"})
    assert page.status_code == 422 and "Lỗi: Đầu đọc làm hỏng chữ trên thẻ" in text(page)
    assert 'value="019168001234"' in page.text and 'value="17/05/1968"' in page.text
    assert name not in page.text and 'name="address" value=""' in page.text
    assert requests.status(held).version == 0


@pytest.mark.parametrize(("field", "typed"), [
    ("name", "Nguyá»…n Thá»‹ Hoa"), ("address", "X\ufffdm N\ufffd Mao"), ("address", "X?m Nà Mao")])
def test_spoilt_letters_are_never_stored(canbo, held, field, typed) -> None:
    page = canbo.post(f"/staff/work/{held}", data={**FORM, "version": "0", field: typed})
    assert page.status_code == 422 and "Lỗi: " in text(page)
    assert requests.status(held).version == 0


def test_reading_a_card_does_not_hide_that_the_file_has_changed(canbo, held) -> None:
    assert canbo.post(f"/staff/work/{held}", data={**FORM, "version": "0"}).status_code == 303
    read = canbo.post(f"/staff/work/{held}", data={**FORM, "version": "0", "card": CARD,
                                                   "read": "1"})
    assert 'name="version" value="0"' in read.text
    late = canbo.post(f"/staff/work/{held}", data={**FORM, "version": "0"})
    assert late.status_code == 409 and "vừa được người khác thay đổi" in text(late)


def test_a_card_that_disagrees_is_refused_and_the_form_stays(canbo, held) -> None:
    page = canbo.post(f"/staff/work/{held}", data={
        **FORM, "card": CARD.replace("1968|", "1969|"), "read": "1", "address": "Xóm Bản Piềng"})
    assert page.status_code == 422 and "Lỗi: Số căn cước trong mã QR không khớp" in text(page)
    assert 'value="Xóm Bản Piềng"' in page.text


def test_a_saved_form_stands_there_again(canbo, held) -> None:
    assert canbo.post(f"/staff/work/{held}", data={**FORM, "version": "0"}).status_code == 303
    assert 'value="019168001234"' in canbo.get(f"/staff/work/{held}").text
    late = canbo.post(f"/staff/work/{held}", data={**FORM, "version": "0"})
    assert late.status_code == 409 and "vừa được người khác thay đổi" in text(late)


def test_a_colleague_neither_sees_nor_changes_the_file(canbo, sign_in, held) -> None:
    canbo.post(f"/staff/work/{held}", data={**FORM, "version": "0"})
    hanh = sign_in(HANH)
    assert "019168001234" not in hanh.get(f"/staff/work/{held}").text
    answer = hanh.post(f"/staff/work/{held}", data={**FORM, "version": "1"})
    assert answer.status_code == 409 and "không phải do bạn đang giữ" in text(answer)
    assert upload(hanh, held, "identity", photographs.jpeg()).status_code == 409


def test_papers_come_in_several_pages_and_are_accepted(canbo, held) -> None:
    assert upload(canbo, held, "identity", photographs.jpeg(),
                  photographs.jpeg()).status_code == 303
    page = canbo.get(f"/staff/work/{held}")
    assert "Xem ảnh (2 trang)" in text(page)
    photo = canbo.get(re.search(r'src="(/staff/papers/[0-9a-f]+)"', page.text)[1])
    assert photo.mimetype == "image/jpeg" and photo.data.startswith(b"\xff\xd8")
    assert photo.headers["Content-Disposition"].startswith("attachment")
    assert photo.headers["X-Content-Type-Options"] == "nosniff"
    assert photo.headers["Cache-Control"] == "no-store"
    answer = canbo.post(f"/staff/work/{held}/papers/identity/accept",
                        data={"seen": seen(canbo, held), "original": "1"})
    assert answer.status_code == 303
    page = canbo.get(f"/staff/work/{held}")
    assert "Bản gốc: đã đối chiếu." in text(page) and 'id="photo-identity"' not in page.text


@pytest.mark.parametrize(("answer", "status", "words"), [
    ({}, 422, "Lỗi: Hãy chọn Đã đối chiếu bản gốc hoặc Chưa thấy bản gốc."),
    ({"original": "x"}, 422, "Lỗi: Hãy chọn Đã đối chiếu bản gốc"),
    ({"original": "0"}, 303, "Bản gốc: chưa thấy.")])
def test_accepting_asks_whether_the_original_was_there(canbo, held, answer, status, words) -> None:
    upload(canbo, held, "place", photographs.jpeg())
    page = canbo.post(f"/staff/work/{held}/papers/place/accept",
                      data={"seen": seen(canbo, held), **answer})
    assert page.status_code == status
    page = page if status == 422 else canbo.get(f"/staff/work/{held}")
    assert words in text(page)


def test_a_photograph_is_for_who_holds_the_file_or_leads(canbo, sign_in, client, held) -> None:
    upload(canbo, held, "identity", photographs.jpeg())
    address = re.search(r'src="(/staff/papers/\w+)"', canbo.get(f"/staff/work/{held}").text)[1]
    assert sign_in(HANH).get(address).status_code == 404
    assert client.get(address).status_code == 303
    assert canbo.get("/staff/papers/" + "0" * 32).status_code == 404


def test_a_refused_paper_says_why(canbo, held) -> None:
    upload(canbo, held, "place", photographs.jpeg())
    data = {"seen": seen(canbo, held), "reason": "nothing"}
    answer = canbo.post(f"/staff/work/{held}/papers/place/refuse", data=data)
    assert answer.status_code == 422 and "Lỗi: Hãy chọn lý do" in text(answer)
    canbo.post(f"/staff/work/{held}/papers/place/refuse", data={**data, "reason": "expired"})
    assert "Bị từ chối" in text(canbo.get(f"/staff/work/{held}"))
    assert "giấy hết hạn" in text(canbo.get(f"/staff/work/{held}"))


@pytest.mark.parametrize(("reason", "words"), [
    ("empty", "Tệp ảnh trống"), ("bytes", "nhiều nhất 12 MB"), ("heic", "HEIC"),
    ("kind", "không phải ảnh"), ("pixels", "quá nhiều điểm ảnh"), ("broken", "bị hỏng")])
def test_a_bad_photograph_is_told_in_words(canbo, held, reason, words) -> None:
    answer = upload(canbo, held, "identity", photographs.BAD[reason])
    assert answer.status_code == 422 and re.search(f"Lỗi: [^.]*{words}", text(answer))
    assert "Còn thiếu" in text(answer)


def test_no_photograph_is_told_too(canbo, held) -> None:
    answer = canbo.post(f"/staff/work/{held}/papers/identity", data={})
    assert answer.status_code == 422 and "Lỗi: Chưa chọn ảnh nào" in text(answer)


def test_forty_megabytes_are_read_and_refused_in_words(canbo, held) -> None:
    answer = upload(canbo, held, "identity", b"\xff\xd8" + bytes(40 * 1024 * 1024))
    assert answer.status_code == 422 and "Lỗi: Ảnh quá lớn" in text(answer)


def test_the_picture_of_a_card_asks_for_the_password_again(canbo, held, clock) -> None:
    upload(canbo, held, "identity", photographs.jpeg())
    address = re.search(r'src="(/staff/papers/\w+)"', canbo.get(f"/staff/work/{held}").text)[1]
    assert canbo.get(address).mimetype == "image/jpeg"
    clock.ms += 10 * MINUTE
    assert canbo.get(address).location == f"/staff/work/{held}#papers"
    page = canbo.get(f"/staff/work/{held}")
    assert address not in page.text and "Mật khẩu của bạn" in text(page) and english(page) == []
    see = f"/staff/work/{held}/papers/see"
    wrong = canbo.post(see, data={"password": "khong-phai"})
    assert wrong.status_code == 422 and "Lỗi: Mật khẩu không đúng" in text(wrong)
    assert canbo.get(address).status_code == 303
    assert canbo.post(see, data={"password": PASSWORD}).status_code == 303
    assert canbo.get(address).mimetype == "image/jpeg"


def test_wrong_passwords_at_a_card_count_there_and_lock_nobody_out(canbo, sign_in, held) -> None:
    for _ in range(5):
        canbo.post(f"/staff/work/{held}/papers/see", data={"password": "khong-phai"})
    assert canbo.post(f"/staff/work/{held}/papers/see",
                      data={"password": PASSWORD}).status_code == 422
    assert sign_in().get("/staff/").status_code == 200


def test_who_is_not_signed_in_sends_nothing_large(client, held) -> None:
    assert upload(client, held, "identity", bytes(400_000)).status_code in (303, 413)


def test_a_meeting_is_booked(canbo, held) -> None:
    slot = re.search(r'<option value="(\S+ morning)"', canbo.get(f"/staff/work/{held}").text)[1]
    assert canbo.post(f"/staff/work/{held}/meeting", data={"slot": slot}).status_code == 303
    assert "16/11/2026, buổi sáng" in text(canbo.get(f"/staff/work/{held}"))
    answer = canbo.post(f"/staff/work/{held}/meeting", data={"slot": "2026-11-15 morning"})
    assert answer.status_code == 422 and "Lỗi: Hãy chọn buổi hẹn còn chỗ" in text(answer)


def test_the_days_of_a_commune_are_for_who_leads(canbo, totp_leader) -> None:
    rule = {"weekday": ["2", "4"], "morning": "3", "afternoon": "0"}
    address = f"/staff/meetings?commune={HOA.commune_code}"
    assert canbo.post(address, data=rule).status_code == 403
    assert totp_leader.post(address, data=rule).status_code == 303
    page = text(totp_leader.get(address))
    assert "17/11/2026 Buổi sáng 3" in page and "Buổi chiều" not in page
    assert totp_leader.post(address, data={}).status_code == 422
    assert totp_leader.get("/staff/meetings?commune=99999").status_code == 404


def test_the_desk_tells_how_much_time_is_left(canbo, ask, clock) -> None:
    ask()
    assert "Hạn 20/11, còn 5 ngày" in text(canbo.get("/staff/"))
    clock.ms += 8 * DAY
    canbo.post("/staff/signin", data={"name": "canbo", "password": "lua-nep-thom"})
    assert "Quá hạn 1 ngày làm việc" in text(canbo.get("/staff/"))


def test_no_english_on_the_page_of_a_file(canbo, held, totp_leader) -> None:
    upload(canbo, held, "identity", photographs.jpeg())
    assert english(canbo.get(f"/staff/work/{held}")) == []
    assert english(totp_leader.get("/staff/meetings")) == []


def test_every_key_of_a_file_has_a_word(app) -> None:
    words = app.jinja_env.get_template("staff/_words.html").module
    assert set(words.REQUEST_KIND) == set(requests.KINDS)
    assert set(words.CASE) == set(requests.CASES)
    assert set(words.PAPER) == set(words.PAPER_HINT) == set(checklists.ALL)
    assert set(words.PAPER_REASON) == set(papers.REASONS)


@pytest.fixture
def totp_leader(sign_in, app, clock):
    """Giám sát's browser, past the second step."""
    browser = sign_in(GIAMSAT)
    enrol(browser, clock.ms)
    return browser
