"""Starting over a second factor: the telephone is lost, and so is the printed list. Whoever could
decide that alone could become anybody, so it needs two, of whom neither is the one it is about."""

from __future__ import annotations

from services.context import Context
from services.errors import NotYours, SamePerson, UnknownOfficer
from services.officers import accounts, same_person, second_person, signin
from services.officers.rights import SignedIn


def start_over(name: str, who: SignedIn, second: tuple[str, str, str], here: Context) -> None:
    """Have an officer enrol anew. `second`: (name, password, code of the app) of who agrees, at
    the desk of `who` leads.

    Raises UnknownOfficer (also out of reach), NotYours (an admin's, by somebody who is none; a
    second one who may not), WrongSignIn, or SamePerson, which is on record.
    """
    officer = accounts.find(name)
    if not accounts.is_within(officer.name, who):
        raise UnknownOfficer(name)
    if officer.role == "admin" and who.role != "admin":
        raise NotYours(name)
    agreeing = signin.vouch(*second, who, here)
    for first in (who.name, officer.name):
        second_person.need(second_person.FACTOR, first, agreeing, officer.name, here.now)
    if same_person.are_one(who.name, officer.name):
        raise SamePerson(name)
    accounts.forget_totp(officer.name, who.name, here.now, f"with {agreeing.name}")
