"""Staff give the kiosk their voice."""

from __future__ import annotations

import io

import pytest

from db.audit import AuditEntry
from tests.services.kiosks.test_clips import recording
from tests.staff.conftest import english, text
from tests.voices import record_core
from web import speech_texts


def upload(browser, file: bytes, number: int = 0, language: str = "tyz"):
    return browser.post("/staff/speech", data={
        "language": language, "number": number, "clip": (io.BytesIO(file), "clip.wav")})


def test_the_page_tells_how_far_each_language_is(canbo) -> None:
    page = canbo.get("/staff/speech")
    total = len(speech_texts.sentences())
    for name in ("Tày", "Nùng", "Hmông", "Dao", "Cao Lan", "Tiếng Việt"):
        assert name in text(page)
    assert f"0 / {total} câu (0%)" in text(page) and english(page) == []


def test_a_recording_is_heard_at_the_kiosk(app, canbo) -> None:
    number = speech_texts.sentences().index("Bác cần làm gì?")
    record_core("tyz")
    kiosk = app.test_client()
    kiosk.post("/kiosk/language", data={"language": "tyz"})
    before = kiosk.get("/kiosk/speech/welcome").data
    assert upload(canbo, recording(3), number).location == f"/staff/speech?language=tyz#s{number}"
    core = len(speech_texts.core())
    assert f"{core} / {len(speech_texts.sentences())} câu" in text(canbo.get("/staff/speech"))
    heard = kiosk.get("/kiosk/speech/welcome").data
    assert len(heard) > len(before)
    assert canbo.get(f"/staff/speech/tyz/{number}").mimetype == "audio/wav"
    assert AuditEntry.select().where(AuditEntry.action == "speech.record").count() == core + 1
    canbo.post("/staff/speech/drop", data={"language": "tyz", "number": number})
    assert canbo.get(f"/staff/speech/tyz/{number}").status_code == 404
    assert len(kiosk.get("/kiosk/speech/welcome").data) < len(heard)


def test_the_page_tells_what_the_core_still_lacks(canbo) -> None:
    record_core("tyz", without="Máy sắp xóa trang này.")
    core = len(speech_texts.core())
    page = text(canbo.get("/staff/speech?language=tyz"))
    assert f"{core - 1} / {core}" in page and f"0 / {core}" in page
    assert "Còn thiếu 1 câu chính Máy sắp xóa trang này." in page
    record_core("tyz")
    assert "Đủ câu chính." in text(canbo.get("/staff/speech?language=tyz"))


def test_a_second_of_stereo_is_taken_though_it_is_larger_than_a_form(canbo) -> None:
    assert upload(canbo, recording(15, rate=48_000)).status_code == 303


@pytest.mark.parametrize(("file", "said"), [
    (b"", "không phải WAV"), (b"MZ\x90", "không phải WAV"),
    (recording(21, rate=8_000, channels=1), "dài quá"), (recording(loud=5), "không có tiếng")])
def test_what_is_no_recording_is_refused(canbo, file: bytes, said: str) -> None:
    answer = upload(canbo, file)
    assert answer.status_code == 422 and said in text(answer)


@pytest.mark.parametrize(("number", "language"), [
    (-1, "tyz"), (9999, "tyz"), (0, "en"), (0, "xx"), (0, "")])
def test_a_strange_sentence_or_language_is_not_found(canbo, number: int, language: str) -> None:
    assert upload(canbo, recording(), number, language).status_code == 404


def test_strangers_upload_nothing(app) -> None:
    assert upload(app.test_client(), recording()).location.startswith("/staff/signin")
