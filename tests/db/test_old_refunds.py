"""What was due back before refunds had a table of their own is taken over."""

from __future__ import annotations

import pytest

from db import connection, schema
from db.connection import fetch, run


@pytest.fixture(autouse=True)
def old(bare_url):
    """A database as it was before, with a second payment and a transfer owed back."""
    connection.init(bare_url)
    schema.build([name for name in schema.known() if name < "0090"])
    run("INSERT INTO partner (name, title, kind) VALUES ('momo', 'MoMo', 'intermediary')")
    run("INSERT INTO customer (code, name, search, given_search, address, commune_code, households,"
        " meter_no, meter_point, purpose, contract_no, contract_signed_on, contract_medium,"
        " updated_at) VALUES ('C', 'n', 's', 'g', 'a', '1', 1, 'm', 'p', 'household', '', '',"
        " 'paper', 0)")
    run("INSERT INTO bill (id, code, year, month, ky, from_date, to_date, old_index, new_index,"
        " kwh, subtotal, vat, total, due_on, bill_no, state) VALUES (1, 'C', 2026, 10, 1, '', '',"
        " 0, 1, 1, 90, 10, 100, '', '', 'settled')")
    for number, state, voided in ((1, "posted", None), (2, "refund_due", None),
                                  (3, "refund_due", 5)):
        run("INSERT INTO payment (id, partner, partner_txn_id, body_digest, bill_id, amount, state,"
            " receipt_no, payer, promotion, paid_at, received_at, voided_at)"
            " VALUES (?, 'momo', ?, '', 1, 100, ?, ?, '', '', 0, 7, ?)",
            number, str(number), state, str(number), voided)
    for number, owed in ((1, 0), (2, 30)):
        run("INSERT INTO bank_credit (id, source, txn_id, body_digest, amount, \"left\", account,"
            " bank_ref, paid_at, received_at, state, code, officer, note, owed)"
            " VALUES (?, 'momo', ?, '', 30, 0, '', '', 0, 8, 'x', 'C', '', 'xin lại', ?)",
            number, str(number), owed)
    yield
    connection.database.close()


def test_each_amount_due_back_becomes_a_refund() -> None:
    schema.migrate()
    assert fetch("SELECT payment_id, credit_id, code, amount, why, state, reason, created_at"
                 " FROM refund ORDER BY id") == [
        (2, None, "C", 100, "double", "due", "", 7),
        (None, 2, "C", 30, "credit", "due", "xin lại", 8)]
