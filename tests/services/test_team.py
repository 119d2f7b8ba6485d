"""A visit shared by a team: split between laptops, brought together again, in any order, with nothing lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.domain.content_document import from_document, to_document
from gmsc_desktop.domain.errors import InvalidInput, Refused
from gmsc_desktop.domain.exchange import Outcome
from gmsc_desktop.domain.visit import Person, Role, VisitState
from gmsc_desktop.services.receiving import Consent
from gmsc_desktop.store.recovery import _from_journal
from gmsc_desktop.sync.schema import first_fault
from tests.helpers import PASSPHRASE
from tests.services.helpers import BUDGET, PEOPLE, POLICY, PROGRAMME, draft
from tests.services.team_kit import MAIN, Team, two


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    (tmp_path / "stik").mkdir()
    made = Team(tmp_path)
    yield made
    for laptop in made.laptops:
        laptop.vault.close()


def test_the_visit_appears_as_a_draft_with_the_members_sections(team: Team) -> None:
    sri, budi = team.laptop("Sri"), team.laptop("Budi")
    team.share(sri, "Budi")
    view = sri.team.view(team.visit)
    assert view is not None and view.leading and [each.member.name for each in view.members] == ["Sri", "Budi"]
    sri.team.assign(team.visit, {MAIN: view.members[1].member.id})
    team.answer(sri, POLICY, "l3")
    path = team.write(sri)
    (plan,) = budi.receiving.plan((path,))
    assert plan.refused is None and plan.kind == "team"
    assert {item.outcome for item in plan.items} == {Outcome.NEW, Outcome.NEWER, Outcome.ASKED}
    assert not budi.visits.list()
    taken = team.take(budi, path).taken
    assert len(taken) == 1
    (row,) = budi.visits.list()
    assert (row.visit.id, row.visit.state) == (team.visit, VisitState.DRAFT)
    assert row.visit.draft == sri.visits.get(team.visit).draft
    assert team.says(budi, POLICY) == "l3"
    seen = budi.team.view(team.visit)
    assert seen is not None and not seen.leading and seen.lead is not None and seen.lead.name == "Sri"
    assert {each.member.name: each.member.sections for each in seen.members} == {"Sri": (), "Budi": (MAIN,)}


def test_each_fills_offline_and_both_end_with_the_same(team: Team) -> None:
    sri, budi = two(team)
    team.answer(sri, BUDGET, "l4")
    team.answer(budi, PEOPLE, "12")
    team.answer(budi, POLICY, "Perwali Nomor 7.", Facet.NOTE)
    title = budi.answers.add_item(team.visit, PROGRAMME).value
    team.answer(budi, f"{title.key}/title", "Kampung pintar")
    file = team.root / "foto.txt"
    file.write_text("bukti")
    evidence = budi.evidence.attach(team.visit, POLICY, file).value
    budi.evidence.caption(evidence.id, "Surat keputusan")
    team.give(budi, sri)
    team.give(sri, budi)
    for who in (sri, budi):
        assert team.says(who, BUDGET) == "l4" and team.says(who, PEOPLE) == "12"
        assert team.says(who, POLICY, Facet.NOTE) == "Perwali Nomor 7."
        assert team.says(who, f"{title.key}/title") == "Kampung pintar"
        (kept,) = who.evidence.list(team.visit)
        assert (kept.caption, who.evidence.read(kept.id)) == ("Surat keputusan", b"bukti")
    one, other = (who.visits.open(team.visit).session.sheet() for who in (sri, budi))
    assert one == other
    given = sri.team.given(team.visit)
    assert given[PEOPLE, Facet.VALUE].names == ("Budi",) and not given[PEOPLE, Facet.VALUE].own
    assert given[BUDGET, Facet.VALUE].names == ("Sri",) and given[BUDGET, Facet.VALUE].own
    told = [entry for entry in sri.history.entries(team.visit) if entry.table == "team_value"]
    assert {(entry.after or {}).get("given_by") for entry in told} == {"Budi"}
    assert sri.history.verify() == () and budi.history.verify() == ()


def test_what_one_takes_away_goes_on_the_other(team: Team) -> None:
    sri, budi = two(team)
    item = budi.answers.add_item(team.visit, PROGRAMME).value
    file = team.root / "foto.txt"
    file.write_text("bukti")
    evidence = budi.evidence.attach(team.visit, POLICY, file).value
    team.give(budi, sri)
    sri.evidence.remove(evidence.id)
    sri.answers.remove_item(team.visit, item.key)
    team.answer(sri, POLICY, None)
    team.give(sri, budi)
    assert team.says(budi, POLICY) is None
    assert budi.evidence.list(team.visit) == () and budi.visits.open(team.visit).session.items(PROGRAMME) == ()


def test_people_and_particulars_are_merged(team: Team) -> None:
    sri, budi = two(team)
    visit = sri.visits.get(team.visit)
    met = Person("Dewi Lestari", "", "Kepala Bappeda", "Kota Surakarta", Role.MET)
    sri.visits.edit(team.visit, draft(visit.draft.instrument_hash, place="Pendhapi Gedhe"))
    budi.visits.edit(team.visit, draft(visit.draft.instrument_hash, people=(*visit.draft.people, met)))
    team.give(budi, sri)
    team.give(sri, budi)
    one, other = sri.visits.get(team.visit).draft, budi.visits.get(team.visit).draft
    assert one == other and one.place == "Pendhapi Gedhe"
    assert [person.name for person in one.people] == ["Dr. Sri Wahyuni, M.T.", "Budi Santoso", "Dewi Lestari"]


def test_a_disagreement_stands_until_the_ketua_settles_it(team: Team) -> None:
    sri, budi = two(team)
    team.answer(sri, BUDGET, "l3")
    team.answer(budi, BUDGET, "l4")
    team.answer(budi, BUDGET, "Lengkap.", Facet.NOTE)
    plan = team.give(budi, sri)
    assert [item.outcome for item in plan.items if item.id == BUDGET] == [Outcome.ASKED]
    (point,) = sri.team.open(team.visit)
    assert [(said.name, said.value, said.note) for said in point.said] == [
        ("Sri", "l3", ""),
        ("Budi", "l4", "Lengkap."),
    ]
    assert team.says(sri, BUDGET) == "l3"
    problem = next(found for found in sri.visits.check(team.visit) if found.code == "team_disagreement")
    assert problem.key == BUDGET and problem.blocks
    with pytest.raises(Refused):
        sri.visits.close(team.visit)
    team.give(sri, budi)
    assert team.says(budi, BUDGET) == "l3" and len(budi.team.open(team.visit)) == 1
    with pytest.raises(Refused):
        budi.team.settle(team.visit, BUDGET, Facet.VALUE, "l4", "Menurut saya.")
    with pytest.raises(InvalidInput):
        sri.team.settle(team.visit, BUDGET, Facet.VALUE, "l4", " ")
    with pytest.raises(InvalidInput, match="none of the choices"):
        sri.team.settle(team.visit, BUDGET, Facet.VALUE, "l9", "Salah ketik.")
    settled = sri.team.settle(team.visit, BUDGET, Facet.VALUE, "l4", "Buktinya lengkap.").value
    assert sri.team.open(team.visit) == () and team.says(sri, BUDGET) == "l4"
    team.give(sri, budi)
    assert budi.team.open(team.visit) == () and team.says(budi, BUDGET) == "l4"
    given = budi.team.given(team.visit)[BUDGET, Facet.VALUE]
    assert (given.names, given.reason) == (("Sri",), "Buktinya lengkap.")
    assert [(said.name, said.value) for said in given.said] == [("Sri", "l3"), ("Budi", "l4")]
    sri.team.take_back(team.visit, settled)
    assert len(sri.team.open(team.visit)) == 1
    team.give(sri, budi)
    assert len(budi.team.open(team.visit)) == 1


def test_a_member_may_agree_and_changing_ones_own_mind_settles_nothing(team: Team) -> None:
    sri, budi = two(team)
    team.answer(sri, BUDGET, "l3")
    team.answer(budi, BUDGET, "l4")
    team.give(sri, budi)
    team.answer(budi, BUDGET, "l0")
    (point,) = budi.team.open(team.visit)
    assert [(said.name, said.value) for said in point.said] == [("Sri", "l3"), ("Budi", "l0")]
    budi.team.agree(team.visit, BUDGET, Facet.VALUE, "l3")
    assert budi.team.open(team.visit) == ()
    team.give(budi, sri)
    assert sri.team.open(team.visit) == () and team.says(sri, BUDGET) == "l3"
    assert sri.team.given(team.visit)[BUDGET, Facet.VALUE].names == ("Sri", "Budi")


def test_only_the_ketua_closes_and_a_closed_visit_takes_nothing(team: Team) -> None:
    sri, budi = two(team)
    with pytest.raises(Refused) as refused:
        budi.visits.close(team.visit)
    assert refused.value.params["name"] == "Sri"
    team.answer(budi, PEOPLE, "12")
    late = team.write(budi)
    team.answer(sri, BUDGET, "l4")
    team.answer(sri, "/data/main/basis", "Perwali")
    file = team.root / "foto.txt"
    file.write_text("bukti")
    sri.evidence.attach(team.visit, POLICY, file)
    for problem in sri.visits.check(team.visit):
        if problem.blocks:
            sri.visits.explain(team.visit, problem.code, problem.key, "Memang demikian.")
    sri.visits.close(team.visit)
    (refusal,) = team.take(sri, late).refused
    assert refusal.refused is not None and refusal.refused.code == "closed"
    assert [kept.code for kept in sri.receiving.quarantine()] == ["closed"]
    with pytest.raises(Refused):
        sri.team.write(team.visit, team.root / "stik", PASSPHRASE)
    sri.visits.reopen(team.visit, "Masih ada jawaban anggota.")
    consent = Consent(members=(budi.vault.certificate_fingerprint,))
    assert len(sri.receiving.retry(refusal.sha256, consent).value.taken) == 1
    assert team.says(sri, PEOPLE) == "12"


def test_three_laptops_in_any_direction(team: Team) -> None:
    sri, budi = two(team)
    citra = team.laptop("Citra")
    team.take(citra, team.write(budi, sealed=False))
    team.answer(citra, PEOPLE, "7")
    team.answer(budi, BUDGET, "l4")
    team.give(citra, budi)
    plan = team.give(budi, sri)
    assert {item.id for item in plan.items if item.outcome is Outcome.NEWER} == {"Budi", "Citra"}
    assert team.says(sri, PEOPLE) == "7" and team.says(sri, BUDGET) == "l4"
    names = [each.member.name for each in sri.team.view(team.visit).members]  # type: ignore[union-attr]
    assert names[0] == "Sri" and "Budi" in names


def test_a_repeated_or_older_bundle_changes_nothing(team: Team) -> None:
    sri, budi = two(team)
    team.answer(budi, PEOPLE, "12")
    old = team.write(budi)
    team.answer(budi, PEOPLE, "13")
    team.take(sri, team.write(budi))
    before = sri.vault.store.journal.head(team.visit)
    (plan,) = team.take(sri, old).taken
    assert [item.outcome for item in plan.items] == [Outcome.KNOWN]
    assert team.says(sri, PEOPLE) == "13" and sri.vault.store.journal.head(team.visit) == before
    assert len(team.take(sri, old).known) == 1


def test_nobody_is_taken_at_their_word_unless_compared(team: Team) -> None:
    sri, budi = two(team)
    eva = team.laptop("Eva")
    team.take(eva, team.write(sri))
    team.answer(eva, PEOPLE, "99")
    path = team.write(eva)
    (refused,) = team.take(budi, path, trusting=False).refused
    assert refused.refused is not None and refused.refused.code == "consent"
    assert refused.refused.params["fingerprint"] == eva.vault.certificate_fingerprint
    assert team.says(budi, PEOPLE) is None and budi.receiving.quarantine() == ()
    # Once the ketua has compared the key, the others need not: the ketua names Eva.
    assert len(team.take(sri, path).taken) == 1
    assert len(team.take(budi, team.write(sri), trusting=False).taken) == 1
    assert team.says(budi, PEOPLE) == "99"


def test_bundles_are_encrypted_once_the_recipients_are_known(team: Team) -> None:
    sri, budi = two(team)
    assert not sri.team.encrypted(team.visit)
    team.answer(budi, PEOPLE, "12")
    path = team.write(budi)
    assert path.read_bytes().startswith(b"age-encryption.org/")
    team.take(sri, path)
    assert sri.team.encrypted(team.visit)
    path = team.write(sri)
    eva = team.laptop("Eva")
    (plan,) = eva.receiving.plan((path,))
    assert plan.refused is not None and plan.refused.code == "not_for_us"
    assert len(team.take(budi, path).taken) == 1


def test_undo_leaves_what_came_from_the_team(team: Team) -> None:
    sri, budi = two(team)
    team.answer(sri, BUDGET, "l3")
    team.answer(budi, PEOPLE, "12")
    team.give(budi, sri)
    undone = sri.answers.undo(team.visit).value
    assert undone is not None and undone.key == BUDGET
    assert team.says(sri, PEOPLE) == "12"
    team.give(sri, budi)
    assert team.says(budi, BUDGET) is None


def test_a_shared_visit_keeps_its_instrument(team: Team) -> None:
    sri, _budi = two(team)
    assert sri.moving.offers(team.visit) == ()
    with pytest.raises(Refused):
        sri.moving.plan(team.visit, sri.instruments.built_in())


def test_the_same_file_from_two_laptops_is_shown_once(team: Team) -> None:
    sri, budi = two(team)
    file = team.root / "foto.txt"
    file.write_text("bukti")
    for who in (sri, budi):
        who.evidence.attach(team.visit, POLICY, file)
    team.give(budi, sri)
    team.give(sri, budi)
    (one,), (other,) = sri.evidence.list(team.visit), budi.evidence.list(team.visit)
    assert one.id == other.id
    (plan,) = team.take(budi, team.write(sri)).taken
    assert [item.outcome for item in plan.items] == [Outcome.KNOWN]
    budi.evidence.remove(other.id)
    team.give(budi, sri)
    assert sri.evidence.list(team.visit) == () and budi.evidence.list(team.visit) == ()


def test_a_colleague_known_from_another_team_is_known_again(team: Team) -> None:
    sri, budi = two(team)
    team.give(budi, sri)
    team.share(sri, "Budi")
    assert sri.team.encrypted(team.visit)
    assert len(team.take(budi, team.write(sri), trusting=False).taken) == 1


def test_the_closed_visit_says_who_gave_what_and_how_it_was_settled(team: Team) -> None:
    sri, budi = two(team)
    team.answer(sri, BUDGET, "l3")
    team.answer(budi, BUDGET, "l4")
    team.answer(budi, PEOPLE, "12")
    team.give(budi, sri)
    sri.team.settle(team.visit, BUDGET, Facet.VALUE, "l4", "Bukti lengkap.")
    sri.answers.set(team.visit, "/data/main/basis", Facet.VALUE, "Perwali")
    sri.evidence.attach_bytes(team.visit, POLICY, "foto.txt", b"bukti")
    for problem in sri.visits.check(team.visit):
        if problem.blocks:
            sri.visits.explain(team.visit, problem.code, problem.key, "Memang demikian.")
    revision = sri.visits.close(team.visit).value
    assert first_fault(json.loads(revision.content)) is None
    found = from_document(json.loads(revision.content))
    assert canonical_bytes(to_document(found)) == revision.content and found.team is not None
    assert {given.key: given.by for given in found.team.given}[PEOPLE] == ("Budi",)
    (settled,) = found.team.settled
    assert (settled.key, settled.reason) == (BUDGET, "Bukti lengkap.")
    assert settled.said == (("Sri", "l3"), ("Budi", "l4"))


def test_what_came_from_the_team_is_rebuilt_from_the_journal(team: Team) -> None:
    sri, budi = two(team)
    team.answer(sri, BUDGET, "l3")
    team.give(sri, budi)
    team.answer(budi, PEOPLE, "12")
    team.answer(budi, BUDGET, None)
    team.answer(budi, POLICY, "l4")
    team.give(budi, sri)
    rows = [row for table, row in _from_journal(sri.vault.store.conn) if table == "answer"]
    found = {(row["key"], Facet(row["facet"])): row["value"] for row in rows}
    assert found == {(PEOPLE, Facet.VALUE): "12", (POLICY, Facet.VALUE): "l4"}
