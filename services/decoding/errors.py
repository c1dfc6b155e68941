"""What can go wrong when the child reads a file."""

from services.errors import Invalid, Unavailable


class Unfit(Invalid):
    """The job's own word on the file: `words` are what its error said, field and reason of an
    InvalidInput, else the message."""

    def __init__(self, *words: str):
        super().__init__(": ".join(words))
        self.words = words


class TooHeavy(Invalid):
    """Reading the file takes more memory, time or room than any honest file, or breaks the
    library that reads it."""


class ReaderUnavailable(Unavailable):
    """Nothing is wrong with the file: it may be sent again."""


class ReaderBusy(ReaderUnavailable):
    """Enough files wait to be read."""


class ReaderDied(ReaderUnavailable):
    """The child was ended from outside while it read."""
