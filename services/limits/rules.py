"""Every limit of the product as data: what, who, most, per how long, how it is counted, and what
happens then. `docs/limits.md` is this table for people; a test keeps the two equal.

A rule's name is the act and of whom it is counted: `call.device`. How it is counted:
- exact: in the database, in the very transaction that acts, so that it is never overrun;
- gathered: in the process, written to the database within a second and read from there at most
  once a second, so that asking stays cheap: several processes may overrun it by what they do in
  one second;
- records: by what is recorded anyway of the thing itself, in the transaction that acts.
"""

from __future__ import annotations

from typing import NamedTuple

from services import clock
from services.errors import TooMany, TooManyActs, TooManyCodes, TooManyLookups, TooManyMessages

EXACT, GATHERED, RECORDS = "exact", "gathered", "records"
FOR_EVER = 0  # `per` of what belongs to one thing and lasts as long as it
TEN_MINUTES = 10 * clock.MINUTE


class Rule(NamedTuple):
    """`most` within any `per` ms, or per local minute, hour, day where `local`; a text names the
    setting that says how many. `different`: different things are counted, the same one again is
    not. `what` and `then` are read in docs/limits.md."""

    name: str
    most: int | str
    per: int
    way: str
    what: str
    then: str
    error: type[TooMany] = TooManyActs
    local: bool = False
    different: bool = False

    @property
    def who(self) -> str:
        """Of whom it is counted: device, phone, commune, …; `all` is the act's own budget."""
        return self.name.split(".")[1]


_ASK = "kiosk: 429, hotline and Gọi cán bộ; by text one answer that says so, then silence"
_CALL = ("kiosk: joins the open call of the machine; with none open an enrolled kiosk makes a new"
         " one, another browser gets 429 and the hotline; by text joins the phone's open call, else"
         " one answer with the hotline, then silence")
_LINK = "429, a slip is offered instead"
_CODE = "429, Gọi cán bộ; by text an officer is offered"
_UNSENT = "the text is not queued, the ticket stands on the screen; officers see it"
_H = clock.HOUR

_LIST = [
    # What a stranger asks about
    Rule("codes.phone", 5, clock.DAY, EXACT, "customer codes and tickets asked for by a phone that"
         " is not on file for them, by text or voice", "one answer that says so, then silence;"
         " voice: says so", TooManyLookups, local=True, different=True),
    Rule("codes.device", 60, _H, GATHERED, "codes, slip numbers, tickets and phones typed at a"
         " machine", "429, Gọi cán bộ", TooManyLookups, local=True, different=True),
    Rule("cards.customer", 5, clock.DAY, EXACT, "citizen cards tried for a customer or ticket",
         "429, Gọi cán bộ", TooManyLookups, local=True, different=True),
    Rule("enrol.device", 20, _H, EXACT, "enrolment words tried at a machine", "429"),
    Rule("guesses.device", 60, _H, GATHERED, "addresses below /q/ and /c/ that open nothing, tried"
         " from one network address", "429"),
    # What a stranger causes
    Rule("request.device", 10, _H, EXACT, "requests for a contract from a machine", _ASK),
    Rule("request.phone", 10, _H, EXACT, "requests for a contract that name or come from a phone",
         _ASK),
    Rule("request.commune", 100, _H, EXACT, "requests for a contract of a commune, those of"
         " enrolled kiosks left out", _ASK),
    Rule("request.all", 1000, _H, EXACT, "requests for a contract, those of enrolled kiosks left"
         " out", _ASK),
    Rule("call.device", 10, _H, EXACT, "new calls for an officer from a machine", _CALL),
    Rule("call.phone", 10, _H, EXACT, "new calls for an officer by a phone: GAP, DK, voice", _CALL),
    Rule("call.commune", 100, _H, EXACT, "new calls of a commune, those of enrolled kiosks left"
         " out", _CALL),
    Rule("call.all", 1000, _H, EXACT, "new calls, those of enrolled kiosks left out", _CALL),
    Rule("link.visit", 3, FOR_EVER, RECORDS, "payment links texted in a visit", _LINK,
         TooManyMessages),
    Rule("link.device", 10, _H, EXACT, "payment links texted from a machine", _LINK,
         TooManyMessages),
    Rule("link.phone", 5, clock.DAY, EXACT, "payment links texted to a phone", _LINK,
         TooManyMessages),
    Rule("link.commune", 200, _H, EXACT, "payment links texted for customers of a commune, those of"
         " enrolled kiosks left out", _LINK, TooManyMessages),
    Rule("link.all", 1000, _H, EXACT, "payment links texted, those of enrolled kiosks left out",
         _LINK, TooManyMessages),
    Rule("order.device", 60, _H, EXACT, "orders at wallets from a machine", "429, other ways to"
         " pay"),
    Rule("slip.device", 60, _H, EXACT, "slips from a machine", "429, the QR code stays"),
    Rule("scan.device", 3600, _H, GATHERED, "pictures from a machine's camera, looked through for a"
         " bar code", "429, the code is typed"),
    Rule("visit.device", 6000, _H, GATHERED, "visits begun at a machine that is not enrolled",
         "429"),
    # Texts to a phone
    Rule("others.phone", 6, _H, EXACT, "texts to a phone that others caused: tickets, payment"
         " links; one-time codes that others can ask for count in it and are not stopped by it",
         _UNSENT, TooManyMessages),
    Rule("others.phone_day", 20, clock.DAY, EXACT, "the same in a day", _UNSENT, TooManyMessages),
    Rule("own.phone", 100, clock.DAY, RECORDS, "texts handed over to a phone, besides one-time"
         " codes, replies, reminders, danger and what others caused", "dropped; officers see it",
         TooManyMessages),
    Rule("texts.all", "SMS_TEXTS_A_DAY", clock.DAY, RECORDS, "texts handed to carriers; reminders"
         " at most nine tenths; danger left out", "they wait for the next day", TooManyMessages,
         local=True),
    Rule("reminders.all", "SMS_REMINDERS_A_DAY", clock.DAY, RECORDS, "reminders queued",
         "the rest follows the next day", TooManyMessages, local=True),
    # Answers to a phone's texts
    Rule("texts.phone", 500, clock.DAY, RECORDS, "texts of a phone that are answered; danger left"
         " out", "silence", TooManyMessages),
    Rule("same.phone", 5, _H, RECORDS, "equal texts of a phone that are answered; danger left out",
         "silence", TooManyMessages),
    Rule("danger.phone", 3, _H, RECORDS, "answers to a phone that tells of danger; its texts join"
         " one call and the desk is never refused", "silence; the desk hears", TooManyMessages),
    Rule("danger.all", "SMS_DANGER_A_DAY", clock.DAY, EXACT, "answers to texts of danger",
         "silence; the desk hears", TooManyMessages, local=True),
    Rule("told.phone", 1, _H, EXACT, "answers to a phone that say that one of these limits is"
         " reached, a rule", "silence", TooManyMessages),
    # One-time codes, a purpose at a time, so that none uses up another's
    Rule("code_sign_soon.phone", 3, TEN_MINUTES, EXACT, "codes to sign with, which an officer"
         " asks for", _CODE, TooManyCodes),
    Rule("code_sign.phone", 10, clock.DAY, EXACT, "the same in a day", _CODE, TooManyCodes),
    Rule("code_kiosk_soon.phone", 3, TEN_MINUTES, EXACT, "codes to prove a phone at an enrolled"
         " kiosk", _CODE, TooManyCodes),
    Rule("code_kiosk.phone", 6, clock.DAY, EXACT, "the same in a day", _CODE, TooManyCodes),
    Rule("code_browser_soon.phone", 3, TEN_MINUTES, EXACT, "codes to prove a phone, asked for by"
         " another browser", _CODE, TooManyCodes),
    Rule("code_browser.phone", 6, clock.DAY, EXACT, "the same in a day", _CODE, TooManyCodes),
    Rule("code_read_soon.phone", 3, TEN_MINUTES, EXACT, "codes to read a draft at a kiosk", _CODE,
         TooManyCodes),
    Rule("code_read.phone", 6, clock.DAY, EXACT, "the same in a day", _CODE, TooManyCodes),
    Rule("code_copy_soon.phone", 3, TEN_MINUTES, EXACT, "codes to open a contract's link", _CODE,
         TooManyCodes),
    Rule("code_copy.phone", 6, clock.DAY, EXACT, "the same in a day", _CODE, TooManyCodes),
    Rule("code_register_soon.phone", 2, TEN_MINUTES, EXACT, "codes to the number on file when"
         " another phone asks to be tied (DK)", _CODE, TooManyCodes),
    Rule("code_register.phone", 4, clock.DAY, EXACT, "the same in a day", _CODE, TooManyCodes),
    Rule("code.visit", 3, FOR_EVER, RECORDS, "codes asked for in a visit", _CODE, TooManyCodes),
    Rule("code.device", 60, _H, EXACT, "codes asked for at a machine", _CODE, TooManyCodes),
    Rule("code.all", 2000, _H, EXACT, "codes that strangers can ask for, those of enrolled kiosks"
         " left out", _CODE, TooManyCodes),
    Rule("tries.code", 5, FOR_EVER, RECORDS, "tries of one code", "the code is good no more"),
    # Photographs of papers
    Rule("pictures.device", 60, _H, GATHERED, "photographs of papers sent from a machine, good and"
         " bad", "429, Gọi cán bộ"),
    Rule("megapixels.device", 900, _H, GATHERED, "millions of dots of these photographs, told by"
         " their heads before they are decoded", "429, Gọi cán bộ"),
    Rule("pictures.ticket", 20, FOR_EVER, RECORDS, "photographs kept in the file of a contract",
         "422, says so"),
    Rule("bytes.ticket", 20 * 1024 * 1024, FOR_EVER, RECORDS, "bytes of these photographs, as we"
         " made them anew", "422, says so"),
    # Contracts
    Rule("tries.link", 10, FOR_EVER, RECORDS, "failed proofs in a row behind a contract's link",
         "the link opens nothing more"),
    Rule("copy_text.ticket", 3, clock.DAY, RECORDS, "links to one contract by text, from officers",
         "422, says so"),
    Rule("copy_kiosk.ticket", 5, clock.DAY, RECORDS, "links to one contract, shown at kiosks",
         "429, Gọi cán bộ"),
    # Machines of other companies
    Rule("requests.partner", 6000, clock.MINUTE, GATHERED, "requests of a partner, signed",
         "429 with Retry-After", local=True),
]

RULES = {rule.name: rule for rule in _LIST}


# One-time codes that somebody else than the phone's owner can ask for.
STRANGERS_CODES = frozenset(["kiosk", "read", "copy", "register"])


def most(name: str) -> int:
    """How many a rule allows; not for one whose number is a setting."""
    number = RULES[name].most
    assert isinstance(number, int)
    return number
