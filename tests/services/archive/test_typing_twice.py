"""Two officers type alone; a third looks where they differ; the commune is confirmed."""

from __future__ import annotations

import pytest

from db.archive import archive_entries
from db.connection import fetch, fetch_row, run, write
from services.archive import entries, placing, typing_twice
from services.errors import AlreadyDecided, InvalidInput, NotYours
from services.notation import communes
from tests import officers, scans
from tests.officers import CANBO, GIAMSAT, HANH, Person, at_desk
from tests.villagers import HOA, NOON, PAO

THU = Person("thu", "officer")


@pytest.fixture
def hoa(app, settings, vault) -> int:
    """Hoa's old contract, scanned."""
    return scans.scanned(settings, vault)


@pytest.fixture
def apart(hoa, vault) -> int:
    """Hoa's contract, which Hạnh and Cán bộ read differently."""
    scans.typed(hoa, vault, HANH)
    changed = {"name": "Nguyễn Thị Hoa", "signed_on": "13/04/2016"}
    assert scans.typed(hoa, vault, CANBO, **changed) == "differs"
    return hoa


def decide(entry_id: int, vault, who: Person = THU, **form: str) -> None:
    typing_twice.decide(entry_id, form, at_desk(who), vault, NOON)


def test_two_equal_readings_agree(hoa, vault) -> None:
    assert scans.typed(hoa, vault, HANH) == "typed"
    assert scans.typed(hoa, vault, CANBO, name="NGUYỄN THỊ HÒA", contract_no="0417hd") == "agreed"
    assert scans.agreed(hoa, vault).name == "Nguyễn Thị Hoà"
    told = [(actor, detail) for actor, action, _about, detail in officers.audited()
            if action == "archive.type"]
    assert told == [("hanh", "1"), ("canbo", "2 agreed")]


def test_who_typed_first_does_not_type_again(hoa, vault) -> None:
    scans.typed(hoa, vault, HANH)
    with pytest.raises(NotYours):
        scans.typed(hoa, vault, HANH)
    assert not write(lambda: archive_entries.type_second(hoa, "hanh", None, NOON))
    assert typing_twice.queue(at_desk(HANH)) == []
    assert [entry.id for entry in typing_twice.queue(at_desk(CANBO))] == [hoa]


def test_a_third_reading_is_not_taken(apart, vault) -> None:
    with pytest.raises(AlreadyDecided):
        scans.typed(apart, vault, THU)


def test_of_two_at_once_the_slower_one_becomes_the_second(hoa, vault) -> None:
    entry, _scan = typing_twice.to_type(hoa, at_desk(CANBO))
    scans.typed(hoa, vault, HANH)  # while Cán bộ looked at the empty form
    assert not write(lambda: archive_entries.type_first(hoa, "canbo", NOON))
    assert scans.typed(hoa, vault, CANBO) == "agreed"
    assert not write(lambda: archive_entries.type_second(hoa, "thu", None, NOON))
    assert entry.state == "scanned"


def test_nothing_typed_stands_in_clear(hoa, vault) -> None:
    scans.typed(hoa, vault, HANH)
    scans.typed(hoa, vault, CANBO)
    kept = b"".join(bytes(sealed) for (sealed,) in fetch(
        "SELECT values_sealed FROM archive_typing"))
    kept += bytes(fetch_row("SELECT typed_sealed FROM archive_entry WHERE id = ?", hoa)[0])
    assert b"090123456" not in kept and "Nà Mao".encode() not in kept
    assert "090123456" not in str(officers.audited())


def test_a_third_officer_picks_the_right_values(apart, vault) -> None:
    found = typing_twice.third_look(apart, at_desk(THU), vault, NOON)
    assert found.differing == ["signed_on", "name"] and found.officers == ("hanh", "canbo")
    assert found.listed.name == HOA.name
    decide(apart, vault, pick_signed_on="2", pick_name="other", name="Nguyễn Thị Hoài")
    said = scans.agreed(apart, vault)
    assert (said.signed_on, said.name) == ("2016-04-13", "Nguyễn Thị Hoài")
    assert scans.state(apart) == "agreed" and archive_entries.get(apart).decided_by == "thu"
    assert officers.audited()[-1][3] == "signed_on:2,name:other"
    with pytest.raises(AlreadyDecided):
        decide(apart, vault, pick_signed_on="1", pick_name="1")


@pytest.mark.parametrize("who", [HANH, CANBO])
def test_who_typed_one_of_them_does_not_decide(apart, vault, who) -> None:
    with pytest.raises(NotYours):
        typing_twice.third_look(apart, at_desk(who), vault, NOON)
    with pytest.raises(NotYours):
        decide(apart, vault, who, pick_signed_on="1", pick_name="1")


def test_who_leads_may_decide_a_reading_of_their_own(hoa, vault) -> None:
    scans.typed(hoa, vault, HANH)
    scans.typed(hoa, vault, GIAMSAT, address="Xóm khác")
    decide(hoa, vault, GIAMSAT, pick_address="1")
    assert scans.agreed(hoa, vault).address == "Xóm Nà Mao"


@pytest.mark.parametrize(("form", "field"), [
    ({"pick_name": "1"}, "signed_on"), ({"pick_signed_on": "3", "pick_name": "1"}, "signed_on"),
    ({"pick_signed_on": "1", "pick_name": "other", "name": ""}, "name")])
def test_each_field_needs_a_choice(apart, vault, form, field) -> None:
    with pytest.raises(InvalidInput) as refused:
        decide(apart, vault, **form)
    assert refused.value.field == field and scans.state(apart) == "differs"


def test_the_commune_is_confirmed_once(hoa, vault) -> None:
    scans.typed(hoa, vault, HANH)
    scans.typed(hoa, vault, CANBO)
    found = placing.proposal(hoa, at_desk(CANBO), vault, NOON)
    assert [row.name for row in found.communes] == ["Xã Bảo Linh"]
    assert found.billing == HOA.commune_code
    with pytest.raises(InvalidInput, match="commune"):
        placing.confirm(hoa, "99999", at_desk(CANBO), NOON)
    placing.confirm(hoa, found.communes[0].code, at_desk(CANBO), NOON)
    entry = archive_entries.get(hoa)
    assert (entry.state, entry.commune_code) == ("done", "05569")
    with pytest.raises(AlreadyDecided):
        placing.confirm(hoa, found.communes[0].code, at_desk(HANH), NOON)


def test_a_name_of_several_communes_is_chosen(hoa, vault) -> None:
    for who in (HANH, CANBO):
        scans.typed(hoa, vault, who, old_commune="Trung Thành", old_district="")
    rows = placing.proposal(hoa, at_desk(CANBO), vault, NOON).communes
    assert {row.district for row in rows} == {"Thành phố Thái Nguyên", "Thành phố Phổ Yên"}
    assert communes.today_of("Trung Thành", "") == ""


def test_the_paper_is_held_against_the_list(hoa, vault) -> None:
    assert placing.look(hoa, at_desk(CANBO), vault, NOON).typed is None
    for who in (HANH, CANBO):
        scans.typed(hoa, vault, who, signed_on="12/05/2016")
    record = placing.look(hoa, at_desk(CANBO), vault, NOON)
    assert record.unlike == ["signed_on", "name"] and record.customer_within
    assert [entry.id for entry in entries.of_customer(HOA.code, at_desk(HANH))] == [hoa]


def test_progress_counts_what_lies_behind_each_contract(apart, vault) -> None:
    scans.entry("2/2017", PAO.code, PAO.commune_code)
    (row,) = entries.progress()
    assert tuple(row)[2:] == (2, 1, 1, 1, 0, 0) and row.percent == 0
    decide(apart, vault, pick_signed_on="1", pick_name="1")
    former = communes.propose_former("Bảo Linh", "Định Hóa")[0]
    placing.confirm(apart, former.code, at_desk(THU), NOON)
    (row,) = entries.progress()
    assert tuple(row)[2:] == (2, 1, 1, 1, 1, 1) and row.percent == 50
    assert entries.progress(("05569",))[0].percent == 100
    assert entries.total([row, row]).total == 4
    write(lambda: run("UPDATE archive_entry SET signed_on = '2020-05-06' WHERE key = '22017'"))
    assert entries.count_digitised() == (1, 1)


def test_paper_contracts_of_the_billing_system_are_taken_over_once(app) -> None:
    write(lambda: run("UPDATE customer SET contract_medium = 'paper', contract_no = '77/2015',"
                      " contract_signed_on = '2015-02-03' WHERE code IN (?, ?)",
                      HOA.code, PAO.code))
    assert entries.take_over(NOON) == 2 and entries.take_over(NOON) == 0
    assert archive_entries.by_key("772015").customer_code == HOA.code
    # Two customers under one number: the second goes by its code.
    other = archive_entries.by_key(PAO.code)
    assert (other.contract_no, other.office, other.signed_on) == ("77/2015", "PA04PY", "2015-02-03")


def test_who_leads_has_what_is_agreed_typed_anew(hoa, vault) -> None:
    scans.typed(hoa, vault, HANH)
    with pytest.raises(AlreadyDecided):
        typing_twice.type_anew(hoa, at_desk(GIAMSAT), NOON)
    scans.typed(hoa, vault, CANBO)
    with pytest.raises(NotYours):
        typing_twice.type_anew(hoa, at_desk(CANBO), NOON)
    typing_twice.type_anew(hoa, at_desk(GIAMSAT), NOON)
    entry = archive_entries.get(hoa)
    assert (entry.state, entry.first_by, entry.typed_sealed) == ("scanned", "", None)
    assert scans.typed(hoa, vault, CANBO, name="Nguyễn Thị Hoa") == "typed"
