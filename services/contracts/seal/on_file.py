"""The company's own record of whom a number belongs to: by it the seal may be set at once, and
there goes word of every new contract, whoever's number that one names.

An officer writes the number of a request; the number on file came from the billing system, or was
tied days ago and its owner told of it. So one officer alone cannot sign in another's name.
"""

from __future__ import annotations

from db import contracts as contract_records
from db import customers as customer_records
from db.contracts import ContractRequest
from services import clock
from services.notation.folding import folded
from services.outbox import outbox
from services.privacy import Vault

DAYS = 3  # for so long a number must have been on file
_MOST_NAMESAKES = 5


def trusted_since(row: ContractRequest, now: int) -> int | None:
    """Since when (ms) the number on the request has been on file for the customer who signs, if
    that is long enough; else None.

    The customer is the one of the code in the file; without a code, one for whom the number is
    on file. Either way it is the same name, and the same citizen card where one signed here before:
    an officer's own account and number speak for nobody else.
    """
    moments = [customer_records.on_file_since(code, row.phone_hash) for code in _signers(row)]
    enough = [at for at in moments if at is not None and at <= now - DAYS * clock.DAY]
    return min(enough, default=None)


def _signers(row: ContractRequest) -> list[str]:
    codes = ([row.customer_code] if row.customer_code
             else customer_records.codes_of_phone(row.phone_hash) if row.phone_hash else [])
    return [code for code in codes if _is_signer(code, row)]


def _is_signer(code: str, row: ContractRequest) -> bool:
    customer = customer_records.get(code)
    if customer is None or customer.search != folded(row.name):
        return False
    known = contract_records.signed_by(code)
    return known is None or known.citizen_hash == row.citizen_hash


def tell(row: ContractRequest, vault: Vault, now: int) -> None:
    """Text the numbers on file that there is a new contract, except the one that it names, which
    was sent the code. Call inside `write`."""
    params = {"ticket": row.ticket, "phone": vault.masked_phone(row.phone_sealed)}
    told = {row.phone_hash}
    for code in _concerned(row):
        for found in customer_records.phones_of(code):
            if found[0] not in told:
                told.add(found[0])
                outbox.queue("contract_new", f"{row.ticket}:{row.version}:{found[0][:12]}",
                             found[:2], params, now)


def _concerned(row: ContractRequest) -> list[str]:
    """Codes of the customers in whose name this contract is, or may be: of the file and of the
    citizen card; where neither is the signer's, those who are called so in the commune."""
    codes = [*_signers(row), *contract_records.codes_of_citizen(row.citizen_hash)]
    if not codes:
        codes = customer_records.namesakes(folded(row.name), row.commune_code, _MOST_NAMESAKES)
    return list(dict.fromkeys([*([row.customer_code] if row.customer_code else []), *codes]))
