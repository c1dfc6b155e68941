"""The mechanism: how often somebody did something, by slots of time, shared by all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from db import limits as limit_records
from db.connection import OutsideWrite, write
from services import clock
from services.errors import TooManyActs, TooManyLookups
from services.limits import gathered, limits, rules
from services.limits.limits import Asker
from tests.villagers import NOON

ROOT = Path(__file__).resolve().parents[3]
EXACT, GATHERED = "request.device", "guesses.device"
_TAKER = """
import sys
from db import connection
from db.connection import write
from services.errors import TooMany
from services.limits import limits
connection.init(sys.argv[1])
sys.stdin.readline()
taken = 0
for _ in range(10):
    try:
        write(lambda: limits.take("request.device", "kiosk", int(sys.argv[2])))
        taken += 1
    except TooMany:
        pass
print(taken)
"""


@pytest.fixture(autouse=True)
def opened(app):
    """An open database of either kind."""


def take(name: str, now: int = NOON, who: str = "kiosk", times: int = 1) -> None:
    for _ in range(times):
        write(lambda: limits.take(name, who, now))


@pytest.mark.parametrize("name", [EXACT, GATHERED])
def test_the_last_one_passes_and_one_more_is_refused(name: str) -> None:
    take(name, times=rules.most(name))
    with pytest.raises(TooManyActs) as refused:
        take(name)
    assert refused.value.rule == name
    assert 3600 <= refused.value.wait_s <= 3600 + 150


@pytest.mark.parametrize("name", [EXACT, GATHERED])
def test_what_was_refused_does_not_count(name: str) -> None:
    take(name, times=rules.most(name))
    for _ in range(3):
        with pytest.raises(TooManyActs):
            take(name)
    assert limits.spent(name, "kiosk", NOON) == rules.most(name)


@pytest.mark.parametrize("name", [EXACT, GATHERED])
def test_no_hour_holds_more_wherever_it_begins(name: str) -> None:
    take(name, NOON - clock.MINUTE, times=rules.most(name))
    for later in (0, 30 * clock.MINUTE, 58 * clock.MINUTE):
        with pytest.raises(TooManyActs):
            take(name, NOON + later)
    take(name, NOON + 63 * clock.MINUTE)


@pytest.mark.parametrize("name", [EXACT, GATHERED])
@pytest.mark.parametrize("back", [clock.HOUR, 26 * clock.HOUR])
def test_a_clock_set_back_unlocks_nothing(name: str, back: int) -> None:
    take(name, times=rules.most(name))
    with pytest.raises(TooManyActs):
        take(name, NOON - back)


def test_a_clock_that_was_ahead_locks_nobody_for_long() -> None:
    take(EXACT, NOON + 400 * clock.DAY, times=rules.most(EXACT))
    with pytest.raises(TooManyActs):
        take(EXACT)
    write(lambda: limits.tidy(NOON))
    take(EXACT)


def test_an_exact_act_is_counted_in_its_own_transaction() -> None:
    with pytest.raises(OutsideWrite):
        limits.take(EXACT, "kiosk", NOON)


def test_an_act_that_fails_is_not_counted() -> None:
    def work() -> None:
        limits.take(EXACT, "kiosk", NOON)
        raise LookupError
    for _ in range(20):
        with pytest.raises(LookupError):
            write(work)
    assert limits.spent(EXACT, "kiosk", NOON) == 0


def test_each_has_a_count_of_their_own() -> None:
    take(EXACT, times=rules.most(EXACT))
    take(EXACT, who="another kiosk")


def test_two_processes_together_do_not_overrun_an_exact_rule(settings) -> None:
    both = [subprocess.Popen([sys.executable, "-c", _TAKER, settings.database_url, str(NOON)],
                             cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            for _ in range(2)]
    for process in both:
        process.stdin.write("go\n")
        process.stdin.flush()
    counts = [int(process.communicate(timeout=60)[0]) for process in both]
    assert sum(counts) == rules.most(EXACT)


def test_another_process_hears_of_what_was_gathered() -> None:
    here, there = gathered.Gathered(), gathered.Gathered()
    at = limit_records.Slot(GATHERED, "kiosk", NOON, NOON - clock.HOUR)
    for _ in range(rules.most(GATHERED)):
        assert here.take(at, "", 1, rules.most(GATHERED))
    here.flush()
    assert not there.take(at, "", 1, rules.most(GATHERED))


def test_different_things_gathered_twice_are_one() -> None:
    here, there = gathered.Gathered(), gathered.Gathered()
    at = limit_records.Slot("codes.device", "kiosk", NOON, NOON - 1)
    for process in (here, there):
        for number in range(3):
            assert process.take(at, f"code {number}", 1, 3)
    here.flush()
    there.flush()
    assert limit_records.count(at) == 3


def test_a_refusal_is_kept_although_its_transaction_is_undone() -> None:
    take(EXACT, times=rules.most(EXACT))
    for later in (1, 2):
        with pytest.raises(TooManyActs):
            take(EXACT, NOON + later)
    limits.flush()
    assert limit_records.refused_on("2026-11-15", 10) == [
        (EXACT, "kiosk", "2026-11-15", 2, NOON + 1, NOON + 2)]


def test_an_act_counts_for_machine_phone_commune_and_all() -> None:
    asker = Asker("kiosk", "phone", "05461")
    write(lambda: limits.act("request", asker, NOON))
    assert [limits.spent(f"request.{part}", who, NOON) for part, who in (
        ("device", "kiosk"), ("phone", "phone"), ("commune", "05461"), ("all", "all"))] == [1] * 4


def test_strangers_elsewhere_use_up_nothing_of_our_kiosks() -> None:
    ours = Asker("kiosk", "", "05461", ours=True)
    write(lambda: limits.act("call", ours, NOON))
    assert [limits.spent("call.commune", "05461", NOON), limits.spent("call.all", "all", NOON)] == [
        0, 0]


def test_nobody_is_not_counted() -> None:
    write(lambda: limits.act("call", None, NOON))
    assert limits.spent("call.all", "all", NOON) == 0


def test_what_counts_no_more_is_forgotten() -> None:
    take(EXACT)
    write(lambda: limits.tidy(NOON + 3 * clock.DAY))
    assert limit_records.LimitCount.select().count() == 0


def test_a_rule_of_different_things_raises_its_own_error() -> None:
    for number in range(rules.most("codes.phone")):
        write(lambda n=number: limits.take("codes.phone", "phone", NOON, thing=str(n)))
    with pytest.raises(TooManyLookups):
        write(lambda: limits.take("codes.phone", "phone", NOON, thing="one more"))
    write(lambda: limits.take("codes.phone", "phone", NOON, thing="0"))
