"""10 000 texts through Kannel while our web server is killed and started again: none lost,
none answered twice."""

from __future__ import annotations

import sys
import time
from collections import Counter

from db.connection import fetch
from services.privacy import Vault
from tests.conftest import ENVIRON
from tests.faults.ground import ground, kinds, tell
from tests.peers.kannel import TOKEN, Kannel
from tests.peers.ours import Web
from tests.peers.programs import free_port, wait_until
from tests.villagers import HOA, MAY, SON

COUNT, PHONES, KILLS = 10_000, 2_000, 3
WORDS = (f"TD {HOA.code}", f"td {SON.code.lower()}", MAY.code, "TG", "HUY", "xin chao")


def main() -> int:
    return 1 if False in [run(kind) for kind in kinds()] else 0


def run(kind: str) -> bool:
    with ground(kind) as (folder, url):
        port = free_port()
        kannel = Kannel(folder, f"http://127.0.0.1:{port}")
        web = serve(folder, port, url)
        texts = [f"+8490{number:07} 8055 text {WORDS[number % len(WORDS)]}"
                 for number in range(PHONES)]
        began = time.monotonic()
        operator = kannel.operator(*texts, count=COUNT, pause_s=0.002)
        try:
            for kill in range(1, KILLS + 1):
                wait_until(lambda kill=kill: recorded() >= COUNT * kill // (KILLS + 1),
                           "the next quarter", 120)
                web.kill()
                web = serve(folder, port, url)
            wait_until(lambda: len(operator.arrived()) >= COUNT, "all replies", 300)
            took = time.monotonic() - began
            time.sleep(15)  # anything that comes twice comes by then: Kannel asks again after 5 s
            return judge(kind, operator.arrived(), took)
        finally:
            operator.stop()
            kannel.stop()
            web.kill()


def serve(folder, port: int, url: str) -> Web:
    return Web(folder, port, url, KANNEL_TOKEN=TOKEN, LIMITS="off")


def recorded() -> int:
    return fetch("SELECT COUNT(*) FROM inbound_message")[0][0]


def judge(kind: str, arrived: list[tuple[str, str]], took: float) -> bool:
    vault = Vault(ENVIRON["DATA_KEY"])
    rows = fetch("SELECT phone_sealed, reply FROM inbound_message")
    asked = Counter((vault.open_phone(bytes(sealed)), reply) for sealed, reply in rows)
    answered = Counter(arrived)
    lost, twice = asked - answered, answered - asked
    return tell("kannel inbound", kind, len(rows) == COUNT and not lost and not twice,
                texts=len(rows), replies=len(arrived), lost=sum(lost.values()),
                twice=sum(twice.values()), web_server_killed=KILLS, seconds=round(took, 1),
                per_s=round(COUNT / took))


if __name__ == "__main__":
    sys.exit(main())
