"""docs/operations.md as `make manual` reads it, and the proxy that it puts before the program."""

from __future__ import annotations

import re
import runpy
import subprocess

import pytest

from app import COMMANDS
from config import ROOT
from partners import signatures
from services.archive import scanning
from services.contracts import papers
from web.security import MOST_BODY

MANUAL = ROOT / "docs" / "operations.md"
BLOCKS = runpy.run_path(str(ROOT / "scripts" / "manual"))["blocks"](MANUAL.read_text("utf-8"))
PROXY = re.sub(r"#.*", "", (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8"))


def test_all_that_is_to_be_typed_is_found() -> None:
    text = MANUAL.read_text(encoding="utf-8")
    assert len(BLOCKS) == len(re.findall(r"^```\w", text, re.MULTILINE)) > 10
    assert text.count("\n```") == 2 * len(BLOCKS)  # no block that is neither typed nor a remark


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: f"line {block.line}")
def test_a_block_is_a_script(block) -> None:
    assert subprocess.run(["bash", "-n", "-c", block.commands], check=False,
                          capture_output=True).returncode == 0
    for command in re.findall(r"^quaydien (\w+)", block.commands, re.MULTILINE):
        assert command in COMMANDS


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: f"line {block.line}")
def test_only_what_needs_the_network_has_it(block) -> None:
    needs = re.search(r"apt-get|make .*install", block.commands)
    assert bool(needs) == block.net


def test_make_lists_it() -> None:
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "make manual" in told.stdout


def sizes() -> dict[str, int]:
    """Bytes of a body that the proxy lets through, by location; "" for the rest."""
    found, location = {}, ""
    for line in PROXY.splitlines():
        if at := re.match(r"\s*location (?:[~^=]+ )?(\S+) \{", line):
            location = at[1]
        elif line.strip() == "}":
            location = ""
        if at := re.match(r"\s*client_max_body_size (\d+)m;", line):
            found[location] = int(at[1]) * 1024 * 1024
    return found


def test_the_proxy_lets_through_what_the_program_takes() -> None:
    found = sizes()
    assert found[""] >= MOST_BODY
    assert found["^/(kiosk|staff)/"] >= max(scanning.MOST_BODY, papers.MOST_BODY)
    assert found["/partners/"] >= signatures.MOST_LIST


@pytest.mark.parametrize("line", [
    "proxy_request_buffering on;", "client_body_timeout 10s;", "proxy_next_upstream off;",
    "proxy_set_header X-Forwarded-For $remote_addr;", "proxy_set_header Host $host;",
    "proxy_set_header X-Forwarded-Proto $scheme;", "ssl_protocols TLSv1.2 TLSv1.3;"])
def test_the_proxy_says(line) -> None:
    assert line in PROXY


def test_monitoring_stays_inside() -> None:
    block = PROXY.split("location ~ ^/(readyz|metrics) {")[1].split("}")[0]
    assert re.findall(r"(allow|deny) (.+);", block) == [
        ("allow", "127.0.0.1"), ("allow", "::1"), ("deny", "all")]
