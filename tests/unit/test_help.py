"""The manual is whole: its first page leads to every other page, and no link leads nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gmsc_desktop.resources import resource

PAGES = sorted(resource("help").glob("*.md"))
LINK = re.compile(r"\]\(([^)\s]+)\)")


def test_the_first_page_lists_every_page_once() -> None:
    listed = LINK.findall(resource("help", "index.md").read_text(encoding="utf-8"))
    assert sorted(listed) == [page.name for page in PAGES if page.name != "index.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_one_title_and_links_that_lead_somewhere(page: Path) -> None:
    path = resource("help", page.name)
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    assert lines[0].startswith("# ")
    assert sum(line.startswith("# ") for line in lines) == 1
    assert all(path.with_name(target).is_file() for target in LINK.findall(text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_tables_have_as_many_cells_in_every_row(page: Path) -> None:
    rows: list[str] = []
    for line in [*resource("help", page.name).read_text(encoding="utf-8").splitlines(), ""]:
        if line.startswith("|"):
            rows.append(line)
        elif rows:
            assert len({row.count("|") for row in rows}) == 1, rows[0]
            rows = []
