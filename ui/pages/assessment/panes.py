"""The three panes beside each other, as many as there is room for."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from ui.theme import space

LEAST = 100
"""Quarter ems the questions need beside the other panes."""


class Panes(QSplitter):
    """Outline, centre and inspector. The centre shows one widget of several; ``centre_changed`` says that it is
    another one, ``inspector_shown`` whether the inspector can be seen."""

    centre_changed = Signal()
    inspector_shown = Signal(bool)

    def __init__(self, outline: QWidget, centre: tuple[QWidget, ...], inspector: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._outline, self._inspector = outline, inspector
        self._wanted, self._first = True, False
        self._centre = QStackedWidget()
        for widget in centre:
            self._centre.addWidget(widget)
        self._centre.currentChanged.connect(lambda _index: self.centre_changed.emit())
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        for number, pane in enumerate((outline, self._centre, inspector)):
            self.addWidget(pane)
            self.setStretchFactor(number, int(number == 1))
        self.setSizes([space(62), space(160), space(74)])

    def show_centre(self, widget: QWidget) -> None:
        """Show one of the centre's widgets."""
        self._centre.setCurrentWidget(widget)

    def centre(self) -> QWidget | None:
        """What the centre shows."""
        return self._centre.currentWidget()

    def want_inspector(self, wanted: bool) -> None:
        """Show or hide the inspector; where there is no room for all it takes the outline's place."""
        self._wanted = self._first = wanted
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """The questions alone: the other panes go before the window has to grow."""
        return QSize(space(LEAST), space(60))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the questions their room first."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """All three where there is room; else the outline beside the questions, or the inspector if asked for."""
        room, least = self.width(), space(LEAST)
        outline, inspector = self._outline.minimumWidth(), self._inspector.minimumWidth()
        both = room - outline - inspector >= least
        shows_inspector = self._wanted and (both or self._first)
        shows_outline = room - outline >= least and (both or not shows_inspector)
        self._outline.setVisible(shows_outline)
        self._inspector.setVisible(shows_inspector)
        self.inspector_shown.emit(shows_inspector)
