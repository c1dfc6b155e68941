"""What payOS, Casso and SePay have in common: they tell of transfers, which are never refused."""

from __future__ import annotations

import pytest

from db.strays import Stray
from db.transfers import BankCredit
from tests.partners.callbacks import books
from tests.partners.callbacks.transfers import ALL
from tests.villagers import HOA, MAY, NOON, SON

OWED = 546_108


@pytest.fixture(params=ALL, ids=lambda provider: provider.name)
def provider(request):
    return request.param


def test_a_transfer_with_the_reference_and_the_amount_settles_the_bill(client, provider) -> None:
    answer = provider.tell(client, OWED, "CT DEN:123 PA04DH00000171026 GD 456")
    assert (answer.status_code, answer.get_json()) == (200, {"success": True})
    assert books.bill() == "received"
    assert books.credits() == [(provider.name, OWED, "matched", HOA.code)]
    assert [row[0::2] for row in books.payments()] == [(provider.name, OWED)]
    assert books.messages() == ["receipt"]


def test_a_repetition_is_answered_the_same_and_counts_once(client, provider) -> None:
    answers = [provider.tell(client, OWED, "PA04DH00000171026") for _ in range(3)]
    assert [(a.status_code, a.get_json()) for a in answers] == [(200, {"success": True})] * 3
    assert (len(books.payments()), len(books.credits())) == (1, 1)
    assert books.alarms() == []


# amount, text → state, customer
STATES = {
    "no reference": (OWED, "NGUYEN THI HOA chuyen tien", "unmatched", ""),
    "no text": (OWED, "", "unmatched", ""),
    "a stranger's code": (OWED, "PA04DH9999999", "unmatched", ""),
    "too little": (OWED - 1, "PA04DH00000171026", "under", HOA.code),
    "too much": (OWED + 1, "PA04DH00000171026", "over", HOA.code),
    "paid already": (300_000, "PA04DH00000170926", "already_paid", HOA.code),
    "owes nothing": (90_000, SON.code, "already_paid", SON.code),
    "newer bill only, by the bare code": (217_836, MAY.code, "under", MAY.code),
    "wide letters, NUL, surrogate": (5_000, "ＰＡ０４\0\ud800", "unmatched", ""),
}


@pytest.mark.parametrize("case", STATES)
def test_other_money_is_kept_in_a_state_that_says_why(client, provider, case: str) -> None:
    amount, text, state, code = STATES[case]
    if provider.name != "sepay" and "surrogate" in case:
        text = text.replace("\ud800", "")  # cannot be signed by those two
    answer = provider.tell(client, amount, text)
    assert answer.status_code == 200
    assert books.credits() == [(provider.name, amount, state, code)]
    assert books.payments() == []


def test_two_bills_in_one_transfer(client, provider) -> None:
    provider.tell(client, 107_136 + 217_836, MAY.code)
    assert (books.bill(9, MAY.code), books.bill(10, MAY.code)) == ("received", "received")
    assert books.credits() == [(provider.name, 324_972, "matched", MAY.code)]
    assert [state for *_rest, state in books.payments()] == ["posted", "posted"]


def test_the_same_number_with_other_content_is_a_conflict_and_an_alarm(client, provider) -> None:
    provider.tell(client, OWED, "PA04DH00000171026")
    assert provider.tell(client, OWED + 5, "PA04DH00000171026").status_code == 409
    assert books.alarms() == [(provider.name, "credit.conflict")]
    assert [row[2] for row in books.credits()] == ["matched", "conflict"]


def test_a_wrong_key_is_refused(client, provider) -> None:
    assert provider.tell(client, OWED, "PA04DH00000171026", key="another").status_code == 401
    assert (books.credits(), books.bill()) == ([], "unpaid")


def test_both_keys_count_while_they_are_rotated(client, provider, change_settings) -> None:
    change_settings(**{f"{provider.name}_secret": "new-key old-key"})
    statuses = [provider.tell(client, 5000, "x", number=f"FT2631900000{n}", key=key).status_code
                for n, key in enumerate(["old-key", "new-key", provider.name + "-key"])]
    assert statuses == [200, 200, 401]


UNSIGNED = [b"", b"{", b"[]", b'"x"', b'{"data":7}', b'{"data":{}}', b"[" * 5000, b"\xff\xfe",
            b'{"data":{"id":1e999}}']


def test_what_is_not_signed_is_refused(client, provider) -> None:
    statuses = [client.post(provider.url, data=body).status_code for body in UNSIGNED]
    assert statuses == [401] * len(UNSIGNED)


def test_an_amount_that_is_none_is_told_as_such(client, provider) -> None:
    answer = provider.tell(client, "nhiều", "PA04DH00000171026")
    assert answer.status_code == 422
    assert books.credits() == []
    assert [(row.source, row.why) for row in Stray.select()] == [(provider.name, "unreadable")]
    provider.tell(client, OWED, "PA04DH00000171026")  # once it can be read, it counts
    assert books.bill() == "received"


def test_rule_6_an_account_that_is_not_ours_waits_where_ours_are_named(
        client, provider, change_settings) -> None:
    change_settings(bank_accounts="113366660000")
    provider.tell(client, OWED, "PA04DH00000171026", accountNumber="999999999")
    assert (books.bill(), books.credits()) == ("unpaid", [(provider.name, OWED, "held", "")])
    provider.tell(client, OWED, "PA04DH00000171026", number="FT26319000002",
                  accountNumber="1133 6666 0000")
    assert books.bill() == "received"


def test_a_time_that_cannot_be_is_not_believed(client, provider) -> None:
    when = {"transactionDateTime": "9999-01-01 00:00:00", "transactionDate": "1970-01-01 00:00:00"}
    provider.tell(client, OWED, "PA04DH00000171026", **when)
    assert [credit.paid_at for credit in BankCredit.select()] == [NOON]


def test_without_a_secret_nobody_is_at_home(client, provider, change_settings) -> None:
    change_settings(**{f"{provider.name}_secret": ""})
    assert provider.tell(client, OWED, "PA04DH00000171026").status_code == 404


def test_rule_1_the_same_money_told_of_by_two_is_one_credit(client) -> None:
    """Casso and SePay both watch the account: the bank's reference shows that it is one."""
    payos, casso, sepay = ALL
    sepay.tell(client, OWED, "PA04DH00000171026")
    casso.tell(client, OWED, "PA04DH00000171026")
    payos.tell(client, OWED, "PA04DH00000171026", number="FT26319000002")
    assert books.credits() == [("sepay", OWED, "matched", HOA.code),
                               ("payos", OWED, "already_paid", HOA.code)]
    assert len(books.payments()) == 1
