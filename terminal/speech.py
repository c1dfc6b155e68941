"""flask speech …"""

from __future__ import annotations

import click
from flask import current_app, render_template

from db import clips as clip_records
from services.errors import SpeechUnavailable
from services.kiosks import clips
from services.kiosks.speech import Speaker
from web import languages, speech_texts
from web.office import office
from web.terminal import Group, Unavailable, need_database

_ERRORS = ("", "malformed", "unknown", "too_many", "name", "phone", "too_many_texts",
           "too_many_codes", "wrong_code", "code_expired", "commune", "choose")
_STEPS = ("", "name", "phone", "commune", "purpose", "when", "done")
# What `kiosk/speech.py` tells of nobody.
_NOBODY: dict = {"account": None, "months": [], "total": 0, "slip": "", "call": None, "turn": None,
                 "desk": None, "hotline": "", "ticket": None, "commune": "", "outages": [],
                 "places": [], "near": "", "number": 1, "kind": "", "closed_of": lambda _names: ""}


@click.group(cls=Group)
def speech() -> None:
    """What the kiosk reads aloud."""


@speech.command("build")
def build() -> None:
    """Make the clips of every screen text and language, and tell what staff have recorded.

    Amounts, days and names are spoken when they are asked for; those clips are kept in memory.
    """
    need_database()
    speaker = Speaker(folder=office().settings.speech_dir)
    try:
        for code in speech_texts.SPOKEN:
            made = [speaker.build(text, code) for text in _texts(code)]
            click.echo(f"{code}: {len(made)} texts, {sum(made)} new")
    except SpeechUnavailable as error:
        raise Unavailable(str(error)) from error
    fixed = {clips.digest(sentence) for sentence in speech_texts.sentences()}
    core = set(map(clips.digest, speech_texts.core()))
    for code in speech_texts.LANGUAGES:
        recorded = clip_records.recorded(code)
        click.echo(f"{code}: {len(recorded & fixed)} of {len(fixed)} sentences recorded by staff,"
                   f" {len(recorded & core)} of the {len(core)} of the core")


def _texts(code: str) -> list[str]:
    """Whole pages as somebody without a name hears them, with every error and step."""
    with current_app.test_request_context():
        languages.use(code, current_app)
        texts = [render_template(f"kiosk/speech/{page}.txt", **_NOBODY, error=error, step=step)
                 for page in speech_texts.pages() for error in _ERRORS
                 for step in (_STEPS if page == "contract" else ("",))]
        texts += [render_template("kiosk/speech/paid.txt",
                                  **_NOBODY | {"closed_of": lambda _names, why=why: why})
                  for why in ("elsewhere", "cancelled")]
    return list(dict.fromkeys(" ".join(text.split()) for text in texts))
