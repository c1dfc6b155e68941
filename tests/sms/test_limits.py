"""A phone that texts too often: one answer that says so, then silence."""

from __future__ import annotations

from db import limits as limit_records
from db.calls import Call
from db.connection import write
from db.contracts import ContractRequest
from db.outbox.outbox import OutboxMessage
from services.clock import HOUR, MINUTE
from services.limits import limits, rules
from tests.villagers import HOA, MAY, NOON


def test_equal_texts_are_answered_five_times_an_hour(stranger, clock) -> None:
    answers = [stranger("Toi dang ban, toi se goi lai cho ban sau.") for _ in range(60)]
    assert [bool(answer) for answer in answers] == [True] * 5 + [False] * 55
    assert stranger("TG")
    clock.ms += HOUR + 1
    assert stranger("Toi dang ban, toi se goi lai cho ban sau.")


def test_the_short_cut_for_bills_answers_equal_texts_no_more_often(hoa) -> None:
    answers = [hoa(f"TD {HOA.code}") for _ in range(7)]
    assert [bool(answer) for answer in answers] == [True] * 5 + [False] * 2


def test_load_tests_hear_equal_texts_for_ever(hoa, change_settings) -> None:
    change_settings(limits=False)
    assert all(hoa(f"TD {HOA.code}") for _ in range(7))


def test_calls_of_one_phone_join_and_beyond_the_hours_number_are_told_once(stranger, clock) -> None:
    for n in range(rules.most("call.phone")):
        assert "GAP-" in stranger(f"GAP {n}")
        Call.update(state="done").execute()
        clock.ms += 1
    assert "da gui du yeu cau" in stranger("GAP a")
    assert [stranger("GAP b"), stranger("GAP c")] == ["", ""]
    assert Call.select().count() == rules.most("call.phone")


def test_a_phone_over_its_calls_joins_the_one_that_is_open(stranger, clock) -> None:
    for n in range(rules.most("call.phone")):
        Call.update(state="done").execute()
        stranger(f"GAP {n}")
        clock.ms += MINUTE
    last = Call.select().order_by(Call.id.desc()).get().ticket
    clock.ms += 16 * MINUTE
    assert last in stranger("GAP oi")


def test_requests_of_one_phone_beyond_the_hours_number_are_told_once(stranger) -> None:
    write(lambda: limits.take("request.phone", stranger.hash, NOON,
                              number=rules.most("request.phone")))
    answers = []
    for name in ("HD Giang A Phao", "HD Giang A Pao"):
        stranger(name)
        stranger("xa dinh hoa")
        answers.append(stranger("1"))
    assert "da gui du yeu cau" in answers[0] and answers[1] == ""
    assert ContractRequest.select().count() == 0


def test_a_stranger_past_the_days_codes_is_told_once_an_hour(stranger) -> None:
    for n in range(rules.most("codes.phone")):
        stranger(f"TD PA04DH999{n:04}")
    assert "5 ma khac nhau" in stranger(f"TD {HOA.code}")
    assert stranger(f"TD {MAY.code}") == ""


def test_officers_see_whom_silence_met(stranger) -> None:
    for _ in range(8):
        stranger("TG")
    limits.flush()
    [refused] = limit_records.refused_to(stranger.hash, NOON - 1, 9)
    assert (refused.rule, refused.number) == ("same.phone", 3)


def test_danger_is_heard_and_joins_one_call_whatever_was_used_up(stranger) -> None:
    for rule in ("call.phone", "call.all"):
        write(lambda rule=rule: limits.take(rule, stranger.hash if rule == "call.phone" else "all",
                                            NOON, number=rules.most(rule)))
    answers = [stranger("day dien dut roi xuong duong") for _ in range(9)]
    assert [bool(answer) for answer in answers] == [True] * 3 + [False] * 6
    assert [(call.danger, call.state) for call in Call.select()] == [(9, "open")]
    assert OutboxMessage.select().count() == 0
