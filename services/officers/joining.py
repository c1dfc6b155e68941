"""Letting somebody in, from the page of officers. Whoever could do it alone could be two persons:
a new name, or a colleague's with a password that one has just set oneself, would give the second
word wherever one is asked. So it needs two; and nobody gives more than they have themselves."""

from __future__ import annotations

from services.context import Context
from services.errors import InvalidInput, NotYours, UnknownOfficer
from services.officers import accounts, rights, second_person, signin
from services.officers.accounts import Phone
from services.officers.rights import SignedIn


def let_in(name: str, role: str, communes: list[str], password: str, phone: Phone | None,
           who: SignedIn, second: tuple[str, str, str], here: Context) -> str:
    """Add an officer; returns the name as it is stored. `second`: (name, password, code of the
    app) of who agrees, at the desk of `who`.

    Raises InvalidInput (name, role, communes, password), AlreadyDecided for a known name,
    WrongSignIn, NotYours, or SamePerson, which is on record.
    """
    _within_own(communes, who)
    accounts.check(name, role, communes, password)
    agreeing = signin.vouch(*second, who, here)
    second_person.need(second_person.ACCOUNT, who.name, agreeing, accounts.clean_name(name),
                       here.now)
    return accounts.add(name, role, communes, password, here.now, who.name, phone,
                        f"with {agreeing.name}").name


def set_password(name: str, password: str, who: SignedIn, second: tuple[str, str, str],
                 here: Context) -> None:
    """Give an officer a new password. Raises UnknownOfficer, InvalidInput("password"), WrongSignIn,
    NotYours (an own one is changed at Tài khoản), or SamePerson, which is on record."""
    officer = accounts.find(name)
    if officer.name == who.name:
        raise NotYours(name)
    if not accounts.is_within(officer.name, who):
        raise UnknownOfficer(name)
    accounts.check_password(officer.name, password)
    agreeing = signin.vouch(*second, who, here)
    for first in (who.name, officer.name):
        second_person.need(second_person.PASSWORD, first, agreeing, officer.name, here.now)
    accounts.set_password(officer.name, password, who.name, here.now, f"with {agreeing.name}")


def change_rights(name: str, role: str, communes: list[str], who: SignedIn, now: int) -> None:
    """Change role and communes; as `accounts.set_rights`, within what `who` reaches."""
    _within_own(communes, who)
    accounts.set_rights(name, role, communes, who.name, now)


def _within_own(communes: list[str], who: SignedIn) -> None:
    if who.reach is not None and (rights.EVERYWHERE in communes
                                  or not set(communes) <= set(who.reach)):
        raise InvalidInput("communes", "reach")
