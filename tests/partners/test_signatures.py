"""Who may ask: every request is signed, and every refusal looks the same."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest

from db.payments import Payment
from partners import signatures
from services.payments import partner_keys
from tests.partners.signing import PAYMENTS, headers, paid
from tests.villagers import HOA

QUERY = f"/partners/v1/customers/{HOA.code}/bills"


def test_a_signed_request_is_answered(viettel) -> None:
    assert viettel.get(QUERY).status_code == 200


def test_the_signature_is_the_published_formula() -> None:
    text = "POST\n/partners/v1/payments?a=1\n1794000000\n" + hashlib.sha256(b"{}").hexdigest()
    assert signatures.signature("bí mật", "POST", "/partners/v1/payments?a=1", "1794000000",
                                b"{}") == hmac.new("bí mật".encode(), text.encode(),
                                                   hashlib.sha256).hexdigest()


@pytest.mark.parametrize("number", ["VT:1", "VT%3A1"])
def test_a_path_is_signed_as_it_was_sent(viettel, number) -> None:
    assert viettel.get(f"{PAYMENTS}/{number}").status_code == 404


@pytest.mark.parametrize("off", [-300, -1, 0, 1, 300])
def test_a_clock_within_five_minutes_is_accepted(viettel, clock, off: int) -> None:
    signed = headers(viettel.key, "GET", QUERY, clock() // 1000 + off)
    assert viettel.client.get(QUERY, headers=signed).status_code == 200


@pytest.mark.parametrize("off", [-301, 301, -10**6, 10**6])
def test_a_clock_off_by_more_is_refused(viettel, clock, off: int) -> None:
    signed = headers(viettel.key, "GET", QUERY, clock() // 1000 + off)
    assert viettel.client.get(QUERY, headers=signed).status_code == 401


def test_an_old_request_sent_again_is_refused_after_five_minutes(viettel, clock) -> None:
    raw = json.dumps(paid()).encode()
    signed = headers(viettel.key, "POST", PAYMENTS, clock() // 1000, raw)
    clock.ms += 301_000
    assert viettel.client.post(PAYMENTS, data=raw, headers=signed).status_code == 401
    assert Payment.select().count() == 0


@pytest.mark.parametrize("missing", ["X-Partner", "X-Key-Id", "X-Timestamp", "X-Signature"])
def test_each_header_is_needed(viettel, clock, missing: str) -> None:
    signed = headers(viettel.key, "GET", QUERY, clock() // 1000)
    del signed[missing]
    assert viettel.client.get(QUERY, headers=signed).status_code == 401


@pytest.mark.parametrize(("name", "value"), [
    ("X-Partner", "momo"), ("X-Partner", "nobody"), ("X-Partner", "VIETTEL"), ("X-Partner", "é"),
    ("X-Partner", "a" * 9000), ("X-Key-Id", "0" * 16), ("X-Key-Id", "' OR 1=1 --"),
    ("X-Timestamp", ""), ("X-Timestamp", "now"), ("X-Timestamp", "1e9"), ("X-Timestamp", "-1"),
    ("X-Timestamp", "9" * 40), ("X-Signature", ""), ("X-Signature", "0" * 64),
    ("X-Signature", "đ" * 64), ("X-Signature", "A" * 9000),
])
def test_a_wrong_header_is_refused(viettel, clock, name: str, value: str) -> None:
    signed = {**headers(viettel.key, "GET", QUERY, clock() // 1000), name: value.encode()}
    assert viettel.client.get(QUERY, headers=signed).status_code == 401


@pytest.mark.parametrize("timestamp", ["٠", "１７９４", " 1", "1_0", "+1"])
def test_a_timestamp_is_plain_digits_even_when_it_is_signed(viettel, timestamp: str) -> None:
    signed = headers(viettel.key, "GET", QUERY, timestamp)  # type: ignore[arg-type]
    sent = {name: value.encode() for name, value in signed.items()}
    assert viettel.client.get(QUERY, headers=sent).status_code == 401


@pytest.mark.parametrize(("method", "target", "body"), [
    ("GET", PAYMENTS, b"{}"), ("POST", PAYMENTS + "/", b"{}"), ("POST", PAYMENTS + "?x=1", b"{}"),
    ("POST", PAYMENTS, b"{} "), ("POST", PAYMENTS, b""),
])
def test_a_signature_is_good_for_its_own_request_only(viettel, clock, method, target,
                                                      body) -> None:
    signed = headers(viettel.key, method, target, clock() // 1000, body)
    assert viettel.client.post(PAYMENTS, data=b"{}", headers=signed).status_code == 401


@pytest.mark.parametrize("query", ["?a=1&b=2", "?b=%20&a=", "?%C4%91=1", "?a+b", "?q=1%2F2"])
def test_the_query_is_signed_as_it_is_sent(viettel, query: str) -> None:
    assert viettel.get(QUERY + query).status_code == 200


def test_every_refusal_looks_the_same(viettel, clock) -> None:
    good = headers(viettel.key, "GET", QUERY, clock() // 1000)
    late = headers(viettel.key, "GET", QUERY, clock() // 1000 - 301)
    answers = [viettel.client.get(QUERY, headers=given) for given in (
        {}, late, {**good, "X-Partner": "nobody"}, {**good, "X-Key-Id": "x"},
        {**good, "X-Signature": "0" * 64})]
    assert len({(answer.status_code, answer.data, str(sorted(answer.headers)))
                for answer in answers}) == 1
    assert answers[0].content_type == "application/problem+json"
    assert answers[0].json["title"] == "unauthorized"
    assert answers[0].headers["WWW-Authenticate"] == "HMAC-SHA256"


@pytest.mark.parametrize(("method", "target"), [
    ("GET", QUERY), ("POST", PAYMENTS), ("GET", PAYMENTS + "/x"), ("POST", PAYMENTS + "/x/void"),
    ("GET", "/partners/v1/reconciliations/2026-11-15"),
    ("POST", "/partners/v1/reconciliations/2026-11-15"),
])
def test_no_call_answers_unsigned(client, method: str, target: str) -> None:
    assert client.open(target, method=method).status_code == 401


def test_one_partner_cannot_sign_for_another(viettel, momo, clock) -> None:
    signed = {**headers(viettel.key, "GET", QUERY, clock() // 1000), "X-Partner": "momo"}
    assert momo.client.get(QUERY, headers=signed).status_code == 401


def test_upper_case_hex_is_hex_too(viettel, clock) -> None:
    signed = headers(viettel.key, "GET", QUERY, clock() // 1000)
    signed["X-Signature"] = signed["X-Signature"].upper()
    assert viettel.client.get(QUERY, headers=signed).status_code == 200


def test_the_old_key_signs_for_a_day_after_a_rotation(viettel, vault, clock) -> None:
    partner_keys.rotate("viettel", vault, clock())
    clock.ms += partner_keys.OVERLAP - 1
    assert viettel.get(QUERY).status_code == 200
    clock.ms += 1
    assert viettel.get(QUERY).status_code == 401


def test_the_new_key_signs_at_once(viettel, vault, clock) -> None:
    viettel.key = partner_keys.rotate("viettel", vault, clock())
    assert viettel.get(QUERY).status_code == 200


def test_a_third_key_ends_the_first(viettel, vault, clock) -> None:
    first, second = viettel.key, partner_keys.rotate("viettel", vault, clock())
    third = partner_keys.rotate("viettel", vault, clock())
    answers = []
    for viettel.key in (first, second, third):
        answers.append(viettel.get(QUERY).status_code)
    assert answers == [401, 200, 200]


def test_a_body_too_large_is_refused_before_it_is_read(viettel) -> None:
    answer = viettel.post(PAYMENTS, b" " * (signatures.MOST_BODY + 1))
    assert answer.status_code == 413
    assert answer.content_type == "application/problem+json"
