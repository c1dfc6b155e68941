"""What a start refuses: another DATA_KEY, another AUDIT_KEY, a database that the demo filled."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys

import pytest

from app import create_app
from config import ROOT, Settings
from db import audit, connection, data_keys, house_state
from db.connection import fetch, run, write
from services import data_key
from services.data_key import RecordsRefused
from services.outbox import outbox
from services.privacy import Vault
from tests.conftest import ENVIRON
from tests.production import PRODUCTION
from tests.villagers import HOA, NOON

WRONG = "another key than the one in use, long enough"


@pytest.fixture(autouse=True)
def closed():
    yield
    connection.database.close()


@pytest.fixture
def started(settings, clock) -> Settings:
    """The villagers' records have been served with these settings."""
    create_app(settings, clock)
    return settings


def refusal(settings: Settings, clock, capsys) -> str:
    """The one line with which a web server ends."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        create_app(settings, clock)
    told = capsys.readouterr().err
    assert ended.value.code == 2 and told.startswith("error: ") and told.count("\n") == 1
    return told


def test_a_server_with_another_data_key_does_not_start(started, clock, capsys) -> None:
    assert "DATA_KEY" in refusal(dataclasses.replace(started, data_key=WRONG), clock, capsys)
    create_app(started, clock)  # the right one still does


def test_a_server_with_another_audit_key_does_not_start(started, clock, capsys) -> None:
    told = refusal(dataclasses.replace(started, audit_key="k" * 40), clock, capsys)
    assert told.startswith("error: AUDIT_KEY is not the key of this database's audit trail")


@pytest.mark.parametrize("words", [
    ["sms", "send", "--once"], ["sms", "say", HOA.phone, "TD"], ["sms", "remind", "due_soon"],
    ["db", "migrate"], ["audit", "check"], ["audit", "heads"], ["partners", "key", "viettel"],
    ["db", "demo"],
], ids=" ".join)
def test_a_command_with_another_data_key_changes_nothing(app, runner, change_settings, vault,
                                                         words) -> None:
    data_key.check(vault, NOON)
    write(lambda: outbox.queue("done", "1", vault.seal_phone(HOA.phone), {"ticket": "HD-123456"},
                               NOON))
    change_settings(data_key=WRONG)
    ended = runner.invoke(args=words)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.count("\n") == 1 and "DATA_KEY" in ended.stderr
    assert fetch("SELECT state, attempts FROM outbox_message") == [("queued", 0)]


def test_what_opens_nothing_sealed_needs_no_key(app, runner, change_settings, vault,
                                                tmp_path) -> None:
    data_key.check(vault, NOON)
    change_settings(data_key=WRONG)
    for words in (["db", "check"], ["db", "backup", str(tmp_path / "x.bak")]):
        assert runner.invoke(args=words).exit_code == 0


@pytest.fixture
def before_the_check(app) -> None:
    """Records of a program that knew no check value."""
    run("DELETE FROM data_key")


def test_records_without_a_check_value_are_tried_with_the_key(before_the_check, vault) -> None:
    with pytest.raises(RecordsRefused, match="DATA_KEY"):
        data_key.check(Vault(WRONG), NOON)
    assert data_keys.checks() == []
    data_key.check(vault, NOON)
    with pytest.raises(RecordsRefused):
        data_key.check(Vault(WRONG), NOON)


def test_a_few_numbers_of_a_wrong_key_do_not_matter(before_the_check, vault) -> None:
    other = Vault(WRONG)
    write(lambda: outbox.queue("done", "1", other.seal_phone(HOA.phone), {}, NOON))
    data_key.check(vault, NOON)
    assert len(data_keys.checks()) == 1


def test_empty_records_take_the_first_key_and_keep_it(before_the_check, vault) -> None:
    run("DELETE FROM customer_phone")
    data_key.check(Vault(WRONG), NOON)
    with pytest.raises(RecordsRefused):
        data_key.check(vault, NOON)


def test_a_check_value_that_was_changed_opens_nothing(app, vault) -> None:
    data_key.check(vault, NOON)
    run("UPDATE data_key SET sealed = ?", b"x")
    with pytest.raises(RecordsRefused):
        data_key.check(vault, NOON)


def test_two_starts_at_once_on_an_empty_database_both_start(bare_url) -> None:
    environ = {**ENVIRON, "DATABASE_URL": bare_url, "PATH": "/usr/bin:/bin"}
    program = ("import app, sys; from flask.cli import main\n"
               "sys.argv = ['flask', '--app', 'app', 'db', 'migrate']\n"
               "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
               "app.create_app()")
    both = [subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=environ, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    told = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    connection.init(bare_url)
    assert len(data_keys.checks()) == 1 and audit.noted_key()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_server_that_was_there_before_its_database_looks_when_it_comes(
        sqlite_template, bare_url, clock) -> None:
    early = create_app(Settings.load({**ENVIRON, "DATABASE_URL": bare_url, "DATA_KEY": WRONG}),
                       clock).test_client()
    assert early.get("/healthz").status_code == 200
    path = bare_url.removeprefix("sqlite:///")
    with open(path, "wb") as copy:
        copy.write(sqlite_template.read_bytes())
    assert early.get("/kiosk/").status_code == 503
    assert "DATA_KEY" in json.dumps(early.get("/readyz").json["checks"]["database"])


def real(database_url: str, **more: str) -> Settings:
    """Production settings that fit the villagers' records."""
    settings = Settings.load({**PRODUCTION, "DATABASE_URL": database_url, **more})
    return dataclasses.replace(settings, data_key=ENVIRON["DATA_KEY"])


def test_production_serves_no_database_that_the_demo_filled(started, database_url, clock,
                                                            capsys) -> None:
    create_app(real(database_url), clock)
    write(lambda: house_state.note(house_state.DEMO, "filled", NOON))
    assert "the demo filled this database" in refusal(real(database_url), clock, capsys)
    create_app(real(database_url, ALLOW_INSECURE="1"), clock)
    create_app(started, clock)


def test_the_demo_says_that_it_filled_a_database(app, runner, change_settings) -> None:
    assert runner.invoke(args=["db", "demo"]).exit_code == 0
    change_settings(demo=False)
    for words in (["sms", "send", "--once"], ["db", "migrate"]):
        ended = runner.invoke(args=words)
        assert ended.exit_code == 2 and "the demo filled this database" in ended.stderr


@pytest.mark.parametrize(("changed", "code", "told"), [
    ({}, 0, ""), ({"DATA_KEY": WRONG}, 2, "DATA_KEY"),
    ({"SMS_GATEWAY": "pigeon"}, 2, "SMS_GATEWAY"),
], ids=str)
def test_a_server_looks_before_it_makes_its_processes(started, changed, code, told) -> None:
    program = "from web.serving import gate; gate.look(); print('serves')"
    environ = {**ENVIRON, "DATABASE_URL": started.database_url, "PATH": "/usr/bin:/bin", **changed}
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environ, text=True,
                           capture_output=True, timeout=60, check=False)
    assert ended.returncode == code and told in ended.stderr
    assert ended.stderr.count("\n") == (code == 2) and ended.stdout == "serves\n" * (code == 0)


def test_a_start_leaves_the_folder_in_which_it_was_called_as_it_is(database_url, clock, tmp_path,
                                                                   monkeypatch) -> None:
    """Without FILES_DIR: only the database and the folder of files are closed to others."""
    called_in = tmp_path / "called in"
    called_in.mkdir()
    called_in.chmod(0o755)  # an earlier start has set the umask
    monkeypatch.chdir(called_in)
    create_app(Settings.load({**ENVIRON, "DATABASE_URL": database_url}), clock)
    assert called_in.stat().st_mode & 0o777 == 0o755
