"""The units of deploy/: they serve as the Procfile does, find what they call, and agree about where
things lie with the settings and with docs/operations.md."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from config import ROOT
from tests.deploy.settings_files import by_systemd

DEPLOY = ROOT / "deploy"
UNITS = sorted(path.name for path in DEPLOY.iterdir() if path.suffix in (".service", ".timer"))
SERVICES = [name for name in UNITS if name.endswith(".service")]
LASTING = ["quaydien-web.service", "quaydien-worker.service"]
MANUAL = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SETTINGS = by_systemd((DEPLOY / "quaydien.env").read_text(encoding="utf-8"))
PROGRAM, STATE, BACKUPS = "/opt/quaydien", "/var/lib/quaydien", "/var/backups/quaydien"
ENVIRONMENT = "/etc/quaydien/quaydien.env"


def unit(name: str) -> dict[str, dict[str, list[str]]]:
    """Sections of a unit: each key with all its values."""
    found: dict[str, dict[str, list[str]]] = {}
    for line in (DEPLOY / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            key, _equals, value = line.partition("=")
            section.setdefault(key, []).append(value)
    return found


def commands(name: str) -> list[str]:
    service = unit(name)["Service"]
    return [*service.get("ExecStartPre", []), *service["ExecStart"]]


@pytest.mark.parametrize("process", ["web", "worker"])
def test_a_unit_starts_what_the_procfile_starts(process) -> None:
    """With its flags; where the Procfile has a default, the unit sets the same one."""
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    line, service = lines[process], unit(f"quaydien-{process}.service")["Service"]
    given = dict(pair.split("=") for pair in " ".join(service.get("Environment", [])).split())
    for name, default in re.findall(r"\$\{(\w+):-(\w+)\}", line):
        assert given[name] == SETTINGS[name] == default
    wanted = re.sub(r"\$\{(\w+)(:-\w+)?\}|\$(\w+)", r"${\1\3}", line)
    assert service["ExecStart"] == [wanted.replace(".venv/", f"{PROGRAM}/.venv/")]
    assert set(re.findall(r"\$\{(\w+)\}", wanted)) <= given.keys()


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_unit_calls_is_there(name) -> None:
    for command in commands(name):
        program, *words = command.split()
        assert program.startswith(f"{PROGRAM}/")
        assert shutil.which(str(ROOT / program.removeprefix(f"{PROGRAM}/"))), program
        if words[:1] == ["-m"]:
            assert importlib.util.find_spec(words[1])
        if program.endswith("/flask"):
            assert words[:2] == ["--app", "app"]
            assert unit(name)["Service"]["WorkingDirectory"] == [PROGRAM]


@pytest.mark.parametrize("name", SERVICES)
def test_a_unit_reads_the_settings_and_is_locked_in(name) -> None:
    service = unit(name)["Service"]
    assert service["EnvironmentFile"] == [ENVIRONMENT] and service["User"] == ["quaydien"]
    assert service["StateDirectory"] == [Path(STATE).name] and service["UMask"] == ["0077"]
    for key in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices"):
        assert service[key] == ["yes"]
    assert service["ProtectSystem"] == ["strict"] and service["CapabilityBoundingSet"] == [""]


@pytest.mark.parametrize("name", LASTING)
def test_a_server_is_started_again_for_ever(name) -> None:
    found = unit(name)
    assert found["Unit"]["StartLimitIntervalSec"] == ["0"]
    assert found["Service"]["Restart"] == ["always"]
    assert found["Service"]["ExecStartPre"][0].endswith("db migrate")


def test_the_backup_runs_every_night() -> None:
    timer = unit("quaydien-backup.timer")
    assert timer["Install"]["WantedBy"] == ["timers.target"]
    assert timer["Timer"]["Persistent"] == ["true"] and "OnCalendar" in timer["Timer"]
    assert unit("quaydien-backup.service")["Service"]["Type"] == ["oneshot"]
    assert "systemctl enable --now quaydien-backup.timer" in MANUAL


def test_places_agree() -> None:
    assert SETTINGS["DATABASE_URL"].startswith(f"sqlite:///{STATE}/")
    assert SETTINGS["FILES_DIR"].startswith(f"{STATE}/")
    assert SETTINGS["SPEECH_DIR"].startswith(f"{STATE}/")
    assert SETTINGS["BACKUP_DIR"] == BACKUPS
    assert unit("quaydien-backup.service")["Service"]["ReadWritePaths"] == [BACKUPS]
    for path in DEPLOY.iterdir():
        assert folders(path.read_text(encoding="utf-8")) <= KNOWN, path.name
    assert folders(MANUAL) <= KNOWN and folders(MANUAL) >= KNOWN


KNOWN = {PROGRAM, "/etc/quaydien", STATE, BACKUPS}


def folders(text: str) -> set[str]:
    """Our own places named in a text, without what lies in them and without the release."""
    found = re.findall(r"(?<![\w.])(/(?:opt|srv|var/lib|var/backups|backup|etc)/quaydien)", text)
    return set(found)


def test_a_planted_place_is_seen() -> None:
    assert folders("cd /srv/quaydien && cp x /backup/quaydien.bak") == {
        "/srv/quaydien", "/backup/quaydien"}


@pytest.mark.parametrize("name", [*LASTING, "quaydien-backup.timer"])
def test_the_manual_enables_each_unit(name) -> None:
    enabled = " ".join(re.findall(r"systemctl enable --now (.*)", MANUAL)).split()
    assert name.removesuffix(".service") in enabled


@pytest.mark.parametrize("name", sorted(path.name for path in DEPLOY.iterdir()))
def test_the_manual_or_a_unit_names_each_file(name) -> None:
    texts = MANUAL + "".join((DEPLOY / one).read_text() for one in UNITS)
    assert f"deploy/{name}" in texts or f"deploy/*{Path(name).suffix}" in texts


def test_systemd_finds_nothing_to_say(tmp_path) -> None:
    """It only warns of a key that it does not know, and exits 0."""
    assert shutil.which("systemd-analyze"), "scripts/peers installs it"
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace(PROGRAM, str(ROOT)))
    assert verified(tmp_path, UNITS) == ""
    spoilt = tmp_path / UNITS[-1]
    spoilt.write_text(spoilt.read_text().replace("Restart=", "Restrat="))
    assert "Restrat" in verified(tmp_path, [spoilt.name])


def verified(folder: Path, names: list[str]) -> str:
    done = subprocess.run(["systemd-analyze", "verify", "--man=no",
                           *(str(folder / name) for name in names)],
                          capture_output=True, text=True, check=False)
    # What the machine's own units are warned of is not ours.
    return "\n".join(line for line in (done.stdout + done.stderr).splitlines()
                     if "quaydien" in line)
