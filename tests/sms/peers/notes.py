"""What the tests of the carriers queue and look up."""

from __future__ import annotations

from db.connection import fetch, write
from services import clock
from services.outbox import outbox
from services.privacy import Vault
from tests.conftest import ENVIRON
from tests.peers.smpp import Centre

VAULT = Vault(ENVIRON["DATA_KEY"])


def queue(to: str, *texts: str) -> None:
    """Queue texts to a phone, in this order, all at once."""
    now = clock.now_ms()
    sealed = VAULT.seal_phone(to)
    write(lambda: [outbox.queue("reply", f"{to}-{now}-{at}", sealed, {"text": text}, now)
                   for at, text in enumerate(texts)])


def outgoing() -> list[tuple[str, str]]:
    """(text, state) of all outgoing messages, oldest first."""
    return fetch("SELECT text, state FROM outbox_message ORDER BY id")


def states() -> dict[str, int]:
    """How many outgoing messages are in each state."""
    return dict(fetch("SELECT state, COUNT(*) FROM outbox_message GROUP BY state"))


def incoming() -> list[tuple[str, str]]:
    """(text, reply) of all incoming messages, oldest first."""
    return fetch("SELECT text, reply FROM inbound_message ORDER BY id")


def digits(phone: str) -> str:
    """The number as SMPP writes it."""
    return phone.removeprefix("+")


def ask(centre: Centre, phone: str, text: str, key: str = "") -> None:
    """A phone sends a plain text over SMPP."""
    centre.deliver(key or text, source_addr=digits(phone), destination_addr="8055",
                   short_message=text)
