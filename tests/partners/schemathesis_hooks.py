"""Signs what schemathesis sends; loaded by its command line (SCHEMATHESIS_HOOKS)."""

from __future__ import annotations

import os
import time

import requests
import schemathesis

from services.payments.partner_keys import Key
from tests.partners import signing
from tests.villagers import SON


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


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """The example's customer lives nowhere: ask about Sơn, who owes nothing. A bill that is owed
    would next be paid with any amount, and no document can say which is right."""
    if path_parameters and path_parameters.get("code") == "PA04DH9999999":
        path_parameters["code"] = SON.code
    return path_parameters
