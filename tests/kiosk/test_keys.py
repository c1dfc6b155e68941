"""Keys pressed by the server when the browser runs no script."""

from __future__ import annotations

import pytest

from kiosk import keys


@pytest.mark.parametrize(("text", "key", "expected"), [
    ("", "P", "P"), ("PA0", "4", "PA04"), ("PA04", "delete", "PA0"), ("", "delete", ""),
    ("12", "PA04", "PA04"), ("Hoa", "space", "Hoa "), ("Hoa ", "space", "Hoa "), ("", "space", ""),
    ("Hoa", "grave", "Hòa"),
])
def test_a_key_changes_the_text(text: str, key: str, expected: str) -> None:
    assert keys.press(text, key) == expected


def test_a_name_grows_with_capitals_at_the_right_places() -> None:
    text = ""
    for key in ["L", "Y", "acute", "space", "V", "Ă", "N"]:
        text = keys.press_in_name(text, key)
    assert text == "Lý Văn"
