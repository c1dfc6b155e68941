"""A first import goes as fast as its file is long, also where somebody had the empty tables
counted: what an engine believes of them then is the worst there is."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Iterable
from pathlib import Path

import pytest

from db import connection, schema
from services.archive import listing
from services.importing import adjusting, bills, cleared, customers, outages, places
from tests import billing_files, effort, postgres
from tests.villagers import NOON

OUTAGE = ("commune_code", "area", "starts_at", "ends_at", "reason")
PLACE = ("code", "name", "kind", "address", "commune_code", "hours", "phone")
ARCHIVE = ("contract_no", "customer_code", "name", "signed_on", "old_commune", "old_district",
           "office")
FEW, MOST_GROWTH = 1_500, 2.6  # twice as many rows: twice the work, and what a deeper index costs


def quiet(_bytes: int) -> None:
    """Nobody watches the progress."""


def people(numbers: Iterable[int]) -> list[tuple]:
    return [billing_files.customer(code=f"PA04XN{number:07}", phone=f"+8497{number:07}")
            for number in numbers]


def owed(numbers: Iterable[int]) -> list[tuple]:
    return [billing_files.bill(code=f"PA04XN{number:07}", bill_no=f"00{number:08}")
            for number in numbers]


class Office:
    """An office whose tables were counted while they were empty. Each step takes in the rows of
    `numbers`: customers, their bills, and what the billing system says of them later."""

    def __init__(self, folder: Path, vault) -> None:
        self._folder, self._vault = folder, vault

    def take_in(self, step: str, numbers: range) -> None:
        header, rows, run = getattr(self, f"_{step}")(numbers)
        path = billing_files.write(self._folder / f"{step}.csv", [header, *rows])
        report = run(path, NOON, quiet, False)
        assert report.new + report.changed == len(numbers)

    def _customers(self, numbers: range) -> tuple:
        def run(*args) -> customers.Report:
            return customers.run(self._vault, ("PA04",), *args)
        return customers.COLUMNS, people(numbers), run

    def _bills(self, numbers: range) -> tuple:
        return bills.COLUMNS, owed(numbers), bills.run

    def _bills_changed(self, numbers: range) -> tuple:
        return bills.COLUMNS, [(*row[:-1], f"B{row[-1]}") for row in owed(numbers)], bills.run

    def _cleared(self, numbers: range) -> tuple:
        return cleared.COLUMNS, [(*row[:4], "2026-11-14") for row in owed(numbers)], cleared.run

    def _adjustments(self, numbers: range) -> tuple:
        rows = [(*row[:4], "lower", 500_000, "2026-11-14") for row in owed(numbers)]
        return adjusting.COLUMNS, rows, adjusting.run

    def _outages(self, numbers: range) -> tuple:
        return OUTAGE, [("05569", f"Xóm {number}", "2026-11-20 08:00", "2026-11-20 11:00",
                         "sửa trạm") for number in numbers], outages.run

    def _places(self, numbers: range) -> tuple:
        return PLACE, [(f"D{number}", "Quán Na", "shop", "Chợ Chu", "05569", "7-17", "")
                                for number in numbers], places.run

    def _archive(self, numbers: range) -> tuple:
        return ARCHIVE, [(f"HD{number}", "", "Hoàng Thị Lan", "2016-05-01", "", "", "PA04DH")
                                 for number in numbers], listing.run


@pytest.fixture
def office(database_kind, request, tmp_path, vault):
    """Call for a new office each time."""
    server = request.getfixturevalue("postgres_url") if database_kind == "postgresql" else ""
    names = []

    def found() -> Office:
        name = f"first_{uuid.uuid4().hex[:12]}"
        if server:
            names.append(name)
        connection.init(postgres.create(server, name) if server
                        else f"sqlite:///{tmp_path / name}.db")
        schema.migrate()
        connection.run("ANALYZE")
        return Office(tmp_path, vault)

    yield found
    connection.database.close()
    for name in names:
        postgres.drop(server, name)


@pytest.mark.parametrize("steps", [
    ("customers",), ("customers", "bills"), ("customers", "bills", "bills_changed"),
    ("customers", "bills", "cleared"), ("customers", "bills", "adjustments"),
    ("outages",), ("places",), ("archive",)], ids=lambda steps: steps[-1])
def test_twice_as_many_rows_are_twice_the_work(office, steps) -> None:
    *before, last = steps
    done = []
    for count in (FEW, 2 * FEW):
        ours = office()
        for step in before:
            ours.take_in(step, range(count))
        done.append(effort.of(functools.partial(ours.take_in, last, range(count))))
    assert done[1] < MOST_GROWTH * done[0]
