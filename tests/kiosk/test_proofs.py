"""The second proof by a texted code, and the phone as a way in."""

from __future__ import annotations

import json
import re

import pytest

from db.otp import OneTimeCode
from db.outbox.outbox import OutboxMessage
from services.outbox import outbox
from tests.kiosk.person import enter, heading, text
from tests.villagers import HOA, MAY, PAO, SON


def sent_code(vault) -> str:
    """What the phone shows of the newest code."""
    row = OutboxMessage.select().where(OutboxMessage.kind == "otp").order_by(
        OutboxMessage.id.desc()).get()
    return outbox.reveal(vault, json.loads(row.params)["code"])


def prove(client, vault, afterwards: str = "bills"):
    assert client.post("/kiosk/proof", data={"then": afterwards}).location == "/kiosk/proof/code"
    return client.post("/kiosk/proof/code", data={"otp": sent_code(vault)})


def test_a_neighbour_is_asked_before_the_units_are_shown(client) -> None:
    enter(client, HOA)
    for page in ("why/202610-1", "meter", "history"):
        assert client.get(f"/kiosk/{page}").location == f"/kiosk/proof?then={page}"
    page = client.get("/kiosk/proof?then=meter")
    assert "số điện thoại đã đăng ký" in text(page) and "Hoa" not in text(page)
    client.post("/kiosk/proof", data={"then": "meter"})
    for shown in (page, client.get("/kiosk/proof/code")):
        assert not re.search(r"\*|0?912|017", text(shown))


def test_an_address_with_a_line_break_asks_for_the_proof_like_any_other(client) -> None:
    enter(client, HOA)
    answer = client.get("/kiosk/why/%0D%0AX:%20y")
    assert (answer.status_code, answer.location) == (303, "/kiosk/proof?then=why/%0D%0AX%3A%20y")


def test_the_code_of_the_text_opens_name_units_and_reasons(client, vault) -> None:
    enter(client, HOA)
    answer = prove(client, vault, "why/202610-1")
    assert answer.location == "/kiosk/why/202610-1"
    page = text(client.get(answer.location))
    for said in ("222 số điện (kWh)", "50 số, mỗi số 1.984 đ", "99.200 đ", "Thuế VAT 8%",
                 "546.108 đ"):
        assert said in page
    assert "Nguyễn Thị Hoa" in text(client.get("/kiosk/bills"))
    assert "222 kWh" in text(client.get("/kiosk/history"))
    assert "1.222" in text(client.get("/kiosk/meter"))


def test_the_proof_ends_with_the_visit(client, vault) -> None:
    enter(client, HOA)
    prove(client, vault)
    enter(client, MAY)
    assert client.get("/kiosk/meter").location == "/kiosk/proof?then=meter"
    client.post("/kiosk/end")
    assert client.get("/kiosk/meter").location == "/kiosk/customer"


def test_a_code_serves_only_the_visit_that_asked(app, vault) -> None:
    here, there = app.test_client(), app.test_client()
    for client in (here, there):
        enter(client, HOA)
        client.post("/kiosk/proof")
    newest = sent_code(vault)
    assert here.post("/kiosk/proof/code", data={"otp": newest}).status_code == 422
    assert there.post("/kiosk/proof/code", data={"otp": newest}).status_code == 303


def test_a_wrong_code_keeps_what_was_typed_and_five_are_enough(client, vault) -> None:
    enter(client, HOA)
    client.post("/kiosk/proof")
    wrong = "000000" if sent_code(vault) != "000000" else "000001"
    for _ in range(5):
        answer = client.post("/kiosk/proof/code", data={"otp": wrong})
        assert (answer.status_code, wrong in answer.text) == (422, True)
        assert "Lỗi: Mã chưa đúng." in text(answer)
    answer = client.post("/kiosk/proof/code", data={"otp": sent_code(vault)})
    assert "Lỗi: Mã hết hạn." in text(answer)


def test_three_codes_a_visit(client) -> None:
    enter(client, HOA)
    assert client.post("/kiosk/proof").status_code == 303
    assert [client.post("/kiosk/proof/again").status_code for _ in range(3)] == [303, 303, 429]
    assert OneTimeCode.select().count() == 3


def test_who_has_no_phone_on_file_is_led_to_an_officer(client) -> None:
    enter(client, PAO)
    page = client.get("/kiosk/proof?then=meter")
    assert "Bác gọi cán bộ để được giúp." in text(page)
    assert client.post("/kiosk/proof").status_code == 200
    assert OneTimeCode.select().count() == 0


@pytest.mark.parametrize("afterwards", ["//evil.example", "../staff/", "why/1", "end", ""])
def test_a_strange_place_to_go_to_is_the_bills(client, vault, afterwards: str) -> None:
    enter(client, HOA)
    assert prove(client, vault, afterwards).location == "/kiosk/bills"


def test_the_phone_on_file_is_a_way_in(client, vault) -> None:
    answer = client.post("/kiosk/phone", data={"phone": "0912 000 017"})
    assert answer.location == "/kiosk/proof/code"
    answer = client.post("/kiosk/proof/code", data={"otp": sent_code(vault)})
    assert answer.location == "/kiosk/bills"
    assert "Nguyễn Thị Hoa" in text(client.get("/kiosk/bills"))


def test_an_unknown_phone_is_answered_the_same_and_gets_no_text(app) -> None:
    pages = []
    for number in ("0912000017", "0999999999"):
        client = app.test_client()
        assert client.post("/kiosk/phone", data={"phone": number}).status_code == 303
        shown = text(client.get("/kiosk/proof/code"))
        pages.append(shown.replace("091****017", "?").replace("099****999", "?"))
        assert client.post("/kiosk/proof/again").status_code == 303
    assert pages[0] == pages[1]
    texted = OutboxMessage.select().where(OutboxMessage.kind == "otp")
    assert {message.to_hash for message in texted} == {
        app.extensions["office"].vault.phone_hash("+84912000017")}


def test_tries_tell_nobody_whether_a_phone_is_on_file(app) -> None:
    answers = []
    for number in ("0912000017", "0999999999"):
        client = app.test_client()
        client.post("/kiosk/phone", data={"phone": number})
        tries = [client.post("/kiosk/proof/code", data={"otp": typed})
                 for typed in ("none", *["12345"] * 5)]
        answers.append([(one.status_code, one.text.count("Mã chưa đúng")) for one in tries])
    assert answers[0] == answers[1]
    assert len(set(answers[0])) == 2  # five tries, then the code is over


def test_one_phone_for_several_houses_asks_which(client, vault) -> None:
    from db.customers import CustomerPhone
    row = CustomerPhone.get(CustomerPhone.code == SON.code)
    CustomerPhone.create(**{**row.__data__, "id": None, "code": HOA.code})
    client.post("/kiosk/phone", data={"phone": "0987000025"})
    answer = client.post("/kiosk/proof/code", data={"otp": sent_code(vault)})
    assert answer.location == "/kiosk/proof/which"
    page = client.get(answer.location)
    assert heading(page) == "Bác xem nhà nào?"
    assert SON.code in text(page) and HOA.code in text(page)
    assert client.post("/kiosk/proof/which", data={"code": MAY.code}).status_code == 200
    assert client.post("/kiosk/proof/which", data={"code": SON.code}).location == "/kiosk/bills"
    assert "Ma Văn Sơn" in text(client.get("/kiosk/bills"))


def test_no_number_is_an_error_that_keeps_it(client) -> None:
    answer = client.post("/kiosk/phone", data={"phone": "12"})
    assert (answer.status_code, 'value="12"' in answer.text) == (422, True)


def test_sweeping_phones_trips_the_limiter(client) -> None:
    statuses = [client.post("/kiosk/phone", data={"phone": f"09120{n:05}"}).status_code
                for n in range(70)]
    assert 429 in statuses


@pytest.mark.parametrize("seen", [
    HOA.code, f" {HOA.code.lower()}\n", f"https://hd.example/?ma={HOA.code}&ky=10",
    "00020101021138540010A000000727012400069704150110113366668802085303704540654610858"
    f"02VN62210817{HOA.code}10266304ABCD"])
def test_what_a_reader_sees_on_a_bill_is_a_way_in(client, seen: str) -> None:
    assert enter(client, seen).location == "/kiosk/bills"


def test_two_codes_in_one_picture_are_refused(client) -> None:
    assert enter(client, f"{HOA.code} {MAY.code}").status_code == 422
