"""The voice line: a call as a caller hears it, key by key."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from twilio.request_validator import RequestValidator

from db import reference
from db.connection import fetch
from tests.conftest import PUBLIC_URL
from tests.villagers import HOA, MAY, PAO, SON

PATH = "/sms/twilio/voice"


class Call:
    """A caller on the line; follows the addresses as Twilio does, with its signature."""

    def __init__(self, client, number: str):
        self.client = client
        self.number = number
        self.answer = ElementTree.Element("Response")
        self.go(PATH)

    def go(self, address: str, **fields: str) -> Call:
        fields = {"CallSid": "CA1", "From": self.number, "To": "+84208388888", **fields}
        signature = RequestValidator("12345").compute_signature(PUBLIC_URL + address, fields)
        answer = self.client.post(address, data=fields, headers={"X-Twilio-Signature": signature})
        assert (answer.status_code, answer.mimetype) == (200, "text/xml")
        self.answer = ElementTree.fromstring(answer.data)  # noqa: S314 - our own words
        return self

    def press(self, *presses: str) -> Call:
        for digits in presses:
            self.go(self.answer.find("Gather").get("action"), Digits=digits)
        return self

    def wait(self) -> Call:
        """Press nothing."""
        return self.go(self.answer.find("Redirect").text)

    @property
    def heard(self) -> str:
        """All that is said, on one line."""
        spoken = " ".join("".join(say.itertext()) for say in self.answer.iter("Say"))
        return " ".join(spoken.split())

    @property
    def voices(self) -> set[str | None]:
        return {say.get("language") for say in self.answer.iter("Say")}

    @property
    def over(self) -> bool:
        return self.answer.find("Hangup") is not None


@pytest.fixture
def call(client):
    """Somebody calls: call(number)."""
    return lambda number: Call(client, number)


def office_keys(code: str) -> list[str]:
    """The keys that lead through the office menu to this code's office."""
    at = [office.code for office in reference.offices()].index(code[:6])
    return ["9"] * (at // 7) + [str(at % 7 + 2)]


def calls_on_the_desk() -> list[tuple]:
    return fetch('SELECT ticket, phone_hash, code, channel FROM "call"')


def test_it_greets_in_both_languages(call) -> None:
    line = call(HOA.phone)
    assert "xin chào quý khách" in line.heard and "For English, press two" in line.heard


def test_the_callers_own_bill_in_words(call) -> None:
    line = call(HOA.phone).press("1", "2")
    assert "năm trăm bốn mươi sáu nghìn một trăm linh tám đồng" in line.heard
    assert "tháng mười năm hai nghìn không trăm hai mươi sáu" in line.heard
    assert line.voices == {"vi-VN"}


def test_the_same_in_english(call) -> None:
    line = call(HOA.phone).press("2", "2")
    assert "five hundred and forty-six thousand one hundred and eight dong" in line.heard
    assert line.voices == {"en-GB"}
    assert not re.search("[ăâđêôơưạ-ỹ]", line.heard)


def test_several_bills_are_summed_up(call) -> None:
    line = call(MAY.phone).press("1", "2")
    assert "Tổng cộng: ba trăm hai mươi tư nghìn chín trăm bảy mươi hai đồng" in line.heard


def test_nothing_owed(call) -> None:
    assert "không còn nợ tiền điện" in call(SON.phone).press("1", "2").heard


def test_silence_means_vietnamese(call) -> None:
    line = call(HOA.phone).wait()
    assert "bấm phím một" in line.heard and line.voices == {"vi-VN"}


def test_a_number_that_is_not_on_file_is_not_offered_its_bill(call) -> None:
    line = call("+84977000001").press("1")
    assert "điện thoại đang gọi" not in line.heard
    assert "Tôi chưa hiểu" in line.press("2").heard


@pytest.mark.parametrize("person", [PAO, HOA], ids=lambda person: person.code)
def test_a_code_by_office_and_keys(call, person) -> None:
    line = call("+84977000001").press("1", "3", *office_keys(person.code))
    assert "bảy số cuối" in line.heard
    line.press(person.code[-7:])
    assert "đồng" in line.heard


def test_every_office_can_be_reached(call) -> None:
    line, named = call(HOA.phone).press("1", "3"), set()
    for _ in range(5):
        named |= {office.name for office in reference.offices() if office.name in line.heard}
        line.press("9")
    assert named == {office.name for office in reference.offices()}


def test_too_few_digits_are_asked_again(call) -> None:
    line = call(HOA.phone).press("1", "3", *office_keys(PAO.code), "41")
    assert "chưa bấm đủ bảy số" in line.heard
    assert "một triệu năm trăm ba mươi tư nghìn" in line.press(PAO.code[-7:]).heard


def test_an_unknown_code_is_asked_again_and_then_leads_to_an_officer(call) -> None:
    line = call(HOA.phone).press("1", "3", *office_keys(HOA.code), "9999999")
    assert "Không có khách hàng nào" in line.heard
    line.press("9999998", "9999997")
    assert "cán bộ gọi lại" in line.heard


@pytest.mark.parametrize("keys", [["1", "1"], ["1", "2", "1"], ["1", "3", "1"]])
def test_one_is_an_officer_everywhere(call, keys) -> None:
    line = call(HOA.phone).press(*keys)
    ticket, _, code, channel = calls_on_the_desk()[0]
    assert (code, channel) == (HOA.code, "voice")
    assert line.over and "Số phiếu của quý khách là" in line.heard
    assert "chưa có ai nhận" in line.heard  # nobody is promised before; and it is a Sunday
    assert "Bàn cán bộ mở từ bảy giờ ba mươi đến mười bảy giờ." in line.heard
    spelled = {"0": "không", "1": "một", "2": "hai", "3": "ba", "4": "bốn", "5": "năm",
               "6": "sáu", "7": "bảy", "8": "tám", "9": "chín"}
    assert " ".join(spelled[digit] for digit in ticket[-3:]) in line.heard


def test_asking_twice_for_an_officer_is_one_call(call) -> None:
    call(HOA.phone).press("1", "1")
    call(HOA.phone).press("1", "1")
    assert len(calls_on_the_desk()) == 1


@pytest.mark.parametrize("number", ["", "anonymous", "+266696687", "Restricted"])
def test_a_hidden_number_is_told_the_hotline(call, number) -> None:
    line = call(number).press("1", "1")
    assert line.over and "bị ẩn" in line.heard
    assert "một chín không, không sáu bảy, sáu chín" in line.heard
    assert calls_on_the_desk() == []


def test_hearing_it_again_and_another_code(call) -> None:
    line = call(HOA.phone).press("1", "2")
    first = line.heard
    assert line.press("2").heard == first
    assert "điện lực nào" in line.press("3").heard


def test_a_stranger_may_ask_for_five_codes_a_day(call) -> None:
    line = call("+84977000001").press("1", "3")
    for number in range(5):
        line.press(*office_keys(HOA.code), f"900000{number}").wait().press("3")
    line.press(*office_keys(HOA.code), HOA.code[-7:])
    assert "quá nhiều mã" in line.heard
    assert line.press("1").over


def test_a_caller_who_presses_nothing_is_let_go(call) -> None:
    line = call(HOA.phone)
    for _ in range(6):
        if line.over:
            break
        line.wait()
    assert line.over and "Xin chào quý khách" in line.heard


@pytest.mark.parametrize("keys", ["*", "0", "22", "", "９", "x" * 500, "²"])
def test_strange_keys_lead_back(call, keys) -> None:
    line = call(HOA.phone).press("1", keys)
    assert "Tôi chưa hiểu" in line.heard
    line.press("3", keys)
    assert "điện lực nào" in line.heard


@pytest.mark.parametrize("address", [
    "?step=code&office=PA04XX", "?step=after&codes=PA04DH9999999", "?step=after", "?step=nowhere",
    "?step=office&page=99", "?step=office&page=x", "?step=menu&tries=x", "?step=code&tries=-1",
])
def test_an_address_of_ours_that_is_out_of_date(call, address) -> None:
    assert call(HOA.phone).go(PATH + address, Digits="5").heard


def test_what_twilio_did_not_sign_is_refused(client) -> None:
    assert client.post(PATH, data={"From": HOA.phone}).status_code == 403
    signature = RequestValidator("12345").compute_signature(PUBLIC_URL + PATH, {})
    for address in (PATH + "?step=after&codes=PA04DH0000017", PATH):
        answer = client.post(address, data={"From": HOA.phone},
                             headers={"X-Twilio-Signature": signature})
        assert answer.status_code == 403


def test_only_ours_are_followed(call) -> None:
    line = call(HOA.phone).press("1")
    action = urlsplit(line.answer.find("Gather").get("action"))
    assert (action.scheme, action.netloc, action.path) == ("", "", PATH)
    assert parse_qs(action.query)["language"] == ["vi"]
