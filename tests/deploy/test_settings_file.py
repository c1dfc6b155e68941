"""deploy/quaydien.env: systemd and a shell read the same, and nothing of it starts unfilled."""

from __future__ import annotations

import dataclasses

import pytest

from config import ROOT, ConfigError, Settings
from tests.deploy.settings_files import PLAIN, by_shell, by_systemd, written
from tests.production import PRODUCTION

FILE = ROOT / "deploy" / "quaydien.env"
TEXT = FILE.read_text(encoding="utf-8")
VALUES = by_systemd(TEXT)
# Read by the units and the backup, not by the program.
OTHERS = {"HOST", "PORT", "WEB_WORKERS", "WEB_THREADS", "BACKUP_DIR", "BACKUP_KEEP"}
PLACEHOLDERS = sorted(name for name, value in VALUES.items() if value == "CHANGE-ME")
FILLED = {**VALUES, **PRODUCTION, "AUDIT_KEY": PRODUCTION["SECRET_KEY"][::-1],
          "METRICS_TOKEN": PRODUCTION["DATA_KEY"][::-1], "SMS_GATEWAY": "twilio",
          "TWILIO_ACCOUNT_SID": "AC0123456789", "TWILIO_AUTH_TOKEN": "0f1e2d3c4b5a69788796a5b4c3d2",
          "TWILIO_FROM": "QUAYDIEN"}


def test_both_readers_read_the_same() -> None:
    assert by_shell(FILE) == VALUES != {}


def test_every_line_is_a_remark_or_a_plain_value() -> None:
    """A remark behind a value once became part of DATA_KEY."""
    for line in filter(None, TEXT.splitlines()):
        name, _equals, value = line.partition("=")
        assert line.startswith("#") or (name in VALUES and PLAIN.fullmatch(value)), line


@pytest.mark.parametrize("value", [
    "", "abc", "a-b_c=", "postgresql://u:p%40@h1,h2/q?target_session_attrs=read-write&x=1",
    "CÔNG TY ĐIỆN LỰC", "a b", " a ", "$HOME", "a$b", "${x}", "$(id)", "`id`", "#a", "a#b", "a #b",
    ";a", "a;b", "a&b", "a|b", 'a"b', '"a"', "a\\b", "a\\", "\\$", "a\\nb", "*", "~", "!", "(a)",
    "<a>", "\ta", "a=b c", "%s", "{a,b}"])
def test_a_value_written_as_the_file_says_is_read_alike(tmp_path, value) -> None:
    path = tmp_path / "x.env"
    path.write_text(f"BEFORE=1\nNAME={written(value)}\nAFTER=2\n")
    told = {"BEFORE": "1", "NAME": value, "AFTER": "2"}
    assert by_systemd(path.read_text()) == told and by_shell(path) == told


@pytest.mark.parametrize("line", [
    "NAME=key # my key", "NAME=a b", 'NAME="$HOME/x"', "NAME=a$HOME", "NAME='it'\\''s'",
    "NAME=`id`", "NAME = a", "NAME=a;b"])
def test_a_value_written_otherwise_is_seen(tmp_path, line) -> None:
    path = tmp_path / "x.env"
    path.write_text(f"{line}\n")
    assert by_systemd(path.read_text()) != by_shell(path)


def test_every_name_is_a_setting() -> None:
    known = {field.name.upper() for field in dataclasses.fields(Settings)}
    assert VALUES.keys() <= known | OTHERS


def test_filled_in_it_starts() -> None:
    settings = Settings.load(FILLED)
    assert settings.secure and settings.trusted_proxies == "127.0.0.1"


@pytest.mark.parametrize("name", PLACEHOLDERS)
def test_it_does_not_start_while_something_is_to_be_filled_in(name) -> None:
    with pytest.raises(ConfigError, match=name):
        Settings.load(FILLED | {name: "CHANGE-ME"})


def test_no_secret_is_shipped() -> None:
    assert {"SECRET_KEY", "DATA_KEY", "AUDIT_KEY", "METRICS_TOKEN"} <= set(PLACEHOLDERS)
