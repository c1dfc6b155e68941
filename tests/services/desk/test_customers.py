"""Officers look people up: by what, within which communes, and on the record."""

from __future__ import annotations

import pytest

from db import bills as bill_records
from db import messages as message_records
from db.connection import run, write
from db.outbox import outbox as outbox_records
from services.desk import customers
from services.errors import InvalidInput, UnknownBill, UnknownCustomer
from services.officers import reach
from services.payments import payments
from services.payments.payments import Report
from tests.officers import CANBO, HANH, VO, at_desk, audited, hire
from tests.villagers import HOA, MAY, NOON, PAO, SON

pytestmark = pytest.mark.usefixtures("desk_staff")
BOSS, MINE, OTHER = at_desk(CANBO), at_desk(HANH), at_desk(VO)


@pytest.fixture
def desk_staff(app) -> None:
    hire()


@pytest.fixture
def search(vault):
    def names(text, who=BOSS):
        return [found.customer.name for found in customers.search(text, who, vault, NOON)]
    return names


@pytest.mark.parametrize(("text", "found"), [
    (HOA.code, [HOA]), ("pa04 dh 0000017", [HOA]), ("PAO4DHOOOOO17", [HOA]),
    ("PA04DH9999999", []), ("0912000017", [HOA]), ("+84 912 000 017", [HOA]), ("0912999999", []),
    ("Nguyễn Thị Hoa", [HOA]), ("nguyen thi hoa", [HOA]), ("NGUYEN", [HOA]), ("hoa", [HOA]),
    ("  trieu   thi ", [MAY]), ("páo", [PAO]),
    ("Triệu Mẩy", [MAY]), ("trieu hoa", []), ("%", None), ("a", None), ("", None), ("zzz", []),
    ("_guyen", []), ("*guyen", []), ("ng\0uyen", []),
])
def test_a_customer_is_found_by_code_phone_or_name(search, text, found):
    if found is None:
        with pytest.raises(InvalidInput):
            search(text)
    else:
        assert search(text) == [person.name for person in found]


@pytest.mark.parametrize("text", [HOA.code, HOA.phone, "hoa", "nguyen"])
def test_out_of_reach_is_not_found(search, text):
    assert search(text, MINE) == [HOA.name] and search(text, OTHER) == []


@pytest.mark.parametrize("text", ["van", "ma son"])
def test_within_the_communes_any_part_of_a_name_matches(search, text):
    assert search(text, MINE) == [SON.name]


def test_an_endless_search_is_refused(search):
    with pytest.raises(InvalidInput) as refused:
        search("a" * 81)
    assert refused.value.reason == "long"


def test_results_show_phones_masked(vault):
    found = customers.search("thi", at_desk(HANH), vault, NOON)
    assert [line.phone for line in found] == ["091****017"]


@pytest.mark.parametrize("text", [HOA.code, "0912000017", "Nguyễn Thị Hoa"])
def test_a_search_is_on_the_record_but_not_in_clear(search, text):
    search(text)
    [(actor, action, subject, detail)] = audited()
    assert (actor, action, detail[-2:]) == ("canbo", "customer.search", " 1")
    assert all(secret not in subject + detail for secret in ("PA04", "912", "oa"))


def test_the_same_search_leaves_the_same_trace(search):
    search("Nguyễn Thị Hoa")
    search("nguyen  thi hoa")
    first, second = audited()
    assert first[2] == second[2]


def test_a_profile_shows_contract_bills_and_masked_phone(vault):
    profile = customers.profile(HOA.code, MINE, vault, NOON)
    assert profile.phones == [("091****017", "billing")] and profile.owed == 546_108
    assert [(bill.month, bill.state) for bill in profile.bills] == [
        (10, "unpaid"), (9, "settled"), (8, "settled")]
    assert audited() == [("hanh", "customer.view", HOA.code, "")]


def test_somebody_without_a_phone_has_no_texts(vault):
    profile = customers.profile(PAO.code, BOSS, vault, NOON)
    assert (profile.phones, profile.texts) == ([], [])


def test_texts_of_a_phone_stand_in_order_both_ways(vault):
    phone = vault.seal_phone(HOA.phone)
    write(lambda: message_records.record(("log", "1", *phone, "TD", "TD", HOA.code, "546.108d",
                                          NOON)))
    write(lambda: outbox_records.add("receipt", "r1", phone, "{}", NOON + 1, NOON + 9))
    run("UPDATE outbox_message SET state = 'sent', text = 'Da nhan tien', sent_at = ?", NOON + 5)
    texts = customers.profile(HOA.code, BOSS, vault, NOON).texts
    assert [(one.at, one.incoming, one.text) for one in texts] == [
        (NOON, True, "TD"), (NOON, False, "546.108d"), (NOON + 5, False, "Da nhan tien")]


@pytest.mark.parametrize("look", [
    lambda vault: reach.customer(HOA.code, OTHER),
    lambda vault: customers.profile(HOA.code, OTHER, vault, NOON),
    lambda vault: customers.bill(HOA.code, "202610-1", OTHER, NOON)])
def test_a_customer_of_another_commune_does_not_exist(vault, look):
    with pytest.raises(UnknownCustomer):
        look(vault)
    assert audited() == []


def test_a_bill_is_explained_tier_by_tier():
    view = customers.bill(HOA.code, "202610-1", MINE, NOON)
    assert [(line.tier, line.kwh) for line in view.charge.lines] == [
        (1, 50), (2, 50), (3, 100), (4, 22)]
    assert view.charge.total == view.bill.total == 546_108
    assert audited() == [("hanh", "bill.view", HOA.code, f"{HOA.code}-202610-1")]


def test_a_bill_that_the_household_tariff_does_not_price_stands_alone():
    run("UPDATE customer SET purpose = 'business' WHERE code = ?", HOA.code)
    assert customers.bill(HOA.code, "202610-1", MINE, NOON).charge is None


@pytest.mark.parametrize("period", ["202607-1", "202610-2", "999999-9", "", "x", "202610-1 OR 1"])
def test_no_such_bill(period):
    with pytest.raises(UnknownBill):
        customers.bill(HOA.code, period, MINE, NOON)


def test_the_payments_of_a_bill_are_shown_with_their_channel():
    bill = bill_records.get(HOA.code, 2026, 10, 1)
    payments.post(Report("momo", "T1", bill.public_id, bill.total, NOON, "0" * 64), NOON)
    view = customers.bill(HOA.code, "202610-1", MINE, NOON)
    assert [(p.amount, view.channels[p.partner]) for p in view.payments] == [(546_108, "Momo")]
