"""The pure parts of the assessment page: sections and rows, moving about, numbers put into words."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType

from gmsc_desktop.domain.answers import RepeatItem
from gmsc_desktop.domain.instrument import Instrument, Item, ItemType, ScoreMethod, Text
from gmsc_desktop.domain.scoring import Assessment, Score
from gmsc_desktop.domain.visit import Problem, Severity
from gmsc_desktop.i18n import set_language
from ui.pages.assessment.figures import formula, improvement, shown, why
from ui.pages.assessment.layout import RowKind, page_rows, section_item, section_of, sections
from ui.pages.assessment.navigation import matches, next_problem, step


def _item(path: str, kind: ItemType, *children: str, label: str = "x") -> Item:
    text = Text({"id": label}) if label else Text()
    return Item(path, kind, 1, label=text, children=tuple(f"{path}/{name}" for name in children))


ITEMS = (
    _item("/data", ItemType.GROUP, "intro", "output", "qw", label=""),
    _item("/data/intro", ItemType.GROUP, "note"),
    _item("/data/intro/note", ItemType.NOTE),
    _item("/data/output", ItemType.GROUP, "structure", "total"),
    _item("/data/output/structure", ItemType.GROUP, "people", "money"),
    _item("/data/output/structure/people", ItemType.SELECT_ONE),
    _item("/data/output/structure/money", ItemType.SELECT_ONE),
    _item("/data/output/total", ItemType.CALCULATE, label=""),
    _item("/data/qw", ItemType.REPEAT, "name"),
    _item("/data/qw/name", ItemType.TEXT),
)
INSTRUMENT = Instrument("t", "1", Text({"id": "Uji"}), ("id",), "id", ITEMS, MappingProxyType({}))
KEDIRI = (("baseline", 10, "3.60"), ("output", 20, "3.21"), ("outcome", 30, "3.23"), ("impact", 20, "3.07"))


def test_groups_with_questions_are_pages_and_groups_of_groups_headings() -> None:
    found = sections(INSTRUMENT)
    assert [(s.path, s.depth, s.is_page) for s in found] == [
        ("/data/intro", 0, True),
        ("/data/output", 0, False),
        ("/data/output/structure", 1, True),
        ("/data/qw", 0, True),
    ]
    assert section_of(found, "/data/output/structure/money") == found[2]
    assert section_item(INSTRUMENT, found[2]).path == "/data/output/structure"


def test_the_items_of_a_repeat_come_one_after_the_other() -> None:
    items = (RepeatItem("/data/qw", "a", 0), RepeatItem("/data/qw", "b", 1))
    rows = page_rows(INSTRUMENT, sections(INSTRUMENT)[3], lambda _key: items)
    assert [(row.kind, row.key) for row in rows] == [
        (RowKind.REPEAT, "/data/qw"),
        (RowKind.ITEM, "/data/qw[a]"),
        (RowKind.QUESTION, "/data/qw[a]/name"),
        (RowKind.ITEM, "/data/qw[b]"),
        (RowKind.QUESTION, "/data/qw[b]/name"),
        (RowKind.ADD, "/data/qw"),
    ]


def test_moving_goes_by_the_order_and_problems_go_round() -> None:
    assert step(("a", "b", "c"), "b", forward=True) == "c"
    assert step(("a", "b", "c"), "c", forward=True) is None
    assert step(("a", "b"), "", forward=False) == "b"
    problems = tuple(
        Problem("required", severity, key, "x")
        for key, severity in (
            ("c", Severity.ERROR),
            ("a", Severity.ERROR),
            ("b", Severity.WARNING),
            ("", Severity.ERROR),
        )
    )
    order = ("a", "b", "c")
    went = []
    here = ""
    for _round in range(3):
        found = next_problem(problems, order, here)
        assert found is not None
        here = found.key
        went.append(here)
    assert went == ["a", "c", "a"]
    back = next_problem(problems, order, "a", forward=False)
    assert back is not None and back.key == "c"
    warnings = next_problem(problems[2:], order, "a")
    assert warnings is not None and warnings.key == "b"


def test_every_word_typed_must_be_found() -> None:
    labels = (("1", "Komitmen pimpinan"), ("2", "Pimpinan daerah"), ("3", "Anggaran"))
    assert matches(labels, "pimpinan") == (("2", "Pimpinan daerah"), ("1", "Komitmen pimpinan"))
    assert matches(labels, "pimpinan komit") == (("1", "Komitmen pimpinan"),)


def _score(key: str, weight: int, value: str | None, *parts: Score, method: ScoreMethod | None = None) -> Score:
    exact = None if value is None else Decimal(value)
    return Score(key, method, Decimal(weight), exact, 0, 0, parts=parts)


def test_the_index_of_kediri_is_worked_out_with_its_numbers() -> None:
    set_language("id")
    parts = tuple(_score(key, weight, value) for key, weight, value in (*KEDIRI, ("quick_win", 20, "3.65")))
    total = _score("/data", 1, "3.315", *parts, method=ScoreMethod.WEIGHTED_MEAN)
    assert formula(INSTRUMENT, total) == (
        "(10 × 3,6 + 20 × 3,21 + 30 × 3,23 + 20 × 3,07 + 20 × 3,65) ÷ 100 = 3,315 → 3,32"
    )
    assert improvement(INSTRUMENT, Assessment(total, ()), Decimal("3.06")) == "+0,26"
    assert improvement(INSTRUMENT, Assessment(total, ()), Decimal("3.4")) == "−0,08"
    line = why(INSTRUMENT, total, lambda key: key.upper(), top="Indeks")
    assert (line.label, line.value, [part.label for part in line.parts][:2]) == (
        "Indeks",
        "3,315",
        ["BASELINE", "OUTPUT"],
    )


def test_what_is_not_answered_is_said_to_be_left_out() -> None:
    set_language("en")
    total = _score("/data", 1, "3", _score("a", 1, "3"), _score("b", 1, None), method=ScoreMethod.MEAN)
    assert formula(INSTRUMENT, total).startswith("(3) ÷ 1 = 3\n1 of its parts")
    assert shown(INSTRUMENT, None) == "–"
