"""The office decides awards and sends them; the laptop prints them, and the visit they rest on is decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gmsc_desktop import cli
from gmsc_desktop.documents.awarded import award_sheets
from gmsc_desktop.domain.errors import InvalidInput, Refused
from gmsc_desktop.domain.exchange import Comment, Outcome
from gmsc_desktop.domain.verdict import Status
from gmsc_desktop.domain.visit import VisitState
from gmsc_desktop.services.app import Services
from gmsc_desktop.services.verification import verify_file
from tests.documents.awards_kit import award_draft
from tests.helpers import PASSPHRASE
from tests.services.exchange_kit import World, world


@pytest.fixture
def earth(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


def accepted(earth: World, laptop: Services) -> str:
    """A visit that was sent, accepted and answered."""
    visit_id = earth.visit(laptop)
    earth.take(earth.office, earth.send(laptop, visit_id))
    earth.office.office.accept(visit_id)
    earth.answer(laptop)
    assert laptop.visits.get(visit_id).state is VisitState.ACCEPTED
    return visit_id


def decided(earth: World, laptop: Services, visit_id: str) -> str:
    """An award for that visit's region and cycle, registered at the office; its id."""
    draft = laptop.visits.get(visit_id).draft
    return earth.office.awards.add(award_draft(region=draft.region, year=draft.cycle_year)).value.id


def issue(earth: World, *awards: str, to: tuple[Services, ...] = ()) -> str:
    keys = tuple(each.vault.certificate_fingerprint for each in to)
    return earth.office.deciding.issue(awards, keys, earth.stick, PASSPHRASE).value.file_name


def test_an_award_travels_and_the_visit_is_decided(earth: World, tmp_path: Path) -> None:
    laptop = earth.laptop()
    visit_id = accepted(earth, laptop)
    award_id = decided(earth, laptop, visit_id)
    name = issue(earth)
    taken = earth.take(laptop, name)
    assert [item.outcome for item in taken.taken[0].items] == [Outcome.NEW, Outcome.NEW]
    assert laptop.visits.get(visit_id).state is VisitState.DECIDED
    (row,) = laptop.awards.list()
    assert row.award == earth.office.awards.get(award_id)
    laptop.awards.print_one(award_id, tmp_path / "piagam.pdf", PASSPHRASE)
    verdict = verify_file(tmp_path / "piagam.pdf", vault=laptop.vault)
    assert verdict.status is Status.GENUINE
    (sheet,) = award_sheets((tmp_path / "piagam.pdf").read_bytes())
    assert sheet.qr == earth.office.deciding.seals()[0].seal
    with pytest.raises(Refused, match="only the office"):
        laptop.awards.edit(award_id, award_draft())
    assert earth.take(laptop, name).known
    earth.office.awards.print_one(award_id, tmp_path / "kantor.pdf", None)


def test_an_award_the_office_withdrew_is_not_printed_any_more(earth: World, tmp_path: Path) -> None:
    laptop = earth.laptop()
    award_id = decided(earth, laptop, accepted(earth, laptop))
    earth.take(laptop, issue(earth))
    laptop.awards.print_one(award_id, tmp_path / "piagam.pdf", PASSPHRASE)
    earth.office.awards.withdraw(award_id, "Keputusan dicabut")
    earth.take(laptop, earth.office.withdrawals.write(earth.stick, PASSPHRASE).value.file_name)
    (row,) = laptop.awards.list()
    assert row.withdrawn == "Keputusan dicabut"
    with pytest.raises(Refused, match="Keputusan dicabut"):
        laptop.awards.print_one(award_id, tmp_path / "lagi.pdf", PASSPHRASE)
    assert verify_file(tmp_path / "piagam.pdf", vault=laptop.vault).status is Status.WITHDRAWN


def test_the_same_seal_is_printed_everywhere(earth: World, tmp_path: Path) -> None:
    laptop, other = earth.laptop(), earth.laptop("Budi")
    award_id = decided(earth, laptop, accepted(earth, laptop))
    first = issue(earth, award_id, to=(laptop,))
    earth.clock.at += timedelta(hours=1)
    second = issue(earth, award_id, to=(other,))
    earth.take(laptop, first)
    assert [plan.refused.code for plan in earth.take(laptop, second).refused if plan.refused] == ["not_for_us"]
    earth.take(other, second)
    assert other.deciding.seals()[0].seal == laptop.deciding.seals()[0].seal


def test_a_visit_of_another_is_named_and_the_award_still_kept(earth: World) -> None:
    laptop, other = earth.laptop(), earth.laptop("Budi")
    issue_name = issue(earth, decided(earth, laptop, accepted(earth, laptop)))
    items = earth.take(other, issue_name).taken[0].items
    assert [item.outcome for item in items] == [Outcome.NEW, Outcome.REFUSED]
    assert len(other.awards.list()) == 1


def test_a_later_word_counts_whatever_the_order(earth: World) -> None:
    laptop, late = earth.laptop(), earth.laptop("Budi")
    award_id = decided(earth, laptop, accepted(earth, laptop))
    first = issue(earth)
    earth.clock.at += timedelta(hours=1)
    earth.office.awards.edit(award_id, replace(earth.office.awards.get(award_id).draft, category="Smart Living"))
    second = issue(earth)
    for services, names in ((laptop, (first, second)), (late, (second, first))):
        for name in names:
            earth.take(services, name)
        assert services.awards.get(award_id).category == "Smart Living"
    assert laptop.deciding.seals()[0].seal == late.deciding.seals()[0].seal


def test_work_returned_after_the_decision_is_returned(earth: World) -> None:
    laptop = earth.laptop()
    visit_id = accepted(earth, laptop)
    decided(earth, laptop, visit_id)
    name = issue(earth)
    earth.clock.at += timedelta(hours=1)
    earth.office.office.return_(visit_id, (Comment("", "Periksa sekali lagi."),), None)
    earth.answer(laptop)
    earth.take(laptop, name)
    assert laptop.visits.get(visit_id).state is VisitState.RETURNED


def test_a_number_that_is_taken_here_is_named_and_changes_nothing(earth: World) -> None:
    laptop = earth.laptop()
    award_id = decided(earth, laptop, accepted(earth, laptop))
    own = laptop.awards.add(award_draft()).value
    (item,) = earth.take(laptop, issue(earth, award_id)).taken[0].items
    assert item.outcome is Outcome.REFUSED
    assert [row.award.id for row in laptop.awards.list()] == [own.id]


def test_a_seal_over_other_words_is_refused(earth: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from gmsc_desktop.services import deciding

    laptop = earth.laptop()
    award_id = decided(earth, laptop, accepted(earth, laptop))
    real = deciding.certificate_qr
    monkeypatch.setattr(
        deciding, "certificate_qr", lambda award, at, identity: real(replace(award, category="Lain"), at, identity)
    )
    taken = earth.take(laptop, issue(earth, award_id))
    assert [plan.refused.code for plan in taken.refused if plan.refused] == ["seal"]
    assert laptop.awards.list() == () and laptop.deciding.seals() == ()


def test_only_an_office_decides(earth: World) -> None:
    laptop = earth.laptop()
    with pytest.raises(Refused):
        laptop.deciding.issue((), (), earth.stick, PASSPHRASE)
    with pytest.raises(InvalidInput, match="no award"):
        issue(earth)
    award_id = decided(earth, laptop, accepted(earth, laptop))
    earth.office.awards.withdraw(award_id, "Keliru.")
    with pytest.raises(InvalidInput):
        issue(earth, award_id)


def test_from_the_shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with world(tmp_path) as earth:
        laptop = earth.laptop()
        visit_id = accepted(earth, laptop)
        year = str(laptop.visits.get(visit_id).draft.cycle_year)
    frasa = tmp_path / "frasa.txt"
    frasa.write_text(PASSPHRASE)
    office = ("--vault", str(tmp_path / "kantor"), "--passphrase-file", str(frasa))
    own = ("--vault", str(tmp_path / "laptop-1"), "--passphrase-file", str(frasa))

    def run(*arguments: str, code: int = 0) -> str:
        assert cli.run(list(arguments)) == code, capsys.readouterr()
        return capsys.readouterr().out

    run("office", "issue", *office, "--to", str(tmp_path / "stik"), code=1)
    facts = ("--number", "7/GMSC", "--category", "Smart Society", "--year", year, "--place", "Tangerang")
    award = run(
        "office", "award", *office, "--region", "33.72", *facts, "--signatory", "Johnny G. Plate;Menteri"
    ).strip()
    assert f"{award}\tregistered" in run("office", "award", *office)
    file = run("office", "issue", *office, "--to", str(tmp_path / "stik")).split("\t")[0]
    assert f"{award}\tsealed" in run("office", "award", *office)
    assert "7/GMSC" in run("receive", *own, file)
    assert "\tdecided\t" in run("visits", *own)
    run("office", "award", *office, "--region", "99.99", *facts, code=1)
