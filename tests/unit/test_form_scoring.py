"""Scoring: exact, explaining, and true to the published figures of Kota Kediri."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

import pytest

from gmsc_desktop.domain.answers import AnswerSheet, Facet
from gmsc_desktop.domain.instrument import Instrument, ScoreMethod
from gmsc_desktop.domain.scoring import Assessment, Score, rounded
from gmsc_desktop.forms.scorer import combine
from gmsc_desktop.forms.session import FormSession
from tests.unit.forms_kit import add, compiled, fixture, form, opened, table

PUBLISHED = Decimal("3.31")
BEFORE = Decimal("3.06")


def _kediri(**changes: str) -> tuple[Instrument, Assessment]:
    instrument = fixture("kediri")
    items = tuple(replace(item, weight=Decimal(changes.get(item.name, item.weight))) for item in instrument.items)
    instrument = replace(instrument, items=items)
    session = opened(instrument)
    for item in instrument.items:
        if not item.is_container:
            session.set(item.path, Facet.VALUE, "published")
    return instrument, session.assessment()


def test_kediri_2022_by_the_weights_of_that_year() -> None:
    instrument, assessment = _kediri()
    assert [part.value for part in assessment.aspects] == [
        Decimal("3.60"), Decimal("3.21"), Decimal("3.23"), Decimal("3.07"), Decimal("3.65"),
    ]  # fmt: skip
    assert assessment.total.value == Decimal("3.315")
    # The published aspects are themselves rounded, so the index made from them lies within half a unit of the last
    # place of the published one, and no closer can be asked of it.
    assert abs(Decimal("3.315") - PUBLISHED) <= Decimal("0.005")
    assert rounded(replace(instrument, score_rounding="half_down"), Decimal("3.315")) == PUBLISHED
    improvement = PUBLISHED - BEFORE
    assert improvement == Decimal("0.25")
    assert abs((assessment.total.value - BEFORE) - improvement) <= Decimal("0.005")


def test_kediri_2022_does_not_fit_the_weights_of_another_region() -> None:
    _instrument, assessment = _kediri(impact="30", quick_win="10")
    assert assessment.total.value == Decimal("3.257")
    assert abs(Decimal("3.257") - PUBLISHED) > Decimal("0.005")


def test_impact_of_kediri_is_the_plain_mean_of_its_dimensions() -> None:
    found = combine(ScoreMethod.MEAN, _parts("2.75", "2.75", "3.50", "3.33", "3.33", "2.75"))
    assert found is not None
    assert round(found, 2) == Fraction("3.07")


def _parts(*values: str, weights: tuple[str, ...] = ()) -> list[tuple[Decimal, Fraction]]:
    return [
        (Decimal(weight), Fraction(value))
        for weight, value in zip(weights or ("1",) * len(values), values, strict=True)
    ]


def _part(score: Score, *names: str) -> Score:
    for name in names:
        score = next(part for part in score.parts if part.key.rpartition("/")[2] == name)
    return score


@pytest.fixture
def scored() -> FormSession:
    session = opened(fixture("scoring"))
    for key, value in {
        "/data/a/a1": "4", "/data/a/a2": "1", "/data/a/a3": "2", "/data/b/b1": "3", "/data/b/b2": "2",
    }.items():  # fmt: skip
        session.set(key, Facet.VALUE, value)
    add(session, "/data/qw/programme", "p", "q")
    for key, value in {"p]/idea": "4", "p]/use": "2", "q]/idea": "1", "q]/use": "4"}.items():
        session.set(f"/data/qw/programme[{key}", Facet.VALUE, value)
    return session


def test_every_number_opens_into_the_numbers_it_came_from(scored: FormSession) -> None:
    total = scored.assessment().total
    a, b, programme = _part(total, "a"), _part(total, "b"), _part(total, "qw", "programme")
    assert a.value == (Decimal(4) * 2 + 1 + 2) / 4 == Decimal("2.75")
    assert (b.method, b.value) == (ScoreMethod.MEAN, Decimal("2.5"))
    first, second = programme.parts
    assert (first.key, first.value) == ("/data/qw/programme[p]", Decimal("3.5"))
    assert (second.key, second.value) == ("/data/qw/programme[q]", Decimal("1.75"))
    assert programme.value == Decimal("2.625")
    assert total.value == (3 * Decimal("2.75") + Decimal("2.5") + 2 * Decimal("2.625")) / 6
    assert (total.answered, total.expected, total.complete) == (9, 9, True)
    category = scored.assessment().category
    assert category is not None and category.name == "fair"


def test_dimensions_read_the_same_answers_again(scored: FormSession) -> None:
    dimensions = dict(scored.assessment().dimensions)
    assert list(dimensions) == ["blue", "red"]
    # b is red as a whole; b1 in it is blue as well; the repeat counts once, as its mean.
    assert dimensions["red"].value == (Decimal(4) + Decimal("2.5")) / 2
    assert dimensions["blue"].value == Decimal("2.208333333333333333333333333")
    assert [part.key for part in dimensions["blue"].parts] == ["/data/a/a2", "/data/b/b1", "/data/qw/programme"]


def test_thirds_stay_thirds_until_shown() -> None:
    third = combine(ScoreMethod.MEAN, _parts("1", "0", "0"))
    assert third == Fraction(1, 3)
    assert combine(ScoreMethod.SUM, [(Decimal(1), third)] * 3) == 1


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (ScoreMethod.WEIGHTED_MEAN, "1.25"),
        (ScoreMethod.MEAN, "2"),
        (ScoreMethod.SUM, "6"),
        (ScoreMethod.MAX, "4"),
        (ScoreMethod.MIN, "0"),
    ],
)
def test_methods(method: ScoreMethod, expected: str) -> None:
    assert combine(method, _parts("4", "2", "0", weights=("0.5", "0.25", "1.25"))) == Fraction(expected)
    assert combine(method, []) is None


def test_weights_of_nothing_are_no_score() -> None:
    assert combine(ScoreMethod.WEIGHTED_MEAN, _parts("4", "2", weights=("0", "0"))) is None


def test_nothing_answered_is_no_score_and_not_zero() -> None:
    assessment = opened(fixture("scoring")).assessment()
    assert assessment.total.value is None
    assert assessment.category is None
    assert assessment.self_total is None
    assert (assessment.total.answered, assessment.total.expected) == (0, 5)
    assert not assessment.total.complete


def test_not_applicable_leaves_the_denominator(scored: FormSession) -> None:
    scored.set("/data/a/a1", Facet.NOT_APPLICABLE, "Tidak ada kewenangan")
    total = scored.assessment().total
    a = _part(total, "a")
    assert a.value == (Decimal(1) + Decimal(2)) / 2
    assert _part(a, "a1").not_applicable
    assert (total.answered, total.expected) == (8, 8)
    scored.set("/data/a/a1", Facet.NOT_APPLICABLE, None)
    assert _part(scored.assessment().total, "a").value == Decimal("2.75")


def test_a_choice_without_points_does_not_apply(scored: FormSession) -> None:
    scored.set("/data/b/b1", Facet.VALUE, "na")
    b = _part(scored.assessment().total, "b")
    assert (b.value, b.answered, b.expected) == (Decimal(2), 1, 1)
    scored.set("/data/b/b2", Facet.VALUE, "na")
    total = scored.assessment().total
    assert _part(total, "b").not_applicable
    assert total.value == (3 * Decimal("2.75") + 2 * Decimal("2.625")) / 5


def test_what_is_not_asked_does_not_count_and_comes_back(scored: FormSession) -> None:
    before = scored.assessment()
    scored.set("/data/a/a1", Facet.VALUE, "0")
    a = _part(scored.assessment().total, "a")
    assert [part.key for part in a.parts] == ["/data/a/a1", "/data/a/a2"]
    assert a.value == Decimal(1) / 3
    scored.set("/data/a/a1", Facet.VALUE, "4")
    assert scored.assessment() == before


def test_critical_items_below_the_floor_are_named(scored: FormSession) -> None:
    assert scored.assessment().floors == ()
    scored.set("/data/a/a1", Facet.VALUE, "1")
    assert scored.assessment().floors == ("/data/a/a1",)
    scored.set("/data/a/a1", Facet.VALUE, None)
    assert scored.assessment().floors == ()


def test_the_regions_own_answers_make_their_own_index(scored: FormSession) -> None:
    scored.set("/data/a/a1", Facet.SELF, "4")
    scored.set("/data/a/a2", Facet.SELF, "2")
    scored.set("/data/qw/programme[p]/use", Facet.SELF, "3")
    assessment = scored.assessment()
    assert assessment.self_total is not None
    # (3 × ((2×4 + 1×2) / 3) + 2 × 3) / 5: the third goes out again exactly.
    assert assessment.self_total.value == Decimal("3.2")
    assert assessment.total.value == opened(scored.instrument, scored.sheet()).assessment().total.value


def test_removing_an_item_takes_its_score_away(scored: FormSession) -> None:
    scored.drop_item("/data/qw/programme[q]")
    assert _part(scored.assessment().total, "qw").value == Decimal("3.5")
    scored.drop_item("/data/qw/programme[p]")
    assert _part(scored.assessment().total, "qw").value is None


def test_answers_that_are_no_choice_score_nothing() -> None:
    cells = MappingProxyType({("/data/a/a1", Facet.VALUE): "nonsense"})
    total = opened(fixture("scoring"), AnswerSheet(cells)).assessment().total
    assert (total.value, total.answered) == (None, 0)


def test_the_worked_example_of_the_description() -> None:
    found = compiled(
        form(
            "begin_group | one | One | 10",
            "select_one level | a | A |",
            "select_one level | b | B |",
            "select_one level | c | C |",
            "end_group | | |",
            "begin_group | two | Two | 30",
            "begin_repeat | programme | Programme |",
            "select_one level | innovation | Innovation | 2",
            "select_one level | benefit | Benefit | 1",
            "end_repeat | | |",
            "end_group | | |",
            headings="type | name | label | weight",
            choices=tuple(f"level | {level} | {level} | {level}" for level in range(5)),
        )
    )
    session = opened(found.instrument)
    add(session, "/data/two/programme", "p", "q")
    for key, value in {
        "one/a": "4",
        "one/b": "3",
        "two/programme[p]/innovation": "4",
        "two/programme[p]/benefit": "1",
        "two/programme[q]/innovation": "2",
        "two/programme[q]/benefit": "2",
    }.items():
        session.set(f"/data/{key}", Facet.VALUE, value)
    session.set("/data/one/c", Facet.NOT_APPLICABLE, "Di luar kewenangan")
    total = session.assessment().total
    programme = _part(total, "two", "programme")
    assert [part.value for part in programme.parts] == [Decimal(3), Decimal(2)]
    assert [part.value for part in total.parts] == [Decimal("3.5"), Decimal("2.5")]
    assert (total.value, total.complete) == (Decimal("2.75"), True)


SPBE = {"policy": "13", "governance": "25", "management": "16.5", "services": "45.5"}
PREDICATES = (
    "memuaskan | Memuaskan | 4.2",
    "sangat_baik | Sangat baik | 3.5",
    "baik | Baik | 2.6",
    "cukup | Cukup | 1.8",
    "kurang | Kurang | 0",
)


@pytest.mark.parametrize(
    ("levels", "index", "predicate"),
    [
        ("5555", "5", "memuaskan"),
        ("4444", "4", "sangat_baik"),
        ("2345", "3.945", "sangat_baik"),
        ("3334", "3.455", "baik"),
        ("1111", "1", "kurang"),
    ],
)
def test_another_programmes_instrument_is_only_other_data(levels: str, index: str, predicate: str) -> None:
    # Peraturan Menteri PANRB 59/2020: domain weights in percent, maturity levels 1 to 5, predicates of the index.
    markdown = form(
        *(
            row
            for name, weight in SPBE.items()
            for row in (
                f"begin_group | {name} | {name} | {weight}",
                f"select_one maturity | {name}_1 | Indikator |",
                "end_group | | |",
            )
        ),
        headings="type | name | label | weight",
        choices=tuple(f"maturity | {level} | Tingkat {level} | {level}" for level in range(1, 6)),
    ) + table("categories", "name | label | min", *PREDICATES)
    session = opened(compiled(markdown).instrument)
    for name, level in zip(SPBE, levels, strict=True):
        session.set(f"/data/{name}/{name}_1", Facet.VALUE, level)
    assessment = session.assessment()
    assert assessment.total.value == Decimal(index)
    assert assessment.category is not None and assessment.category.name == predicate


def test_repeats_within_repeats_are_scored_at_every_level() -> None:
    markdown = form(
        "begin_group | g | G | 10 | | | | |",
        "begin_repeat | r | R | 2 | sum | yes | | |",
        "select_one level | q | Q | 3 | | | | | yes",
        "begin_repeat | s | S | 1 | max | | ${q} != '0' | 2 |",
        "select_one level | z | Z | 1 | | yes | | |",
        "end_repeat",
        "end_repeat",
        "select_one level | t | T | 1 | | | | |",
        "end_group",
        headings="type | name | label | weight | score_method | critical | relevant | repeat_count | self_assessment",
        choices=("level | 0 | a | 0", "level | 1 | b | 1", "level | 4 | c | 4", "level | na | n |"),
        settings=("form_id | score_floor", "f | 2"),
    )
    session = opened(compiled(markdown).instrument)
    add(session, "/data/g/r", "x", "y")
    assert (session.assessment().total.value, session.assessment().total.expected) == (None, 7)
    for key, facet, text in (
        ("r[x]/q", Facet.VALUE, "4"),
        ("r[x]/s[1]/z", Facet.VALUE, "1"),
        ("r[x]/s[2]/z", Facet.VALUE, "na"),
        ("r[y]/q", Facet.VALUE, "0"),
        ("r[y]/q", Facet.SELF, "4"),
    ):
        session.set(f"/data/g/{key}", facet, text)
    found = session.assessment()
    # x is 4 + the best of (1, not applicable); y is 0, and asks nothing further; t is not answered yet.
    assert {score.key.removeprefix("/data/g/"): score.value for score in found.total.walk()} == {
        "/data": Decimal(5), "/data/g": Decimal(5), "r": Decimal(5), "r[x]": Decimal(5), "r[x]/q": Decimal(4),
        "r[x]/s": Decimal(1), "r[x]/s[1]": Decimal(1), "r[x]/s[1]/z": Decimal(1), "r[x]/s[2]": None,
        "r[x]/s[2]/z": None, "r[y]": Decimal(0), "r[y]/q": Decimal(0), "t": None,
    }  # fmt: skip
    assert (found.total.answered, found.total.expected) == (3, 4)
    assert found.floors == ("/data/g/r[x]/s[1]/z", "/data/g/r[y]")
    assert found.self_total is not None
    assert found.self_total.value == Decimal(4)
    session.set("/data/g/r[y]/q", Facet.NOT_APPLICABLE, "tidak ada")
    found = session.assessment()
    assert (found.total.value, found.floors, found.self_total) == (Decimal(5), ("/data/g/r[x]/s[1]/z",), None)
