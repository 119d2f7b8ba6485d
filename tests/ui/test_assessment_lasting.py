"""What a form sets once is stored while a visit is filled in, and is no step of undo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.services.app import Services
from gmsc_desktop.store.answers import AnswerRepository
from tests.helpers import FixedClock
from tests.ui.assessing import Bench, make_visit

FORM = """
| survey |
| | type | name | label | default | calculation | trigger | relevant | read_only |
| | start | began | | | | | | |
| | today | day | | | | | | |
| | date | on | On | today() | | | | yes |
| | integer | mark | Mark | | | | | |
| | text | stamp | Stamp | | concat(${mark}, ' at ', now()) | ${mark} | | |
| | calculate | code | | | once(now()) | | ${mark} > 1 | |
| | begin_repeat | step | Step | | | | | |
| | text | what | What | | | | | |
| | calculate | made | | | once(now()) | | | |
| | end_repeat | | | | | | | |
"""


@pytest.fixture
def visit(services: Services, tmp_path: Path) -> str:
    path = tmp_path / "lasting.md"
    path.write_text(FORM, encoding="utf-8")
    return make_visit(services, services.instruments.install(path).value.hash)


@pytest.fixture
def bench(qtbot: Any, services: Services, tasks: Any, visit: str) -> Bench:
    return Bench(qtbot, services, tasks, visit)


def _values(services: Services, visit: str) -> dict[str, str]:
    cells = AnswerRepository(services.vault.store).sheet(visit).cells
    return {key: text for (key, facet), text in cells.items() if facet is Facet.VALUE}


def test_a_form_opened_another_day_keeps_the_day_it_began(
    bench: Bench, services: Services, clock: FixedClock, visit: str
) -> None:
    bench.settle()
    first = _values(services, visit)
    assert set(first) == {"/data/began", "/data/day", "/data/on"}
    clock.forward(days=2)
    bench.page.desk.load()
    bench.settle()
    assert _values(services, visit) == first
    assert bench.page.desk.session.state("/data/day").value == first["/data/day"]
    assert bench.page.desk.session.state("/data/on").value == first["/data/on"]
    assert services.answers.undo(visit).value is None


def test_what_an_answer_set_off_is_stored_and_goes_back_with_it(
    bench: Bench, services: Services, clock: FixedClock, visit: str
) -> None:
    desk = bench.page.desk
    desk.write("/data/mark", Facet.VALUE, "1")
    bench.settle()
    assert _values(services, visit)["/data/stamp"].startswith("1 at ")
    assert "/data/code" not in _values(services, visit)
    desk.write("/data/mark", Facet.VALUE, "2")
    bench.settle()
    code = _values(services, visit)["/data/code"]
    clock.forward(days=2)
    desk.undo()
    bench.settle()
    stored = _values(services, visit)
    assert (stored["/data/mark"], stored["/data/stamp"][:5], stored["/data/code"]) == ("1", "1 at ", code)
    desk.redo()
    bench.settle()
    stored = _values(services, visit)
    assert (stored["/data/mark"], stored["/data/stamp"][:5], stored["/data/code"]) == ("2", "2 at ", code)
    assert stored["/data/stamp"] == desk.session.state("/data/stamp").value
    reopened = services.visits.open(visit).session
    assert reopened.state("/data/stamp").value == stored["/data/stamp"]


def test_an_answer_the_form_overwrote_does_not_stop_undo(bench: Bench, services: Services, visit: str) -> None:
    desk = bench.page.desk
    desk.write("/data/mark", Facet.VALUE, "1")
    desk.write("/data/stamp", Facet.VALUE, "my own")
    desk.write("/data/mark", Facet.VALUE, "2")
    bench.settle()
    for _step in range(2):
        desk.undo()
        bench.settle()
    assert "/data/mark" not in _values(services, visit)
    assert services.answers.undo(visit).value is None


def test_an_item_that_comes_back_was_still_made_when_it_was(
    bench: Bench, services: Services, clock: FixedClock, visit: str
) -> None:
    desk = bench.page.desk
    desk.add_item("/data/step")
    bench.settle()
    (item,) = desk.session.items("/data/step")
    made = _values(services, visit)[item.key + "/made"]
    desk.remove_item(item.key)
    bench.settle()
    clock.forward(days=2)
    desk.undo()
    bench.settle()
    assert desk.session.state(item.key + "/made").value == made == _values(services, visit)[item.key + "/made"]
    assert services.visits.open(visit).session.state(item.key + "/made").value == made
