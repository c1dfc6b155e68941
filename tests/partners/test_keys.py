"""flask partners key: what a partner is handed, and how long it lives."""

from __future__ import annotations

import json

import pytest

from db.audit import AuditEntry
from db.connection import fetch
from db.partners import PartnerKey
from services.clock import DAY
from services.payments import partner_keys


@pytest.fixture
def key(runner):
    """key(arg…): the command's outcome."""
    return lambda *args: runner.invoke(args=["partners", "key", *args])


def handed(done) -> dict:
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1
    return json.loads(done.stdout)


def live(clock) -> list[str]:
    return [row.key_id for row in PartnerKey.select().order_by(PartnerKey.created_at)
            if row.expires_at is None or row.expires_at > clock()]


def test_a_key_is_one_json_object(key) -> None:
    made = handed(key("viettel"))
    assert list(made) == ["partner", "key_id", "secret"]
    assert made["partner"] == "viettel"
    assert len(made["secret"]) >= 43  # 256 bits


def test_asked_again_it_is_the_same_key(key) -> None:
    assert handed(key("viettel")) == handed(key("viettel"))


def test_two_partners_have_keys_of_their_own(key) -> None:
    assert handed(key("viettel"))["secret"] != handed(key("momo"))["secret"]


def test_rotation_hands_out_a_new_key_and_the_old_lives_a_day(key, clock) -> None:
    old = handed(key("viettel"))
    new = handed(key("viettel", "--rotate"))
    assert new["key_id"] != old["key_id"]
    assert set(live(clock)) == {old["key_id"], new["key_id"]}
    assert handed(key("viettel")) == new
    clock.ms += DAY
    assert live(clock) == [new["key_id"]]


def test_at_most_two_keys_are_live(key, clock) -> None:
    made = [handed(key("viettel", "--rotate"))["key_id"] for _ in range(4)]
    assert set(live(clock)) == set(made[-2:])


def test_rotating_the_first_time_just_makes_a_key(key, clock) -> None:
    assert live(clock) == [] and handed(key("momo", "--rotate"))["key_id"] == live(clock)[0]


@pytest.mark.parametrize("name", ["nobody", "", "VIETTEL", "x" * 500, "' --"])
def test_an_unknown_partner_is_one_line_and_exit_2(key, name: str) -> None:
    for arguments in ([name], [name, "--rotate"]):
        done = key(*arguments)
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr.startswith("error: ")
        assert done.stderr.count("\n") == 1


def test_secrets_are_sealed_at_rest(key, vault) -> None:
    made = handed(key("viettel"))
    sealed = bytes(fetch("SELECT secret_sealed FROM partner_key")[0][0])
    assert made["secret"].encode() not in sealed
    assert vault.open(sealed, f"partner key {made['key_id']}") == made["secret"]


def test_each_step_is_on_the_record_without_the_secret(key) -> None:
    first = handed(key("viettel"))
    handed(key("viettel"))
    second = handed(key("viettel", "--rotate"))
    rows = [(row.action, row.subject, row.detail) for row in AuditEntry.select()
            .where(AuditEntry.actor == "terminal").order_by(AuditEntry.id)]
    assert rows == [("partner.key.new", "viettel", first["key_id"]),
                    ("partner.key.shown", "viettel", first["key_id"]),
                    ("partner.key.ending", "viettel", first["key_id"]),
                    ("partner.key.new", "viettel", second["key_id"])]


def test_a_secret_is_found_by_partner_and_key_together(key, vault, clock) -> None:
    made = handed(key("viettel"))
    assert partner_keys.secret_of("viettel", made["key_id"], vault, clock()) == made["secret"]
    assert partner_keys.secret_of("momo", made["key_id"], vault, clock()) is None
    assert partner_keys.secret_of("viettel", "other", vault, clock()) is None


def test_help_tells_of_rotation(key) -> None:
    assert "--rotate" in key("--help").stdout


def test_octets_that_are_no_text_are_refused_in_one_line(runner, app) -> None:
    result = runner.invoke(args=["partners", "key", "\udcff"])
    assert (result.exit_code, result.stderr) == (2, "error: a word is not UTF-8 text\n")
