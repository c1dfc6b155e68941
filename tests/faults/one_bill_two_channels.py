"""A hundred bills, each paid by two channels at the same moment, at the real server: one payment
settles, the other is due back, and both answers say so.

The control pays bills one channel only: a judge that finds a settled and a due one is blind.
"""

from __future__ import annotations

import http.client
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from db import checking as checking_records
from db.connection import fetch
from services import clock
from services.payments import partner_keys
from services.privacy import Vault
from tests.conftest import ENVIRON, Server
from tests.faults.ground import ground, kinds, tell
from tests.faults.people import OWED, owed
from tests.partners.signing import PAYMENTS, headers

ROUNDS = 100


def main() -> int:
    return 1 if False in [run(kind) for kind in kinds()] else 0


def run(kind: str, rounds: int = ROUNDS) -> bool:
    with ground(kind) as (_folder, url):
        vault = Vault(ENVIRON["DATA_KEY"])
        channels = [partner_keys.key(name, vault, clock.now_ms()) for name in ("viettel", "momo")]
        server = Server(url, workers=2, LIMITS="off")
        try:
            bills, began = owed(rounds), time.monotonic()
            answers = [at_once(server.port, channels, bill) for bill in bills]
            took = time.monotonic() - began
            right = all(one_settles(*both) for both in answers) and books_agree(bills)
            told = tell("one bill, two channels", kind, right, rounds=rounds,
                        seconds=round(took, 1))
            return control(kind, server.port, channels[:1]) and told
        finally:
            server.stop()


def at_once(port: int, channels: list, bill_id: str) -> list[tuple[int, dict]]:
    """Each channel reports the bill as paid; all leave together."""
    gate = Barrier(len(channels))

    def go(key) -> tuple[int, dict]:
        body = json.dumps({"partner_txn_id": f"{key.partner}-{bill_id}", "bill_id": bill_id,
                           "amount": OWED, "paid_at": "2026-11-15T11:59:30+07:00"}).encode()
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        line.connect()
        gate.wait()
        line.request("POST", PAYMENTS, body,
                     headers(key, "POST", PAYMENTS, clock.now_ms() // 1000, body))
        response = line.getresponse()
        answer = response.status, json.loads(response.read())
        line.close()
        return answer

    with ThreadPoolExecutor(len(channels)) as pool:
        return list(pool.map(go, channels))


def one_settles(first: tuple[int, dict], second: tuple[int, dict]) -> bool:
    answers = {status: answer for code, answer in (first, second)
               for status in [answer.get("status")] if code == 201}
    return (set(answers) == {"posted", "refund_due"}
            and answers["refund_due"]["settled_by"] == answers["posted"]["payment_id"])


def books_agree(bills: list[str]) -> bool:
    """Each bill is held by its one posted payment, the other one is due back, the sums hold."""
    rows = fetch("SELECT b.code, b.year, COUNT(*), SUM(CASE WHEN p.state = 'posted' AND"
                 " b.payment_id = p.id THEN 1 ELSE 0 END) FROM payment p"
                 " JOIN bill b ON b.id = p.bill_id GROUP BY b.code, b.year")
    held = {f"{code}-{year}10-1": (count, settling) for code, year, count, settling in rows}
    return (all(held.get(bill) == (2, 1) for bill in bills)
            and list(checking_records.problems()) == [])


def control(kind: str, port: int, channels: list) -> bool:
    """One channel alone: the judge must not see two payments of a bill."""
    bill = owed(1, "PA04DH9")[0]
    answer = at_once(port, channels, bill)[0]
    seen = one_settles(answer, answer) or books_agree([bill])
    return tell("one bill, two channels, control", kind, not seen)


if __name__ == "__main__":
    sys.exit(main())
