"""What the panels of papers share: a list with its search on the left, the paper on the right, or what to do first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from gmsc_desktop.domain.errors import Cancelled, GmscError
from gmsc_desktop.i18n import _
from ui.tasks import Tasks
from ui.theme import space
from ui.widgets.cards import EmptyState
from ui.widgets.fields import SearchField
from ui.widgets.labels import label
from ui.widgets.messages import Banner

if TYPE_CHECKING:
    from gmsc_desktop.services.app import Services


class Shelf(QWidget):
    """One panel. ``kind`` is the kind of change (``domain.changes``) after which it is read anew."""

    kind = ""

    def __init__(self, services: Services, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._tasks = services, tasks
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(space(4))
        self.banner = Banner()
        self.count = label("", "small")
        self._stack = QStackedWidget()
        self.body.addWidget(self.banner)
        self.body.addWidget(self._stack, 1)
        tasks.changed.connect(self._changed)

    def furnish(
        self, search: SearchField, view: QWidget, paper: QWidget | None, sizes: tuple[int, int], empty: EmptyState
    ) -> None:
        """Lay it out: ``view`` below its ``search``, ``paper`` beside it where there is one, each as wide as ``sizes``
        say (in steps of ``space``), and ``empty`` for when there is nothing."""
        self.search, self.empty = search, empty
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, space(3) if paper is not None else 0, 0)
        column.setSpacing(space(2))
        column.addWidget(search)
        column.addWidget(view, 1)
        column.addWidget(self.count)
        if paper is None:
            self._stack.addWidget(left)
        else:
            left.setMinimumWidth(space(sizes[0] * 3 / 4))
            splitter = QSplitter(Qt.Orientation.Horizontal)
            splitter.setChildrenCollapsible(False)
            splitter.addWidget(left)
            splitter.addWidget(paper)
            splitter.setStretchFactor(1, 1)
            splitter.setSizes([space(size) for size in sizes])
            self._stack.addWidget(splitter)
        self._stack.addWidget(empty)

    def show_whether(self, there_is_something: bool) -> None:
        """The list, or what to do first."""
        self._stack.setCurrentIndex(0 if there_is_something else 1)

    def tell_count(self, shown: int, total: int, all_of_them: str) -> None:
        """Below the list: how many there are, and how many of them are found when something is searched."""
        found = _("{shown} of {all}").format(shown=shown, all=all_of_them)
        self.count.setText(all_of_them if shown == total else found)

    def refresh(self) -> None:
        """Read it anew."""
        raise NotImplementedError

    def failed(self, error: GmscError) -> None:
        """Say what went wrong, unless the person stopped it."""
        if not isinstance(error, Cancelled):
            self.banner.say_error(error)

    def _changed(self, changed: object, _origin: object) -> None:
        if self.kind in getattr(changed, "kinds", ()) and self.isVisible():
            self.refresh()
