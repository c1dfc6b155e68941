"""Which answer a message gets: a word, a digit for the last menu, or a step of a talk."""

from __future__ import annotations

from collections.abc import Callable

from db import calls as call_records
from db import contracts as contract_records
from db import messages as message_records
from db.calls import Call
from db.contracts import ContractRequest
from services import limits
from services.contracts import papers
from services.desk import calls
from services.errors import TooManyLookups
from services.notation.folding import folded
from sms import answers, contract_talk, register_talk, words
from sms.commands import Command
from sms.replies import fits_one_part
from sms.turn import Turn


def reply(turn: Turn, text: str, command: Command) -> str:
    """The reply to `text`, parsed as `command`; `turn` then holds what to remember."""
    registering = (register_talk.answer(turn, text, command) if "register" in turn.talk
                   else None)
    if registering is not None:
        return _resumed(turn, registering)
    menu = turn.talk.pop("menu", None)
    if menu and command.digit is not None:
        return _resumed(turn, _choose(turn, menu, command.digit))
    if "contract" not in turn.talk:
        return obey(turn, command)
    if command.word == "HUY":
        turn.word = "HUY"
        return contract_talk.leave(turn)
    if command.word == "HD" and not command.ticket:
        return obey(turn, command)
    if _is_order(command, text):
        return _resumed(turn, obey(turn, command))
    turn.word = "HD"
    return contract_talk.answer(turn, text, command)


def obey(turn: Turn, command: Command) -> str:
    """The reply to a command, outside any talk."""
    turn.word, turn.code = command.word, command.code
    if command.word in answers.ANSWERS or (command.doubt and not command.word):
        return answers.answer(turn, command)
    if command.word in OTHERS:
        return OTHERS[command.word](turn, command)
    if command.digit is not None:
        return turn.say("no_menu")
    return _offer(turn, command.guess)


def _is_order(command: Command, text: str) -> bool:
    """Inside a talk a text is obeyed only when all of it is a command: a name may well begin
    like one (Tiến, Huy). An empty text there is an answer to be asked again."""
    bare = folded(text)
    if not bare:
        return "?" in text
    return bool(command.doubt) or (command.sure and bare not in words.ALSO_NAMES)


def _choose(turn: Turn, menu: list[list[str]], digit: int) -> str:
    if not 1 <= digit <= len(menu):
        return turn.say("no_menu")
    word, code = menu[digit - 1]
    return obey(turn, Command(word, code))


def _resumed(turn: Turn, text: str) -> str:
    """`text`, with the talk's open question behind it where there is room."""
    talk = turn.talk.get("contract")
    if not talk:
        return text
    longer = f"{text} {turn.say('contract_goes_on', step=talk['step'])}"
    return longer if fits_one_part(longer) else text


def _offer(turn: Turn, guess: str) -> str:
    turn.talk["menu"] = [[guess, ""]]
    return turn.say("not_understood", guess=guess)


def start_contract(turn: Turn, command: Command) -> str:
    """HD: begin the talk, with the name if it came along."""
    return contract_talk.start(turn, command.rest)


def state_of_ticket(turn: Turn, command: Command) -> str:
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
            limits.sms_lookup(turn.phone_hash, command.ticket, turn.now)
    except TooManyLookups:
        return turn.say("too_many", most=limits.CODES_A_DAY_BY_SMS)
    if work is None:
        return turn.say("unknown_ticket", ticket=command.ticket)
    stage, papers = _file(work) if own else ("", [])
    return turn.say("ticket_state", ticket=work.ticket, state=work.state, stage=stage,
                    papers=papers)


def _file(work: ContractRequest | Call) -> tuple[str, list[str]]:
    """(stage, papers still missing) of a request; a call has no file."""
    if not isinstance(work, ContractRequest):
        return "", []
    return work.stage, papers.still_missing(work)


def call_me(turn: Turn, _command: Command) -> str:
    """GAP: an officer calls this number back."""
    code = turn.last_code
    ticket = calls.raise_call("sms", turn.now, phone=turn.phone, code=code,
                              commune_code=answers.commune_of(code))
    return turn.say("call_back", ticket=ticket)


def accents_on(turn: Turn, _command: Command) -> str:
    """CODAU: replies with accents from now on."""
    turn.accents = True
    return turn.say("accents")


def accents_off(turn: Turn, _command: Command) -> str:
    """KHONGDAU: replies without accents, one message each."""
    turn.accents = False
    return turn.say("accents")


def no_reminders(turn: Turn, _command: Command) -> str:
    """HUY: no more reminders; the reply tells the way back."""
    message_records.opt_out(turn.phone_hash, turn.now)
    return turn.say("reminders_off")


def help_text(turn: Turn, _command: Command) -> str:
    """TG: the words in one message."""
    return turn.say("help")


OTHERS: dict[str, Callable[[Turn, Command], str]] = {
    "HD": start_contract, "HS": state_of_ticket, "GAP": call_me, "CODAU": accents_on,
    "KHONGDAU": accents_off, "HUY": no_reminders, "TG": help_text,
}
