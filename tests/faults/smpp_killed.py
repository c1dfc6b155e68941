"""1 000 texts to 100 phones over SMPP while the sending process is killed ten times: each is
accepted once or marked uncertain, none is lost, the order per phone holds."""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict

from db.connection import fetch, write
from services import clock
from services.outbox import outbox
from services.privacy import Vault
from tests.conftest import ENVIRON
from tests.faults.ground import ground, kinds, tell
from tests.peers.ours import Command
from tests.peers.programs import wait_until
from tests.peers.smpp import Centre

PHONES, EACH, KILLS = 100, 10, 10
COUNT = PHONES * EACH


def main() -> int:
    return 1 if False in [run(kind) for kind in kinds()] else 0


def run(kind: str) -> bool:
    with ground(kind) as (folder, url):
        centre = Centre(folder)
        centre.behave(delay=80, receipts="dec")
        queue()
        began = time.monotonic()
        try:
            for kill in range(1, KILLS + 1):
                process = transceiver(folder, url, centre)
                goal = COUNT * kill // (KILLS + 1)
                wait_until(lambda goal=goal: len(centre.submitted()) >= goal or settled(),
                           "the next texts", 150)
                process.kill()
            process = transceiver(folder, url, centre)
            wait_until(settled, "the end", 200)
            took = time.monotonic() - began
            process.stop()
            return judge(kind, centre, took)
        finally:
            centre.stop()


def transceiver(folder, url: str, centre: Centre) -> Command:
    return Command(folder, url, "sms", "smpp", SMS_GATEWAY="smpp", SMPP_URL=centre.url)


def queue() -> None:
    vault, now = Vault(ENVIRON["DATA_KEY"]), clock.now_ms()
    phones = [vault.seal_phone(f"+849012{number:05}") for number in range(PHONES)]
    write(lambda: [outbox.queue("reply", f"{at}-{number}", phone, {"text": f"tin {number} {at}"},
                                now) for at in range(EACH) for number, phone in enumerate(phones)])


def settled() -> bool:
    return not fetch("SELECT 1 FROM outbox_message WHERE state IN ('queued', 'leased') LIMIT 1")


def judge(kind: str, centre: Centre, took: float) -> bool:
    accepted = Counter(one["text"] for one in centre.submitted())
    rows = fetch("SELECT text, state FROM outbox_message")
    states = Counter(state for _, state in rows)
    lost = [text for text, state in rows if state != "uncertain" and text not in accepted]
    twice = [text for text, count in accepted.items() if count > 1]
    by_phone = defaultdict(list)
    for one in centre.submitted():
        by_phone[one["to"]].append(int(one["text"].split()[-1]))
    disordered = [phone for phone, order in by_phone.items() if order != sorted(order)]
    right = len(rows) == COUNT and not lost and not twice and not disordered and (
        set(states) <= {"sent", "delivered", "uncertain"})
    return tell("smpp killed", kind, right, texts=len(rows), accepted=sum(accepted.values()),
                lost=len(lost), twice=len(twice), disordered=len(disordered),
                states=dict(states), kills=KILLS, seconds=round(took, 1))


if __name__ == "__main__":
    sys.exit(main())
