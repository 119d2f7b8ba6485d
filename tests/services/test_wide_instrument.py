"""A visit on an instrument with counted repeats, triggers and values set once: answered, closed, read back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.errors import InvalidInput
from gmsc_desktop.domain.visit import Visit
from gmsc_desktop.services.app import Services
from tests.services.helpers import draft

FORM = """
| survey |
| | type | name | label | repeat_count | calculation | trigger | parameters |
| | today | day | | | | | |
| | integer | count | Programmes | | | | |
| | begin_repeat | programme | Programme | ${count} | | | |
| | text | title | Title | | | | |
| | select_one level | use | Use | | | | |
| | end_repeat | | | | | | |
| | time | at | At | | | | |
| | range | mark | Mark | | | | start=0 end=4 |
| | calculate | code | | | once(uuid()) | | |
| | text | stamp | Stamp | | concat(${mark}, '!') | ${mark} | |
| choices |
| | list_name | name | label | score |
| | level | l0 | None | 0 |
| | level | l3 | Good | 3 |
| | level | l4 | Best | 4 |
"""


@pytest.fixture
def wide(services: Services, tmp_path: Path) -> Visit:
    path = tmp_path / "wide.md"
    path.write_text(FORM, encoding="utf-8")
    installed = services.instruments.install(path).value
    return services.visits.create(draft(installed.hash)).value


def _answer(services: Services, visit: Visit, **values: str) -> None:
    for name, value in values.items():
        services.answers.set(visit.id, f"/data/{name}", Facet.VALUE, value)


def test_counted_items_are_answered_closed_and_read_back(services: Services, wide: Visit) -> None:
    _answer(services, wide, count="2", at="09:30", mark="3")
    for item, level in (("1", "l4"), ("2", "l3")):
        services.answers.set(wide.id, f"/data/programme[{item}]/use", Facet.VALUE, level)
    sheet = services.visits.open(wide.id)
    assert [item.id for item in sheet.session.items("/data/programme")] == ["1", "2"]
    assert str(sheet.session.assessment().total.value) == "3.5"
    with pytest.raises(InvalidInput):
        services.answers.add_item(wide.id, "/data/programme")
    revision = services.visits.close(wide.id).value
    content = json.loads(revision.content)
    assert content["repeats"] == [{"key": "/data/programme", "items": ["1", "2"]}]
    answers = {entry["key"]: entry.get("value") for entry in content["answers"]}
    assert answers["/data/programme[2]/use"] == "l3"
    assert content["scores"]["index"] == "3.5"
    assert services.visits.open(wide.id).session.sheet().get("/data/programme[1]/use") == "l4"


def test_what_the_form_set_once_is_stored_like_an_answer(services: Services, wide: Visit) -> None:
    session = services.visits.open(wide.id).session
    session.set("/data/mark", Facet.VALUE, "2")
    lasting = session.lasting()
    assert set(lasting) == {"/data/day", "/data/code", "/data/stamp"}
    services.answers.set(wide.id, "/data/mark", Facet.VALUE, "2")
    for key, text in lasting.items():
        services.answers.set(wide.id, key, Facet.VALUE, text)
    again = services.visits.open(wide.id).session
    assert again.lasting() == lasting
    assert again.state("/data/stamp").value == "2!"
    assert not again.state("/data/stamp").read_only
    with pytest.raises(InvalidInput):
        services.answers.set(wide.id, "/data/nowhere", Facet.VALUE, "x")


def test_another_visit_draws_its_own_chance(services: Services, wide: Visit) -> None:
    other = services.visits.create(draft(wide.draft.instrument_hash)).value
    codes = [services.visits.open(found.id).session.state("/data/code").value for found in (wide, wide, other)]
    assert codes[0] == codes[1] != codes[2]
