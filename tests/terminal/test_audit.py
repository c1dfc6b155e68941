"""flask audit check and heads: the chain, and its heads noted elsewhere."""

from __future__ import annotations

import stat

import pytest

from db.connection import fetch_row, run
from services.clock import DAY
from services.officers import audit_heads, audit_trail
from tests.villagers import NOON


@pytest.fixture(autouse=True)
def chain(app) -> None:
    for number in range(3):
        audit_trail.record(NOON, "canbo", "customer.view", f"PA04DH000001{number}")


def check(runner, *words):
    return runner.invoke(args=["audit", "check", *words])


def test_an_intact_chain_prints_its_head_and_length(runner):
    result = check(runner)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"intact: 3 rows, head {audit_trail.head()[0]}\n"


def test_a_noted_head_is_looked_for(runner):
    noted = audit_trail.head()[0]
    audit_trail.record(NOON, "vo", "signin", "vo")
    assert check(runner, "--head", noted.upper()).exit_code == 0
    assert check(runner, "--head", "0" * 63 + "1").exit_code == 1


def test_one_flipped_byte_is_named(runner):
    victim = fetch_row("SELECT MIN(id) + 1 FROM audit_entry")[0]
    run("UPDATE audit_entry SET subject = 'PA04DH0000012' WHERE id = ?", victim)
    result = check(runner)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"error: the audit chain breaks at audit row {victim}\n"


def test_a_deleted_last_row_is_named_by_the_noted_head(runner):
    noted, last = audit_trail.head()[0], fetch_row("SELECT MAX(id) FROM audit_entry")[0]
    run("DELETE FROM audit_entry WHERE id = ?", last)
    for words in ([], ["--head", noted]):
        result = check(runner, *words)
        assert result.exit_code == 1 and f"after audit row {last - 1}" in result.stderr


@pytest.mark.parametrize("head", ["x", "0" * 63, "g" * 64])
def test_what_is_no_head_is_exit_2(runner, head):
    result = check(runner, "--head", head)
    assert result.exit_code == 2 and result.stderr.startswith("error: ")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "heads"


def line(day: str = "2026-11-15") -> str:
    digest, count = audit_trail.head()
    return f"{day} {count} {digest}\n"


def heads(runner, *words):
    return runner.invoke(args=["audit", "heads", *map(str, words)])


def test_heads_prints_day_count_and_hash_and_writes_them_once(runner, file):
    assert heads(runner).stdout == line() and not file.exists()
    for _ in range(2):
        assert heads(runner, "--write", file).stdout == line()
    assert file.read_text() == line()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    first = file.read_text()
    audit_trail.record(NOON, "vo", "signin", "vo")
    heads(runner, "--write", file)
    assert file.read_text() == first + line()
    assert check(runner, "--heads", str(file)).exit_code == 0


def test_a_chain_put_back_to_an_earlier_state_is_named_by_the_file(runner, file):
    earlier = fetch_row("SELECT hash, count, seal FROM audit_head")
    audit_trail.record(NOON, "vo", "customer.view", "PA04DH0000017")
    heads(runner, "--write", file)
    last = fetch_row("SELECT MAX(id) FROM audit_entry")[0]
    run("DELETE FROM audit_entry WHERE id = ?", last)
    run("UPDATE audit_head SET hash = ?, count = ?, seal = ?", *earlier)
    assert check(runner).exit_code == 0
    result = check(runner, "--heads", str(file))
    assert result.exit_code == 1 and f"after audit row {last - 1}" in result.stderr


def test_a_row_that_is_not_the_one_noted_is_named(runner, file):
    heads(runner, "--write", file)
    digest = audit_trail.head()[0]
    file.write_text(file.read_text().replace(digest, "0" * 64))
    result = check(runner, "--heads", str(file))
    assert result.exit_code == 1 and "audit row 3" in result.stderr


@pytest.mark.parametrize("content", [None, "", "2026-11-15 3\n", "hello\n", "2026-11-15 x 0\n",
                                     f"2026-11-15 3 {'0' * 64}\n2026-11-16 3 {'1' * 64}\n"])
def test_what_is_no_file_of_heads_is_exit_2(runner, file, content):
    if content is not None:
        file.write_text(content)
    result = check(runner, "--heads", str(file))
    assert result.exit_code == 2 and result.stderr.count("\n") == 1
    assert str(file) in result.stderr


def test_a_file_that_cannot_be_written_is_exit_2(runner, tmp_path):
    result = heads(runner, "--write", tmp_path)
    assert result.exit_code == 2 and result.stderr.startswith("error: ")


def note(app, change_settings, file, now=NOON):
    change_settings(audit_heads=str(file))
    audit_heads.note_daily(app.extensions["office"].settings, now)


def test_the_worker_adds_a_line_a_day(app, change_settings, runner, file):
    note(app, change_settings, file)
    first = line()
    audit_trail.record(NOON, "vo", "signin", "vo")
    note(app, change_settings, file)
    assert file.read_text() == first
    note(app, change_settings, file, NOON + DAY)
    assert file.read_text() == first + line("2026-11-16")


def test_a_torn_line_is_left_and_a_whole_one_follows(app, change_settings, file):
    file.write_text("2026-11-15 2 0f")
    note(app, change_settings, file)
    assert file.read_text() == "2026-11-15 2 0f\n" + line()


def test_a_file_that_cannot_be_written_is_seen_until_it_can(app, client, change_settings,
                                                            tmp_path):
    note(app, change_settings, tmp_path / "none" / "heads")
    told = client.get("/readyz").json["checks"]["audit_heads"]
    assert told["ok"] is False and "No such file" in told["error"]
    note(app, change_settings, tmp_path / "heads")
    assert client.get("/readyz").json["checks"]["audit_heads"] == {"ok": True}
