"""DK: tying a phone to a code by the six digits that the number on file received."""

from __future__ import annotations

import re

from services.desk import registering
from services.errors import CodeExpired, TooManyActs, TooManyCodes, WrongCode
from services.notation.folding import folded
from sms.commands import Command
from sms.turn import Turn

SECRET_WORD = "OTP"  # noqa: S105 - the word by which such a text is recorded, without its digits
_CODE = re.compile(r"(?:(?:ma|otp|so|la|dk|xac nhan|day|nay) )*((?:[0-9oqil] ?){6})")
_TO_DIGIT = str.maketrans("oqil", "0011")


def start(turn: Turn, code: str, again: bool) -> str:
    """Send a code to the number on file and ask for it; without one an officer is asked.
    `again`: reminders were turned on by this text."""
    try:
        asked = registering.ask_owner(code, turn.phone, turn.office.vault, turn.now)
    except TooManyCodes:
        turn.talk["register"] = code
        return turn.say("register_too_many", code=code)
    if not asked:
        return _to_officer(turn, code, again)
    turn.talk["register"] = code
    return turn.say("register_code", code=code, again=again)


def answer(turn: Turn, text: str, command: Command) -> str | None:
    """The reply to `text` while a code is waited for; None when it is about something else."""
    code = turn.talk["register"]
    typed = _CODE.fullmatch(folded(text))
    if typed:
        return _confirm(turn, code, typed[1].translate(_TO_DIGIT))
    if command.digit is not None and not turn.talk.keys() & {"menu", "contract"}:
        return _choose(turn, code, command.digit)
    if command.word == "HUY":
        return _leave(turn, code)
    return None


def _confirm(turn: Turn, code: str, digits: str) -> str:
    turn.word, turn.code = SECRET_WORD, code
    try:
        registering.confirm(code, turn.phone, digits, turn.office.vault, turn.now)
    except WrongCode as wrong:
        if wrong.left:
            return turn.say("register_code_wrong", left=wrong.left)
        return turn.say("register_code_over", code=code)
    except CodeExpired:
        return turn.say("register_code_over", code=code)
    del turn.talk["register"]
    turn.last_code = code
    return turn.say("registered", code=code, again=False)


def _choose(turn: Turn, code: str, digit: int) -> str | None:
    if digit == 1:
        return _to_officer(turn, code, False)
    return _leave(turn, code) if digit == 0 else None


def _to_officer(turn: Turn, code: str, again: bool) -> str:
    turn.word, turn.code = "DK", code
    turn.talk.pop("register", None)
    try:
        ticket = registering.ask_officer(code, turn.phone, turn.now, turn.asker())
    except TooManyActs as error:
        return turn.refused(error)
    return turn.say("register", code=code, ticket=ticket, again=again)


def _leave(turn: Turn, code: str) -> str:
    turn.word, turn.code = "DK", code
    del turn.talk["register"]
    return turn.say("register_left", code=code)
