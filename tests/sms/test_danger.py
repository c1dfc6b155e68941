"""Danger is answered at once, in the middle of every talk and past every limit, and is heard."""

from __future__ import annotations

import json
import uuid

import pytest

from db import messages as message_records
from db.calls import Call
from db.connection import write
from db.contracts import ContractRequest
from db.messages import Conversation, InboundMessage
from db.outbox.outbox import OutboxMessage
from services.clock import DAY, HOUR, MINUTE
from services.desk import danger
from services.limits import rules
from services.outbox import outbox
from sms import receive, segments
from sms.receive import Inbound
from sms.reply_later import answer_later
from tests.sms.conftest import STRANGER, Phone
from tests.sms.test_receive import all_at_once
from tests.villagers import HOA, MAY, PAO

ANSWER = ("NGUY HIEM! Tranh xa, khong cham day, khong cham nguoi bi giat. Goi ngay 19006769."
          " Cap cuu 115, chay 114.")
TORN = "day dien dut roi xuong duong"


def test_danger_is_answered_in_one_segment_and_rings(stranger) -> None:
    assert stranger(TORN) == ANSWER
    assert segments.cost(ANSWER) == segments.Cost("GSM-7", len(ANSWER), 1)
    call = Call.get()
    assert (call.state, call.danger, call.place, call.channel) == ("open", 1, "danger", "sms")
    assert call.ticket.startswith("GAP-") and call.phone_hash == stranger.hash


def test_with_accents_it_takes_two_parts(stranger) -> None:
    stranger("CODAU")
    reply = stranger(TORN)
    assert reply == ("NGUY HIỂM! Tránh xa, không chạm dây, không chạm người bị giật. Gọi ngay"
                     " 19006769. Cấp cứu 115, cháy 114.")
    assert segments.cost(reply).parts == 2


def test_what_was_said_is_kept_sealed(hoa) -> None:
    hoa(TORN)
    assert TORN.encode() not in bytes(Call.get().words_sealed)
    assert danger.words(hoa.office.vault, Call.get()) == [TORN]


def test_repeats_join_one_call_and_keep_the_first_and_the_newest_words(hoa, clock) -> None:
    for text in (TORN, "con trau bi dien giat", "chay nha roi", "chay nha roi"):
        clock.ms += MINUTE
        hoa(text)
    call = Call.get()
    assert (call.danger, call.heard_at) == (4, clock.ms)
    assert danger.words(hoa.office.vault, call) == [TORN, "con trau bi dien giat", "chay nha roi"]
    hoa("cot dien do")
    assert danger.words(hoa.office.vault, Call.get()) == [TORN, "chay nha roi", "cot dien do"]


def test_each_phone_is_a_call_of_its_own(hoa, may) -> None:
    hoa(TORN)
    may(TORN)
    assert {call.phone_hash for call in Call.select()} == {hoa.hash, may.hash}


@pytest.mark.parametrize("texts", [("GAP", TORN), (TORN, "GAP")])
def test_a_call_for_an_officer_beside_danger_is_another(hoa, texts) -> None:
    for text in texts:
        hoa(text)
    assert sorted(call.danger for call in Call.select()) == [0, 1]


def test_a_call_that_an_officer_holds_hears_more_for_an_hour(hoa, clock) -> None:
    hoa(TORN)
    Call.update(state="taken", officer="canbo").execute()
    clock.ms += HOUR - 1
    hoa(TORN)
    assert Call.select().count() == 1
    clock.ms += HOUR
    hoa(TORN)
    assert Call.select().count() == 2


def test_what_has_ended_is_a_new_call(hoa) -> None:
    hoa(TORN)
    Call.update(state="done").execute()
    hoa(TORN)
    assert sorted((call.state, call.danger) for call in Call.select()) == [("done", 1), ("open", 1)]


@pytest.mark.parametrize(("number", "text", "place"), [
    (HOA.phone, TORN, (HOA.code, HOA.commune_code)), (STRANGER, TORN, ("", "")),
    (STRANGER, f"{MAY.code} {TORN}", (MAY.code, MAY.commune_code)),
    (STRANGER, f"PA04DH9999999 {TORN}", ("", "")),
])
def test_the_call_tells_the_customer_where_it_is_known(app, number, text, place) -> None:
    assert Phone(app, number)(text) == ANSWER
    assert (Call.get().code, Call.get().commune_code) == place


# In the middle of every talk


def asked_for(phone: Phone, *texts: str) -> str:
    """The question that stands open after `texts`."""
    return [phone(text) for text in texts][-1]


@pytest.mark.parametrize("texts", [
    ("HD",), ("HD Ly Van Pao",), ("HD Ly Van Pao", "dinh hoa"), ("HD", "Ly Van Pao", "tan"),
    (f"DK {HOA.code}",), (f"DK {PAO.code}",), ("asdfgh",), (f"TD {PAO.code}", "HD"),
    ("HD", f"DK {HOA.code}"),
], ids=["name", "commune", "when", "communes", "code", "officer", "offer", "code and name", "both"])
def test_a_talk_is_not_lost(stranger, clock, texts) -> None:
    asked_for(stranger, *texts)
    before = Conversation.get()
    clock.ms += MINUTE
    assert stranger(TORN) == ANSWER
    after = Conversation.get()
    assert (after.state, after.last_code) == (before.state, before.last_code)
    assert not after.state or after.expires_at == clock.ms + 20 * MINUTE


def test_a_contract_is_asked_for_with_danger_between_all_its_steps(stranger) -> None:
    for text in ("HD", TORN, "Ly Van Pao", TORN, "dinh hoa", TORN, "2"):
        stranger(text)
    row = ContractRequest.get()
    assert (row.name, row.meet_when) == ("Ly Van Pao", "afternoon")


def test_a_menu_is_still_answered_by_digit(stranger) -> None:
    stranger("tien")
    stranger(TORN)
    assert "2" not in stranger("1")[:3]


@pytest.mark.parametrize("name", ["Hoàng Văn Cháy", "Le Van Khoi", "Trieu Van Giat", "Chay", "Dut"])
def test_a_name_in_a_talk_is_a_name(stranger, name) -> None:
    asked_for(stranger, "HD", name)
    assert Call.select().count() == 0
    assert name in json.loads(Conversation.get().state)["contract"].values()


# Past every limit, within its own


def fill(phone: Phone, number: int) -> None:
    now = phone.office.now()
    for n in range(number):
        write(lambda n=n: message_records.record(("log", f"full-{n}", phone.hash, b"x", f"TG {n}",
                                                  "TG", "", "reply", now)))


def test_past_the_days_answers(stranger) -> None:
    fill(stranger, rules.most("texts.phone"))
    assert stranger("TG") == ""
    assert stranger(TORN) == ANSWER


def test_past_the_days_codes(stranger) -> None:
    for n in range(rules.most("codes.phone") + 1):
        reply = stranger(f"TD PA04DH99999{n:02}")
    assert str(rules.most("codes.phone")) in reply
    assert stranger(f"{TORN} PA04DH9999999") == ANSWER


def test_three_answers_an_hour_then_only_the_desk_hears(stranger, clock) -> None:
    assert [stranger(f"{TORN} {n}") for n in range(5)] == [ANSWER] * 3 + [""] * 2
    assert Call.get().danger == 5
    assert stranger("TG").startswith("QUAYDIEN")
    clock.ms += HOUR + 1
    assert stranger(TORN) == ANSWER


def test_the_answers_of_a_day_have_a_budget_of_their_own(hoa, may, change_settings, clock) -> None:
    change_settings(sms_danger_a_day=1, sms_texts_a_day=0)
    assert (hoa(TORN), may(TORN)) == (ANSWER, "")
    assert Call.select().count() == 2
    assert may("TG").startswith("QUAYDIEN")
    clock.ms += DAY
    assert may(TORN) == ANSWER


def test_danger_uses_up_no_other_limit(stranger) -> None:
    for _ in range(5):
        stranger(TORN)
    fill(stranger, rules.most("texts.phone") - 1)
    assert stranger("TG") != "" and stranger("TG") == ""


# Once, whatever the way


def test_a_repeat_gets_the_recorded_answer_and_tells_the_desk_nothing_new(stranger) -> None:
    assert [stranger(TORN, "same") for _ in range(5)] == [ANSWER] * 5
    assert (Call.get().danger, InboundMessage.select().count()) == (1, 1)
    assert InboundMessage.get().word == "DANGER"


def test_danger_told_in_one_moment_is_one_call(stranger) -> None:
    replies = all_at_once([lambda: stranger(TORN, uuid.uuid4().hex) for _ in range(6)])
    assert sorted(replies) == [""] * 3 + [ANSWER] * 3
    assert (Call.select().count(), Call.get().danger) == (1, 6)


def test_by_twilio(twilio) -> None:
    assert ANSWER in twilio(TORN).get_data(as_text=True)


@pytest.mark.parametrize("limit", ["budget", "enough"])
def test_by_a_gateway_that_answers_later_no_limit_holds_it(hoa, clock, limit) -> None:
    assert answer_later(hoa.office, Inbound("modem", "1", HOA.phone, TORN)) == ANSWER
    assert answer_later(hoa.office, Inbound("modem", "1", HOA.phone, TORN)) == ANSWER
    row = OutboxMessage.get()
    assert (row.kind, OutboxMessage.select().count()) == ("danger", 1)
    [claimed] = write(lambda: outbox.claim(clock(), clock() + MINUTE, 9, 0))
    assert claimed.id == row.id and outbox.spent_today(clock()) == 0


def test_a_telephone_that_is_not_answered_is_heard(app, vault) -> None:
    for sender in ("+8562055512345", "02083855555"):
        assert receive.receive(app.extensions["office"], Inbound(
            "log", sender, sender, TORN)) == ""
    assert [vault.open_phone(call.phone_sealed) for call in Call.select().order_by(Call.id)] == [
        "+8562055512345", "02083855555"]


@pytest.mark.parametrize("sender", ["DienMayXanh", "8055", ""])
def test_a_machine_is_not(app, sender) -> None:
    receive.receive(app.extensions["office"], Inbound("log", "1", sender, TORN))
    assert Call.select().count() == 0
