"""Looks whether a machine works that was set up by docs/operations.md.

`make manual` runs it there in the end, as root. Each sight prints one line; the first that is not
as it should be ends it.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

SETTINGS = "/etc/quaydien/quaydien.env"
OUTSIDE = ("curl --silent --show-error --max-time 10 --cacert /etc/quaydien/tls/fullchain.pem"
           " --resolve quaydien.example:443:127.0.0.1")
SLOW = 30


def run(command: str, **more: str) -> str:
    """What a shell command prints."""
    return subprocess.run(["bash", "-euo", "pipefail", "-c", command], text=True, check=True,
                          stdout=subprocess.PIPE, env=os.environ | more).stdout.strip()


def until(true: Callable[[], bool], seconds: float) -> bool:
    """Whether something comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.2)
    return False


def main_process(unit: str) -> int:
    return int(run(f"systemctl show --property MainPID --value {unit}"))


def settings_by_shell() -> dict[str, str]:
    said = run(f"env -i sh -c 'set -a; . {SETTINGS}; env -0' | base64 -w 0")
    pairs = run(f"echo {said} | base64 -d | tr '\\0' '\\n'").splitlines()
    return dict(pair.split("=", 1) for pair in pairs if not pair.startswith(("PWD=", "_=")))


def systemd_reads_the_settings_as_a_shell() -> bool:
    for unit in ("quaydien-web", "quaydien-worker"):
        told = Path(f"/proc/{main_process(unit)}/environ").read_bytes().decode().split("\0")
        if not settings_by_shell().items() <= dict(p.split("=", 1) for p in told if p).items():
            return False
    return True


def units_run_and_the_timer_waits() -> bool:
    wanted = "quaydien-web quaydien-worker quaydien-backup.timer nginx"
    run(f"systemctl is-active {wanted} && systemctl is-enabled {wanted}")
    return ("quaydien-backup.service" in run("systemctl list-timers quaydien-backup.timer")
            and "quaydien" not in run("systemctl --failed --no-legend"))


def systemd_finds_nothing_to_say() -> bool:
    """It exits 0 also where it warns of a key that it does not know."""
    return run("systemd-analyze verify /etc/systemd/system/quaydien-* 2>&1") == ""


def the_program_is_locked_in() -> bool:
    for unit in ("quaydien-web", "quaydien-worker"):
        status = Path(f"/proc/{main_process(unit)}/status").read_text()
        if not {"NoNewPrivs:\t1", "CapBnd:\t0000000000000000"} <= set(status.splitlines()):
            return False
    return run("find /var/lib/quaydien /var/backups/quaydien -perm /077 ! -type l") == ""


def backups_are_whole() -> bool:
    made = sorted(Path("/var/backups/quaydien").iterdir())
    return len(made) >= 2 and all((one / "database").is_file() for one in made)


def a_payment_is_receipted_by_text() -> bool:
    """A partner pays by the client of docs/partners.md; the worker hands the receipt over."""
    key = json.loads(Path("/root/viettel.json").read_text())
    run("sed -n '/^```python$/,/^```$/p' /opt/quaydien/docs/partners.md | sed '/^```/d'"
        " > client.py")
    print("   ", run("python3 client.py PA04DH0000017", PARTNER="viettel", KEY_ID=key["key_id"],
                     SECRET=key["secret"], QUAYDIEN_URL="http://127.0.0.1:8000"))
    return until(lambda: run("cd / && runuser -u postgres -- psql -tA quaydien -c \"SELECT state"
                             " FROM outbox_message WHERE kind = 'receipt'\"") == "sent", 30)


def slow_senders_cost_nobody_else() -> bool:
    """Thirty half-sent bodies, through the proxy; health answers in under a second."""
    context = ssl.create_default_context(cafile="/etc/quaydien/tls/fullchain.pem")
    half = (b"POST /kiosk/customer HTTP/1.1\r\nHost: quaydien.example\r\nContent-Length: 100\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\ncode=PA04")
    slow = []
    for _one in range(SLOW):
        line = context.wrap_socket(socket.create_connection(("127.0.0.1", 443)),
                                   server_hostname="quaydien.example")
        line.sendall(half)
        slow.append(line)
    began = time.monotonic()
    answer = run(f"{OUTSIDE} https://quaydien.example/healthz")
    took = time.monotonic() - began
    for line in slow:
        line.close()
    print(f"    {took:.3f} s")
    return '"ok"' in answer and took < 1


def monitoring_is_not_outside() -> bool:
    """Asked from another address than the machine's own, both pages are refused."""
    codes = [run(f"{OUTSIDE} --interface 127.0.0.3 --output /dev/null --write-out '%{{http_code}}'"
                 f" https://quaydien.example/{page}") for page in ("metrics", "readyz")]
    return codes == ["403", "403"]


def another_name_gets_no_answer() -> bool:
    done = subprocess.run(["curl", "--silent", "--insecure", "--resolve",
                           "evil.example:443:127.0.0.1", "https://evil.example/"], check=False,
                          stdout=subprocess.PIPE)
    return done.returncode != 0 and not done.stdout


def a_killed_server_is_started_again() -> bool:
    before = main_process("quaydien-web")
    os.kill(before, signal.SIGKILL)
    return until(lambda: main_process("quaydien-web") not in (0, before), 30) and until(
        lambda: "200" in run(f"{OUTSIDE} --output /dev/null --write-out '%{{http_code}}'"
                             " https://quaydien.example/kiosk/ || true"), 30)


def nothing_was_left_in_tmp() -> bool:
    return run("find /tmp /var/tmp -user quaydien") == ""


SIGHTS = (systemd_finds_nothing_to_say, units_run_and_the_timer_waits,
          systemd_reads_the_settings_as_a_shell, the_program_is_locked_in, backups_are_whole,
          a_payment_is_receipted_by_text, slow_senders_cost_nobody_else,
          monitoring_is_not_outside, another_name_gets_no_answer,
          a_killed_server_is_started_again, nothing_was_left_in_tmp)

if __name__ == "__main__":
    for sight in SIGHTS:
        print(sight.__name__.replace("_", " "), flush=True)
        if not sight():
            sys.exit("error: it is not so")
