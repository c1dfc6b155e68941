"""A machine, or a stranger's browser, that asks too often: what it may cause, and who must not
suffer from it."""

from __future__ import annotations

import pytest

from db import limits as limit_records
from db.calls import Call
from db.connection import write
from db.contracts import ContractRequest
from db.outbox.outbox import OutboxMessage
from services.clock import MINUTE
from services.kiosks import devices
from services.limits import limits, rules
from services.outbox import otp, outbox
from sms.send import Worker
from tests.kiosk.person import enter, heading, text
from tests.kiosk.test_contracts import answer_all
from tests.sms.gateways.gateway_fake import FakeGateway
from tests.villagers import HOA, MAY, NOON

PAY = "/kiosk/pay/202610-1"
DEVICE = limits.hidden("127.0.0.1")  # as a test's browser is known


def ask_for_a_contract(app, phone: str = "0912 000 017"):
    """Somebody without a cookie fills the form in and sends it."""
    client = app.test_client()
    answer_all(client, phone={"phone": phone})
    return client, client.post("/kiosk/contract/check")


def press(app):
    client = app.test_client()
    return client, client.post("/kiosk/help", data={"from": "welcome"})


def send_link(app, phone: str):
    client = app.test_client()
    enter(client, MAY)
    return client.post("/kiosk/pay/202610-1/text", data={"phone": phone})


def queued(kind: str) -> int:
    return OutboxMessage.select().where(OutboxMessage.kind == kind).count()


@pytest.fixture
def enrolled(app):
    """The browser of one of the company's kiosks."""
    word = devices.add("hall-1", "05569", "", NOON)
    client = app.test_client()
    client.set_cookie("device", devices.enrol(word, NOON))
    client.set_cookie("__Host-device", client.get_cookie("device").value)
    return client


def test_a_machine_sends_so_many_requests_and_the_next_is_offered_an_officer(app) -> None:
    for _ in range(rules.most("request.device")):
        assert ask_for_a_contract(app)[1].location == "/kiosk/contract/done"
    _client, answer = ask_for_a_contract(app)
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
    assert "Máy đã gửi đủ yêu cầu" in text(answer) and "Gọi cán bộ" in text(answer)
    assert ContractRequest.select().count() == rules.most("request.device")


def test_no_phone_gets_more_than_its_budget_and_its_owners_code_arrives(app, vault) -> None:
    """A thousand requests within a minute; beyond the first ten all are refused alike."""
    for _ in range(14):
        ask_for_a_contract(app)
    assert queued("ticket") == rules.most("others.phone")
    phone = vault.seal_phone(HOA.phone)
    otp.send(vault, phone, "sign", "HD-1", NOON)
    otp.send(vault, phone, "kiosk", HOA.code, NOON)
    write(lambda: outbox.queue("receipt", "1", phone, {
        "code": HOA.code, "period": "10/2026", "amount": 546_108, "receipt_no": "1"}, NOON))
    gateway = FakeGateway()
    Worker(app.extensions["office"], [gateway]).drain()
    kinds = [OutboxMessage.get_by_id(message.outbox_id).kind for message in gateway.sent]
    assert sorted(kinds) == ["otp", "otp", "receipt"] + ["ticket"] * rules.most("others.phone")


def test_whose_phone_got_enough_sees_the_ticket_on_the_screen(app) -> None:
    for _ in range(rules.most("others.phone")):
        client, _answer = ask_for_a_contract(app)
        assert "sẽ đến điện thoại" in text(client.get("/kiosk/contract/done"))
    client, _answer = ask_for_a_contract(app)
    page = text(client.get("/kiosk/contract/done"))
    assert "HD-" in page and "Bác ghi lại số này." in page and "sẽ đến điện thoại" not in page


def test_what_a_phone_was_not_sent_leaves_a_trace(app, vault) -> None:
    for _ in range(8):
        ask_for_a_contract(app)
    limits.flush()
    [trace] = limit_records.refused_to(vault.phone_hash(HOA.phone), NOON - 1, 9)
    assert (trace.rule, trace.number) == ("others.phone", 2)


def test_sixty_presses_are_ten_calls_and_everybody_has_one(app) -> None:
    for _ in range(60):
        client, answer = press(app)
        assert answer.status_code == 303
        assert "GAP-" in text(client.get("/kiosk/help"))
    assert Call.select().count() == rules.most("call.device")


def test_whoever_only_joined_a_call_does_not_take_it_back(app) -> None:
    for _ in range(rules.most("call.device") + 1):
        client, _answer = press(app)
    client.post("/kiosk/help/withdraw")
    assert {call.state for call in Call.select()} == {"open"}
    assert "Không cần gọi nữa" not in text(client.get("/kiosk/help"))


def test_a_machine_whose_calls_have_all_ended_is_given_the_hotline(app) -> None:
    for _ in range(rules.most("call.device")):
        press(app)
    Call.update(state="done").execute()
    _client, answer = press(app)
    assert answer.status_code == 429
    assert "Máy đã gọi nhiều lần" in text(answer) and "19006769" in text(answer)


def test_at_our_kiosk_the_next_person_is_helped_once_officers_ended_all_calls(enrolled) -> None:
    for _ in range(rules.most("call.device") + 2):
        enrolled.post("/kiosk/help", data={"from": "welcome"})
        Call.update(state="done").execute()
        enrolled.post("/kiosk/end")
    assert Call.select().count() == rules.most("call.device") + 2
    enrolled.post("/kiosk/help", data={"from": "welcome"})
    enrolled.post("/kiosk/end")
    enrolled.post("/kiosk/help", data={"from": "welcome"})
    assert Call.select().where(Call.state == "open").count() == 1


def test_an_hour_later_it_may_call_again(app, clock) -> None:
    for _ in range(rules.most("call.device")):
        press(app)
    Call.update(state="done").execute()
    clock.ms += 63 * MINUTE
    assert press(app)[1].status_code == 303


def test_strangers_elsewhere_leave_our_kiosks_their_calls_and_requests(app, enrolled) -> None:
    for rule in ("call.all", "request.all", "link.all", "code.all"):
        write(lambda rule=rule: limits.take(rule, "all", NOON, number=rules.most(rule)))
    assert press(app)[1].status_code == 429
    assert enrolled.post("/kiosk/help", data={"from": "welcome"}).status_code == 303
    answer_all(enrolled)
    assert enrolled.post("/kiosk/contract/check").location == "/kiosk/contract/done"


def test_a_machine_texts_links_to_ten_phones_an_hour(app) -> None:
    for number in range(rules.most("link.device")):
        assert send_link(app, f"09876540{number:02}").status_code == 303
    answer = send_link(app, "0987654099")
    assert answer.status_code == 429 and "Bác in phiếu" in text(answer)
    assert queued("link") == rules.most("link.device")


def test_links_and_tickets_share_what_others_may_cause(app) -> None:
    for _ in range(5):
        ask_for_a_contract(app, "0987 654 321")
    assert send_link(app, "0987654321").status_code == 303
    assert enter(app.test_client(), HOA).status_code == 303
    client = app.test_client()
    enter(client, HOA)
    assert client.post(f"{PAY}/text", data={"phone": "0987654321"}).status_code == 429
    assert queued("link") == 1


def test_strangers_leave_our_kiosks_the_codes_of_a_phone(app, enrolled) -> None:
    for _ in range(rules.most("code_browser_soon.phone") + 1):
        app.test_client().post("/kiosk/phone", data={"phone": HOA.phone})
    before = queued("otp")
    enrolled.post("/kiosk/phone", data={"phone": HOA.phone})
    assert (before, queued("otp")) == (rules.most("code_browser_soon.phone"), before + 1)


def test_three_codes_by_strangers_leave_all_codes_to_sign_with(app, vault) -> None:
    for _ in range(3):
        client = app.test_client()
        enter(client, HOA)
        assert client.post("/kiosk/proof").status_code == 303
    client = app.test_client()
    enter(client, HOA)
    assert client.post("/kiosk/proof").status_code == 429
    for _ in range(3):
        otp.send(vault, vault.seal_phone(HOA.phone), "sign", "HD-1", NOON)


def test_a_machine_asks_for_so_many_codes_an_hour(app) -> None:
    write(lambda: limits.take("code.device", DEVICE, NOON, number=rules.most("code.device")))
    client = app.test_client()
    enter(client, HOA)
    answer = client.post("/kiosk/proof")
    assert answer.status_code == 429 and "Gọi cán bộ" in text(answer)
    assert queued("otp") == 0


@pytest.mark.parametrize(("rule", "path"), [
    ("slip.device", f"{PAY}/slip"), ("visit.device", "/kiosk/look"),
    ("scan.device", "/kiosk/scan"), ("enrol.device", "/kiosk/enrol")])
def test_what_has_no_words_of_its_own_offers_an_officer(app, rule: str, path: str) -> None:
    client = app.test_client()
    if rule == "slip.device":
        enter(client, HOA)
    write(lambda: limits.take(rule, DEVICE, NOON, number=rules.most(rule)))
    answer = client.post(path, data={"switch": "big", "word": "x"})
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
    assert heading(answer) == "Lỗi: Máy đã nhận nhiều yêu cầu."
    assert "Gọi cán bộ" in text(answer)


def test_load_tests_may_switch_all_of_it_off(app, change_settings) -> None:
    change_settings(limits=False)
    for _ in range(12):
        assert press(app)[1].status_code == 303
        assert ask_for_a_contract(app)[1].location == "/kiosk/contract/done"
    assert Call.select().count() == 12 and queued("ticket") == 12


