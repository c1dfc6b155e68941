"""A partner that asks too much in a minute is told when to come back."""

from __future__ import annotations

import pytest

from db import connection
from services.limits import limits, rules
from tests.villagers import HOA

QUERY = f"/partners/v1/customers/{HOA.code}/bills"


def use_up(app, name: str, clock) -> None:
    limits.take("requests.partner", name, clock(), number=rules.most("requests.partner"))


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


def test_the_last_of_a_minute_still_passes(viettel, app, clock) -> None:
    limits.take("requests.partner", "viettel", clock(), number=rules.most("requests.partner") - 1)
    assert [viettel.get(QUERY).status_code for _ in range(2)] == [200, 429]


def test_while_the_database_is_read_only_it_goes_on_in_the_process(
        viettel, app, clock, database_kind) -> None:
    if database_kind == "sqlite":
        connection.init(f"sqlite:///file:{connection.sqlite_path()}?mode=ro")
    else:
        connection.run("SET default_transaction_read_only = on")
    limits.take("requests.partner", "viettel", clock(), number=rules.most("requests.partner") - 1)
    with pytest.raises(connection.UNAVAILABLE):
        limits.flush()
    assert [viettel.get(QUERY).status_code for _ in range(2)] == [200, 429]
