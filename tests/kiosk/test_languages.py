"""Languages of the highlands: offered, honest about what is missing, read in Vietnamese."""

from __future__ import annotations

import re

import pytest

from services.kiosks import clips
from tests.kiosk.person import enter, heading, text
from tests.villagers import HOA, NOON
from tests.voices import record_core
from web import speech_texts

HIGHLANDS = ["tyz", "nut", "hmn", "ium", "mlc"]


def offered(client) -> list[str]:
    return re.findall(r'name="language" value="(\w+)"', client.get("/kiosk/").text)


def test_the_welcome_offers_what_the_machine_speaks(client) -> None:
    assert offered(client) == ["vi", "en"]
    for name in ("Tiếng Việt", "English"):
        assert name in text(client.get("/kiosk/"))


def test_a_language_is_offered_once_its_core_is_recorded(client) -> None:
    record_core("hmn", without="Máy sắp xóa trang này.")
    assert offered(client) == ["vi", "en"]
    record_core("hmn")
    assert offered(client) == ["vi", "en", "hmn"]


def test_a_language_that_is_not_complete_cannot_be_chosen(client) -> None:
    record_core("tyz", without="Bác cần làm gì?")
    client.post("/kiosk/language", data={"language": "tyz"})
    assert '<html lang="vi"' in client.get("/kiosk/").text


def test_a_language_that_is_complete_no_more_goes_but_breaks_no_visit(client) -> None:
    record_core("tyz")
    client.post("/kiosk/language", data={"language": "tyz"})
    clips.drop("tyz", "Bác cần làm gì?", "canbo", NOON)
    assert offered(client) == ["vi", "en"]
    enter(client, HOA)
    page = client.get("/kiosk/bills")
    assert '<html lang="tyz"' in page.text and "546.108 đ" in text(page)
    assert client.get("/kiosk/speech/welcome").mimetype == "audio/wav"


def test_the_core_is_some_forty_sentences_that_the_screens_say() -> None:
    core = speech_texts.core()
    assert 40 <= len(core) == len(set(core)) <= 49
    said = set(map(clips.digest, speech_texts.sentences()))
    assert [sentence for sentence in core if clips.digest(sentence) not in said] == []


@pytest.mark.parametrize("language", HIGHLANDS)
def test_a_language_without_texts_says_so_and_goes_on_in_vietnamese(client, language) -> None:
    record_core(language)
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
