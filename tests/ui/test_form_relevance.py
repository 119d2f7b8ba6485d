"""What the answers so far do not ask is not on the page: not the items of a repeat, not the button that adds one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.ports import Clock
from gmsc_desktop.i18n import set_language
from tests.ui.trials import Trial, written
from ui.pages.assessment.pagerows import AddRow, Following, ItemHead

FORM = """\
| survey |
| | type | name | label | relevant | repeat_count |
| | begin_group | kids | Anak | | |
| | select_one yt | any | Punya anak? | | |
| | begin_repeat | kid | Data anak | ${any} = 'y' | |
| | text | called | Nama anak | | |
| | end_repeat | | | | |
| | end_group | | | | |
| | begin_group | rest | Selebihnya | ${any} = 't' | |
| | text | why | Mengapa? | | |
| | begin_repeat | row | Baris | | 2 |
| | text | what | Apa | | |
| | end_repeat | | | | |
| | end_group | | | | |
| choices |
| | list_name | name | label |
| | yt | y | Ya |
| | yt | t | Tidak |
"""


def _seen(trial: Trial, kind: type[QWidget]) -> int:
    page = trial.page.questions.page
    assert page is not None
    return sum(found.isVisible() for found in page.findChildren(kind))


def _answer(trial: Trial, value: str) -> None:
    trial.page.desk.write("/data/kids/any", Facet.VALUE, value)
    trial.settle()


def test_a_repeat_is_shown_while_it_is_asked(qtbot: Any, tmp_path: Path, clock: Clock) -> None:
    set_language("id")
    trial = Trial(qtbot, written(tmp_path, FORM), clock)
    trial.card("any")
    assert _seen(trial, AddRow) == 0
    _answer(trial, "y")
    assert _seen(trial, AddRow) == 1
    trial.page.desk.add_item("/data/kids/kid")
    trial.settle()
    assert _seen(trial, ItemHead) == 1
    _answer(trial, "t")
    assert _seen(trial, Following) == 0
    _answer(trial, "y")
    assert _seen(trial, ItemHead) == 1


def test_a_page_on_which_nothing_is_asked_says_so(qtbot: Any, tmp_path: Path, clock: Clock) -> None:
    set_language("id")
    trial = Trial(qtbot, written(tmp_path, FORM), clock)
    trial.card("any")
    trial.page.questions.turn(forward=True)
    trial.settle()
    page = trial.page.questions.page
    assert page is not None and page.section.path == "/data/rest"
    assert page.nothing.isVisible() and _seen(trial, ItemHead) == 0
    _answer(trial, "t")
    assert not page.nothing.isVisible() and _seen(trial, ItemHead) == 2
