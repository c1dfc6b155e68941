"""What each word answers: a function a word, whose text is a template of `templates/sms/`.

A new word begins in `words.py`, which lists all its places; here it is a function with its entry in
ANSWERS below.
"""

from __future__ import annotations

from datetime import timedelta

from db import bills as bill_records
from db import calls as call_records
from db import contracts as contract_records
from db import customers as customer_records
from db import messages as message_records
from db import outages as outage_records
from db import reference
from db.calls import Call
from db.contracts import ContractRequest
from services import clock
from services.bills import billing, payment_links
from services.contracts import papers
from services.desk import calls, hours
from services.errors import TooManyActs, TooManyLookups, UnknownCustomer
from services.limits import rules, strangers
from services.notation import communes
from sms import contract_talk, register_talk
from sms.about_code import Answer, needs_code
from sms.commands import Command
from sms.turn import Turn

_OUTAGES_AHEAD = 14 * clock.DAY


# About a customer code


def tell_bills(turn: Turn, code: str, own: bool) -> str:
    """TD: each unpaid bill with period, amount and due date."""
    return tell_account(turn, billing.due(code), own)


def tell_account(turn: Turn, account: billing.Account, own: bool) -> str:
    """The bills of an account; to a number on file with the name in full, and what was received
    and credited."""
    return turn.say("bills_owed" if account.unpaid else "nothing_owed", code=account.code,
                    name=account.name, own=own, bills=account.unpaid, total=account.total,
                    received=account.received if own else (),
                    credited=account.credited if own else 0)


def give_payment_link(turn: Turn, code: str, own: bool) -> str:
    """QR: link, bank reference and slip number for all that is due."""
    account = billing.due(code)
    if not account.unpaid:
        return tell_account(turn, account, own)
    token, slip = payment_links.link_for(code, turn.now)
    return turn.say("payment_link", code=code, total=account.total, slip=slip,
                    link=f"{turn.office.settings.public_url}/q/{token}",
                    reference=billing.reference_of_account(account))


def tell_payments(turn: Turn, code: str, _own: bool) -> str:
    """LS: the last three bills paid."""
    return turn.say("payments", code=code, paid=bill_records.last_paid(code, 3))


def tell_reading(turn: Turn, code: str, _own: bool) -> str:
    """CS: the newest index of the meter and the kWh since the one before."""
    return turn.say("reading", code=code, bill=bill_records.newest(code))


def tell_outages(turn: Turn, command: Command) -> str:
    """CD: when the power will be off, in a commune that is named or in the customer's."""
    if not (command.doubt or command.code) and command.rest:
        places = communes.match(command.rest)
        if len(places) == 1:
            return _tell_outages_in(turn, places[0].code)
    return _tell_customers_outages(turn, command)


@needs_code
def _tell_customers_outages(turn: Turn, code: str, _own: bool) -> str:
    return _tell_outages_in(turn, _commune_of(code))


def _commune_of(code: str) -> str:
    customer = customer_records.get(code)
    if customer is None:
        raise UnknownCustomer(code)
    return customer.commune_code


def _tell_outages_in(turn: Turn, commune_code: str) -> str:
    planned = outage_records.upcoming(commune_code, turn.now, turn.now + _OUTAGES_AHEAD)
    times = [(clock.local(outage.starts_at), clock.local(outage.ends_at), outage.area)
             for outage in planned]
    return turn.say("outages", commune=reference.commune_name(commune_code), planned=times)


def tell_of_power_out(turn: Turn, command: Command) -> str:
    """MAT: the hotline, and whether the power is cut by plan now or later today, in the commune
    that is named or the customer's."""
    places = communes.match(command.rest) if command.rest and not command.code else []
    if len(places) == 1:
        return _say_power_out(turn, places[0].code)
    if command.code:
        return _tell_customers_power_out(turn, command)
    code = "" if command.doubt else turn.last_code or next(
        iter(customer_records.codes_of_phone(turn.phone_hash)), "")
    customer = customer_records.get(code) if code else None
    return _say_power_out(turn, customer.commune_code if customer else "")


@needs_code
def _tell_customers_power_out(turn: Turn, code: str, _own: bool) -> str:
    return _say_power_out(turn, _commune_of(code))


def _say_power_out(turn: Turn, commune_code: str) -> str:
    midnight = clock.at_local(clock.local(turn.now).date() + timedelta(days=1))
    planned = outage_records.upcoming(commune_code, turn.now, midnight) if commune_code else []
    commune = reference.commune_name(commune_code) if commune_code else ""
    cut = next(({"begun": outage.starts_at <= turn.now, "starts_at": outage.starts_at,
                 "ends_at": outage.ends_at, "area": outage.area} for outage in planned), None)
    return turn.say("power_out", commune=commune, cut=cut)


def register(turn: Turn, command: Command) -> str:
    """DK: tie this number to a code, by the number on file or by an officer. Ends an opt-out as
    well; from a phone that texted HUY, DK without a code asks for nothing else."""
    if not (command.doubt or command.code) and message_records.opt_in(turn.phone_hash):
        return turn.say("reminders_on")
    return _register_for(turn, command)


@needs_code
def _register_for(turn: Turn, code: str, own: bool) -> str:
    again = message_records.opt_in(turn.phone_hash)
    if own:
        return turn.say("registered", code=code, again=again)
    if customer_records.name_of(code) is None:
        raise UnknownCustomer(code)
    return register_talk.start(turn, code, again)


# About requests and calls


def start_contract(turn: Turn, command: Command) -> str:
    """HD: begin the talk, with the name if it came along."""
    return contract_talk.start(turn, command.rest)


def tell_ticket(turn: Turn, command: Command) -> str:
    """HS: how far a request or call is; without a ticket the phone's newest."""
    if command.ticket:
        work = contract_records.get(command.ticket) or call_records.get(command.ticket)
    else:
        work = (contract_records.newest_of_phone(turn.phone_hash)
                or call_records.newest_of_phone(turn.phone_hash))
        if work is None:
            return turn.say("which_ticket")
    own = work is not None and work.phone_hash == turn.phone_hash
    try:
        if turn.office.settings.limits and not own:
            strangers.sms_lookup(turn.phone_hash, command.ticket, turn.now)
    except TooManyLookups as error:
        return turn.refused(error, "too_many", most=rules.most("codes.phone"))
    if work is None:
        return turn.say("unknown_ticket", ticket=command.ticket)
    stage, missing = _file(work) if own else ("", [])
    return turn.say("ticket_state", ticket=work.ticket, state=work.state, stage=stage,
                    papers=missing)


def _file(work: ContractRequest | Call) -> tuple[str, list[str]]:
    """(stage, papers still missing) of a request; a call has no file."""
    if not isinstance(work, ContractRequest):
        return "", []
    return work.stage, papers.still_missing(work)


def call_back(turn: Turn, _command: Command) -> str:
    """GAP: a call on the desk; whoever takes it calls this number back."""
    code = turn.last_code
    customer = customer_records.get(code) if code else None
    commune = customer.commune_code if customer else ""
    try:
        ticket = calls.raise_call("sms", turn.now, phone=turn.phone, code=code,
                                  commune_code=commune, asker=turn.asker(commune))
    except TooManyActs as error:
        return turn.refused(error)
    standing = calls.turn(ticket)
    return turn.say("call_back", ticket=ticket, officer=standing.officer if standing else "",
                    closed=_closed(turn))


def _closed(turn: Turn) -> str:
    """The hours of the officers' desk when nobody sits there now, else ""."""
    desk = hours.at(turn.office.settings.desk_hours, turn.now)
    return "" if desk.is_open else desk.written("-")


# About the texts themselves


def turn_accents_on(turn: Turn, _command: Command) -> str:
    """CODAU: replies with accents from now on."""
    turn.accents = True
    return turn.say("accents")


def turn_accents_off(turn: Turn, _command: Command) -> str:
    """KHONGDAU: replies without accents, one message each."""
    turn.accents = False
    return turn.say("accents")


def end_reminders(turn: Turn, _command: Command) -> str:
    """HUY: no more reminders; the reply tells the way back."""
    message_records.opt_out(turn.phone_hash, turn.now)
    return turn.say("reminders_off")


def help_out(turn: Turn, _command: Command) -> str:
    """TG: the words in one message."""
    return turn.say("help")


ANSWERS: dict[str, Answer] = {
    "TD": needs_code(tell_bills), "QR": needs_code(give_payment_link),
    "LS": needs_code(tell_payments, only_own=True), "CS": needs_code(tell_reading, only_own=True),
    "CD": tell_outages, "MAT": tell_of_power_out, "DK": register,
    "HD": start_contract, "HS": tell_ticket, "GAP": call_back,
    "CODAU": turn_accents_on, "KHONGDAU": turn_accents_off, "HUY": end_reminders, "TG": help_out,
}
