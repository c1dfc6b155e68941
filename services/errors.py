"""Named errors of the back office. Doors turn them into a status, a sentence, a screen."""


class ServiceError(Exception):
    """Something the person or partner at the door should hear about."""


class InvalidCode(ServiceError):
    """Not a customer code, even after repair."""


class UnknownCustomer(ServiceError):
    """A well-formed code that nobody has."""


class UnknownBill(ServiceError):
    """No such bill."""


class UnknownPartner(ServiceError):
    """No partner of this name."""


class UnknownPayment(ServiceError):
    """This partner reported no payment under this number."""


class VoidWindowClosed(ServiceError):
    """Too late to take a payment back; from now on it is a refund."""


class NoResidentialTariff(ServiceError):
    """The customer's purpose, or the bill's time, is not priced by the residential tariff."""


class AmountMismatch(ServiceError):
    """The reported amount is not the bill's; nothing was posted."""


class IdempotencyConflict(ServiceError):
    """The same event number came before with another body."""


class TooManyLookups(ServiceError):
    """A stranger asked for more different codes today than allowed."""


class TooManyMessages(ServiceError):
    """This phone or this visit was sent enough links."""


class InvalidInput(ServiceError):
    """A field is missing or malformed. `field` names it, `reason` is a key of the door's texts."""

    def __init__(self, field: str, reason: str = "invalid"):
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class TooManyCodes(ServiceError):
    """This phone was sent enough one-time codes for now."""


class CodeExpired(ServiceError):
    """No one-time code is valid: none was sent, or it is too old, used, or tried too often."""


class UnknownTicket(ServiceError):
    """No request or call has this ticket."""


class UnknownPage(ServiceError):
    """No page of a paper has this number."""


class NotYours(ServiceError):
    """Another officer holds this work, or it lies outside the officer's communes."""


class NotProved(ServiceError):
    """Too long since the officer gave the password, for what is asked to be seen."""


class AlreadyDecided(ServiceError):
    """Somebody else changed the state first."""


class SpeechUnavailable(ServiceError):
    """The speech engine cannot be loaded or has no voice; the message says which."""


class UnknownOfficer(ServiceError):
    """Nobody who may sign in has this name."""


class WrongSignIn(ServiceError):
    """Name and password do not fit, or the name is locked: on purpose not told apart."""


class WrongCode(ServiceError):
    """A one-time code is wrong, or one of an app is too old or was used before.
    `left`: how many tries a texted code has left."""

    def __init__(self, about: str = "", left: int = 0):
        super().__init__(about)
        self.left = left


class Locked(ServiceError):
    """Too many wrong tries; another one is allowed later."""


class NoAnswer(ServiceError):
    """Another company's machine gave no answer that says yes or no; what it did is unknown."""


class UnknownProvider(ServiceError):
    """No payment provider of this name, or its keys are not set."""


class OrderRefused(ServiceError):
    """The provider will surely not take this order; the message is its own code."""


class BillNotOwed(ServiceError):
    """The bill is paid already, so there is nothing to order or to assign."""


class AmountOutside(ServiceError):
    """The provider takes no order of this amount."""


class UnknownCredit(ServiceError):
    """No such bank credit."""


class CreditTooSmall(ServiceError):
    """What is left of the credits is less than the bill."""


class NoShift(ServiceError):
    """The officer has no open cash shift, or not so much in its drawer."""


class UnknownShift(ServiceError):
    """No such cash shift or taking, or it is another officer's."""


class UnknownRefund(ServiceError):
    """No such refund."""


class VoidWindowOpen(ServiceError):
    """The partner can still take the payment back itself today."""


class InvalidStatement(ServiceError):
    """A bank statement file cannot be read; the message names the place."""


class DraftRefused(ServiceError):
    """A contract cannot be drafted: `missing` names the empty fields, in the template's words."""

    def __init__(self, missing: list[str]):
        super().__init__(", ".join(missing))
        self.missing = missing


class DraftChanged(ServiceError):
    """The contract was drafted anew, or its data changed, since this page was shown."""


class LinkGone(ServiceError):
    """A link to a signed contract opens nothing (any more). `reason`: unknown, revoked, late, or
    tried when too many proofs failed."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class NumberHeld(ServiceError):
    """The phone number changed in the last days; a supervisor must answer for it."""


class ConsentMissing(ServiceError):
    """A consent that the contract needs was not given."""


class SealUnavailable(ServiceError):
    """Nothing can be sealed now; the message is a key: missing, unreadable, early, expired,
    tsa, storage, template, other."""


class InvalidDayFile(ServiceError):
    """A partner's day file cannot be read; the message names line, column and value, and so do
    the attributes (0 and "" where there is none)."""

    def __init__(self, message: str, line: int = 0, column: str = "", value: str = ""):
        super().__init__(f"line {line}: {message}" if line else message)
        self.line = line
        self.column = column
        self.value = value


class UnknownEntry(ServiceError):
    """No such contract in the archive, or it lies outside the officer's communes."""


class UnknownBreak(ServiceError):
    """No such difference on this partner's day, or it lies outside the officer's communes."""


class PromotionRefused(ServiceError):
    """A reported discount is not one of ours; nothing was posted. `reason`: unknown, dates,
    minimum, discount, funder, customer (used it before) or budget."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class InvalidPromotions(ServiceError):
    """A file of promotions cannot be taken in; the message names the place."""


class PrinterAbsent(ServiceError):
    """The slip printer cannot be reached; the message says why."""
