"""One message of one phone while it is being answered, and what the phone is remembered for."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from db.messages import Memory
from services import clock
from services.errors import TooMany
from services.limits import limits
from services.limits.limits import Asker
from sms import replies
from web.office import Office

TALK_LASTS = 20 * clock.MINUTE  # after the phone's last message


@dataclass(slots=True)
class Turn:
    """Answers read it and change what is to be remembered: talk, last code, accents."""

    office: Office
    phone: tuple[str, bytes]  # (phone_hash, phone_sealed)
    now: int
    last_code: str = ""
    accents: bool = False
    talk: dict = field(default_factory=dict)  # "contract": the talk under way, "menu": choices
    word: str = ""  # what was understood, for the record
    code: str = ""

    @classmethod
    def of(cls, office: Office, phone: tuple[str, bytes], now: int, memory: Memory) -> Turn:
        """A turn of a phone that is remembered as `memory`."""
        live = memory.state and memory.expires_at > now
        return cls(office, phone, now, memory.last_code, bool(memory.accents),
                   json.loads(memory.state) if live else {})

    def memory(self, turn: int) -> Memory:
        """What to remember; `turn` as it was read."""
        state = json.dumps(self.talk, ensure_ascii=False) if self.talk else ""
        return Memory(state, self.now + TALK_LASTS if state else 0, self.last_code,
                      int(self.accents), turn)

    @property
    def phone_hash(self) -> str:
        """Keyed hash of the phone."""
        return self.phone[0]

    def asker(self, commune: str = "") -> Asker | None:
        """Who causes what is asked for here, for limits; None while LIMITS=off."""
        if not self.office.settings.limits:
            return None
        return Asker(phone=self.phone_hash, commune=commune)

    def refused(self, error: TooMany, name: str = "limit", /, **values) -> str:
        """What a phone hears of a limit: once an hour the words of `name`, then nothing."""
        if not limits.tells(error, self.phone_hash, self.now):
            return ""
        return self.say(name, **values)

    def say(self, name: str, /, **values) -> str:
        """The reply of templates/sms/NAME.txt, the way this phone wants it."""
        settings = self.office.settings
        return replies.render(name, accents=self.accents, brand=settings.sms_brand,
                              hotline=settings.hotline, **values)
