"""Defaults on a real vault: given once in a visit and once in an item, and never again."""

from __future__ import annotations

from pathlib import Path

import pytest

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.visit import Visit
from gmsc_desktop.services.app import Services
from tests.services.helpers import draft

FORM = """
| survey |
| | type | name | label | default | calculation |
| | text | place | Place | here | |
| | begin_repeat | row | Row | | |
| | text | unit | Unit | item | |
| | calculate | code | | | once(uuid()) |
| | end_repeat | | | | |
"""


@pytest.fixture
def visit(services: Services, tmp_path: Path) -> Visit:
    path = tmp_path / "defaults.md"
    path.write_text(FORM, encoding="utf-8")
    return services.visits.create(draft(services.instruments.install(path).value.hash)).value


def _shown(services: Services, visit: Visit, key: str) -> str:
    return services.visits.open(visit.id).session.state(key).value


def test_a_default_that_was_cleared_does_not_come_back(services: Services, visit: Visit) -> None:
    assert _shown(services, visit, "/data/place") == "here"
    services.answers.set(visit.id, "/data/place", Facet.VALUE, None)
    assert services.visits.open(visit.id).session.sheet().cells == {}
    undone = services.answers.undo(visit.id).value
    assert undone is not None
    assert (undone.value, _shown(services, visit, "/data/place")) == ("here", "here")
    services.answers.redo(visit.id)
    assert _shown(services, visit, "/data/place") == ""
    services.answers.set(visit.id, "/data/place", Facet.NOTE, "left blank")
    assert _shown(services, visit, "/data/place") == ""


def test_a_new_item_keeps_what_the_form_gave_it(services: Services, visit: Visit) -> None:
    item = services.answers.add_item(visit.id, "/data/row").value
    code = _shown(services, visit, f"{item.key}/code")
    assert (_shown(services, visit, f"{item.key}/unit"), len(code)) == ("item", 36)
    services.answers.set(visit.id, f"{item.key}/unit", Facet.VALUE, None)
    other = services.answers.add_item(visit.id, "/data/row").value
    assert [_shown(services, visit, f"{each.key}/unit") for each in (item, other)] == ["", "item"]
    assert _shown(services, visit, f"{item.key}/code") == code
    services.answers.undo(visit.id)
    services.answers.redo(visit.id)
    assert _shown(services, visit, f"{other.key}/unit") == "item"


def test_a_visit_nobody_opened_gets_all_defaults_after_a_move(services: Services, visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "next.md"
    path.write_text(FORM.replace("| begin_repeat", "| text | more | More | new | |\n| | begin_repeat", 1), "utf-8")
    services.moving.apply(visit.id, services.instruments.install(path).value.hash, [])
    assert (_shown(services, visit, "/data/place"), _shown(services, visit, "/data/more")) == ("here", "new")
