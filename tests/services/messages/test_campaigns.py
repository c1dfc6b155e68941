"""Reminders: who is told what and when, once each, and never past the limits."""

from __future__ import annotations

import json
from datetime import date

import pytest

from db import campaigns as campaign_records
from db import messages as message_records
from db.bills import Bill
from db.campaigns import Campaign
from db.connection import write
from db.customers import CustomerPhone
from db.outages import Outage
from db.outbox.outbox import BULK, OutboxMessage
from services import clock
from services.clock import DAY, HOUR, MINUTE
from services.errors import InvalidInput, NotYours
from services.messages import campaigns
from services.payments import payments
from services.payments.payments import Report
from tests import officers
from tests.officers import CANBO, GIAMSAT, at_desk, audited
from tests.villagers import HOA, MAY, NOON, PAO, SON

PLENTY = 10_000


@pytest.fixture(autouse=True)
def here(app, vault):
    """The villagers' database; Mẩy's two bills are of 20/10 and 20/11, Hoa's of 20/11."""


def build(kind: str, now: int = NOON, a_day: int = PLENTY) -> int:
    return campaigns.build_now(kind, "test", lambda: now, a_day)


def told(kind: str) -> list[tuple[str, str]]:
    """(code, period) of the reminders of a kind, by code and period."""
    rows = OutboxMessage.select().where(OutboxMessage.kind == kind)
    params = [json.loads(row.params) for row in rows]
    return sorted((one["code"], one["period"]) for one in params)


def on(day: int, month: int = 11, hour: int = 12) -> int:
    return clock.at_local(date(2026, month, day), hour)


@pytest.mark.parametrize(("kind", "now", "expected"), [
    ("new_bill", on(15), [HOA.code, MAY.code]),
    ("new_bill", on(17), []),
    ("due_soon", on(16), []),
    ("due_soon", on(17), [HOA.code, MAY.code]),
    ("due_soon", on(20), [HOA.code, MAY.code]),
    ("due_soon", on(21), []),
    ("overdue", on(20), []),
    ("overdue", on(21), [HOA.code, MAY.code]),
    ("overdue", on(21, 12), []),
])
def test_each_kind_has_its_days(kind, now, expected) -> None:
    build(kind, now)
    assert [code for code, period in told(kind) if period == "10/2026"] == expected


def test_no_day_belongs_to_two_kinds() -> None:
    for day in range(1, 29):
        kinds = [kind for kind in ("new_bill", "due_soon", "overdue")
                 if campaigns.preview(kind, on(day)).total]
        assert len(kinds) <= 2  # two only because Mẩy owes an older bill as well
    assert campaigns.preview("overdue", on(15)).total == 1


def test_what_is_told_stands_in_the_parameters(vault) -> None:
    build("new_bill")
    row = OutboxMessage.get(OutboxMessage.to_hash == vault.phone_hash(HOA.phone))
    bill = Bill.get(Bill.code == HOA.code, Bill.month == 10)
    assert json.loads(row.params) == {"bill": bill.id, "code": HOA.code, "period": "10/2026",
                                      "amount": 546_108, "due_on": "2026-11-20"}
    assert (row.state, row.lane, row.next_at, row.dedupe) == (
        "queued", BULK, NOON, f"new_bill:{bill.id}")
    assert vault.open_phone(row.to_sealed) == HOA.phone


def test_who_has_no_phone_is_left_out() -> None:
    build("new_bill")
    assert PAO.code not in [code for code, _ in told("new_bill")]


def test_each_bill_is_told_once_a_kind_however_often_it_is_asked_for() -> None:
    assert [build("new_bill", NOON + n) for n in range(3)] == [2, 0, 0]
    assert build("due_soon", on(18)) == 2


def test_who_texted_huy_is_skipped(vault) -> None:
    write(lambda: message_records.opt_out(vault.phone_hash(HOA.phone), NOON))
    assert campaigns.preview("new_bill", NOON).total == build("new_bill") == 1
    assert told("new_bill") == [(MAY.code, "10/2026")]


def test_a_paid_bill_is_no_matter_for_reminders() -> None:
    payments.post(Report("viettel", "t1", f"{HOA.code}-202610-1", 546_108, NOON, "x"), NOON)
    build("new_bill")
    assert [code for code, _ in told("new_bill")] == [MAY.code]


def test_a_registered_number_is_told_instead_of_the_billing_systems(vault) -> None:
    phone_hash, sealed = vault.seal_phone("+84977123456")
    write(lambda: CustomerPhone.create(code=HOA.code, phone_hash=phone_hash, phone_sealed=sealed,
                                       source="registered", registered_at=NOON))
    build("new_bill")
    assert {row.to_hash for row in OutboxMessage.select()} == {
        phone_hash, vault.phone_hash(MAY.phone)}


def bills_for_hoa(vault, count: int) -> None:
    """Sơn's number is Hoa's as well, and he owes `count` bills of one day."""
    phone_hash, sealed = vault.seal_phone(HOA.phone)
    write(lambda: CustomerPhone.create(code=SON.code, phone_hash=phone_hash, phone_sealed=sealed,
                                       source="registered", registered_at=NOON))
    like = Bill.get(Bill.code == HOA.code, Bill.month == 10).__data__
    for ky in range(2, count + 2):
        values = {**like, "id": None, "code": SON.code, "ky": ky, "bill_no": str(ky)}
        write(lambda values=values: Bill.create(**values))


def test_a_phone_gets_three_reminders_a_day_and_the_rest_the_next(vault) -> None:
    bills_for_hoa(vault, 4)
    count = OutboxMessage.select().where(OutboxMessage.to_hash == vault.phone_hash(HOA.phone))
    assert campaigns.preview("new_bill", NOON).total == 3 + 1
    build("new_bill")
    build("new_bill", NOON + HOUR)
    assert count.count() == 3
    build("new_bill", NOON + DAY)
    assert count.count() == 5


def test_small_steps_keep_to_the_same_rules(vault, monkeypatch) -> None:
    monkeypatch.setattr(campaigns, "_PAGE", 1)
    bills_for_hoa(vault, 4)
    assert build("new_bill") == 4


@pytest.mark.parametrize("a_day", [1])
def test_past_the_days_number_the_run_ends_and_the_next_day_goes_on(a_day) -> None:
    assert build("new_bill", NOON, a_day) == a_day
    assert build("new_bill", NOON + HOUR, a_day) == 0
    assert {run.campaign.state for run in campaigns.runs()} <= {campaign_records.CAPPED,
                                                                campaign_records.DONE}
    assert build("new_bill", NOON + DAY, PLENTY) == 2 - a_day


@pytest.mark.parametrize(("hour", "sent_at"), [
    (7, on(15, hour=8)), (8, on(15, hour=8)), (19, on(15, hour=19)), (20, on(16, hour=8)),
    (23, on(16, hour=8)), (0, on(15, hour=8))])
def test_what_is_queued_at_night_waits_for_the_morning(hour, sent_at) -> None:
    build("new_bill", on(15, hour=hour))
    assert {row.next_at for row in OutboxMessage.select()} == {sent_at}


def plan(starts_at: int, commune: str = HOA.commune_code, area: str = 'Xóm "Nà" Mao') -> None:
    write(lambda: Outage.create(commune_code=commune, area=area, starts_at=starts_at,
                                ends_at=starts_at + 3 * HOUR, reason="sửa"))


def test_an_outage_is_told_to_every_phone_of_the_commune_a_day_before(vault) -> None:
    plan(NOON + 20 * HOUR)
    plan(NOON + 25 * HOUR, area="mai kia")
    assert campaigns.preview("outage", NOON).total == build("outage") == 2
    rows = list(OutboxMessage.select())
    assert {row.to_hash for row in rows} == {vault.phone_hash(HOA.phone),
                                             vault.phone_hash(SON.phone)}
    assert json.loads(rows[0].params) == {
        "outage": Outage.get().id, "commune": "Xã Định Hóa", "area": 'Xóm "Nà" Mao',
        "begins": "08:00", "ends": "11:00", "day": "16/11"}
    assert {row.expires_at for row in rows} == {NOON + 20 * HOUR}
    assert build("outage", NOON + HOUR) == 2  # the other one has come near
    assert build("outage", NOON + HOUR + 1) == 0


def test_a_phone_with_two_codes_in_a_commune_is_told_once(vault) -> None:
    bills_for_hoa(vault, 0)
    plan(NOON + 20 * HOUR)
    assert campaigns.preview("outage", NOON).total == build("outage") == 1


def test_accents_are_counted_because_they_cost_more(vault) -> None:
    write(lambda: message_records.remember(vault.phone_hash(HOA.phone),
                                           message_records.Memory(accents=1)))
    found = campaigns.preview("new_bill", NOON)
    assert (found.total, found.with_accents, found.segments) == (2, 1, 1 + 3)


def test_the_round_of_the_day_asks_for_each_kind_once() -> None:
    for moment in (NOON, NOON + MINUTE, NOON + HOUR):
        campaigns.round_of_the_day(moment)
    names = [row.name for row in Campaign.select().order_by(Campaign.id)]
    assert names == ["new_bill:2026-11-15:12", "due_soon:2026-11-15", "overdue:2026-11-15",
                     "outage:2026-11-15:12", "new_bill:2026-11-15:13", "outage:2026-11-15:13"]


@pytest.mark.parametrize("hour", [20, 23, 3, 7])
def test_at_night_nothing_is_asked_for(hour) -> None:
    campaigns.round_of_the_day(on(15, hour=hour))
    assert Campaign.select().count() == 0


def test_the_workers_part_asks_and_builds(app) -> None:
    campaigns.work(app.extensions["office"].settings, NOON)
    assert told("new_bill") == [(HOA.code, "10/2026"), (MAY.code, "10/2026")]
    assert told("overdue") == [(MAY.code, "09/2026")]
    assert campaigns.build_next(lambda: NOON, PLENTY) is None


def test_a_run_whose_builder_died_is_built_by_the_next_one() -> None:
    write(lambda: campaign_records.ask("x", "new_bill", "", NOON))
    assert write(lambda: campaign_records.take(NOON, NOON + MINUTE)) is not None
    assert campaigns.build_next(lambda: NOON + MINUTE, PLENTY) is None
    assert campaigns.build_next(lambda: NOON + MINUTE + 1, PLENTY) is not None
    assert len(told("new_bill")) == 2


def test_who_lost_the_run_to_another_queues_nothing_more() -> None:
    write(lambda: campaign_records.ask("x", "new_bill", "", NOON))
    first = write(lambda: campaign_records.take(NOON, NOON + MINUTE))
    write(lambda: campaign_records.take(NOON + HOUR, NOON + 2 * HOUR))
    campaigns._build(first, lambda: NOON + HOUR, PLENTY)
    assert OutboxMessage.select().count() == 0
    assert Campaign.get().state == campaign_records.BUILDING


def test_a_supervisor_asks_and_it_is_on_record() -> None:
    officers.hire()
    for second in (0, 10):
        campaigns.ask("due_soon", at_desk(GIAMSAT), PLENTY, NOON + second * 1000)
    assert audited() == [("giamsat", "campaign.ask", "due_soon", "")]
    [run] = campaigns.runs()
    assert (run.campaign.asked_by, run.campaign.state, run.under_way) == (
        "giamsat", campaign_records.ASKED, True)


def test_an_officer_may_not_start_one() -> None:
    with pytest.raises(NotYours):
        campaigns.ask("due_soon", at_desk(CANBO), PLENTY, NOON)


@pytest.mark.parametrize("kind", ["", "receipt", "new_bill'"])
def test_an_unknown_kind_is_refused(kind) -> None:
    for refused in (lambda: campaigns.preview(kind, NOON), lambda: build(kind),
                    lambda: campaigns.ask(kind, at_desk(GIAMSAT), PLENTY, NOON)):
        with pytest.raises(InvalidInput):
            refused()


def test_progress_is_counted_by_state() -> None:
    build("new_bill")
    write(lambda: OutboxMessage.update(state="delivered").where(
        OutboxMessage.params.contains(HOA.code)).execute())
    [run] = campaigns.runs()
    assert (run.campaign.queued, run.count("queued"), run.count("delivered")) == (2, 1, 1)


def test_rounds_that_found_nobody_are_not_shown() -> None:
    campaigns.round_of_the_day(on(25, 12))
    while campaigns.build_next(lambda: on(25, 12), PLENTY):
        continue
    assert campaigns.runs() == []
