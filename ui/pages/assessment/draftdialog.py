"""The draft of the report, and how it is wanted: another paper or other photos are drawn anew at once."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gmsc_desktop.domain.papers import ReportOptions
from gmsc_desktop.i18n import _
from ui.pages.assessment.viewer import PaperDialog
from ui.widgets.reportchoices import ReportChoices


class DraftDialog(PaperDialog):
    """Shows the draft ``pdf`` drawn by ``options``; ``wanted`` carries the options it is wanted by instead."""

    wanted = Signal(object)

    def __init__(self, pdf: bytes, options: ReportOptions, parent: QWidget | None = None) -> None:
        super().__init__(_("Draft of the evaluation report"), pdf, parent)
        self.choices = ReportChoices(options)
        self.choices.changed.connect(self.wanted)
        column = self.layout()
        if isinstance(column, QVBoxLayout):
            column.insertWidget(0, self.choices)
