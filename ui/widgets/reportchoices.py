"""How the evaluation report is wanted: its paper, and its photos."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gmsc_desktop.domain.papers import PHOTO_EDGE, PaperSize, ReportOptions
from gmsc_desktop.i18n import _
from ui.theme import space
from ui.widgets.fields import Choice, FormRow

PAPERS = ((PaperSize.A4.value, "A4 (210 × 297 mm)"), (PaperSize.F4.value, "F4 / Folio (215 × 330 mm)"))
EDGES = (320, PHOTO_EDGE, 1000, 1600, 2400)
NONE = "none"


class ReportChoices(QWidget):
    """Paper and photos of a report side by side; ``changed`` carries the ``ReportOptions`` chosen."""

    changed = Signal(object)

    def __init__(self, options: ReportOptions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.paper = Choice(PAPERS)
        with_photos = _("with photos, {edge} pixels")
        self.photos = Choice(
            [*((str(edge), with_photos.format(edge=edge)) for edge in EDGES), (NONE, _("without photos"))]
        )
        self.paper.set_value(options.paper.value)
        self.photos.set_value(str(options.photo_edge) if options.photos else NONE)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(3))
        row.addWidget(FormRow(_("P&aper"), self.paper), 1)
        row.addWidget(FormRow(_("P&hotos"), self.photos), 1)
        for choice in (self.paper, self.photos):
            choice.currentIndexChanged.connect(lambda _at: self.changed.emit(self.options()))

    def options(self) -> ReportOptions:
        """What is chosen."""
        photos = self.photos.value()
        paper = PaperSize(self.paper.value())
        return ReportOptions(paper, photos=False) if photos == NONE else ReportOptions(paper, True, int(photos))
