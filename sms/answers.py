"""Words about one customer code: bills, payment link, payments, reading, outages, registering."""

from __future__ import annotations

from collections.abc import Callable

from db import bills as bill_records
from db import customers as customer_records
from db import messages as message_records
from db import outages as outage_records
from db import reference
from services import clock, limits
from services.bills import billing, payment_links
from services.errors import TooManyLookups, UnknownCustomer
from services.notation import communes
from sms import register_talk
from sms.commands import Command
from sms.turn import Turn

ONLY_OWN = frozenset(["LS", "CS"])  # told to a number on file, to nobody else
_OUTAGES_AHEAD = 14 * clock.DAY
_MOST_IN_A_MENU = 5


def answer(turn: Turn, command: Command) -> str:
    """The reply to a word of ANSWERS."""
    if command.doubt:
        return turn.say("two_codes" if command.doubt == "codes" else "doubtful_code",
                        word=command.word or "TD")
    if command.word == "CD" and not command.code and command.rest:
        places = communes.match(command.rest)
        if len(places) == 1:
            return _outages_of(turn, places[0].code)
    if command.word == "DK" and not command.code and message_records.opt_in(turn.phone_hash):
        return turn.say("reminders_on")
    mine = customer_records.codes_of_phone(turn.phone_hash) if _needs_own(turn, command) else []
    code = command.code or _remembered(turn, command.word, mine)
    if not code:
        return _ask_which(turn, command.word, mine)
    return _about(turn, command.word, code)


def _needs_own(turn: Turn, command: Command) -> bool:
    return not command.code and (not turn.last_code or command.word in ONLY_OWN)


def _remembered(turn: Turn, word: str, mine: list[str]) -> str:
    """The code that a word without one means: the last one asked, or the phone's only one."""
    if turn.last_code and (word not in ONLY_OWN or turn.last_code in mine):
        return turn.last_code
    return mine[0] if len(mine) == 1 else ""


def _ask_which(turn: Turn, word: str, mine: list[str]) -> str:
    if mine:
        turn.talk["menu"] = [[word, code] for code in mine[:_MOST_IN_A_MENU]]
        return turn.say("which_of_yours", codes=mine[:_MOST_IN_A_MENU])
    return turn.say("not_on_file" if word in ONLY_OWN else "which_code", word=word)


def _about(turn: Turn, word: str, code: str) -> str:
    turn.code = code
    try:
        own = _introduced(turn, word, code)
        text = ANSWERS[word](turn, code, own)
    except TooManyLookups:
        return turn.say("too_many", most=limits.CODES_A_DAY_BY_SMS)
    except UnknownCustomer:
        return turn.say("unknown_code", code=code)
    turn.last_code = code
    return text


def _introduced(turn: Turn, word: str, code: str) -> bool:
    """True for a number on file. A stranger's question is counted, except where the answer
    is the same for every code."""
    counted = turn.office.settings.limits and word not in ONLY_OWN
    return limits.sms_caller(turn.phone_hash, code, turn.now, counted=counted)


def bills_owed(turn: Turn, code: str, own: bool) -> str:
    """TD: each unpaid bill with period, amount and due date."""
    return tell(turn, billing.due(code), own)


def tell(turn: Turn, account: billing.Account, own: bool) -> str:
    """The bills of an account; with the name in full only to a number on file."""
    return turn.say("bills_owed" if account.unpaid else "nothing_owed", code=account.code,
                    name=account.name, own=own, bills=account.unpaid, total=account.total,
                    received=account.received)


def payment_link(turn: Turn, code: str, own: bool) -> str:
    """QR: link, bank reference and slip number for all that is due."""
    account = billing.due(code)
    if not account.unpaid:
        return tell(turn, account, own)
    token, slip = payment_links.link_for(code, turn.now)
    return turn.say("payment_link", code=code, total=account.total, slip=slip,
                    link=f"{turn.office.settings.public_url}/q/{token}",
                    reference=billing.reference_of_account(account))


def payments(turn: Turn, code: str, own: bool) -> str:
    """LS: the last three bills paid."""
    if not own:
        return turn.say("not_on_file", word="LS")
    return turn.say("payments", code=code, paid=bill_records.last_paid(code, 3))


def reading(turn: Turn, code: str, own: bool) -> str:
    """CS: the newest index of the meter and the kWh since the one before."""
    if not own:
        return turn.say("not_on_file", word="CS")
    return turn.say("reading", code=code, bill=bill_records.newest(code))


def planned_outages(turn: Turn, code: str, own: bool) -> str:
    """CD: when the power will be off in the customer's commune."""
    customer = customer_records.get(code)
    if customer is None:
        raise UnknownCustomer(code)
    return _outages_of(turn, customer.commune_code)


def _outages_of(turn: Turn, commune_code: str) -> str:
    planned = outage_records.upcoming(commune_code, turn.now, turn.now + _OUTAGES_AHEAD)
    times = [(clock.local(outage.starts_at), clock.local(outage.ends_at), outage.area)
             for outage in planned]
    return turn.say("outages", commune=reference.commune_name(commune_code), planned=times)


def register(turn: Turn, code: str, own: bool) -> str:
    """DK: tie this number to the code, by the number on file or by an officer. Ends an
    opt-out as well."""
    again = message_records.opt_in(turn.phone_hash)
    if own:
        return turn.say("registered", code=code, again=again)
    if customer_records.name_of(code) is None:
        raise UnknownCustomer(code)
    return register_talk.start(turn, code, again)


def commune_of(code: str) -> str:
    """Code of the commune of a customer, "" for none."""
    customer = customer_records.get(code) if code else None
    return customer.commune_code if customer else ""


ANSWERS: dict[str, Callable[[Turn, str, bool], str]] = {
    "TD": bills_owed, "QR": payment_link, "LS": payments, "CS": reading, "CD": planned_outages,
    "DK": register,
}
