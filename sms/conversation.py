"""Which answer a message gets, by what was said before: a step of a talk, a choice from the last
menu, or a word. What a word answers stands in `answers`."""

from __future__ import annotations

from services.notation.folding import folded
from sms import contract_talk, register_talk, words
from sms.about_code import ask_again
from sms.answers import ANSWERS
from sms.commands import Command
from sms.replies import fits_one_part
from sms.turn import Turn


def reply(turn: Turn, text: str, command: Command) -> str:
    """The reply to `text`, parsed as `command`; `turn` then holds what to remember."""
    registering = (register_talk.answer(turn, text, command) if "register" in turn.talk
                   else None)
    if registering is not None:
        return _resume(turn, registering)
    menu = turn.talk.pop("menu", None)
    if menu and command.digit is not None:
        return _resume(turn, _choose(turn, menu, command.digit))
    if "contract" not in turn.talk:
        return _obey(turn, command)
    if command.word == "HUY":
        turn.word = "HUY"
        return contract_talk.leave(turn)
    if command.word == "HD" and not command.ticket:
        return _obey(turn, command)
    if _is_order(command, text):
        return _resume(turn, _obey(turn, command))
    turn.word = "HD"
    return contract_talk.answer(turn, text, command)


def _obey(turn: Turn, command: Command) -> str:
    """The reply to a command, outside any talk."""
    turn.word, turn.code = command.word, command.code
    if command.word:
        return ANSWERS[command.word](turn, command)
    if command.doubt:
        return ask_again(turn, command)
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
    return _obey(turn, Command(word, code))


def _resume(turn: Turn, text: str) -> str:
    """`text`, with the talk's open question behind it where there is room."""
    talk = turn.talk.get("contract")
    if not talk or not text:
        return text
    longer = f"{text} {turn.say('contract_goes_on', step=talk['step'])}"
    return longer if fits_one_part(longer) else text


def _offer(turn: Turn, guess: str) -> str:
    turn.talk["menu"] = [[guess, ""]]
    return turn.say("not_understood", guess=guess)
