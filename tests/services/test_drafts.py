"""Drafts as drafts: sent unsigned, never taken for closed, replaced by what goes on from them, safe once receipted."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmsc_desktop import cli
from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.drafts import DraftLink, from_document, newest_drafts, to_document
from gmsc_desktop.domain.errors import BundleError, InvalidInput, Refused
from gmsc_desktop.domain.exchange import Outcome
from gmsc_desktop.services.app import Services, build_services
from gmsc_desktop.services.vaults import open_vault
from gmsc_desktop.sync.draftfile import read_draft, write_draft
from gmsc_desktop.sync.schema import published
from tests.helpers import PASSPHRASE, SeededIds
from tests.services.exchange_kit import World, open_services, world
from tests.services.helpers import POLICY, draft, fill, write_instrument


@pytest.fixture
def earth(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


def begun(earth: World, laptop: Services) -> str:
    """A visit, filled with evidence and not closed."""
    small = laptop.instruments.install(write_instrument(earth.root)).value.hash
    visit_id = laptop.visits.create(draft(small)).value.id
    fill(laptop, visit_id)
    laptop.evidence.attach_bytes(visit_id, POLICY, "foto.txt", b"bukti dukung yang belum ditutup")
    return visit_id


def send(earth: World, laptop: Services) -> str:
    return laptop.sending.send(earth.stick, PASSPHRASE, drafts=True).value.record.file_name


def answered(laptop: Services, visit_id: str, level: str) -> None:
    laptop.answers.set(visit_id, POLICY, Facet.NOTE, f"Catatan {level}")


def test_a_draft_travels_as_a_draft_with_its_evidence(earth: World) -> None:
    laptop = earth.laptop()
    visit_id = begun(earth, laptop)
    with pytest.raises(InvalidInput):
        laptop.sending.send(earth.stick, PASSPHRASE)
    (item,) = earth.take(earth.office, send(earth, laptop)).taken[0].items
    assert (item.what, item.outcome) == ("draft", Outcome.NEW)
    assert laptop.visits.get(visit_id).state.value == "draft"
    assert earth.office.office.visits() == ()
    (found,) = earth.office.office_drafts.list()
    assert found.draft.visit_id == visit_id and not found.forked
    document = earth.office.office_drafts.document(found.draft.draft_hash)
    assert document["format"] == "gmsc-draft/1" and "closed_at" not in document
    store = earth.office.vault.store
    assert all(store.blobs.read(each["sha256"]) for each in document["evidence"])
    assert [each["name"] for each in document["evidence"]] == ["perwali.txt", "foto.txt"]


def test_what_is_not_safe_answers_for_drafts_too(earth: World) -> None:
    laptop = earth.laptop()
    visit_id = begun(earth, laptop)

    def standing() -> tuple[bool, bool]:
        (found,) = laptop.exports.drafts()
        return found.sent, found.safe

    assert standing() == (False, False)
    name = send(earth, laptop)
    assert standing() == (True, False)
    earth.take(earth.office, name)
    earth.answer(laptop)
    assert standing() == (True, True)
    assert laptop.sending.outbox().drafts == ()
    answered(laptop, visit_id, "l1")
    assert standing() == (False, False), "something was entered since"


def test_a_later_draft_and_then_the_closed_visit_take_its_place(earth: World) -> None:
    laptop = earth.laptop()
    visit_id = begun(earth, laptop)
    first = send(earth, laptop)
    answered(laptop, visit_id, "l1")
    second = send(earth, laptop)
    items = [earth.take(earth.office, name).taken[0].items[-1] for name in (second, first)]
    assert [item.outcome for item in items] == [Outcome.NEW, Outcome.OLDER]
    assert len(earth.office.office_drafts.list()) == 1
    earth.close(laptop, visit_id)
    earth.take(earth.office, earth.send(laptop, visit_id))
    assert earth.office.office_drafts.list() == ()
    assert len(earth.office.office.visits()) == 1


def test_a_visit_closed_and_not_signed_travels_as_a_draft_until_it_is_signed(earth: World) -> None:
    laptop = earth.laptop()
    visit_id = begun(earth, laptop)
    for problem in laptop.visits.check(visit_id):
        if problem.blocks:
            laptop.visits.explain(visit_id, problem.code, problem.key, "Memang demikian.")
    laptop.visits.close(visit_id)
    earth.take(earth.office, send(earth, laptop))
    assert earth.office.office.visits() == () and len(earth.office.office_drafts.list()) == 1
    laptop.documents.sign(visit_id, PASSPHRASE)
    earth.take(earth.office, earth.send(laptop, visit_id))
    assert earth.office.office_drafts.list() == ()
    with pytest.raises(Refused):
        laptop.exports.write((), earth.stick, PASSPHRASE, drafts=(visit_id,))


def test_a_draft_after_closing_stands_until_it_is_closed_again(earth: World) -> None:
    laptop = earth.laptop()
    visit_id = earth.visit(laptop)
    earth.take(earth.office, earth.send(laptop, visit_id))
    laptop.visits.reopen(visit_id, "Ada yang keliru.")
    answered(laptop, visit_id, "l1")
    earth.take(earth.office, send(earth, laptop))
    assert len(earth.office.office_drafts.list()) == 1 and len(earth.office.office.visits()) == 1


def test_two_laptops_that_go_on_from_one_vault_are_both_kept(earth: World) -> None:
    laptop = earth.laptop()
    visit_id = begun(earth, laptop)
    copied = earth.root / "salinan"
    shutil.copytree(laptop.vault.folder, copied)
    (copied / "gmsc.lock").unlink()
    ids = SeededIds(900)
    other = build_services(open_vault(copied, PASSPHRASE, clock=earth.clock, ids=ids), clock=earth.clock, ids=ids)
    earth.laptops.append(other)
    answered(laptop, visit_id, "l1")
    answered(other, visit_id, "l0")
    for each in (laptop, other):
        taken = earth.take(earth.office, send(earth, each))
    assert Outcome.CONFLICT in {item.outcome for item in taken.taken[0].items if item.what == "draft"}
    found = earth.office.office_drafts.list()
    assert len(found) == 2 and all(each.forked for each in found)


def test_any_order_and_repetition_ends_the_same(tmp_path: Path) -> None:
    with world(tmp_path / "satu") as earth:
        laptop = earth.laptop()
        visit_id = begun(earth, laptop)
        names = [send(earth, laptop)]
        answered(laptop, visit_id, "l1")
        names.append(send(earth, laptop))
        earth.close(laptop, visit_id)
        names.append(earth.send(laptop, visit_id))
        states = set()
        from gmsc_desktop.store.received import ReceivedRepository

        earth.office.vault.close()
        for number, order in enumerate(itertools.permutations(names)):
            folder = tmp_path / f"kantor-{number}"
            shutil.copytree(earth.root / "kantor", folder)
            ids = SeededIds(40 + number)
            vault = open_vault(folder, PASSPHRASE, clock=earth.clock, ids=ids)
            services = build_services(vault, clock=earth.clock, ids=ids)
            for name in (*order, order[0]):
                services.receiving.receive((earth.stick / name,))
            states.add(ReceivedRepository(vault.store).state())
            assert services.office_drafts.list() == ()
            vault.close()
        assert len(states) == 1


def test_a_draft_of_another_journal_is_refused(earth: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from gmsc_desktop.store.journal import Journal

    laptop = earth.laptop()
    begun(earth, laptop)
    monkeypatch.setattr(Journal, "lines", lambda _self, _chain: b"")
    name = laptop.sending.send(earth.stick, PASSPHRASE, drafts=True).value.record.file_name
    taken = earth.take(earth.office, name)
    assert [plan.refused.code for plan in taken.refused if plan.refused] == ["draft"]
    assert earth.office.office_drafts.list() == ()


def test_only_the_published_form_is_read(tmp_path: Path) -> None:
    import jsonschema

    with world(tmp_path) as earth:
        laptop = open_services(earth.root / "satu", "Sri", 77, earth.clock)
        earth.laptops.append(laptop)
        visit_id = begun(earth, laptop)
        data = write_draft(laptop.exports._drafts.draft(visit_id))
    document = json.loads(data)
    jsonschema.Draft202012Validator(published("draft")).validate(document)
    assert to_document(from_document(document)) == document
    for wrong in (data[:-1], data + b" ", data.replace(b'"gmsc-draft/1"', b'"gmsc-visit/1"'), b"{}", b"[]", b"nul"):
        with pytest.raises(BundleError):
            read_draft(wrong)
    from gmsc_desktop.sync.visitfile import read_visit

    with pytest.raises(BundleError):
        read_visit(data)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_newest_drafts_are_the_ends_of_the_journal(data: st.DataObject) -> None:
    """Over any tree of rows: a draft stands exactly when no draft and no closing lies at or after its row."""
    size = data.draw(st.integers(1, 12))
    parents = [data.draw(st.integers(-1, row - 1)) for row in range(size)]
    depth: list[int] = []
    for parent in parents:
        depth.append(1 if parent < 0 else depth[parent] + 1)
    previous = {f"r{row}": f"r{parent}" if parent >= 0 else "" for row, parent in enumerate(parents)}
    rows = data.draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=6, unique=True))
    closed = data.draw(st.lists(st.integers(0, size - 1), max_size=3, unique=True))
    drafts = [DraftLink(f"d{row}", "laptop", depth[row], f"r{row}", f"{row:02d}") for row in rows]

    def before(row: int) -> set[int]:
        found = set()
        while row >= 0:
            found.add(row)
            row = parents[row]
        return found

    wanted = {
        row
        for row in rows
        if not any(row in before(other) for other in rows if other != row) and not any(row in before(c) for c in closed)
    }
    found = newest_drafts(drafts, previous, {f"c{row}": f"r{row}" for row in closed})
    assert {int(each.draft_hash[1:]) for each in found} == wanted
    assert found == newest_drafts(reversed(drafts), previous, {f"c{row}": f"r{row}" for row in closed})


def test_without_the_journal_the_later_number_of_a_device_counts() -> None:
    early, late = DraftLink("a", "satu", 3, "x", "1"), DraftLink("b", "satu", 9, "y", "2")
    other = DraftLink("c", "dua", 4, "z", "3")
    assert newest_drafts((early, late, other), {}, {}) == (late, other)


def test_from_the_shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with world(tmp_path) as earth:
        laptop = earth.laptop()
        visit_id = begun(earth, laptop)
        laptop.enrolment.request(earth.stick, PASSPHRASE)  # a bundle that never reaches the office
        device = laptop.vault.device
    frasa = tmp_path / "frasa.txt"
    frasa.write_text(PASSPHRASE)

    def run(vault: str, *arguments: str, code: int = 0) -> str:
        given = (*arguments, "--vault", str(tmp_path / vault), "--passphrase-file", str(frasa))
        assert cli.run(list(given)) == code, capsys.readouterr()
        return capsys.readouterr().out

    run("laptop-1", "send", "--to", str(tmp_path / "stik"), code=1)
    file = run("laptop-1", "send", "--to", str(tmp_path / "stik"), "--drafts").split("\t")[0]
    assert "\tnew\tdraft\t" in run("kantor", "receive", file)
    status = run("kantor", "office", "status")
    assert f"draft\t{visit_id}\t33.72\t" in status and f"finding\tbundle_gap:{device}\t" in status
    run("kantor", "office", "settle", f"bundle_gap:{device}", "--reason", "Permintaan lama tidak dikirim.")
    assert "finding\t" not in run("kantor", "office", "status")
    run("kantor", "office", "settle", f"bundle_gap:{device}", "--reason", "Sekali lagi.", code=1)
