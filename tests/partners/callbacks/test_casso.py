"""Casso's own ways: a header with a time, lists, money going out."""

from __future__ import annotations

import json

from db.strays import Stray
from services.clock import SECOND
from tests.partners.callbacks import books
from tests.partners.callbacks.transfers import Casso
from tests.villagers import NOON

# Casso's published example of the V2 signature: body, key, header.
KEY = "mgExMrjj4i7a1p8Cs6LmFbpCd8lbw4sSX4LZXPag7TKazeIogtR90tvWYTkwQbvs"
AT = 1727948258788
SIGNATURE = ("ed0a4bd2e826d5cb69988cdb141e6c1a080e21f3b57eb72cd78192220042b9e7dde0868fc667faea8e22"
             "4900fa7904e7c88dfa098032fb2d6b6996856e8b7ff3")
EXAMPLE = {"error": 0, "data": {
    "id": 0, "reference": "MA_GIAO_DICH_THU_NGHIEM", "description": "giao dich thu nghiem",
    "amount": 599000, "runningBalance": 25000000, "transactionDateTime": "2024-10-03 15:06:37",
    "accountNumber": "88888888", "bankName": "VPBank", "bankAbbreviation": "VPB",
    "virtualAccountNumber": "", "virtualAccountName": "", "counterAccountName": "NGUYEN VAN A",
    "counterAccountNumber": "8888888888", "counterAccountBankId": "970415",
    "counterAccountBankName": "VietinBank"}}


def test_the_published_example_verifies_and_is_no_money(client, clock, change_settings) -> None:
    change_settings(casso_secret=KEY)
    clock.ms = AT
    answer = client.post(Casso.url, data=json.dumps(EXAMPLE).encode(),
                         headers={"X-Casso-Signature": f"t={AT},v1={SIGNATURE}"})
    assert answer.status_code == 200
    assert books.credits() == []


def test_a_signed_time_counts_five_minutes(client, clock) -> None:
    statuses = {
        seconds: Casso().tell(client, 5000, "x", at=clock() + seconds * SECOND).status_code
        for seconds in (-301, -300, 0, 300, 301)}
    assert statuses == {-301: 401, -300: 200, 0: 200, 300: 200, 301: 401}


HEADERS = [
    "", "t=1,v1=", f"v1={SIGNATURE}", f"t={NOON},v1={SIGNATURE[:-1]}", f"t=-{NOON},v1={SIGNATURE}",
    f"t={NOON},v1={SIGNATURE},v1={SIGNATURE}", "t=" + "9" * 400 + ",v1=" + SIGNATURE]


def test_a_malformed_header_is_refused(client) -> None:
    answers = [client.post(Casso.url, data=b"{}", headers={"X-Casso-Signature": header})
               for header in HEADERS]
    assert [answer.status_code for answer in answers] == [401] * len(HEADERS)


def test_money_going_out_is_acknowledged_and_not_ours(client) -> None:
    assert Casso().tell(client, -546_108, "PA04DH00000171026").status_code == 200
    assert books.credits() == []


def test_one_bad_entry_of_a_list_does_not_hide_the_others(client) -> None:
    moves = [{"id": 1, "amount": 5000, "description": "a"}, {"id": 2, "amount": "?"}, None,
             {"id": 3, "amount": 6000, "description": "b"}]
    assert Casso().send(client, {"error": 0, "data": moves}).status_code == 422
    assert [row[1] for row in books.credits()] == [5000, 6000]
    assert [(row.source, row.why) for row in Stray.select()] == [("casso", "unreadable")] * 2
