"""A partner that asks too much in a minute is told when to come back."""

from __future__ import annotations

import pytest

from partners import request_limits
from partners.request_limits import Rates
from tests.villagers import HOA, NOON

QUERY = f"/partners/v1/customers/{HOA.code}/bills"


def use_up(app, name: str, clock) -> None:
    rates = app.extensions["partner_rates"]
    for _ in range(request_limits.A_MINUTE):
        rates.wait_s(name, clock())


def test_too_much_in_a_minute_is_told_to_wait(viettel, app, clock) -> None:
    clock.ms += 40_500
    use_up(app, "viettel", clock)
    answer = viettel.get(QUERY)
    assert (answer.status_code, answer.json["title"]) == (429, "too_many_requests")
    assert answer.headers["Retry-After"] == "20"


def test_the_next_minute_is_open_again(viettel, app, clock) -> None:
    use_up(app, "viettel", clock)
    clock.ms += 60_000
    assert viettel.get(QUERY).status_code == 200


def test_a_payment_too_many_is_not_posted(viettel, app, clock) -> None:
    use_up(app, "viettel", clock)
    assert viettel.pay().status_code == 429
    clock.ms += 60_000
    assert viettel.pay().status_code == 201


def test_one_partners_haste_does_not_slow_another(viettel, momo, app, clock) -> None:
    use_up(app, "viettel", clock)
    assert momo.get(QUERY).status_code == 200


def test_what_is_not_signed_does_not_count(viettel, app, clock) -> None:
    use_up(app, "viettel", clock)
    assert viettel.client.get(QUERY, headers={"X-Partner": "viettel"}).status_code == 401


def test_load_tests_may_switch_it_off(viettel, app, clock, change_settings) -> None:
    change_settings(limits=False)
    use_up(app, "viettel", clock)
    assert viettel.get(QUERY).status_code == 200


@pytest.mark.parametrize(("count", "wait"), [(1, 0), (request_limits.A_MINUTE, 0),
                                             (request_limits.A_MINUTE + 1, 60)])
def test_the_last_of_a_minute_still_passes(count: int, wait: int) -> None:
    rates = Rates()
    start = NOON - NOON % 60_000
    for _ in range(count - 1):
        rates.wait_s("viettel", start)
    assert rates.wait_s("viettel", start) == wait
