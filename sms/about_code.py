"""Words about one customer: which code is meant, and whether who asks may hear the answer."""

from __future__ import annotations

from collections.abc import Callable

from db import customers as customer_records
from services.errors import TooManyLookups, UnknownCustomer
from services.limits import rules, strangers
from sms.commands import Command
from sms.turn import Turn

Answer = Callable[[Turn, Command], str]
AnswerAboutCode = Callable[[Turn, str, bool], str]  # (turn, code, whether the number is on file)

_MOST_IN_A_MENU = 5


def needs_code(tell: AnswerAboutCode, *, only_own: bool = False) -> Answer:
    """An answer to a word that stands beside a code: asks for the code where there is none,
    counts what strangers ask. `tell` may raise UnknownCustomer.

    `only_own`: told to a number on file for the code, to nobody else.
    """
    def answer(turn: Turn, command: Command) -> str:
        if command.doubt:
            return ask_again(turn, command)
        mine = (customer_records.codes_of_phone(turn.phone_hash)
                if not command.code and (only_own or not turn.last_code) else [])
        code = command.code or _remember(turn, mine, only_own)
        if not code:
            return _ask_which(turn, command.word, mine, only_own)
        return _tell(turn, command.word, code, tell, only_own)
    return answer


def ask_again(turn: Turn, command: Command) -> str:
    """The reply to a text whose code may be another one, or that has two."""
    return turn.say("two_codes" if command.doubt == "codes" else "doubtful_code",
                    word=command.word or "TD")


def _remember(turn: Turn, mine: list[str], only_own: bool) -> str:
    """The code that a word without one means: the last one asked, or the phone's only one."""
    if turn.last_code and (not only_own or turn.last_code in mine):
        return turn.last_code
    return mine[0] if len(mine) == 1 else ""


def _ask_which(turn: Turn, word: str, mine: list[str], only_own: bool) -> str:
    if mine:
        turn.talk["menu"] = [[word, code] for code in mine[:_MOST_IN_A_MENU]]
        return turn.say("which_of_yours", codes=mine[:_MOST_IN_A_MENU])
    return turn.say("not_on_file" if only_own else "which_code", word=word)


def _tell(turn: Turn, word: str, code: str, tell: AnswerAboutCode, only_own: bool) -> str:
    turn.code = code
    # A stranger's question is counted, except where the answer is the same for every code.
    counted = turn.office.settings.limits and not only_own
    try:
        own = strangers.admit_caller(turn.phone_hash, code, turn.now, counted=counted)
        text = (tell(turn, code, own) if own or not only_own
                else turn.say("not_on_file", word=word))
    except TooManyLookups as error:
        return turn.refused(error, "too_many", most=rules.most("codes.phone"))
    except UnknownCustomer:
        return turn.say("unknown_code", code=code)
    turn.last_code = code
    return text
