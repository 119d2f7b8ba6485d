"""Tables over the end of a page: no row is left alone under headings that are named again."""

from __future__ import annotations

import pytest

from gmsc_desktop.documents import theme
from gmsc_desktop.documents.grid import Grid, Row
from gmsc_desktop.documents.text import Writer


def table(*, named_by_itself: bool, keep: int = -1) -> Grid:
    """Ten short rows, of which one may hold on to the next, under a header or a row that is one."""
    write = Writer()

    def row(text: str, **more: bool) -> Row:
        return Row([[write.one(text, "small")]], **more)

    rows = [row(f"Baris {number}", keep=number == keep) for number in range(10)]
    if named_by_itself:
        return Grid([400.0], [row("Judul", head=True, keep=True), *rows], again=row("Judul", head=True))
    return Grid([400.0], rows, header=row("Judul", head=True))


@pytest.mark.parametrize("named_by_itself", [False, True])
@pytest.mark.parametrize("keep", [-1, 7, 8])
def test_no_short_row_stands_alone_on_the_next_page(named_by_itself: bool, keep: int) -> None:  # noqa: FBT001
    _width, height = table(named_by_itself=named_by_itself).wrap(400, theme.PAGE_HEIGHT)
    for room in range(60, int(height)):
        parts = table(named_by_itself=named_by_itself, keep=keep).split(400, room)
        assert len(parts) == 2
        first, rest = parts
        assert isinstance(first, Grid)
        assert isinstance(rest, Grid)
        assert len(rest.rows) > 1
        assert not first.rows[-1].keep
        assert first.wrap(400, room)[1] <= room
