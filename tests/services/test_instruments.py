"""Instruments on a real vault: compiled once, kept under their hash, pinned to."""

from __future__ import annotations

from pathlib import Path

import pytest

from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.domain.errors import GmscError, NotFound, VaultDamaged
from gmsc_desktop.services.app import Services
from gmsc_desktop.services.instruments import BUILT_IN, InstrumentService
from gmsc_desktop.store.instruments import InstrumentRepository
from tests.services.helpers import draft, write_instrument


def test_the_built_in_instrument_is_installed_once_and_kept_under_its_hash(services: Services) -> None:
    digest = services.instruments.built_in()
    head = services.vault.store.journal.vault_head()
    assert InstrumentService(services.vault).built_in() == digest
    assert services.vault.store.journal.vault_head() == head
    (row,) = services.instruments.list()
    assert (row.hash, row.built_in) == (digest, True)
    assert sha256_hex(InstrumentRepository(services.vault.store).document(digest)) == digest
    instrument = services.instruments.get(digest)
    assert instrument is services.instruments.get(digest)
    assert instrument.score_max == 4 and len(instrument.root.children) > 5
    assert row.title == instrument.title.get("id")


def test_a_program_with_another_built_in_instrument_keeps_the_old_one_for_old_visits(services: Services) -> None:
    digest = services.instruments.built_in()
    services.vault.store.settings.set(BUILT_IN, f"0.0.1 {'ab' * 32} {digest}")
    assert services.instruments.built_in() == digest
    assert services.vault.store.settings.get(BUILT_IN).split()[0] != "0.0.1"


def test_a_visit_without_a_choice_uses_the_built_in_one(services: Services) -> None:
    visit = services.visits.create(draft()).value
    assert visit.draft.instrument_hash == services.instruments.built_in()
    (row,) = services.visits.list()
    assert row.progress.answered == 0 and row.progress.expected > 50


def test_an_office_workbook_is_installed_beside_it(services: Services, small: str, tmp_path: Path) -> None:
    services.instruments.built_in()
    assert services.instruments.install(write_instrument(tmp_path)).value.hash == small
    assert {(row.hash, row.built_in) for row in services.instruments.list()} == {
        (small, False),
        (services.instruments.built_in(), True),
    }


@pytest.mark.parametrize(
    "content", [b"", b"| survey |\n| | type | name | label |\n| | hologram | a | A |\n", b"\x00\xff"]
)
def test_a_workbook_that_cannot_run_is_refused_and_nothing_is_kept(
    services: Services, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "rusak.md"
    path.write_bytes(content)
    with pytest.raises(GmscError):
        services.instruments.install(path)
    with pytest.raises(GmscError):
        services.instruments.install(tmp_path / "none.md")
    assert services.instruments.list() == ()


def test_an_instrument_is_described_from_the_vault(services: Services, small: str) -> None:
    summary = services.instruments.describe(small)
    assert (summary.title.get("default"), summary.form_id, summary.version) == ("Small", "small", "1")
    assert (summary.questions, summary.scored, summary.with_evidence) == (5, 2, 1)
    assert [(section.path, section.questions, section.repeated) for section in summary.sections] == [
        ("/data/main", 4, False),
        ("/data/programme", 1, True),
    ]
    assert dict(summary.types)["select_one"] == 2
    (main,) = summary.scoring.parts if summary.scoring else ()
    assert [(part.path, part.weight, str(part.share)[:6]) for part in main.parts] == [
        ("/data/main/policy", 2, "0.6666"),
        ("/data/main/budget", 1, "0.3333"),
    ]
    assert main.parts[0].points == (0, 3, 4)


def test_an_unknown_or_damaged_instrument_is_said_to_be_so(services: Services, small: str) -> None:
    with pytest.raises(NotFound):
        services.instruments.get("ab" * 32)
    with services.vault.store.writing():
        services.vault.store.conn.execute("UPDATE instrument SET document = x'7b7d' WHERE hash = ?", (small,))
    with pytest.raises(VaultDamaged):
        InstrumentService(services.vault).get(small)
