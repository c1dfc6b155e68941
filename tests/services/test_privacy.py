"""What is kept sealed, and what opens it."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from services.privacy import Vault

HOA = "+84912000017"
VAULT = Vault("one key")


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8"), max_size=30))
def test_what_was_sealed_opens_again(text: str, about: str) -> None:
    assert VAULT.open(VAULT.seal(text, about), about) == text


def test_the_same_text_is_never_sealed_the_same_way_twice() -> None:
    assert VAULT.seal(HOA, "phone") != VAULT.seal(HOA, "phone")


def test_the_number_cannot_be_read_from_the_seal() -> None:
    assert b"912000017" not in VAULT.seal(HOA, "phone")


@pytest.mark.parametrize("opener", [
    lambda sealed: Vault("another key").open(sealed, "phone"),
    lambda sealed: VAULT.open(sealed, "secret of a partner"),
    lambda sealed: VAULT.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), "phone"),
    lambda sealed: VAULT.open(bytes([sealed[0] ^ 1]) + sealed[1:], "phone"),
    lambda sealed: VAULT.open(sealed[:20], "phone"),
], ids=["another key", "another purpose", "a changed byte", "a changed nonce", "cut short"])
def test_nothing_else_opens_it(opener) -> None:
    with pytest.raises(InvalidTag):
        opener(VAULT.seal(HOA, "phone"))


def test_a_phone_is_found_by_its_hash() -> None:
    phone_hash, sealed = VAULT.seal_phone(HOA)
    assert phone_hash == VAULT.phone_hash(HOA) == Vault("one key").phone_hash(HOA)
    assert len(phone_hash) == 32 and int(phone_hash, 16)
    assert VAULT.open_phone(sealed) == VAULT.open_phone(memoryview(sealed)) == HOA


def test_without_the_key_a_hash_cannot_be_recomputed() -> None:
    assert VAULT.phone_hash(HOA) != Vault("another key").phone_hash(HOA)
    assert VAULT.phone_hash(HOA) != VAULT.phone_hash("+84912000018")


def test_a_screen_shows_the_ends_of_a_number_and_nothing_for_none() -> None:
    assert VAULT.masked_phone(VAULT.seal_phone(HOA)[1]) == "091****017"
    assert VAULT.masked_phone(None) == ""
