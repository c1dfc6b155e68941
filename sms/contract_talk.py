"""HD: a talk of three questions that ends in a ticket: name, commune, when to meet."""

from __future__ import annotations

import re

from db import reference
from services.contracts import requests
from services.errors import InvalidInput, TooManyActs
from services.notation import communes
from services.notation.folding import folded
from sms import words
from sms.commands import Command
from sms.turn import Turn

_MOST_IN_A_MENU = 5
_LEAD_IN = re.compile(r"(?:(?:da|thua|vang)\s+)?(?:(?:toi|em|minh|chau|con|tui)\s+)?"
                      r"(?:(?:ho\s+)?ten\s+)?(?:(?:toi|em|minh)\s+)?(?:la\s+)?")


def start(turn: Turn, name: str) -> str:
    """Begin the talk; a name that came with HD is not asked again."""
    turn.talk = {"contract": {"step": "name"}}
    if not name:
        return turn.say("contract_name")
    return take_name(turn, name)


def answer(turn: Turn, text: str, command: Command) -> str:
    """Take `text` as the answer to the talk's question; "0" goes one question back."""
    step = turn.talk["contract"]["step"]
    if command.digit == 0:
        return _back(turn, step)
    if step == "when":
        return _take_when(turn, text, command.digit)
    if step == "choose" and command.digit is not None:
        return _take_choice(turn, command.digit)
    return take_name(turn, text) if step == "name" else _take_commune(turn, text)


def leave(turn: Turn) -> str:
    """End the talk without a request."""
    turn.talk = {}
    return turn.say("contract_left")


def take_name(turn: Turn, text: str) -> str:
    """A name, also inside "toi ten la …"; asks again for what can't be one."""
    try:
        name = requests.clean_name(_bare_name(text))
    except InvalidInput:
        return turn.say("contract_name_again")
    turn.talk["contract"] = {"step": "commune", "name": name}
    return turn.say("contract_commune", name=name)


def _bare_name(text: str) -> str:
    """The name without "tên tôi là" before and signs around, in capitals as names have."""
    words_typed = re.findall(r"[^\W\d_][\w'.-]*|\d+", text)
    lead = _LEAD_IN.match(" ".join(map(folded, words_typed)) + " ")
    skipped = len(lead[0].split()) if lead and re.search(r"\b(?:toi|em|ten|minh|chau)\b",
                                                         lead[0]) else 0
    name = " ".join(words_typed[skipped:]).rstrip(".'-")
    return name.title() if name.islower() or name.isupper() else name


def _take_commune(turn: Turn, text: str) -> str:
    found = communes.match(text)
    if not found:
        return turn.say("contract_commune_again")
    if len(found) == 1:
        return _ask_when(turn, found[0].code)
    talk = turn.talk["contract"]
    talk.update(step="choose", options=[place.code for place in found[:_MOST_IN_A_MENU]])
    return turn.say("contract_choose", names=_names(talk["options"]))


def _take_choice(turn: Turn, digit: int) -> str:
    options = turn.talk["contract"]["options"]
    if digit > len(options):
        return turn.say("contract_choose", names=_names(options))
    return _ask_when(turn, options[digit - 1])


def _ask_when(turn: Turn, commune_code: str) -> str:
    turn.talk["contract"].update(step="when", commune=commune_code)
    return turn.say("contract_when", commune=reference.commune_name(commune_code))


def _take_when(turn: Turn, text: str, digit: int | None) -> str:
    wanted = _find_when(folded(text))
    if digit is not None and digit <= len(requests.WHEN):
        wanted = requests.WHEN[digit - 1]
    if wanted is None:
        return turn.say("contract_when_again")
    talk = turn.talk["contract"]
    wish = requests.Wish(talk["name"], turn.phone, talk["commune"], wanted, "sms")
    turn.talk = {}
    try:
        ticket = requests.request(wish, turn.now, turn.asker(wish.commune_code))
    except TooManyActs as error:
        return turn.refused(error)
    return turn.say("contract_done", ticket=ticket, name=wish.name, when=wanted,
                    commune=reference.commune_name(wish.commune_code))


def _find_when(said: str) -> str | None:
    tokens = said.split()
    parts = {words.PART_OF_DAY[token] for token in tokens if token in words.PART_OF_DAY}
    if len(parts) == 1 and not words.NO.intersection(tokens):
        return parts.pop()
    return words.WHEN.get(said.removesuffix(" a"))


def _back(turn: Turn, step: str) -> str:
    if step == "name":
        return leave(turn)
    if step == "commune":
        return start(turn, "")
    talk = turn.talk["contract"]
    turn.talk["contract"] = {"step": "commune", "name": talk["name"]}
    return turn.say("contract_commune", name=talk["name"])


def _names(commune_codes: list[str]) -> list[str]:
    return [reference.commune_name(code) for code in commune_codes]
