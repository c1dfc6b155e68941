"""flask sms …: the worker, a phone in the terminal, what the log gateway sent."""

from __future__ import annotations

import json
import os
import signal
import threading
import uuid

import click

from db import messages as message_records
from db.outbox import outbox as outbox_records
from services import clock, periodic
from services.errors import InvalidInput
from services.messages import campaigns
from services.notation import phones
from services.outbox import pausing
from services.outbox.outbox import reveal
from sms import receive
from sms.gateways import registry
from sms.send import Worker
from sms.smpp import terminal, transceiver
from sms.smpp.gateway import NAME
from web.office import office
from web.terminal import Group, Refused, need_database


@click.group(cls=Group)
def sms() -> None:
    """Text messages."""


sms.command("smpp")(terminal.run)


@sms.command()
@click.option("--once", is_flag=True, help="Send what is due now, then end.")
def send(once: bool) -> None:
    """The worker: send what waits in the outbox until it is told to stop."""
    need_database()
    worker = worker_here()
    if once and pausing.since():
        click.echo(_standing(), err=True)
    before = {name: signal.signal(name, lambda *_: worker.stop.set())
              for name in (signal.SIGTERM, signal.SIGINT)}
    here = office()
    try:
        if once:
            worker.drain()
            periodic.run_once(here.context)
        else:
            with periodic.running(here.context):
                worker.run()
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
    if worker.abandoned:
        click.echo(f"{worker.abandoned} messages were still with the provider; their outcome is"
                   " looked up at the next start", err=True)
        os._exit(0)  # a thread that waits for a slow carrier would hold us up


def worker_here() -> Worker:
    """A worker that leaves the sending to `flask sms smpp` as long as that lives."""
    here, stop = office(), threading.Event()
    gateways = [gateway for gateway in registry.in_order(here.settings, stop)
                if gateway.name != NAME]
    alone = len(gateways) == len(here.settings.gateways)

    def stands_by() -> bool:
        return not alone and (not gateways or transceiver.sends_for_all(here))

    return Worker(here, gateways, stop, stands_by)


@sms.command()
@click.argument("kind", type=click.Choice(campaigns.KINDS))
@click.option("--dry-run", is_flag=True, help="Only count them; nothing is queued.")
def remind(kind: str, dry_run: bool) -> None:
    """Queue the reminders of one KIND: each bill once, by day, not to who texted HUY."""
    need_database()
    here = office()
    if here.settings.sms_reminders_a_day == 0:
        raise Refused("SMS_REMINDERS_A_DAY=0: reminders are off")
    if dry_run:
        found = campaigns.preview(kind, here.now())
        click.echo(f"{kind}: {found.total} reminders, at most {found.segments} segments")
        return
    try:
        queued = campaigns.build_now(kind, "terminal", here.now,
                                     here.settings.sms_reminders_a_day)
    except campaigns.RemindersOff:
        raise Refused("SMS_REMINDERS_A_DAY=0: reminders are off") from None
    except pausing.SendingPaused as error:
        raise Refused(f"sending is paused since {error}: nothing is queued") from None
    click.echo(f"{kind}: {queued} queued")


@sms.command()
def pause() -> None:
    """Stop sending: no queued text leaves by any gateway until `resume`."""
    need_database()
    pausing.pause("terminal", office().now())
    click.echo(_standing())


@sms.command()
def resume() -> None:
    """Let sending go on. Texts that became too old while it was paused are dropped."""
    need_database()
    gone_on = pausing.resume("terminal", office().now())
    click.echo("sending goes on" if gone_on else "sending is not paused")


def _standing() -> str:
    state = pausing.since()
    return f"sending is paused since {pausing.since_when(state)}" if state else "sending goes on"


@sms.command(context_settings={"ignore_unknown_options": True})
@click.argument("sender", metavar="FROM")
@click.argument("text")
def say(sender: str, text: str) -> None:
    """One message through the log gateway, from the phone FROM: prints the reply."""
    if not sender.strip():
        raise Refused("FROM is empty; a phone number such as 0912000017 is wanted")
    need_database()
    reply = receive.receive(office(), receive.Inbound("log", f"say-{uuid.uuid4()}", sender, text))
    if reply:
        click.echo(reply)
    else:
        click.echo("no reply: only Vietnamese mobile numbers are answered, and each"
                   " a limited number of times", err=True)


@sms.command()
@click.option("--to", "to", required=True, metavar="PHONE", help="The phone, 0912… or +84912….")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def log(to: str, as_json: bool) -> None:
    """What the log gateway sent to a phone, oldest first (only with DEMO=1)."""
    if not office().settings.demo:
        raise Refused("sms log shows what people were told; it works only with DEMO=1")
    try:
        phone = phones.normalise(to)
    except InvalidInput:
        raise Refused(f"not a Vietnamese mobile number: {to}") from None
    need_database()
    vault = office().vault
    for at, kind, text in sent_by_log(vault.phone_hash(phone)):
        click.echo(_line(at, phone, kind, reveal(vault, text), as_json))


def sent_by_log(phone_hash: str) -> list[tuple[int, str, str]]:
    """(epoch ms, kind, text) of replies and messages of the log gateway, oldest first."""
    replies = [(at, "reply", text) for at, text in message_records.replies_by("log", phone_hash)]
    return sorted([*replies, *outbox_records.sent_by_log(phone_hash)], key=lambda row: row[0])


def _line(at: int, to: str, kind: str, text: str, as_json: bool) -> str:
    moment = clock.local(at).isoformat(timespec="milliseconds")
    if as_json:
        return json.dumps({"at": moment, "to": to, "kind": kind, "text": text},
                          ensure_ascii=False)
    return f"{moment}  {kind:<10}  {text}"
