"""10 000 partner payments from eight clients while the whole server is killed (SIGKILL) fifty
times: what was acknowledged is posted exactly once, and the server is back within 5 seconds.

The control gives the judge one acknowledgement of a payment that was never posted, and pays one
bill twice: a judge that finds nothing lost and nothing double is blind.
"""

from __future__ import annotations

import http.client
import json
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from db import checking as checking_records
from db.connection import fetch, write
from services import clock
from services.payments import partner_keys, payments
from services.privacy import Vault
from tests.conftest import ENVIRON
from tests.faults.ground import ground, kinds, tell
from tests.faults.people import OWED, owed
from tests.partners.signing import PAYMENTS, headers
from tests.peers.ours import Web
from tests.peers.programs import free_port, wait_until

CLIENTS, COUNT, KILLS = 8, 10_000, 50
WITHIN_S = 5.0  # from the kill until the server answers again


class Till:
    """One partner's clients: each sends a payment until it is answered."""

    def __init__(self, key, port: int) -> None:
        self.key = key
        self.port = port
        self.acknowledged: dict[str, int] = {}  # number → payment_id
        self.retries = 0
        self.stopped = False

    def pay(self, number: str, bill_id: str) -> None:
        body = json.dumps({"partner_txn_id": number, "bill_id": bill_id, "amount": OWED,
                           "paid_at": "2026-11-15T11:59:30+07:00"}).encode()
        while not self.stopped:
            answer = self._send(body)
            if answer is not None:
                self.acknowledged[number] = answer["payment_id"]
                return
            self.retries += 1
            time.sleep(0.05)

    def _send(self, body: bytes) -> dict | None:
        """The answer to one try; None when there was none, or "come back later"."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            signed = headers(self.key, "POST", PAYMENTS, clock.now_ms() // 1000, body)
            line.request("POST", PAYMENTS, body, signed)
            response = line.getresponse()
            answer = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            line.close()
        if response.status in (200, 201):
            return answer
        if response.status not in (429, 503):
            raise AssertionError(f"{response.status}: {answer}")
        return None


def main() -> int:
    return 1 if False in [run(kind) for kind in kinds()] else 0


def run(kind: str, count: int = COUNT, kills: int = KILLS, within_s: float = WITHIN_S) -> bool:
    with ground(kind) as (folder, url):
        key = partner_keys.key("viettel", Vault(ENVIRON["DATA_KEY"]), clock.now_ms())
        till, bills = Till(key, free_port()), owed(count)
        began = time.monotonic()
        slowest = play(folder, url, till, bills, kills)
        took = time.monotonic() - began
        lost, double = judge(till.acknowledged)
        sound = list(checking_records.problems()) == []
        right = (len(till.acknowledged) == count and not lost and not double and sound
                 and slowest <= within_s)
        told = tell("partner payments killed", kind, right, acknowledged=len(till.acknowledged),
                    lost=lost, double=double, kills=kills, retries=till.retries, sound=sound,
                    slowest_restart_s=round(slowest, 2), seconds=round(took, 1))
        return control(kind, till, bills[0]) and told


def play(folder: Path, url: str, till: Till, bills: list[str], kills: int) -> float:
    """All payments, with kills spread over them; returns the slowest restart in seconds."""
    server, slowest = Web(folder, till.port, url, LIMITS="off"), 0.0
    with ThreadPoolExecutor(CLIENTS) as clients:
        jobs = [clients.submit(till.pay, f"VT-{number}", bill)
                for number, bill in enumerate(bills)]
        try:
            for kill in range(1, kills + 1):
                wait_for(till, jobs, len(bills) * kill // (kills + 1))
                server.kill()
                began = time.monotonic()
                server = Web(folder, till.port, url, LIMITS="off")
                slowest = max(slowest, time.monotonic() - began)
            wait_for(till, jobs, len(bills))
        finally:
            till.stopped = True
            server.stop()
    return slowest


def wait_for(till: Till, jobs: list[Future], goal: int) -> None:
    """Until this many are acknowledged; a client that broke is told at once."""
    def reached() -> bool:
        for job in jobs:
            if job.done():
                job.result()
        return len(till.acknowledged) >= goal

    wait_until(reached, f"{goal} acknowledgements", 600)


def judge(acknowledged: dict[str, int]) -> tuple[int, int]:
    """(acknowledged payments that are not posted, bills that more than one payment paid)."""
    posted = dict(fetch("SELECT partner_txn_id, id FROM payment WHERE partner = 'viettel'"
                        " AND state = 'posted' AND voided_at IS NULL"))
    lost = sum(posted.get(number) != payment_id for number, payment_id in acknowledged.items())
    double = len(fetch("SELECT bill_id FROM payment GROUP BY bill_id HAVING COUNT(*) > 1"))
    return lost, double


def control(kind: str, till: Till, bill_id: str) -> bool:
    """One acknowledgement without a payment, one bill paid twice: both must be seen."""
    write(lambda: pay_again(bill_id))
    lost, double = judge({**till.acknowledged, "VT-never": 10**9})
    return tell("partner payments killed, control", kind, (lost, double) == (1, 1))


def pay_again(bill_id: str) -> None:
    now = clock.now_ms()
    payments.post(payments.Report("viettel", "VT-again", bill_id, OWED, now, "again"), now)


if __name__ == "__main__":
    sys.exit(main())
