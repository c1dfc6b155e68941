"""Languages of the highlands: offered, honest about what is missing, read in Vietnamese."""

from __future__ import annotations

import pytest

from tests.kiosk.person import enter, heading, text
from tests.villagers import HOA
from web import speech_texts

HIGHLANDS = ["tyz", "nut", "hmn", "ium", "mlc"]


def test_the_welcome_offers_seven_languages_in_their_own_words(client) -> None:
    page = client.get("/kiosk/").text
    for code, name in speech_texts.LANGUAGES.items():
        assert f'value="{code}" lang="{code}"' in page and name in page


@pytest.mark.parametrize("language", HIGHLANDS)
def test_a_language_without_texts_says_so_and_goes_on_in_vietnamese(client, language) -> None:
    client.post("/kiosk/language", data={"language": language})
    page = client.get("/kiosk/")
    assert f'<html lang="{language}"' in page.text and 'class="welcome" lang="vi"' in page.text
    assert "Tiếng này chưa có chữ. Bác bấm Nghe, hoặc Gọi cán bộ." in text(page)
    assert heading(page) == "Bác cần làm gì?"
    enter(client, HOA)
    assert "546.108 đ" in text(client.get("/kiosk/bills"))
    client.post("/kiosk/end")
    assert '<html lang="vi"' in client.get("/kiosk/").text


def test_vietnamese_and_english_have_nothing_to_own_up_to(client) -> None:
    assert "chưa có chữ" not in text(client.get("/kiosk/"))
    client.post("/kiosk/language", data={"language": "en"})
    assert "no texts yet" not in text(client.get("/kiosk/"))


@pytest.mark.parametrize("language", [*HIGHLANDS, "vi", "en"])
def test_each_button_says_its_own_name(client, language: str) -> None:
    assert client.get(f"/kiosk/speech/name/{language}").mimetype == "audio/wav"


def test_no_other_name_is_said(client) -> None:
    assert client.get("/kiosk/speech/name/xx").status_code == 404
