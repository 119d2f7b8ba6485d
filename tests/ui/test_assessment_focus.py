"""The keyboard stays on the assessment page, whatever section is shown."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QWidget

from gmsc_desktop.services.app import Services
from tests.ui.assessing import Bench, make_visit


def test_a_section_without_a_question_keeps_the_keyboard(qtbot: Any, services: Services, tasks: Any) -> None:
    bench = Bench(qtbot, services, tasks, make_visit(services))
    window = QWidget()
    rail = QPushButton("rail", window)
    row = QHBoxLayout(window)
    row.addWidget(rail)
    row.addWidget(bench.page)
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    questions = bench.page.questions
    silent = 0
    for section in questions.sections():
        focus = QApplication.focusWidget()
        assert focus is None or bench.page.isAncestorOf(focus) or section is questions.sections()[0]
        questions.turn(forward=True)
        focus = QApplication.focusWidget()
        assert focus is not None and bench.page.isAncestorOf(focus), questions.section
        if questions.page is not None and not questions.page.asked():
            silent += 1
            here = questions.section
            qtbot.keyClick(focus, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
            assert questions.section != here
            questions.turn(forward=True)
            assert questions.section == here
    assert silent
    bench.page.setParent(None)
    window.close()
