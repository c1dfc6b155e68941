"""SePay's own ways: two kinds of proof, money going out."""

from __future__ import annotations

import json

from db import connection
from tests.partners.callbacks import books
from tests.partners.callbacks.transfers import SePay

URL = SePay.url
# developer.sepay.vn: the published example of a webhook's body.
BODY = {"id": 92704, "gateway": "Vietcombank", "transactionDate": "2023-03-25 14:02:37",
        "accountNumber": "0123499999", "code": None, "content": "PA04DH00000171026",
        "transferType": "in", "transferAmount": 546_108, "accumulated": 19077000,
        "subAccount": None, "referenceCode": "MBVCB.3278907687", "description": ""}


API_KEYS = {"Apikey sepay-key": 200, "apikey sepay-key": 200, "Apikey SEPAY-KEY": 401,
            "Apikey sepay-ke": 401, "Apikey ": 401, "Bearer sepay-key": 401, "sepay-key": 401,
            "": 401}


def test_the_api_key(client) -> None:
    for header, status in reversed(API_KEYS.items()):
        answer = client.post(URL, data=json.dumps(BODY).encode(),
                             headers={"Authorization": header})
        assert (answer.status_code, answer.get_json()) == (status, {"success": status == 200})
        assert books.bill() == ("received" if status == 200 else "unpaid")


def test_a_wrong_signature_is_not_made_good_by_the_api_key(client) -> None:
    answer = client.post(URL, data=json.dumps(BODY).encode(), headers={
        "Authorization": "Apikey sepay-key", "X-SePay-Signature": "sha256=00",
        "X-SePay-Timestamp": "1794718800"})
    assert answer.status_code == 401


def test_a_signed_time_counts_five_minutes(client, clock) -> None:
    now = clock() // 1000
    statuses = {seconds: SePay().tell(client, 5000, "x", at=now + seconds,
                                      number=f"FT2631900{seconds + 999}").status_code
                for seconds in (-301, -300, 0, 300, 301)}
    assert statuses == {-301: 401, -300: 200, 0: 200, 300: 200, 301: 401}


def test_a_malformed_time_is_refused(client) -> None:
    for timestamp in ("", "x", "1e9", "-1", "9" * 40):
        answer = client.post(URL, data=b"{}", headers={
            "X-SePay-Signature": "sha256=" + "0" * 64, "X-SePay-Timestamp": timestamp})
        assert answer.status_code == 401


def test_money_going_out_is_acknowledged_and_not_ours(client) -> None:
    answer = SePay().tell(client, 546_108, "PA04DH00000171026", transferType="out")
    assert answer.get_json() == {"success": True}
    assert books.credits() == []


def test_a_movement_of_no_direction_is_told_as_such(client) -> None:
    assert SePay().tell(client, 5000, "x", transferType="?").status_code == 422


def test_the_bank_s_own_text_stands_in_for_a_missing_content(client) -> None:
    SePay().tell(client, 546_108, "", description="MBVCB PA04DH00000171026 CT tu 0011")
    assert books.bill() == "received"


def test_a_database_that_cannot_be_written_makes_it_come_again(client, app) -> None:
    with app.app_context():
        connection.run("ALTER TABLE bank_credit RENAME TO gone")
    answer = SePay().tell(client, 546_108, "PA04DH00000171026")
    assert (answer.status_code, answer.get_json()) == (503, {"success": False})
    with app.app_context():
        connection.run("ALTER TABLE gone RENAME TO bank_credit")
    assert SePay().tell(client, 546_108, "PA04DH00000171026").status_code == 200
