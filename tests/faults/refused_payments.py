"""What must be refused at the real server: bad keys and signatures, clocks 301 seconds off, wrong
amounts, a body changed after signing, another body under a known number. Nothing may be posted.

The control sends the same payment in order: a judge that sees nothing posted then is blind.
"""

from __future__ import annotations

import http.client
import json
import sys
from collections.abc import Callable

from db import checking as checking_records
from db.connection import fetch, fetch_row
from services import clock
from services.payments import partner_keys
from services.payments.partner_keys import Key
from services.privacy import Vault
from tests.conftest import ENVIRON, Server
from tests.faults.ground import ground, kinds, tell
from tests.faults.people import OWED, owed
from tests.partners.signing import PAYMENTS, headers

Answer = tuple[int, str]


class Sender:
    """Sends one payment of a bill, with whatever is wrong about it."""

    def __init__(self, port: int, key: Key, other: Key, bill_id: str):
        self.port, self.key, self.other, self.bill_id = port, key, other, bill_id

    def body(self, **changes: object) -> bytes:
        return json.dumps({"partner_txn_id": "VT-1", "bill_id": self.bill_id, "amount": OWED,
                           "paid_at": "2026-11-15T11:59:30+07:00", **changes}).encode()

    def send(self, body: bytes, signed: bytes | None = None, key: Key | None = None,
             late_s: int = 0, **more: str) -> Answer:
        """Status and title of the answer; `signed` is the body that the signature is of."""
        made = headers(key or self.key, "POST", PAYMENTS, clock.now_ms() // 1000 - late_s,
                       body if signed is None else signed)
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        line.request("POST", PAYMENTS, body, {**made, **more})
        response = line.getresponse()
        answer = response.status, json.loads(response.read()).get("title", "")
        line.close()
        return answer


DENIED, MISMATCH = (401, "unauthorized"), (422, "amount_mismatch")
# what is wrong → how it is sent, and the one right answer
WRONG: dict[str, tuple[Callable[[Sender], Answer], Answer]] = {
    "secret of nobody": (lambda s: s.send(s.body(), key=s.key._replace(secret="x")), DENIED),
    "unknown key": (lambda s: s.send(s.body(), key=s.key._replace(key_id="0" * 16)), DENIED),
    "another partner's key": (
        lambda s: s.send(s.body(), key=s.other._replace(partner=s.key.partner)), DENIED),
    "no signature": (lambda s: s.send(s.body(), **{"X-Signature": ""}), DENIED),
    "301 s late": (lambda s: s.send(s.body(), late_s=301), DENIED),
    "302 s early": (lambda s: s.send(s.body(), late_s=-302), DENIED),  # a second passes on the way
    "body changed after signing": (
        lambda s: s.send(s.body(amount=OWED), signed=s.body(amount=1)), DENIED),
    "one space added after signing": (
        lambda s: s.send(s.body() + b" ", signed=s.body()), DENIED),
    "one đồng less": (lambda s: s.send(s.body(amount=OWED - 1)), MISMATCH),
    "one đồng more": (lambda s: s.send(s.body(amount=OWED + 1)), MISMATCH),
    "a hundredfold": (lambda s: s.send(s.body(amount=OWED * 100)), MISMATCH),
    "amount as text": (lambda s: s.send(s.body(amount=str(OWED))), (422, "invalid_field")),
    "no bill of ours": (lambda s: s.send(s.body(bill_id="x")), (404, "unknown_bill")),
    "two amounts": (lambda s: s.send(s.body()[:-1] + b', "amount": 1}'), (400, "malformed_json")),
    "a discount of nobody's": (
        lambda s: s.send(s.body(promotion={"id": "X", "discount": 5, "funded_by": "x"})),
        (422, "promotion_refused")),
}


def main() -> int:
    return 1 if False in [run(kind) for kind in kinds()] else 0


def run(kind: str) -> bool:
    with ground(kind) as (_folder, url):
        vault, now = Vault(ENVIRON["DATA_KEY"]), clock.now_ms()
        server = Server(url, workers=2, LIMITS="off")
        try:
            sender = Sender(server.port, partner_keys.key("viettel", vault, now),
                            partner_keys.key("momo", vault, now), owed(1)[0])
            wrong = [name for name, (send, expected) in WRONG.items()
                     if send(sender) != expected or not nothing_posted()]
            told = tell("refused payments", kind, not wrong, sent=len(WRONG), wrong=wrong)
            return control(kind, sender) and told
        finally:
            server.stop()


def nothing_posted() -> bool:
    counts = [fetch_row(f"SELECT COUNT(*) FROM {table}")[0]
              for table in ("payment", "ledger_entry", "outbox_message")]
    paid = fetch("SELECT 1 FROM bill WHERE SUBSTR(code, 1, 7) = 'PA04DH8' AND state <> 'unpaid'")
    return counts == [0, 0, 0] and not paid


def control(kind: str, sender: Sender) -> bool:
    """In order it is posted, and another body under its number changes nothing of that."""
    right = sender.send(sender.body()) == (201, "") and not nothing_posted()
    again = sender.send(sender.body(payer="Tú"))
    count = fetch_row("SELECT COUNT(*) FROM payment")[0]
    right = right and again == (409, "idempotency_conflict") and count == 1
    return tell("refused payments, control", kind,
                right and list(checking_records.problems()) == [])


if __name__ == "__main__":
    sys.exit(main())
