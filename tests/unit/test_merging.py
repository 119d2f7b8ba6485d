"""Merging by question: symmetric, never loses or invents a word, and leaves disagreement to the ketua."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.merging import Merged, Settled, Side, merge

CELL = st.tuples(st.sampled_from(["/data/a", "/data/b", "/data/c"]), st.sampled_from(list(Facet)[:2]))
CELLS = st.dictionaries(CELL, st.sampled_from(["l0", "l3", "l4"]), max_size=5)
SIDES = st.lists(CELLS, min_size=1, max_size=3).map(
    lambda found: [Side(f"asesor-{number}", cells) for number, cells in enumerate(found)]
)
A, B = ("/data/a", Facet.VALUE), ("/data/b", Facet.VALUE)


@given(CELLS, SIDES, st.randoms(use_true_random=False))
def test_the_order_of_sides_does_not_matter(base: dict, sides: list[Side], random: object) -> None:  # type: ignore[type-arg]
    other = list(sides)
    random.shuffle(other)  # type: ignore[attr-defined]
    assert merge(base, other) == merge(base, sides)


@given(CELLS, SIDES)
def test_nothing_is_invented_and_nothing_passed_over(base: dict, sides: list[Side]) -> None:  # type: ignore[type-arg]
    merged = merge(base, sides)
    opened = {found.cell for found in merged.open}
    for cell in {*base, *(cell for side in sides for cell in side.cells)}:
        said = {side.cells.get(cell, "") for side in sides} - {base.get(cell, "")}
        now = merged.cells.get(cell, "")
        assert (len(said) > 1) == (cell in opened)
        if len(said) == 1:
            assert now in said and merged.given_by[cell]
        else:
            assert now == base.get(cell, "")


@given(CELLS, CELLS)
def test_one_side_alone_is_taken_as_it_is(base: dict, cells: dict) -> None:  # type: ignore[type-arg]
    assert dict(merge(base, [Side("sri", cells)]).cells) == cells
    assert merge(cells, [Side("sri", cells), Side("budi", cells)]) == Merged(merge(cells, []).cells)


def test_sections_split_between_laptops_come_together() -> None:
    base = {A: "l0"}
    merged = merge(base, [Side("sri", {A: "l3"}), Side("budi", {A: "l0", B: "l4"})])
    assert dict(merged.cells) == {A: "l3", B: "l4"}
    assert dict(merged.given_by) == {A: ("sri",), B: ("budi",)}
    assert merged.open == ()


def test_a_disagreement_waits_for_the_ketua_and_opens_again_when_a_side_changes_its_mind() -> None:
    sides = [Side("sri", {A: "l3"}), Side("budi", {A: "l4"})]
    (found,) = merge({}, sides).open
    assert (found.cell, found.said) == (A, (("budi", "l4"), ("sri", "l3")))
    word = Settled(A, "l4", "Bukti dukungnya lengkap.", found.values)
    merged = merge({}, sides, [word])
    assert (dict(merged.cells), dict(merged.given_by), merged.open) == ({A: "l4"}, {A: ("budi",)}, ())
    again = merge({}, [Side("sri", {A: "l0"}), sides[1]], [word])
    assert len(again.open) == 1 and A not in again.cells
