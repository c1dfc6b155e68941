"""Whose texts an officer reads: reach is by the record that gave it, never by a phone's number."""

from __future__ import annotations

import re

import pytest

from db import customers as customer_records
from db.connection import fetch, run, write
from services.clock import MINUTE
from services.contracts import requests
from services.contracts.requests import Wish
from services.desk import calls
from services.errors import UnknownCustomer
from services.messages import message_log
from services.outbox import otp, outbox
from sms.receive import Inbound, receive
from tests.officers import CANBO, HANH, VO, Person, at_desk
from tests.staff.conftest import text
from tests.villagers import HOA, MAY, NOON, SON

STRANGER = "+84977123456"
RECEIPT = {"code": MAY.code, "period": "10/2026", "amount": 217_836,
           "receipt_no": "PA04VN-2026-000001"}


@pytest.fixture
def say(app, clock):
    """Somebody texts through a gateway that answers in the same breath, a minute apart."""
    def once(phone: str, words: str) -> str:
        clock.ms += MINUTE
        return receive(app.extensions["office"],
                       Inbound("kannel", f"{phone}{clock.ms}", phone, words))
    return once


@pytest.fixture
def filed(sign_in):
    """Hạnh files a request in her own commune with somebody else's number: (browser, ticket)."""
    def make(phone: str):
        browser = sign_in(HANH)
        answer = browser.post("/staff/requests/new", data={
            "name": "Lò Văn A", "phone": phone, "commune": "05569", "kind": "new",
            "purpose": "household", "when": "any"})
        assert answer.status_code == 303
        return browser, fetch("SELECT ticket FROM contract_request ORDER BY id DESC")[0][0]
    return make


def log(browser, typed: str) -> str:
    return text(browser.post("/staff/messages", data={"q": typed}, follow_redirects=True))


def first_found(browser, typed: str) -> str:
    """Address of the first customer that a search finds."""
    page = browser.post("/staff/customers", data={"q": typed}, follow_redirects=True).text
    return re.findall(r'href="(/staff/customers/(?!found)[^"]+)"', page)[0]


@pytest.mark.parametrize("phone", [MAY.phone, STRANGER])
def test_a_number_in_an_own_request_opens_none_of_its_texts(say, filed, vault, phone):
    said = "Me toi om nang"
    say(phone, f"TD {MAY.code}")
    say(phone, said)
    write(lambda: outbox.queue("receipt", "1", vault.seal_phone(phone), RECEIPT, NOON))
    browser, ticket = filed(phone)
    for typed in (phone, ticket):
        page = log(browser, typed)
        assert "Nhận yêu cầu" in page  # the text that the request caused
        assert MAY.code not in page and said not in page and "Biên nhận" not in page


def test_the_sweep_of_all_staff_addresses_finds_none_either(app, say, filed):
    """Each page that Hạnh can open with what she knows: the number, her ticket, her customers."""
    secret = "Me toi om nang"
    say(MAY.phone, secret)
    say(MAY.phone, f"TD {MAY.code}")
    browser, ticket = filed(MAY.phone)
    browser.post(f"/staff/work/{ticket}/take")
    hidden = {"messages": browser.post("/staff/messages", data={"q": MAY.phone}).location,
              "customers/found": browser.post("/staff/customers", data={"q": MAY.phone}).location,
              "customers": first_found(browser, HOA.code)}
    opened = 0
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/staff/") or "GET" not in rule.methods:
            continue
        room = max((name for name in hidden if f"/staff/{name}/" in rule.rule), default="messages")
        word = hidden[room].rstrip("/").rsplit("/", 1)[1]
        given = {"ticket": ticket, "word": word, "period": "202610-1"}
        address = rule.rule
        for name in rule.arguments:
            address = re.sub(rf"<(\w+:)?{name}>", given.get(name, "1"), address)
        answer = browser.get(address)
        opened += answer.status_code == 200
        assert secret not in answer.text and MAY.code not in answer.text, rule.rule
    assert opened > 15


def test_a_customer_opens_the_texts_about_that_customer_alone(say, sign_in, vault):
    """Mẩy's son has one phone for her house and for his own in Hạnh's commune."""
    write(lambda: customer_records.tie(SON.code, vault.seal_phone(MAY.phone), NOON))
    say(MAY.phone, f"TD {SON.code}")
    say(MAY.phone, f"TD {MAY.code}")
    say(MAY.phone, "LS pa04 vn 00 00 033")
    say(MAY.phone, "nha toi o cuoi xom")
    page = log(sign_in(HANH), MAY.phone)
    assert SON.code in page and MAY.code not in page and "cuoi xom" not in page
    assert "pa04 vn" not in page
    page = log(sign_in(VO), MAY.phone)
    assert MAY.code in page and SON.code not in page and "cuoi xom" not in page
    page = log(sign_in(CANBO), MAY.phone)
    assert SON.code in page and MAY.code in page and "cuoi xom" in page


def test_the_page_of_a_customer_shows_the_texts_about_that_customer(say, sign_in, vault):
    write(lambda: customer_records.tie(SON.code, vault.seal_phone(MAY.phone), NOON))
    say(MAY.phone, f"TD {MAY.code}")
    say(MAY.phone, f"TD {SON.code}")
    browser = sign_in(HANH)
    page = text(browser.get(first_found(browser, SON.code)))
    assert f"TD {SON.code}" in page and MAY.code not in page


def test_what_names_nobody_is_read_where_the_phone_is_at_home(say, sign_in):
    say(HOA.phone, "nha toi o cuoi xom")
    assert "cuoi xom" in log(sign_in(HANH), HOA.phone)


def test_a_number_tied_today_opens_nothing_of_before(say, sign_in, vault, clock):
    say(STRANGER, "Me toi om nang")
    clock.ms += MINUTE
    write(lambda: customer_records.tie(HOA.code, vault.seal_phone(STRANGER), clock.ms))
    say(STRANGER, "nha toi o cuoi xom")
    page = log(sign_in(HANH), STRANGER)
    assert "cuoi xom" in page and "om nang" not in page


def test_the_talk_that_led_to_a_request_belongs_to_it(say, sign_in):
    """HD by text: name, commune, when. An earlier talk of the phone is another request's."""
    for words in ("HD", "Lo Van A", "Vo Nhai", "1", "3"):
        say(STRANGER, words)
    for words in ("HD", "Lo Van B", "Xa Dinh Hoa", "3"):
        last = say(STRANGER, words)
    assert "HD-" in last
    page = log(sign_in(HANH), STRANGER)
    assert "Lo Van B" in page and "Lo Van A" not in page


def test_danger_belongs_to_its_call(say, sign_in):
    say(STRANGER, "Me toi om nang")
    say(STRANGER, "day dien dut roi xuong duong")
    ticket = fetch('SELECT ticket FROM "call" WHERE danger > 0')[0][0]
    page = log(sign_in(VO), ticket)
    assert "day dien dut" in page and "om nang" not in page


def test_a_code_that_signs_is_seen_to_have_left_by_its_request(sign_in, vault, ask):
    ticket = ask(HOA)
    otp.send(vault, vault.seal_phone(HOA.phone), "sign", f"{ticket}:0123", NOON)
    otp.send(vault, vault.seal_phone(HOA.phone), "sign", "HD-000001:0123", NOON)
    page = log(sign_in(HANH), ticket)
    assert page.count("Mã xác nhận, chỉ người nhận được đọc") == 1


def test_a_text_that_is_not_shown_is_not_sent_again(sign_in, filed, vault):
    write(lambda: outbox.queue("receipt", "1", vault.seal_phone(MAY.phone), RECEIPT, NOON))
    run("UPDATE outbox_message SET state = 'failed', error = 'x', text = 'x'")
    number = fetch("SELECT id FROM outbox_message")[0][0]
    browser, ticket = filed(MAY.phone)
    for typed in (MAY.phone, ticket):
        where = browser.post("/staff/messages", data={"q": typed}).location
        assert browser.post(where + "/again", data={"id": number}).status_code == 409
    assert fetch("SELECT COUNT(*) FROM outbox_message WHERE kind = 'receipt'")[0][0] == 1


def test_to_lead_is_no_reach(say, vault):
    say(MAY.phone, "TD")
    leads = at_desk(Person("lan", "supervisor", HOA.commune_code))
    with pytest.raises(UnknownCustomer):
        message_log.find("phone", MAY.phone, leads, vault, NOON)


def test_a_call_of_no_commune_opens_its_own_texts(say, sign_in, vault):
    say(STRANGER, "Me toi om nang")
    reply = say(STRANGER, "GAP")
    ticket = next(word for word in reply.replace(".", " ").split() if word.startswith("GAP-"))
    page = log(sign_in(VO), ticket)
    assert ticket in page and "om nang" not in page


def test_a_request_of_a_colleague_elsewhere_stays_there(say, vault, sign_in):
    phone = vault.seal_phone(STRANGER)
    there = requests.request(Wish("Lò Văn A", phone, MAY.commune_code, "any", "kiosk"), NOON)
    here = requests.request(Wish("Lò Văn A", phone, HOA.commune_code, "any", "kiosk"), NOON)
    calls.raise_call("kiosk", NOON, phone=phone, commune_code=MAY.commune_code)
    say(STRANGER, f"HS {there}")
    say(STRANGER, f"HS {here}")
    page = log(sign_in(HANH), STRANGER)
    assert here in page and there not in page and "GAP-" not in page
