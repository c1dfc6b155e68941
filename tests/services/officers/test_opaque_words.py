"""Words in addresses tell nothing to whoever reads a log."""

from __future__ import annotations

import pytest

from services.errors import UnknownCustomer
from services.officers import opaque_words
from tests.officers import HANH, VO, at_desk
from tests.villagers import HOA

MINE, OTHER = at_desk(HANH), at_desk(VO)


def test_an_opaque_word_hides_the_code_and_opens_for_its_officer_only(vault):
    word = opaque_words.hide(HOA.code, "customer", MINE, vault)
    assert opaque_words.reveal(word, "customer", MINE, vault) == HOA.code
    assert "PA04" not in word and word != opaque_words.hide(HOA.code, "customer", MINE, vault)
    for who, purpose, text in [(OTHER, "customer", word), (MINE, "search", word),
                               (MINE, "customer", word[:-2]), (MINE, "customer", ""),
                               (MINE, "customer", "ấ"), (MINE, "customer", "A" * 40)]:
        with pytest.raises(UnknownCustomer):
            opaque_words.reveal(text, purpose, who, vault)
