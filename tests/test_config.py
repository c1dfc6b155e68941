"""Settings: read once, refused with their name when they are bad, and all told in docs."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config import ROOT, ConfigError, Settings
from tests.production import PRODUCTION

NEEDED = ("SECRET_KEY", "DATA_KEY", "PAY_BANK_BIN", "PAY_ACCOUNT", "PAY_ACCOUNT_NAME")
PAGE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def row(field: dataclasses.Field) -> str:
    """The line of docs/settings.md that tells of one setting."""
    default = field.default
    if isinstance(default, bool):
        default = "on" if default else "off"
    shown = f"`{str(default).replace(f'{ROOT}/', '')}`" if default != "" else ""
    if field.metadata["needed"]:
        shown = f"**needed**; demo: `{field.metadata['demo']}`"
    return f"| `{field.name.upper()}` | {shown} | {field.metadata['meaning']} |"


@pytest.mark.parametrize("field", dataclasses.fields(Settings), ids=lambda field: field.name)
def test_the_page_tells_of_every_setting(field: dataclasses.Field) -> None:
    assert row(field) in PAGE.splitlines()


def test_the_page_tells_of_nothing_else() -> None:
    told = re.findall(r"^\| `([A-Z_0-9]+)` \|", PAGE, re.MULTILINE)
    outside = set(re.findall(r"\$\{?([A-Z]+_?[A-Z]+)", (ROOT / "Procfile").read_text()))
    assert sorted(told) == sorted({f.name.upper() for f in dataclasses.fields(Settings)} | outside)


def test_production_starts_with_what_it_needs() -> None:
    settings = Settings.load(PRODUCTION)
    assert settings.limits and not settings.demo
    assert settings.database_url == f"sqlite:///{ROOT}/instance/quaydien.db"


@pytest.mark.parametrize("name", NEEDED)
def test_production_without_a_needed_setting_names_it(name: str) -> None:
    for environ in ({key: value for key, value in PRODUCTION.items() if key != name},
                    {**PRODUCTION, name: ""}):
        with pytest.raises(ConfigError, match=rf"\b{name}\b"):
            Settings.load(environ)


def test_all_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(ConfigError) as refused:
        Settings.load({})
    assert all(name in str(refused.value) for name in NEEDED)


def test_a_demo_starts_with_nothing() -> None:
    settings = Settings.load({"DEMO": "1"})
    assert settings.demo and settings.secret_key and settings.data_key
    assert settings.pay_bank_bin == "970415"


def test_a_demo_keeps_what_is_set() -> None:
    assert Settings.load({"DEMO": "1", "DATA_KEY": "mine"}).data_key == "mine"


@pytest.mark.parametrize(("environ", "limits"), [
    ({"DEMO": "1"}, True), ({"DEMO": "1", "LIMITS": "off"}, False), ({"DEMO": "1", "LIMITS": "on"},
                                                                    True)])
def test_limits_may_be_off_in_a_demo(environ: dict, limits: bool) -> None:
    assert Settings.load(environ).limits is limits


def test_limits_are_never_off_in_production() -> None:
    with pytest.raises(ConfigError, match="LIMITS"):
        Settings.load({**PRODUCTION, "LIMITS": "off"})


@pytest.mark.parametrize(("name", "value"), [
    ("DEMO", "maybe"),
    ("LIMITS", "2"),
    ("KIOSK_IDLE_S", "0"),
    ("SMS_TEXTS_A_DAY", "0"),
    ("KIOSK_IDLE_S", "-5"),
    ("KIOSK_WARN_S", "20s"),
    ("KIOSK_PAY_IDLE_S", "0"),
    ("DESK_HOURS", "07:30"),
    ("DESK_HOURS", "17:00-07:30"),
    ("DESK_HOURS", "07:30-24:01"),
    ("DESK_HOURS", "07:30-13:00,12:00-17:00"),
    ("KIOSK_WARN_S", "٢٠"),
    ("DATABASE_URL", "mysql://x/y"),
    ("DATABASE_URL", "quaydien.db"),
    ("SMS_GATEWAY", "pigeon"),
    ("SMS_GATEWAY", "twilio"),
    ("SMS_GATEWAY", "log,pigeon"),
    ("SMS_GATEWAY", " , "),
    ("MODEM_INJECT", "gammu-smsd-inject -c '/etc/gammu"),
    ("SMS_BRAND", "Quầy Điện"),
    ("SMS_BRAND", "A" * 12),
    ("PUBLIC_URL", "quaydien.example"),
    ("PUBLIC_URL", "https://quaydien.example/kiosk"),
    ("PAY_BANK_BIN", "97041"),
    ("PAY_ACCOUNT", "11-22"),
    ("BANK_ACCOUNTS", "113366668888;999900001111"),
    ("BANK_ACCOUNTS", ","),
    ("VIETQR_SERVICE", "QRIBFTTX"),
    ("VIETQR_SERVICE", "qrpush"),
])
def test_a_bad_value_is_refused_with_the_name_of_its_setting(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        Settings.load({**PRODUCTION, name: value})


def test_a_slash_at_the_end_of_an_address_does_not_matter() -> None:
    settings = Settings.load({**PRODUCTION, "PUBLIC_URL": "https://quaydien.example/"})
    assert settings.public_url == "https://quaydien.example"


@pytest.mark.parametrize(("url", "secure"), [
    ("https://quaydien.example", True), ("http://127.0.0.1:8000", False)])
def test_cookies_insist_on_https_where_people_use_it(url: str, secure: bool) -> None:
    assert Settings.load({"DEMO": "1", "PUBLIC_URL": url}).secure is secure


@pytest.mark.parametrize(("listed", "ours"), [
    ("", {"113366668888"}), ("9999 0000 1111", {"113366668888", "999900001111"}),
    ("113366668888, vn12-34 ,77", {"113366668888", "VN1234", "77"})])
def test_the_account_that_is_paid_to_is_always_ours(listed: str, ours: set[str]) -> None:
    assert Settings.load({**PRODUCTION, "BANK_ACCOUNTS": listed}).our_accounts == ours


@pytest.mark.parametrize(("environ", "url"), [
    ({"DEMO": "1", "PORT": "8311"}, "http://127.0.0.1:8311"),
    ({"DEMO": "1", "PORT": "8311", "PUBLIC_URL": "http://10.0.0.5"}, "http://10.0.0.5"),
    ({**PRODUCTION, "PORT": "8311"}, PRODUCTION["PUBLIC_URL"]),
])
def test_links_of_a_demo_carry_its_port(environ: dict, url: str) -> None:
    assert Settings.load(environ).public_url == url


@pytest.mark.parametrize("secret", [
    "demo", "12345678901", "aaaaaaaaaaaaaaaa", "matkhau-2026-vnpay"])
def test_a_providers_secret_is_none_that_can_be_guessed(secret: str) -> None:
    with pytest.raises(ConfigError, match="VNPAY_SECRET"):
        Settings.load({**PRODUCTION, "VNPAY_SECRET": secret})


def test_gateways_keep_their_order() -> None:
    settings = Settings.load({**PRODUCTION, "SMS_GATEWAY": "twilio, kannel",
                              "TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "8c1f0b7a9d3e5264"})
    assert settings.gateways == ["twilio", "kannel"]


UNSAFE = [
    ("SECRET_KEY", "demo-only-cookie-key"), ("DATA_KEY", "demo-only-data-key"),
    ("DATA_KEY", PRODUCTION["DATA_KEY"][:31]), ("SECRET_KEY", "short"),
    ("DATA_KEY", "a" * 40), ("DATA_KEY", "0123456789" * 4), ("SECRET_KEY", "abcabcd" * 6),
    ("SECRET_KEY", "1112223334441112223334441112223334"),
    ("SECRET_KEY", "CHANGE-ME-" + PRODUCTION["SECRET_KEY"]),
    ("DATA_KEY", "test-data-key-0d8fba3e41c7962a5b0e"),
    ("AUDIT_KEY", "too short to be a key of its own"[:31]), ("AUDIT_KEY", "x" * 64),
    ("METRICS_TOKEN", "metrics"), ("METRICS_TOKEN", "changeme-changeme"),
    ("MODEM_TOKEN", "secret"), ("KANNEL_TOKEN", "word"), ("KANNEL_TOKEN", "passwordpassword"),
    ("TWILIO_AUTH_TOKEN", "change_me"), ("MOMO_SECRET", "replace-me"),
    ("PUBLIC_URL", "http://quaydien.example"), ("PUBLIC_URL", "http://127.0.0.1:8000"),
    ("PUBLIC_URL", ""),
    ("SMS_GATEWAY", "log"), ("SMS_GATEWAY", "kannel,log"), ("SMS_GATEWAY", ""),
]


@pytest.mark.parametrize(("name", "value"), UNSAFE)
def test_production_refuses_what_is_known_short_or_plain_and_names_it(name, value) -> None:
    with pytest.raises(ConfigError, match=f"^{name}"):
        Settings.load({**PRODUCTION, name: value})


@pytest.mark.parametrize(("name", "value"), UNSAFE)
@pytest.mark.parametrize("switch", ["DEMO", "ALLOW_INSECURE"])
def test_a_demo_or_a_test_installation_starts_all_the_same(switch, name, value) -> None:
    Settings.load({**PRODUCTION, name: value, switch: "1"})


@pytest.mark.parametrize("name", NEEDED)
def test_a_test_installation_needs_its_settings_too(name: str) -> None:
    with pytest.raises(ConfigError, match=rf"\b{name}\b"):
        Settings.load({**PRODUCTION, name: "", "ALLOW_INSECURE": "1"})


@pytest.mark.parametrize("secret", [
    "6f1d0c9be2a7458391fe6b0d27c4a853", "JBSWY3DPEHPK3PXPKRSXG5DTMVRXEZLU",
    "zR_4Wq-8sXn1KpT0vYb6LdFhGc3mJe9aUi5oQx7rPw2"])
def test_what_chance_makes_is_a_good_secret(secret: str) -> None:
    assert Settings.load({**PRODUCTION, "DATA_KEY": secret}).data_key == secret


def test_reminders_can_be_off() -> None:
    assert Settings.load({**PRODUCTION, "SMS_REMINDERS_A_DAY": "0"}).sms_reminders_a_day == 0
    with pytest.raises(ConfigError, match="SMS_REMINDERS_A_DAY"):
        Settings.load({**PRODUCTION, "SMS_REMINDERS_A_DAY": "-1"})


def test_a_program_with_bad_settings_ends_with_one_line(tmp_path: Path) -> None:
    environ = {"PATH": os.environ["PATH"], "DATABASE_URL": f"sqlite:///{tmp_path}/x.db"}
    ended = subprocess.run([sys.executable, "-c", "import app; app.create_app()"], cwd=ROOT,
                           env=environ, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2
    assert ended.stderr.startswith("error: missing setting: SECRET_KEY")
    assert ended.stderr.count("\n") == 1
