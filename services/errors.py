"""Named errors of the back office. Doors turn them into a status, a sentence, a screen.

ServiceError, and the families that a door may catch at once:
  Unknown      all Unknown…
  Invalid      all Invalid…, PromotionRefused
  TooMany      all TooMany…, Locked
  AlreadyDone  AlreadyDecided, LastAdmin, BillNotOwed, EndStands, …Conflict, …Closed
  Unavailable  NoAnswer, PrinterAbsent, SpeechUnavailable
  OrderRefused AmountOutside
The others stand alone. A subject with many of its own keeps them beside it (`contracts/errors.py`),
and so does a file's reader (InvalidDayFile and others) and what only a few ask: RecordsRefused of
`data_key.py`, SendingPaused of `outbox/pausing.py`, RemindersOff of `messages/campaigns.py`.
"""


class ServiceError(Exception):
    """Something the person or partner at the door should hear about."""


class Unknown(ServiceError):
    """No such thing, or it lies out of reach of whoever asks: the two are not told apart."""


class Invalid(ServiceError):
    """What was typed or sent cannot be read."""


class TooMany(ServiceError):
    """Enough for now; in `wait_s` seconds it is allowed again, by `rule` (limits/rules.py)."""

    def __init__(self, about: str = "", rule: str = "", wait_s: int = 0):
        super().__init__(about)
        self.rule, self.wait_s = rule, wait_s


class AlreadyDone(ServiceError):
    """Too late: it was decided, paid, reported, closed or changed before."""


class Unavailable(ServiceError):
    """Another machine, or a part of ours, cannot do its work now."""


class UnknownCustomer(Unknown):
    """A well-formed code that nobody has."""


class UnknownBill(Unknown):
    """No such bill."""


class UnknownPartner(Unknown):
    """No partner of this name."""


class UnknownPayment(Unknown):
    """This partner reported no payment under this number."""


class UnknownDay(Unknown):
    """A day of which no list can be: long ago, or still to come."""


class UnknownTicket(Unknown):
    """No request or call has this ticket."""


class UnknownPage(Unknown):
    """No page of a paper has this number."""


class UnknownOfficer(Unknown):
    """Nobody who may sign in has this name."""


class UnknownSession(Unknown):
    """No session of this officer has this name; perhaps it has ended."""


class UnknownProvider(Unknown):
    """No payment provider of this name, or its keys are not set."""


class UnknownCredit(Unknown):
    """No such bank credit."""


class UnknownShift(Unknown):
    """No such cash shift or taking, or it is another officer's."""


class UnknownRefund(Unknown):
    """No such refund."""


class UnknownEntry(Unknown):
    """No such contract in the archive, or it lies outside the officer's communes."""


class UnknownStray(Unknown):
    """No such report that was not taken in, or it lies outside the officer's communes."""


class UnknownBreak(Unknown):
    """No such difference on this partner's day, or it lies outside the officer's communes."""


class InvalidInput(Invalid):
    """A field is missing or malformed. `field` names it, `reason` is a key of the door's texts."""

    def __init__(self, field: str, reason: str = "invalid"):
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class InvalidCode(Invalid):
    """Not a customer code, even after repair."""


class PromotionRefused(InvalidInput):
    """A reported discount is not one of ours; nothing was posted. `reason`: unknown, dates,
    minimum, discount, funder, customer (used it before) or budget."""

    def __init__(self, reason: str):
        super().__init__("promotion", reason)


class TooManyActs(TooMany):
    """This machine, phone or commune has caused enough of such acts."""


class TooManyLookups(TooMany):
    """A stranger asked for more different codes today than allowed."""


class TooManyMessages(TooMany):
    """This phone or this visit was sent enough links."""


class TooManyCodes(TooMany):
    """This phone was sent enough one-time codes for now."""


class Locked(TooMany):
    """Too many wrong tries; another one is allowed later."""


class AlreadyDecided(AlreadyDone):
    """Somebody else changed the state first."""


class EndStands(AlreadyDone):
    """An end of work stands; says "late" (the minute is over) or "sent" (it was told)."""


class LastAdmin(AlreadyDecided):
    """Nobody would be left to do what only an admin may."""


class BillNotOwed(AlreadyDone):
    """The bill is paid already, so there is nothing to order or to assign."""


class IdempotencyConflict(AlreadyDone):
    """The same event number came before with another body."""


class VoidWindowClosed(AlreadyDone):
    """Too late to take a payment back; from now on it is a refund."""


class NoAnswer(Unavailable):
    """Another company's machine gave no answer that says yes or no; what it did is unknown."""


class SpeechUnavailable(Unavailable):
    """The speech engine cannot be loaded or has no voice; the message says which."""


class PrinterAbsent(Unavailable):
    """The slip printer cannot be reached; the message says why."""


class NoResidentialTariff(ServiceError):
    """The customer's purpose, or the bill's time, is not priced by the residential tariff."""


class AmountMismatch(ServiceError):
    """The reported amount is not the bill's; nothing was posted."""


class CodeExpired(ServiceError):
    """No one-time code is valid: none was sent, or it is too old, used, or tried too often."""


class NotYours(ServiceError):
    """Another officer holds this work, or it lies outside the officer's communes."""


class SamePerson(NotYours):
    """The second person whom an act needs is the first one, perhaps under another name."""


class NotProved(ServiceError):
    """Too long since the officer gave the password, for what is asked to be seen."""


class WrongSignIn(ServiceError):
    """Name and password do not fit, or the name is locked: on purpose not told apart."""


class WrongCode(ServiceError):
    """A one-time code is wrong, or one of an app is too old or was used before.
    `left`: how many tries a texted code has left."""

    def __init__(self, about: str = "", left: int = 0):
        super().__init__(about)
        self.left = left


class OrderRefused(ServiceError):
    """The provider will surely not take this order; the message is its own code."""


class AmountOutside(OrderRefused):
    """The provider takes no order of this amount."""


class CreditTooSmall(ServiceError):
    """What is left of the credits is less than the bill."""


class NoShift(ServiceError):
    """The officer has no open cash shift, or not so much in its drawer."""


class VoidWindowOpen(ServiceError):
    """The partner can still take the payment back itself today."""
