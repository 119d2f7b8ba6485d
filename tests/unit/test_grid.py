"""Tables over the end of a page: no row is left alone under headings that are named again."""

from __future__ import annotations

import io

import pytest
from reportlab.platypus import SimpleDocTemplate, Spacer

from gmsc_desktop.documents import theme
from gmsc_desktop.documents.grid import Grid, Row
from gmsc_desktop.documents.text import Writer
from tests.documents.reading import pages_of


def table(*, named_by_itself: bool, keep: int = -1, last: int = 1) -> Grid:
    """Ten short rows, of which one may hold on to the next, under a header or a row that is one; the last row has
    ``last`` lines."""
    write = Writer()

    def row(text: str, **more: bool) -> Row:
        return Row([[write.one(text, "small")]], **more)

    rows = [row(f"Baris {number}", keep=number == keep) for number in range(9)]
    rows.append(Row([[write.one("Baris 9", "small"), *(write.one("dan lagi", "small") for _line in range(1, last))]]))
    if named_by_itself:
        return Grid([400.0], [row("Judul", head=True, keep=True), *rows], again=row("Judul", head=True))
    return Grid([400.0], rows, header=row("Judul", head=True))


@pytest.mark.parametrize("named_by_itself", [False, True])
@pytest.mark.parametrize("keep", [-1, 7, 8])
def test_no_short_row_stands_alone_on_the_next_page(named_by_itself: bool, keep: int) -> None:  # noqa: FBT001
    _width, height = table(named_by_itself=named_by_itself).wrap(400, theme.PAGE_HEIGHT)
    for room in range(60, int(height)):
        parts = table(named_by_itself=named_by_itself, keep=keep).split(400, room)
        first, rest = parts[0], parts[-1]
        assert isinstance(first, Grid)
        assert isinstance(rest, Grid)
        assert len(rest.rows) > 1
        assert not first.rows[-1].keep
        assert first.wrap(400, room)[1] <= room


@pytest.mark.parametrize("named_by_itself", [False, True])
@pytest.mark.parametrize("left", range(40, 320, 9))
def test_headings_stand_once_on_a_page(named_by_itself: bool, left: int) -> None:  # noqa: FBT001
    made = io.BytesIO()
    document = SimpleDocTemplate(made, pagesize=(500, 700), leftMargin=0, rightMargin=0, topMargin=0, bottomMargin=0)
    document.build([Spacer(1, 688 - left), table(named_by_itself=named_by_itself, last=4)])
    pages = pages_of(made.getvalue())
    assert [page.count("Judul") for page in pages[-2:]] in ([1, 1], [0, 1], [1])
    rows = [page.count("Baris") for page in pages]
    assert sum(rows) == 10
    assert rows[-1] > 1
