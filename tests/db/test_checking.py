"""The check of everything stored finds what no constraint forbids, and names it."""

from __future__ import annotations

import json

import pytest

from db import checking as checking_records
from db import connection
from db.connection import fetch_row, run, write
from services.cash import shifts, takings
from services.payments import payments, promotion_files
from tests import officers
from tests.villagers import MAY, NOON, PAO

HOA_BILL = "PA04DH0000017-202610-1"


@pytest.fixture(autouse=True)
def records(database_url):
    """The villagers' database in which Hoa has paid 10/2026."""
    connection.init(database_url)
    payments.post(payments.Report("momo", "T1", HOA_BILL, 546108, NOON, "0" * 64), NOON)
    yield
    connection.database.close()


def problems() -> list[str]:
    return list(checking_records.problems())


def test_what_the_program_stores_is_sound() -> None:
    assert problems() == []


def test_a_second_payment_and_a_void_are_sound() -> None:
    payments.post(payments.Report("viettel", "T2", HOA_BILL, 546108, NOON, "1" * 64), NOON)
    assert problems() == []
    payments.void("momo", "T1", "mistake", "23:00", NOON)
    assert problems() == []


@pytest.mark.parametrize(("damage", "found"), [
    ("UPDATE ledger_entry SET amount = amount + 1 WHERE amount > 0",
     "payment {payment}: its ledger entries do not add up to zero"),
    ("DELETE FROM ledger_entry", "payment {payment}: its ledger entries do not add up to zero"),
    ("UPDATE bill SET vat = vat + 1 WHERE id = {bill}",
     "bill PA04DH0000017 10/2026: subtotal and VAT do not make its total"),
    ("UPDATE bill SET payment_id = 999 WHERE id = {bill}",
     "bill {bill}: marked paid by a payment that does not exist"),
    ("UPDATE bill SET state = 'unpaid' WHERE id = {bill}",
     "bill {bill}: unpaid, yet it names a payment"),
    ("UPDATE bill SET payment_id = NULL WHERE id = {bill}",
     "bill {bill}: money received, yet it names no payment"),
    ("UPDATE payment SET state = 'refund_due'",
     "bill {bill}: marked paid by a payment of another bill, or one that does not stand"),
    ("UPDATE payment SET amount = amount - 1",
     "payment {payment}: posted with another amount than its bill"),
])
def test_damage_is_named(damage, found) -> None:
    payment, bill = fetch_row("SELECT id, bill_id FROM payment")
    write(lambda: run(damage.format(payment=payment, bill=bill)))
    assert found.format(payment=payment, bill=bill) in problems()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_row_that_points_nowhere_is_named() -> None:
    connection.run("PRAGMA foreign_keys = OFF")
    run("UPDATE bill SET code = 'PA04DH9999999' WHERE code = 'PA04PY0000041'")
    assert any(line.startswith("bill row ") and "customer is missing" in line
               for line in problems())


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_damaged_page_is_named() -> None:
    connection.fetch("PRAGMA wal_checkpoint(TRUNCATE)")
    root = fetch_row("SELECT rootpage FROM sqlite_master WHERE name = 'customer_search'")[0]
    connection.database.close()
    with open(connection.sqlite_path(), "r+b") as file:
        file.seek(root * 4096 - 1000)  # the rows of a page stand at its end
        file.write(b"\0" * 1000)
    assert any(line.startswith("database file: ") for line in problems()), problems()


@pytest.mark.parametrize(("damage", "found"), [
    ("UPDATE refund SET amount = amount + 1",
     "ledger: 1 đ owed back, which no refund is due for"),
    ("UPDATE refund SET state = 'given'",
     "refund {refund}: its ledger entries are not those of its state"),
    ("DELETE FROM refund", "payment {second}: due back, yet no refund says so"),
    ("UPDATE cash_shift SET expected = expected + 1",
     "cash shift {shift}: its drawer on the ledger is not what is expected in it"),
    ("UPDATE cash_shift SET float_amount = 7",
     "cash shift {shift}: float, takings and refunds do not make what is expected"),
    ("UPDATE ledger_entry SET amount = 6 WHERE account = 'cash:{shift}' AND amount = 5",
     "cash shift {shift}: its own ledger entries do not add up to zero"),
    ("UPDATE cash_shift SET state = 'closed'",
     "cash shift {shift}: closed without a count, or with a difference and no reason"),
    ("UPDATE cash_taking SET due = due - 1", "cash taking {taking}: its payments do not make"
     " what was due"),
])
def test_damage_to_cash_and_refunds_is_named(damage, found) -> None:
    who = officers.at_desk(officers.CANBO)
    second = payments.post(payments.Report("viettel", "T2", HOA_BILL, 546108, NOON, "1" * 64),
                           NOON)[0].payment.id
    shift = shifts.open_shift(who, 5, NOON).id
    taking = takings.take(who, MAY.code, [f"{MAY.code}-202609-1"], 200_000, "k" * 32, NOON).row.id
    assert problems() == []
    names = {"refund": fetch_row("SELECT id FROM refund")[0], "second": second, "shift": shift,
             "taking": taking}
    write(lambda: run(damage.format(**names)))
    assert found.format(**names) in problems()


@pytest.mark.parametrize(("damage", "found"), [
    ("UPDATE payment SET paid_at = 253402300799000", "payment {payment}: its paid_at is no moment"),
    ("UPDATE payment SET paid_at = -62135596800000", "payment {payment}: its paid_at is no moment"),
    ("UPDATE bill SET paid_at = 0 WHERE id = {bill}", "bill {bill}: its paid_at is no moment"),
    ("UPDATE payment SET amount = 9000000000000000000",
     "payment {payment}: its amount is no amount of money"),
    ("UPDATE ledger_entry SET amount = 9000000000000000000",
     "ledger: with such amounts no sum can be checked"),
    ("UPDATE payment SET receipt_no = 'PA04DH-2026-000009'",
     "receipts of PA04DH-2026: number 9 was given, and would be given once more"),
    ("DELETE FROM counter WHERE name = 'receipt:PA04DH:2026'",
     "receipts of PA04DH-2026: number 1 was given, and would be given once more"),
    ("INSERT INTO counter (name, value) VALUES ('receipt:floor:2026', 5)",
     "receipt:floor:2026: numbers were left out, and the audit trail does not say why"),
    ("UPDATE payment SET promotion = '{{}}'",
     "payment {payment}: it claims a promotion, yet no use of one says so"),
])
def test_a_value_that_cannot_be_is_named(damage, found) -> None:
    payment, bill = fetch_row("SELECT id, bill_id FROM payment")
    write(lambda: run(damage.format(payment=payment, bill=bill)))
    assert found.format(payment=payment, bill=bill) in problems()


@pytest.mark.parametrize(("damage", "found"), [
    ("UPDATE promotion SET used = used + 1",
     "promotion TET27: what is used of its budget is not the sum of its uses"),
    ("UPDATE payment SET voided_at = received_at WHERE id = {first}",
     "payment {first}: it used a promotion and does not stand"),
    ("UPDATE refund SET amount = amount + 1",
     "payment {second}: another amount is due back than its ledger entries say"),
    # What was believed before: the discount of a second payment was given back as well.
    ("UPDATE refund SET amount = 1534140",
     "payment {second}: its discount is given back, which nobody paid"),
])
def test_damage_to_promotions_is_named(damage, found) -> None:
    terms = [{"id": "TET27", "channel": "momo", "rate_percent": 5, "cap": 20_000, "minimum": 0,
              "budget": 90_000, "per_customer": 0, "funders": {"momo": 100}, "source": "Báo",
              "starts_on": "2026-11-01", "ends_on": "2026-11-30"}]
    write(lambda: promotion_files.put(promotion_files.parse(json.dumps(terms).encode()), "test",
                                      NOON))
    claim = json.dumps({"id": "TET27", "discount": 20_000, "funded_by": "momo"})
    first, second = (payments.post(payments.Report(
        "momo", number, f"{PAO.code}-202610-1", 1_534_140, NOON, "0" * 64, promotion=claim,
        discount=20_000), NOON)[0].payment.id for number in ("P1", "P2"))
    assert problems() == []
    write(lambda: run(damage.format(first=first, second=second)))
    assert found.format(first=first, second=second) in problems()
