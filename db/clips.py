"""Sentences that staff recorded, by language and by the sentence's digest."""

from __future__ import annotations

from collections.abc import Collection

import peewee as pw

from db.connection import Model, fetch, fetch_one, run


class SpeechClip(Model):
    """One recorded sentence: a WAV file, 16-bit mono."""

    language = pw.CharField(max_length=3)
    digest = pw.CharField(max_length=64)  # of the Vietnamese sentence
    audio = pw.BlobField()
    officer = pw.CharField(max_length=40)
    at = pw.BigIntegerField()

    class Meta:
        indexes = ((("language", "digest"), True),)


def keep(language: str, digest: str, audio: bytes, officer: str, now: int) -> None:
    """Store a recording in the place of an earlier one."""
    run("INSERT INTO speech_clip (language, digest, audio, officer, at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (language, digest) DO UPDATE SET audio = excluded.audio,"
        " officer = excluded.officer, at = excluded.at", language, digest, audio, officer, now)


def drop(language: str, digest: str) -> bool:
    """Forget a recording; True when there was one."""
    return run("DELETE FROM speech_clip WHERE language = ? AND digest = ?", language, digest) == 1


def get(language: str, digest: str) -> bytes | None:
    """The recording of a sentence, or None."""
    row = fetch_one("SELECT audio FROM speech_clip WHERE language = ? AND digest = ?",
                    language, digest)
    return bytes(row[0]) if row else None


def recorded(language: str) -> set[str]:
    """Digests of the sentences recorded in a language."""
    return {digest for (digest,) in fetch(
        "SELECT digest FROM speech_clip WHERE language = ?", language)}


def covering(digests: Collection[str]) -> set[str]:
    """Languages in which each of these sentences is recorded."""
    marks = ", ".join("?" * len(digests))
    return {language for (language,) in fetch(
        f"SELECT language FROM speech_clip WHERE digest IN ({marks})"
        " GROUP BY language HAVING COUNT(*) = ?", *digests, len(digests))}
