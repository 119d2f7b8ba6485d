"""The sample visit fits the built-in instrument so well that it could be closed as it is."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from gmsc_desktop.domain.answers import AnswerSheet, Facet, RepeatItem, key_path
from gmsc_desktop.domain.instrument import Instrument, ItemType
from gmsc_desktop.domain.particulars import particular_problems, tidy_draft
from gmsc_desktop.domain.region import Region
from gmsc_desktop.domain.visit import Role
from gmsc_desktop.forms.compiler import compile_workbook
from gmsc_desktop.forms.reader import read_workbook
from gmsc_desktop.forms.session import FormSession
from gmsc_desktop.resources import resource
from gmsc_desktop.services.samples import Sample, keyed, load_sample

SURAKARTA = Region("33.72", "Kota Surakarta", "kota", "33", "Jawa Tengah")
AFTER = datetime(2026, 10, 9, 8, 0, tzinfo=UTC)


class _Clock:
    def now(self) -> datetime:
        return AFTER

    def monotonic(self) -> float:
        return 0.0


@cache
def _instrument() -> Instrument:
    return compile_workbook(read_workbook(resource("instruments", "gmsc.md"))).instrument


@cache
def _sample() -> Sample:
    return load_sample("surakarta", {SURAKARTA.code: SURAKARTA})


@cache
def _items() -> dict[str, tuple[RepeatItem, ...]]:
    return {
        key: tuple(RepeatItem(key, f"item-{position}", position) for position in range(1, count + 1))
        for key, count in _sample().repeats
    }


def _keyed(key: str) -> str:
    return keyed(key, {repeat: tuple(item.key for item in items) for repeat, items in _items().items()})


@cache
def _session() -> FormSession:
    cells = {(_keyed(answer.key), answer.facet): answer.value for answer in _sample().answers}
    return FormSession(_instrument(), AnswerSheet(cells, _items()), clock=_Clock())


def _evidence() -> dict[str, int]:
    counts: dict[str, int] = {}
    for file in _sample().files:
        key = _keyed(file.key)
        counts[key] = counts.get(key, 0) + 1
    return counts


def test_every_key_is_in_the_instrument_and_said_once() -> None:
    found, present = _instrument().by_path, _session().keys()
    answers = [(answer.key, answer.facet) for answer in _sample().answers]
    assert len(answers) == len(set(answers))
    for key in [key for key, _facet in answers] + [file.key for file in _sample().files]:
        assert not found[key_path(key)].is_container, key
        assert _keyed(key) in present, key
    for key, count in _sample().repeats:
        assert found[key].type is ItemType.REPEAT
        assert count >= 1


def test_every_choice_exists() -> None:
    for answer in _sample().answers:
        item = _instrument().by_path[key_path(answer.key)]
        if answer.facet in (Facet.VALUE, Facet.SELF) and item.list_name:
            for name in answer.value.split():
                assert _instrument().choice(item, name) is not None, (answer.key, name)


def test_every_indicator_has_level_own_level_and_note() -> None:
    session = _session()
    present = session.keys()
    for key in present:
        item = _instrument().by_path[key_path(key)]
        if item.scored and not item.is_container:
            state = session.state(key)
            assert state.value and state.self_value and len(state.note.split()) >= 6, key


def test_nothing_stands_against_closing_it() -> None:
    assert _session().problems(_evidence()) == ()
    assert list(particular_problems(_sample().draft, AFTER.date())) == []
    assert tidy_draft(_sample().draft) == _sample().draft


def test_it_scores_on_every_aspect_and_dimension_and_improves() -> None:
    found = _session().assessment()
    assert found.total.complete
    assert len(found.aspects) == 5
    assert len(found.dimensions) == 6
    assert all(score.value is not None for score in (*found.aspects, *(score for _name, score in found.dimensions)))
    previous = _sample().draft.previous
    assert previous is not None
    assert found.total.value is not None and found.total.value > previous.index


def test_it_brings_people_quick_wins_findings_and_recommendations() -> None:
    roles = [person.role for person in _sample().draft.people]
    assert roles.count(Role.LEAD) == 1
    assert Role.MEMBER in roles and roles.count(Role.MET) >= 3
    counts = dict(_sample().repeats)
    assert counts["/data/qw/programme"] == 3
    assert counts["/data/results/finding"] >= 3
    assert counts["/data/results/recommendation"] >= 3


def test_its_evidence_comes_in_every_kind_with_names_of_its_own() -> None:
    assert {file.kind for file in _sample().files} == {"photo", "text", "pdf"}
    names = [file.name for file in _sample().files]
    assert len(names) == len(set(names))
    suffixes = {"photo": "jpg", "text": "txt", "pdf": "pdf"}
    assert all(file.name.endswith("." + suffixes[file.kind]) and file.caption for file in _sample().files)


def test_it_says_that_it_is_invented() -> None:
    summary = next(answer.value for answer in _sample().answers if answer.key == "/data/results/summary")
    assert "rekaan" in summary
    assert "contoh" in _sample().draft.place
