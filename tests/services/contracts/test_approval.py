"""The company's seal needs a second officer, unless the code went to a number on file: an officer
alone signs nothing in another's name, and the number on file hears of every new contract."""

from __future__ import annotations

import json

import pytest

from db import agreements as agreement_records
from db import contracts as contract_records
from db import customers as customer_records
from db.connection import fetch, run, write
from services import clock, sealed_files
from services.contracts import agreements, looks, papers, requests, signing
from services.contracts.errors import PapersUnseen, SealUnavailable
from services.contracts.requests import Wish
from services.contracts.seal import approval, on_file, sealing
from services.deadlines import limits
from services.desk import desk, endings, waiting
from services.desk.waiting import Chosen
from services.errors import AlreadyDecided, EndStands, InvalidInput, NotYours, SamePerson
from tests import contracts, officers, photographs
from tests.contracts import CONSENTS, opened, stage_of
from tests.officers import CANBO, GIAMSAT, HANH, VO, at_desk
from tests.villagers import HOA, MAY, NOON, PAO

OWN_SIM = "+84977123456"  # a number that nobody has on file


@pytest.fixture(autouse=True)
def hired(app) -> None:
    officers.hire()


def confirmed(here) -> str:
    """The ticket of a contract in Hoa's name, signed with a code that went to somebody's SIM."""
    ticket, digest = contracts.drafted(here, HOA._replace(phone=OWN_SIM))
    code = contracts.send_code(ticket, digest, here)
    signing.sign_by_code(signing.Consent(opened(ticket), digest, CONSENTS), code, here)
    return ticket


def photographed(ticket: str, here, kind="identity") -> None:
    """A page under a paper that is accepted, as it was before."""
    store = sealed_files.of(here.settings, here.vault)
    write(lambda: run("UPDATE contract_paper SET state = 'refused' WHERE kind = ?", kind))
    row = contract_records.get(ticket)
    stage = row.stage
    write(lambda: run("UPDATE contract_request SET stage = 'drafted'"))
    papers.upload(opened(ticket), kind, [photographs.jpeg()], store, here.now)
    write(lambda: run("UPDATE contract_paper SET state = 'accepted' WHERE kind = ?", kind))
    write(lambda: run("UPDATE contract_request SET stage = ?", stage))


def open_papers(ticket: str, here, who) -> None:
    """The officer opens every photograph."""
    store = sealed_files.of(here.settings, here.vault)
    for (page_id,) in fetch("SELECT id FROM contract_page WHERE ticket = ?", ticket):
        looks.look_at(page_id, at_desk(who), store, here.now)


def approve(ticket: str, here, who=GIAMSAT) -> None:
    approval.approve(opened(ticket, who), contracts.digest_of(ticket), here)


def told(kind="contract_new") -> list[str]:
    """Phones (hash) that are told of a new contract."""
    return [phone for (phone,) in fetch("SELECT to_hash FROM outbox_message WHERE kind = ?",
                                        kind)]


def test_one_officer_with_an_own_sim_gets_no_seal(here):
    ticket = confirmed(here)
    found = agreement_records.current(ticket)
    assert (stage_of(ticket), found.state, found.confirmed_by) == ("to_approve", "waiting", "canbo")
    assert not sealing.sealed_path(here.settings, here.vault, ticket).exists()
    with pytest.raises(AlreadyDecided):
        sealing.finish(ticket, here)
    assert sealing.finish_all(here._replace(now=NOON + clock.DAY)) == 0


def test_the_number_on_file_hears_of_it_before_anybody_agrees(here):
    confirmed(here)
    assert told() == [here.vault.seal_phone(HOA.phone)[0]]


def test_the_number_that_the_code_went_to_is_not_told_twice(here):
    contracts.signed(here)
    assert told() == []


def test_with_a_code_its_number_is_told_and_no_namesakes(here):
    ticket, digest = contracts.drafted(here, HOA._replace(phone=OWN_SIM))
    write(lambda: run("UPDATE contract_request SET customer_code = ?", MAY.code))
    code = contracts.send_code(ticket, digest, here)
    signing.sign_by_code(signing.Consent(opened(ticket), digest, CONSENTS), code, here)
    hashes = {here.vault.seal_phone(person.phone)[0] for person in (HOA, MAY)}
    assert set(told()) == hashes  # the code is another's, so whoever is called Hoa there as well


def test_the_second_officer_opens_the_papers_and_agrees(here):
    ticket = confirmed(here)
    photographed(ticket, here)
    with pytest.raises(PapersUnseen) as refused:
        approve(ticket, here)
    assert (refused.value.kinds, stage_of(ticket)) == (["identity"], "to_approve")
    open_papers(ticket, here, GIAMSAT)
    approve(ticket, here)
    found = agreement_records.current(ticket)
    said = json.loads(here.vault.open(bytes(found.evidence_sealed), f"evidence:{ticket}"))
    assert (stage_of(ticket), found.state, found.approved_by) == ("signed", "signed", "giamsat")
    assert (said["officers"], said["approved_by"]) == (["canbo"], "giamsat")
    assert said["approved_at"] == "2026-11-15T12:00:00+07:00"
    assert ("giamsat", "paper.view", ticket, "identity") in officers.audited()


def test_what_the_first_officer_opened_is_not_what_the_second_did(here):
    ticket = confirmed(here)
    photographed(ticket, here)
    open_papers(ticket, here, CANBO)
    with pytest.raises(PapersUnseen):
        approve(ticket, here)


def test_the_first_officer_does_not_agree_to_the_own_work(here):
    ticket = confirmed(here)
    with pytest.raises(SamePerson):
        approve(ticket, here, CANBO)
    assert ("canbo", "second.refused", ticket, "contract.seal of canbo") in officers.audited()
    assert stage_of(ticket) == "to_approve"


def test_also_not_after_giving_the_work_back_and_letting_a_colleague_take_it(here):
    ticket = confirmed(here)
    desk.give_back(ticket, at_desk(CANBO), NOON)
    desk.take(ticket, at_desk(HANH), NOON)
    with pytest.raises(SamePerson):
        approve(ticket, here, CANBO)
    approve(ticket, here, HANH)  # another person, who now holds it
    assert stage_of(ticket) == "signed"


def test_who_does_not_reach_the_commune_finds_nothing(here):
    ticket = confirmed(here)
    assert not requests.may_approve(opened(ticket)._replace(who=at_desk(CANBO)))
    with pytest.raises(requests.UnknownTicket):
        approve(ticket, here, VO)


def test_two_who_agree_at_once_seal_once(here):
    ticket = confirmed(here)
    file, digest = opened(ticket, GIAMSAT), contracts.digest_of(ticket)
    approve(ticket, here, HANH)
    with pytest.raises(AlreadyDecided):
        approval.approve(file, digest, here)
    assert len(told("signed")) == 1


def test_a_seal_that_cannot_be_set_leaves_all_as_it_was(here):
    ticket = confirmed(here)
    bare = here._replace(settings=here.settings.__class__(
        **{**here.settings.__dict__, "demo": False}))
    with pytest.raises(SealUnavailable):
        approve(ticket, bare)
    assert (stage_of(ticket), agreement_records.current(ticket).state) == ("to_approve", "waiting")


def test_a_seal_that_fails_afterwards_follows_by_itself(here):
    ticket = confirmed(here)
    silent = here._replace(settings=here.settings.__class__(
        **{**here.settings.__dict__, "tsa_url": "http://127.0.0.1:9/tsa"}))
    with pytest.raises(SealUnavailable):
        approve(ticket, silent)
    assert stage_of(ticket) == "sealing"
    assert sealing.finish_all(here._replace(now=NOON + 2 * clock.MINUTE)) == 1
    assert stage_of(ticket) == "signed"


def on_file_for(days: float):
    write(lambda: run("UPDATE customer_phone SET registered_at = ?",
                      int(NOON - days * clock.DAY)))


@pytest.mark.parametrize(("days", "stage"), [
    (-1, "to_approve"), (0, "to_approve"), (2.9, "to_approve"), (3, "signed"), (400, "signed")])
def test_the_number_must_be_on_file_for_three_days(here, days, stage):
    on_file_for(days)
    assert stage_of(contracts.signed(here)) == stage


@pytest.mark.parametrize(("values", "trusted"), [
    ({}, True), ({"name": "NGUYỄN  THỊ HOA"}, True), ({"customer_code": HOA.code}, True),
    ({"name": "Ma Thị Hoa"}, False), ({"customer_code": PAO.code}, False),
    ({"customer_code": MAY.code, "name": "Triệu Thị Mẩy"}, False)])
def test_on_file_means_for_the_customer_who_signs(here, values, trusted):
    """An officer's own account and SIM, on file for years, speak for nobody else."""
    ticket, _digest = contracts.drafted(here)
    for name, value in values.items():
        write(lambda name=name, value=value: run(
            f"UPDATE contract_request SET {name} = ? WHERE ticket = ?", value, ticket))
    found = on_file.trusted_since(contract_records.get(ticket), NOON)
    assert (found is not None) == trusted


def test_another_card_than_the_one_known_is_another_person(here):
    signed = contracts.signed(here)
    write(lambda: run("UPDATE contract_request SET customer_code = ? WHERE ticket = ?",
                      HOA.code, signed))
    ticket, _digest = contracts.drafted(here)
    assert on_file.trusted_since(contract_records.get(ticket), NOON) is not None
    write(lambda: run("UPDATE contract_request SET citizen_hash = 'another' WHERE ticket = ?",
                      ticket))
    assert on_file.trusted_since(contract_records.get(ticket), NOON) is None


def test_a_number_tied_by_an_officer_today_waits_too(here):
    write(lambda: customer_records.tie(HOA.code, here.vault.seal_phone(OWN_SIM), NOON))
    ticket = confirmed(here)
    assert stage_of(ticket) == "to_approve"
    assert told() == [here.vault.seal_phone(HOA.phone)[0]]


def test_turned_down_it_goes_back_with_the_reason(here):
    ticket = confirmed(here)
    digest = contracts.digest_of(ticket)
    file = opened(ticket, GIAMSAT)
    with pytest.raises(InvalidInput):
        approval.turn_down(file, digest, " ", {}, NOON)
    with pytest.raises(InvalidInput):
        approval.turn_down(file, digest, "Ảnh xám", {"identity": "ugly"}, NOON)
    approval.turn_down(file, digest, "Ảnh  xám", {"identity": "blurred"}, NOON)
    row = contract_records.get(ticket)
    assert (row.stage, row.officer, row.state) == ("requested", "canbo", "taken")
    assert papers.checklist(row)[0].row[:3] == ("identity", "refused", "blurred")
    assert signing.panel(opened(ticket), here).refusal == ("giamsat", "Ảnh xám")
    assert fetch("SELECT text FROM desk_note WHERE ticket = ?", ticket) == [("Ảnh xám",)]
    with pytest.raises(AlreadyDecided):
        approval.approve(file, digest, here)


def test_turned_down_with_good_papers_it_is_drafted_anew(here):
    ticket = confirmed(here)
    approval.turn_down(opened(ticket, HANH), contracts.digest_of(ticket), "Sai tên", {}, NOON)
    assert stage_of(ticket) == "papers_complete"
    agreements.draft(opened(ticket), here)
    assert stage_of(ticket) == "drafted"
    assert signing.panel(opened(ticket), here).refusal is None


def test_the_first_officer_takes_it_back_and_a_stranger_does_not(here):
    ticket = confirmed(here)
    digest = contracts.digest_of(ticket)
    approval.turn_down(opened(ticket), digest, "Sai địa chỉ", {}, NOON)
    assert stage_of(ticket) == "papers_complete"


def test_while_it_waits_nobody_is_told_that_they_were_helped(here):
    ticket = confirmed(here)
    with pytest.raises(InvalidInput, match="approval"):
        endings.end(ticket, at_desk(CANBO), "helped", NOON)
    endings.end(ticket, at_desk(CANBO), "withdrawn", NOON)
    with pytest.raises(AlreadyDecided):
        approve(ticket, here)
    endings.take_back(ticket, at_desk(CANBO), NOON + 1)
    approve(ticket, here)
    assert stage_of(ticket) == "signed"
    with pytest.raises(EndStands):
        endings.end(ticket, at_desk(CANBO), "helped", NOON)
        endings.take_back(ticket, at_desk(CANBO), NOON + clock.DAY)


def test_the_desk_lists_what_waits_for_a_second_officer(here):
    ticket = confirmed(here)
    requests.request(Wish("Ma Văn Sơn", None, HOA.commune_code, "any", "kiosk"), NOON)

    def listed(who) -> tuple[list[str], int]:
        queue = waiting.queue(at_desk(who), Chosen(holder="approve"), "",
                              limits(here.settings), NOON)
        return [work.ticket for work in queue.rows], queue.to_approve
    assert listed(GIAMSAT) == ([ticket], 1)
    assert listed(HANH) == ([ticket], 1)
    assert listed(CANBO) == ([], 0)
    assert listed(VO) == ([], 0)


def test_only_the_second_officer_sees_the_pictures_of_colleagues(here):
    ticket = confirmed(here)
    photographed(ticket, here)
    open_papers(ticket, here, HANH)
    write(lambda: run("UPDATE contract_request SET stage = 'drafted'"))
    with pytest.raises(NotYours):
        open_papers(ticket, here, HANH)
