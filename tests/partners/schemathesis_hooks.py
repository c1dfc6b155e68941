"""Signs what schemathesis sends, and lets it meet the villagers; loaded by its command line
(SCHEMATHESIS_HOOKS)."""

from __future__ import annotations

import itertools
import os
import time

import requests
import schemathesis

from services.partners import Key
from tests.partners import signing
from tests.villagers import ALL


class Signed(requests.auth.AuthBase):
    """The four headers over the request as it goes out."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        key = Key(os.environ["PARTNER"], os.environ["KEY_ID"], os.environ["SECRET"])
        body = request.body or b""
        raw = body.encode() if isinstance(body, str) else bytes(body)
        signed = signing.headers(key, str(request.method), request.path_url, int(time.time()), raw)
        # A case that leaves a header out on purpose must stay without it.
        if all(name in request.headers for name in signed):
            request.headers.update(signed)
        return request


schemathesis.auth.set_from_requests(Signed())

_codes = itertools.cycle(person.code for person in ALL)
_owed = itertools.cycle([(signing.HOA_BILL, signing.HOA_OWES),
                         ("PA04VN0000033-202609-1", 107_136)])


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """The example's customer lives nowhere: ask about a villager instead."""
    if path_parameters and path_parameters.get("code") == "PA04DH9999999":
        path_parameters["code"] = next(_codes)
    return path_parameters


@schemathesis.hook
def map_body(context, body):
    """The example's bill is nobody's: pay a villager's."""
    if isinstance(body, dict) and body.get("bill_id") == "PA04DH9999999-202610-1":
        return {**body, **dict(zip(("bill_id", "amount"), next(_owed), strict=True))}
    return body
