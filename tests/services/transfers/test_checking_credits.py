"""`flask db check` finds each fault of identity when it is planted."""

from __future__ import annotations

import pytest

from db import checking as checking_records
from db import connection
from db.connection import fetch_row, run, write
from db.transfers import BankCredit
from services.transfers import taking_back
from tests.officers import CANBO, GIAMSAT, at_desk
from tests.services.transfers.movements import NUMBERLESS, SUM, camt, entry
from tests.services.transfers.test_credits import OWED
from tests.villagers import HOA

FIRST, SECOND = at_desk(CANBO), at_desk(GIAMSAT)
NUMBER = "FT26319555555"


@pytest.fixture
def stored(bring, clock) -> dict[str, int]:
    """Hoa's credit, taken back by two officers; a held one; a sum told in parts. Their row ids."""
    bring(camt(entry(OWED, NUMBER, HOA.code)))
    gone = BankCredit.get().id
    bring(camt(entry(OWED, NUMBER, "x", side="DBIT", more="<RvslInd>true</RvslInd>")))
    taking_back.ask(gone, "gone", FIRST, "?", clock())
    taking_back.agree(gone, SECOND, clock())
    bring("when,amount,text\n15/11/2026,50000,x\n")
    bring("when,amount,text\n15/11/2026,50000,x\n\n")
    bring(camt(entry(SUM, "BATCH77", inner=NUMBERLESS)))
    assert list(checking_records.problems()) == []
    ids = {row.state: row.id for row in BankCredit.select()}
    return {"gone": gone, "held": ids["held"], "first": ids["unmatched"], "sum": ids["parts"],
            "document": fetch_row("SELECT MIN(id) FROM bank_statement")[0],
            "payment": fetch_row("SELECT payment_id FROM credit_use WHERE credit_id = ?", gone)[0]}


PLANTED = {
    "nobody told": (
        ["DELETE FROM credit_telling WHERE credit_id = {first}"],
        "bank credit {first}: nobody told of it"),
    "a held one counts": (
        ["UPDATE bank_credit SET state = 'unmatched', \"left\" = amount WHERE id = {held}"],
        "bank credit {held}: counted on the ledger otherwise than its state says"),
    "a repetition counts": (
        ["UPDATE bank_credit SET state = 'unmatched' WHERE id = {held}"],
        "bank credit {held}: repeats another one, yet it counts"),
    "a held one has something left": (
        ["UPDATE bank_credit SET \"left\" = 5 WHERE id = {held}"],
        "bank credit {held}: does not count, yet something of it is left"),
    "a counted one is set aside without the ledger": (
        ["UPDATE bank_credit SET state = 'aside', \"left\" = 0 WHERE id = {first}"],
        "bank credit {first}: counted on the ledger otherwise than its state says"),
    "a sum beside its parts": (
        ["UPDATE bank_credit SET state = 'bundle' WHERE id = {sum}"],
        "bank credit {sum}: a sum that counts beside its parts"),
    "a payment of what is gone": (
        ["UPDATE payment SET voided_at = NULL WHERE id = {payment}"],
        "bank credit {gone}: does not count, yet a payment made of it stands"),
    "one officer alone": (
        ["UPDATE bank_credit SET agreed_by = officer WHERE id = {gone}"],
        "bank credit {gone}: taken back without two officers"),
    "taken back by nobody's word": (
        ["UPDATE credit_telling SET says = 'credit' WHERE says = 'reversal'"],
        "bank credit {gone}: marked as taken back, yet no bank and no officer says so"),
    "two of one identity": (
        ['DROP INDEX "bank_credit_identity"',
         "UPDATE bank_credit SET identity = '113366668888 FT26319555555' WHERE id = {first}"],
        "bank credits: several have the identity 113366668888 FT26319555555"),
    "a line that is not on record": (
        ["UPDATE bank_statement SET lines = lines + 1 WHERE id = {document}"],
        "statement {document}: not all of its movements are on record"),
    "two lines taken for one": (
        ["UPDATE credit_telling SET credit_id = {first} WHERE document_id ="
         " (SELECT MAX(document_id) FROM credit_telling) AND says = 'credit'"],
        "bank credit {first}: several movements of one document are taken for it"),
    "owed back by no refund": (
        ["UPDATE bank_credit SET owed = 7 WHERE id = {first}"],
        "bank credit {first}: owed back otherwise than its refunds say"),
}


@pytest.mark.parametrize("case", PLANTED)
def test_a_planted_fault_is_named(stored, case: str) -> None:
    damage, found = PLANTED[case]
    for statement in damage:
        write(lambda statement=statement: run(statement.format(**stored)))
    assert found.format(**stored) in list(checking_records.problems())
    if case.startswith("two of one"):
        connection.run("UPDATE bank_credit SET identity = NULL WHERE id = ?", stored["first"])
        connection.run('CREATE UNIQUE INDEX "bank_credit_identity" ON "bank_credit" ("identity")')
