"""The file of a request: the form, its papers, who may do what, and how it ends."""

from __future__ import annotations

import pytest

from db import contracts as contract_records
from db import papers as paper_records
from db.connection import fetch, fetch_row, run, write
from db.contracts import ContractRequest
from services import clock, sealed_files
from services.contracts import checklists, contract_files, contract_forms, papers, requests
from services.contracts.contract_forms import Entry
from services.contracts.requests import Wish
from services.decoding.errors import ReaderDied
from services.desk import desk, endings
from services.errors import (
    AlreadyDecided,
    InvalidInput,
    NotProved,
    NotYours,
    UnknownPage,
    UnknownTicket,
)
from tests import officers, photographs
from tests.contracts import opened
from tests.officers import CANBO, GIAMSAT, HANH, VO, at_desk
from tests.services.decoding import killing
from tests.villagers import HOA, NOON

WHO = at_desk(CANBO)
FORM = Entry("Nguyễn Thị Hoa", "019168001234", "17/05/1968", "Xóm Nà Mao, Định Hóa",
             "0912 000 017", "new", "owner", "household", "1", "", "", "")


@pytest.fixture
def ticket(app, vault) -> str:
    """Hoa's request, taken by Cán bộ."""
    officers.hire()
    made = requests.request(Wish(HOA.name, vault.seal_phone(HOA.phone), HOA.commune_code,
                                 "any", "sms"), NOON)
    desk.take(made, WHO, NOON)
    return made


@pytest.fixture
def store(settings, vault):
    return sealed_files.of(settings, vault)


@pytest.fixture
def save(ticket, vault):
    def now(version=None, who=WHO, **other) -> None:
        seen = requests.status(ticket).version if version is None else version
        contract_files.save(requests.open_file(ticket, who), seen, FORM._replace(**other), vault,
                            NOON)
    return now


@pytest.fixture
def bring(ticket, store):
    """Upload a paper; with `accepted`, accept it as well."""
    def paper(kind: str, accepted=True, data=None) -> None:
        papers.upload(opened(ticket), kind, [data or photographs.jpeg()], store, NOON)
        if accepted:
            papers.accept(opened(ticket), kind, NOON, False, NOON)
    return paper


def stage(ticket: str) -> str:
    return requests.status(ticket).stage


def texts(kind: str) -> list[str]:
    return [params for (params,) in fetch(
        "SELECT params FROM outbox_message WHERE kind = ?", kind)]


def test_the_form_is_kept_sealed(ticket, save, vault) -> None:
    save()
    row = requests.status(ticket)
    found = contract_files.applicant(row, vault)
    assert (found.citizen_id, found.birth_date, found.phone) == (
        "019168001234", "1968-05-17", HOA.phone)
    assert contract_forms.entry(row, found) == FORM._replace(phone="0912000017")
    raw = fetch_row("SELECT citizen_hash, details_sealed FROM contract_request")
    assert b"019168001234" not in bytes(raw[1]) and raw[0] == vault.keyed_hash(
        "019168001234", "citizen")


@pytest.mark.parametrize(("wrong", "problem"), [
    ({"name": "H"}, "name"), ({"citizen_id": "0191680012"}, "citizen_id"),
    ({"birth_date": "17/05/1969"}, "citizen_id"), ({"birth_date": "x"}, "birth_date"),
    ({"address": "Nà"}, "address"), ({"phone": "0912"}, "phone"), ({"kind": "castle"}, "kind"),
    ({"holder_case": "king"}, "holder_case"), ({"purpose": "fun"}, "purpose"),
    ({"households": "0"}, "households"), ({"households": "²"}, "households"),
    ({"customer_code": "HELLO"}, "customer_code"),
    ({"customer_code": "PA04DH9999999"}, "customer_code"), ({"portal_no": "x" * 41}, "portal_no")])
def test_a_wrong_field_is_named_and_nothing_is_kept(ticket, save, wrong, problem) -> None:
    with pytest.raises(InvalidInput) as refusal:
        save(**wrong)
    assert refusal.value.field == problem and requests.status(ticket).version == 0


def test_a_customer_of_another_office_is_unknown_here(ticket, vault) -> None:
    desk.give_back(ticket, WHO, NOON)
    desk.take(ticket, at_desk(HANH), NOON)
    with pytest.raises(InvalidInput):
        contract_files.save(opened(ticket, HANH), 0, FORM._replace(customer_code="PA04VN0000033"),
                            vault, NOON)


def test_of_two_who_saw_the_same_form_one_wins(ticket, save) -> None:
    save(version=0)
    with pytest.raises(AlreadyDecided):
        save(version=0, name="Nguyễn Thị Huệ")
    assert requests.status(ticket).name == "Nguyễn Thị Hoa"


def test_only_who_holds_the_request_may_write(ticket, save) -> None:
    with pytest.raises(NotYours):
        save(who=at_desk(HANH))
    with pytest.raises(UnknownTicket):
        save(who=at_desk(VO))


def test_another_number_in_place_of_the_first_is_noted(ticket, save) -> None:
    save()
    assert requests.status(ticket).phone_changed_at is None
    save(phone="0987000025")
    assert requests.status(ticket).phone_changed_at == NOON


@pytest.mark.parametrize("form_first", [True, False])
def test_form_and_papers_complete_a_file_in_either_order(ticket, save, bring, form_first) -> None:
    if form_first:
        save()
    bring("identity")
    bring("place")
    if not form_first:
        assert stage(ticket) == "requested"
        save()
    assert stage(ticket) == "papers_complete"


def test_another_case_asks_for_more_papers(ticket, save, bring) -> None:
    save()
    bring("identity")
    bring("place")
    save(holder_case="tenant")
    assert stage(ticket) == "requested"
    assert papers.still_missing(requests.status(ticket)) == ["owner_consent", "guarantee"]


def test_a_draft_no_longer_fits_a_form_saved_anew(ticket, save, bring) -> None:
    save()
    bring("identity")
    bring("place")
    assert write(lambda: contract_records.move(ticket, ("papers_complete",), "drafted"))
    save(address="Xóm Bản Piềng")
    assert stage(ticket) == "papers_complete"
    assert not write(lambda: contract_records.mark_signed(ticket, NOON))


def test_a_refused_paper_is_told_by_text_and_asked_for_again(ticket, bring) -> None:
    bring("identity", accepted=False)
    papers.refuse(opened(ticket), "identity", NOON, "blurred", NOON)
    assert texts("papers") == [f'{{"ticket":"{ticket}","papers":["identity","place"]}}']
    row = requests.status(ticket)
    assert papers.checklist(row)[0].row.reason == "blurred"
    bring("identity")
    assert papers.still_missing(row) == ["place"]
    assert len(papers.checklist(row)[0].pages) == 1


def test_the_same_papers_are_told_once_a_day(ticket) -> None:
    papers.tell_missing(opened(ticket), NOON)
    with pytest.raises(InvalidInput) as refusal:
        papers.tell_missing(opened(ticket), NOON + clock.HOUR)
    assert refusal.value.reason == "again"
    papers.tell_missing(opened(ticket), NOON + clock.DAY)


def test_a_paper_is_decided_once_and_only_as_it_was_seen(ticket, bring, store) -> None:
    bring("identity", accepted=False)
    papers.send(requests.status(ticket), "identity", [photographs.jpeg()], "", store, NOON + 5)
    with pytest.raises(AlreadyDecided):  # a page came that the officer has not seen
        papers.accept(opened(ticket), "identity", NOON, False, NOON)
    look(ticket, store)
    papers.accept(opened(ticket), "identity", NOON + 5, True, NOON)
    with pytest.raises(AlreadyDecided):
        papers.refuse(opened(ticket), "identity", NOON + 5, "wrong", NOON)
    with pytest.raises(AlreadyDecided):
        papers.upload(opened(ticket), "identity", [photographs.jpeg()], store, NOON)
    row = papers.checklist(requests.status(ticket))[0].row
    assert (row.state, row.original_seen) == ("accepted", 1)


def look(ticket, store) -> None:
    """Cán bộ opens every photograph."""
    for page in paper_records.pages(ticket):
        papers.look_at(page.id, at_desk(CANBO), store, NOON)


def test_a_paper_that_came_from_a_kiosk_is_opened_before_it_is_accepted(ticket, store) -> None:
    papers.send(requests.status(ticket), "place", [photographs.jpeg()], "", store, NOON)
    with pytest.raises(InvalidInput, match="look"):
        papers.accept(opened(ticket), "place", NOON, True, NOON)
    assert papers.checklist(requests.status(ticket))[1].row.state == "received"
    look(ticket, store)
    papers.accept(opened(ticket), "place", NOON, True, NOON)


def test_what_an_officer_uploads_is_shown_to_them_but_a_card_only_soon_after_the_password(
        ticket, store) -> None:
    late = NOON + 11 * clock.MINUTE
    papers.upload(opened(ticket), "place", [photographs.jpeg()], store, late)
    papers.accept(opened(ticket), "place", late, True, late)
    papers.upload(opened(ticket), "identity", [photographs.jpeg()], store, late)
    with pytest.raises(InvalidInput, match="look"):
        papers.accept(opened(ticket), "identity", late, True, late)


def test_whether_the_original_was_there_must_be_answered(ticket, bring) -> None:
    bring("identity", accepted=False)
    with pytest.raises(InvalidInput, match="original"):
        papers.accept(opened(ticket), "identity", NOON, None, NOON)
    papers.accept(opened(ticket), "identity", NOON, False, NOON)
    assert papers.checklist(requests.status(ticket))[0].row.original_seen == 0


def test_originals_may_be_compared_later(ticket, bring) -> None:
    bring("identity")
    papers.note_original(opened(ticket), "identity", NOON)
    with pytest.raises(AlreadyDecided):
        papers.note_original(opened(ticket), "identity", NOON)


@pytest.mark.parametrize(("kind", "files", "reason"), [
    ("castle", [photographs.jpeg()], "invalid"), ("identity", [], "none"),
    ("identity", [photographs.jpeg()] * 11, "many"),
    ("identity", [photographs.jpeg(), b"text"], "kind")])
def test_all_pages_or_none(ticket, store, kind, files, reason) -> None:
    with pytest.raises(InvalidInput) as refusal:
        papers.upload(opened(ticket), kind, files, store, NOON)
    assert refusal.value.reason == reason
    assert fetch("SELECT 1 FROM contract_page") == [] and not list(store.folder.glob("*/*"))


def test_a_file_holds_twenty_pictures_and_what_replaces_a_refused_paper_takes_its_place(
        ticket, bring, store) -> None:
    row = requests.status(ticket)
    for kind in ("identity", "place"):
        papers.upload(opened(ticket), kind, [photographs.jpeg()] * 10, store, NOON)
    third = next(kind for kind in checklists.papers_for("new", "tenant") if kind not in (
        "identity", "place"))
    write(lambda: run("UPDATE contract_request SET holder_case = 'tenant' WHERE ticket = ?",
                      row.ticket))
    with pytest.raises(InvalidInput, match="photo: ticket"):
        papers.upload(opened(ticket), third, [photographs.jpeg()], store, NOON)
    seen = papers.checklist(requests.status(ticket))[0].row.changed_at
    papers.refuse(opened(ticket), "identity", seen, "blurred", NOON)
    papers.upload(opened(ticket), "identity", [photographs.jpeg()] * 10, store, NOON)
    assert len(list(store.folder.glob("*/*"))) == 20


def test_a_file_holds_twenty_megabytes(ticket, bring, store) -> None:
    bring("identity")
    write(lambda: run("UPDATE contract_page SET size = ?", 20 * 1024 * 1024 - 100))
    with pytest.raises(InvalidInput, match="photo: ticket"):
        papers.upload(opened(ticket), "place", [photographs.jpeg()], store, NOON)
    assert len(list(store.folder.glob("*/*"))) == 1
    assert fetch("SELECT 1 FROM contract_paper WHERE kind = 'place'") == []


def test_a_reader_killed_at_the_second_picture_leaves_nothing_behind(ticket, store) -> None:
    with killing.killed(1) as ended, pytest.raises(ReaderDied):
        papers.upload(opened(ticket), "identity", [photographs.jpeg(), killing.large()], store,
                      NOON)
    assert len(ended) == 1
    assert fetch("SELECT 1 FROM contract_page") == [] and not list(store.folder.glob("*/*"))
    papers.upload(opened(ticket), "identity", [photographs.jpeg()], store, NOON)
    assert len(list(store.folder.glob("*/*"))) == 1


def test_a_photograph_lies_sealed_and_every_look_is_on_the_record(ticket, bring, store) -> None:
    bring("identity")
    page = papers.checklist(requests.status(ticket))[0].pages[0]
    [file] = store.folder.glob("*/*")
    assert b"JFIF" not in file.read_bytes() and file.stat().st_mode & 0o077 == 0
    assert papers.look_at(page.id, WHO, store, NOON).startswith(b"\xff\xd8")
    assert ("canbo", "paper.view", ticket, "identity") in officers.audited()
    with pytest.raises(NotYours):
        papers.look_at(page.id, at_desk(HANH), store, NOON)
    assert papers.look_at(page.id, at_desk(GIAMSAT), store, NOON)
    with pytest.raises(UnknownPage):
        papers.look_at("f" * 32, WHO, store, NOON)


@pytest.mark.parametrize(("later", "opens"), [(10 * clock.MINUTE - 1, True),
                                              (10 * clock.MINUTE, False), (-clock.HOUR, False)])
def test_a_citizen_card_is_seen_only_soon_after_the_password(bring, ticket, store, later, opens):
    bring("identity")
    bring("place")
    card, place = (paper.pages[0] for paper in papers.checklist(requests.status(ticket)))
    assert papers.look_at(place.id, WHO, store, NOON + later)
    if opens:
        assert papers.look_at(card.id, WHO, store, NOON + later)
        return
    with pytest.raises(NotProved):
        papers.look_at(card.id, WHO, store, NOON + later)
    assert ("canbo", "paper.view", ticket, "identity") not in officers.audited()


def test_a_file_in_anothers_place_does_not_open(ticket, bring, store) -> None:
    bring("identity")
    bring("place")
    first, second = (paper.pages[0] for paper in papers.checklist(requests.status(ticket)))
    write(lambda: run("UPDATE contract_page SET file_name = 'x' WHERE id = ?", second.id))
    write(lambda: run("UPDATE contract_page SET file_name = ? WHERE id = ?", second.file_name,
                      first.id))
    with pytest.raises(InvalidInput) as refusal:
        papers.look_at(first.id, WHO, store, NOON)
    assert refusal.value.reason == "lost"


def test_a_folder_that_cannot_be_written_loses_nothing(ticket, store, tmp_path) -> None:
    (tmp_path / "full").write_text("no folder")
    with pytest.raises(InvalidInput) as refusal:
        papers.upload(opened(ticket), "identity", [photographs.jpeg()],
                      store._replace(folder=tmp_path / "full"), NOON)
    assert refusal.value.reason == "storage" and fetch("SELECT 1 FROM contract_paper") == []


def signed(ticket: str) -> None:
    write(lambda: run("UPDATE contract_request SET stage = 'sealing' WHERE ticket = ?", ticket))
    assert write(lambda: contract_records.mark_signed(ticket, NOON))


def test_the_day_of_supply_closes_a_signed_file(ticket) -> None:
    with pytest.raises(AlreadyDecided):
        contract_files.note_supply(opened(ticket), "15/11/2026", NOON)
    signed(ticket)
    for wrong in ("", "14/11/2026", "16/11/2026", "mai"):
        with pytest.raises(InvalidInput) as refusal:
            contract_files.note_supply(opened(ticket), wrong, NOON)
        assert refusal.value.field == "supplied_on"
    contract_files.note_supply(opened(ticket), "15/11/2026", NOON)
    row = requests.status(ticket)
    assert (row.state, row.outcome, row.supplied_on) == ("done", "supplied", "2026-11-15")


def test_the_day_of_supply_is_put_right_and_may_come_after_the_end(ticket) -> None:
    signed(ticket)
    endings.end(ticket, WHO, "helped", NOON)
    with pytest.raises(NotYours):
        contract_files.note_supply(opened(ticket, HANH), "16/11/2026", NOON + clock.DAY)
    contract_files.note_supply(opened(ticket), "16/11/2026", NOON + clock.DAY)
    contract_files.note_supply(opened(ticket, GIAMSAT), "15/11/2026", NOON + clock.DAY)
    row = requests.status(ticket)
    assert (row.supplied_on, row.outcome, row.done_at) == ("2026-11-15", "supplied", NOON)
    assert ("giamsat", "request.supplied", ticket, "2026-11-16 2026-11-15") in officers.audited()


@pytest.mark.parametrize(("outcome", "ended", "told"), [
    ("withdrawn", "cancelled", 0), ("unreachable", "cancelled", 0), ("no_papers", "refused", 1),
    ("no_grid", "refused", 1)])
def test_a_file_ends_with_its_reason(ticket, outcome, ended, told) -> None:
    endings.end(ticket, WHO, outcome, NOON)
    assert stage(ticket) == ended and len(texts("request_over")) == told


def test_a_signed_contract_is_not_thrown_away(ticket) -> None:
    signed(ticket)
    with pytest.raises(InvalidInput):
        endings.end(ticket, WHO, "withdrawn", NOON)
    assert requests.status(ticket).state == "taken"


def test_an_old_request_expires_once_and_is_told(ticket) -> None:
    later = NOON + 61 * clock.DAY
    assert contract_files.expire_stale(NOON + 59 * clock.DAY, 60) == 0
    assert contract_files.expire_stale(later, 60) == 1
    assert contract_files.expire_stale(later, 60) == 0
    row = requests.status(ticket)
    assert (row.stage, row.state, row.outcome) == ("expired", "cancelled", "expired")
    assert texts("request_over") == [f'{{"ticket":"{ticket}","outcome":"expired"}}']


def test_a_signed_one_does_not_expire(ticket) -> None:
    signed(ticket)
    assert contract_files.expire_stale(NOON + 400 * clock.DAY, 60) == 0


def test_what_the_company_knows_stands_beside_the_form(ticket, save, vault) -> None:
    save(customer_code="pa04dh 0000017")
    customer, phone = contract_files.known_customer(opened(ticket), vault)
    assert (customer.code, customer.address, phone) == (HOA.code, "Xóm 1", "0912000017")


def test_another_request_of_the_same_person_is_seen(ticket, save, vault) -> None:
    save()
    other = requests.request(Wish("Nguyễn Thị Hoa", None, "05716", "any", "kiosk"), NOON)
    desk.take(other, WHO, NOON)
    contract_files.save(opened(other), 0, FORM, vault, NOON)
    assert contract_files.twin(opened(ticket)).ticket == other
    assert contract_files.twin(opened(ticket, HANH)) is None
    assert ContractRequest.select().count() == 2
