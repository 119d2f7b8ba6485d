"""The numbers a report prints are those the form's own scorer finds, whatever was answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from gmsc_desktop.documents.model import Indicator, ReportModel, build_model
from gmsc_desktop.domain.answers import AnswerSheet, Facet, RepeatItem
from gmsc_desktop.domain.content import Assessor, Content, freeze, without_irrelevant
from gmsc_desktop.domain.instrument import Instrument, ItemType, ScoreMethod
from gmsc_desktop.domain.scoring import Assessment, Score
from gmsc_desktop.domain.visit import Visit, VisitState
from gmsc_desktop.forms.compiler import compile_workbook
from gmsc_desktop.forms.reader import read_workbook
from gmsc_desktop.forms.session import FormSession
from gmsc_desktop.resources import resource
from tests.documents.sample import sample_content, sample_instrument
from tests.helpers import FixedClock

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


@cache
def built_in() -> Instrument:
    return compile_workbook(read_workbook(resource("instruments", "gmsc.md"))).instrument


def session_of(instrument: Instrument, seed: int, answered: float) -> FormSession:
    """A form filled by chance: ``answered`` of its scored questions, some of them not applicable."""
    chance = Random(seed)
    session = FormSession(instrument, AnswerSheet(), clock=FixedClock())
    for item in instrument.items:
        if item.type is ItemType.REPEAT and item.scored:
            for number in range(chance.randint(0, 3)):
                session.put_item(RepeatItem(item.path, f"i{number}", number))
    places = session.keys()
    for key in places:
        item = session.state(key).item
        if item.is_container or not item.scored or chance.random() > answered:
            continue
        choice = chance.choice(instrument.choices[item.list_name])
        session.set(key, Facet.VALUE, choice.name)
        if chance.random() < 0.1:
            session.set(key, Facet.NOT_APPLICABLE, "Tidak ada di daerah ini")
    return session


def report_of(instrument: Instrument, session: FormSession) -> tuple[ReportModel, Assessment]:
    particulars = sample_content(sample_instrument())
    visit = Visit(particulars.visit_id, particulars.draft, VisitState.DRAFT, 0, "", "", NOW, NOW)
    places = session.keys()
    relevant = {key: session.state(key).relevant for key in places}
    content: Content = freeze(
        visit,
        revision=1,
        parent_hash="",
        instrument=instrument,
        sheet=without_irrelevant(session.sheet(), relevant),
        evidence=(),
        assessment=session.assessment(),
        explanations=(),
        assessor=Assessor("A", "", "", "", "ab" * 32),
        closed_at=NOW,
    )
    return build_model(content, instrument), session.assessment()


@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.3, 0.9, 1.0]))
@settings(max_examples=25, deadline=None)
def test_every_line_of_the_tree_is_the_scorers_own_number(seed: int, answered: float) -> None:
    model, assessment = report_of(built_in(), session_of(built_in(), seed, answered))
    expected = list(assessment.total.walk())
    assert [line.value for line in model.tree] == [score.value for score in expected]
    assert [line.method for line in model.tree] == [score.method for score in expected]
    assert [line.not_applicable for line in model.tree] == [score.not_applicable for score in expected]


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_shares_of_what_counts_make_a_whole(seed: int) -> None:
    model, assessment = report_of(built_in(), session_of(built_in(), seed, 0.8))
    lines = iter(model.tree)

    def walk(score: Score) -> None:
        shares = []
        for part in score.parts:
            shares.append(next(lines).share)
            walk(part)
        counted = [share for share in shares if share is not None]
        if score.method in (ScoreMethod.MEAN, ScoreMethod.WEIGHTED_MEAN) and counted:
            assert abs(sum(counted, Decimal(0)) - 100) < Decimal("1e-20")

    next(lines)
    walk(assessment.total)


@given(st.integers(0, 10**6), st.sampled_from([0.2, 1.0]))
@settings(max_examples=15, deadline=None)
def test_the_index_its_category_and_both_readings_are_the_assessments(seed: int, answered: float) -> None:
    model, assessment = report_of(built_in(), session_of(built_in(), seed, answered))
    assert model.index == assessment.total.value
    assert model.category == (assessment.category.label.get("id") if assessment.category else "")
    assert [bar.value for bar in model.dimensions] == [score.value for _name, score in assessment.dimensions]
    assert [bar.value for bar in model.aspects] == [score.value for score in assessment.aspects]


def test_a_choice_without_points_is_shown_as_not_applicable() -> None:
    instrument = sample_instrument()
    content = sample_content(instrument)
    item = instrument.by_path["/data/baseline/b0"]
    choices = dict(instrument.choices)
    bare = [replace(choice, score=None) if choice.name == "3" else choice for choice in choices[item.list_name]]
    choices[item.list_name] = tuple(bare)
    changed = replace(instrument, choices=choices)
    found = next(
        entry
        for section in build_model(content, changed).sections
        for entry in section.entries
        if isinstance(entry, Indicator) and entry.key == item.path
    )
    assert found.level is None
    assert found.not_applicable.startswith("3 –")
