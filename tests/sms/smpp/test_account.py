"""SMPP_URL: what it may say, and what is refused in one sentence."""

from __future__ import annotations

import pytest

from sms.smpp.account import Account, BadUrl, parse

WHOLE = ("ssmpp://dien%40luc:s%3Acret@smsc.example:2776/?system_type=VMA&source=QUAYDIEN"
         "&source_ton=5&source_npi=1&alphabet=latin1&enquire_s=10&window=4&answer_s=7")


def test_every_option_is_read() -> None:
    assert parse(WHOLE) == Account(
        "smsc.example", 2776, True, "dien@luc", "s:cret", "VMA", "QUAYDIEN", 5, 1, "latin1",
        10, 4, 7)


@pytest.mark.parametrize(("url", "port", "tls"), [
    ("smpp://a:b@host", 2775, False), ("ssmpp://a:b@host/", 3550, True),
])
def test_usual_ports(url: str, port: int, tls: bool) -> None:
    account = parse(url)
    assert (account.port, account.tls) == (port, tls)


@pytest.mark.parametrize(("source", "ton"), [
    ("8055", 3), ("+84912000017", 1), ("QUAYDIEN", 5), ("19006769", 3),
])
def test_the_type_of_a_sender_is_seen_by_its_look(source: str, ton: int) -> None:
    account = parse("smpp://a:b@host").with_sender(source)
    assert (account.source, account.source_ton) == (source, ton)


def test_what_the_address_says_of_the_sender_counts() -> None:
    account = parse("smpp://a:b@host/?source=DIEN&source_ton=0").with_sender("8055")
    assert (account.source, account.source_ton) == ("DIEN", 0)


@pytest.mark.parametrize(("url", "reason"), [
    ("http://a:b@host", "expected smpp://"), ("smpp://host", "expected smpp://"),
    ("smpp://a:b@", "expected smpp://"), ("smpp://a:b@host:0x1", "no port number"),
    ("smpp://a:b@host/?windows=3", "unknown option windows"),
    ("smpp://a:b@host/?window=0", "at least 1"), ("smpp://a:b@host/?enquire_s=²", "whole number"),
    ("smpp://a:b@host/?alphabet=ascii", "gsm or latin1"),
    ("smpp://a:longpassword@host", "password has more than 8"),
    ("smpp://a:b@host/?source_ton=300", "one octet"), ("smpp://%E1%BA%A1:b@host", "ASCII"),
    ("smpp://a-very-long-account:b@host", "system_id has more than 15"),
])
def test_what_is_refused(url: str, reason: str) -> None:
    with pytest.raises(BadUrl, match=reason):
        parse(url)
