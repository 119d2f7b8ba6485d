"""The left pane: the sections of the instrument with how far each is, and the way to find a question by its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gmsc_desktop.i18n import _, ngettext
from ui.pages.assessment.navigation import matches
from ui.theme import space
from ui.widgets.elided import plain_tip
from ui.widgets.fields import SearchField
from ui.widgets.icons import paint_icon
from ui.widgets.ink import Ink, ink
from ui.widgets.meter import Meter
from ui.widgets.words import Tone, Words

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the outline: ``answered`` of ``expected``, ``problems`` that stand against closing."""

    path: str
    label: str
    depth: int
    is_page: bool
    answered: int = 0
    expected: int = 0
    problems: int = 0
    doer: str = ""
    own: bool = False
    """Whether the one of the team who does it works on this laptop."""
    remarks: int = 0
    """Comments of the office nobody has answered yet."""

    @property
    def said(self) -> str:
        """The line in words, for screen readers and tool tips."""
        parts = [self.label]
        if self.expected:
            done = _("{answered} of {expected} answered")
            parts.append(done.format(answered=self.answered, expected=self.expected))
        if self.problems:
            parts.append(ngettext("{n} thing missing", "{n} things missing", self.problems).format(n=self.problems))
        if self.doer:
            parts.append(_("Yours") if self.own else _("Done by {name}").format(name=self.doer))
        if self.remarks:
            parts.append(ngettext("{n} open comment", "{n} open comments", self.remarks).format(n=self.remarks))
        return ". ".join(parts)


class Lines(QAbstractListModel):
    """The lines for Qt; a change repaints only the lines that differ."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: tuple[Line, ...] = ()

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        """Take new lines."""
        if [line.path for line in lines] != [line.path for line in self.lines]:
            self.beginResetModel()
            self.lines = lines
            self.endResetModel()
            return
        before, self.lines = self.lines, lines
        for row, (old, new) in enumerate(zip(before, lines, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, parent: Index | None = None) -> int:
        """How many lines."""
        return 0 if parent is not None and parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, words for screen readers, or the line itself (user role)."""
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return line
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return line.label if role == Qt.ItemDataRole.DisplayRole else line.said
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(line.said)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings without a page cannot be chosen."""
        on = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return on if self.lines[index.row()].is_page else Qt.ItemFlag.NoItemFlags


class _Paint(QStyledItemDelegate):
    """Paints a line: name, a small ring of progress or a check, and a mark with the number of problems."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """One or two lines of text."""
        line: Line = index.data(Qt.ItemDataRole.UserRole)
        view: QWidget = option.widget
        metrics = view.fontMetrics()
        return QSize(120, metrics.height() + (space(3.5) if line.is_page else space(5)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint it."""
        line: Line = index.data(Qt.ItemDataRole.UserRole)
        view: QWidget = option.widget
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        colours = ink(view)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(rect).adjusted(space(2), 1, -space(2), -1)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if line.is_page and (chosen or state & QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent_soft if chosen else colours.hover)
            painter.drawRoundedRect(box, 6, 6)
        if chosen:
            painter.setBrush(colours.accent)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(
                QRectF(box.left(), box.top() + space(1.5), space(0.8), box.height() - space(3)), 2, 2
            )
        right = self._paint_state(painter, line, box, colours, view) if line.is_page else box.right() - space(1)
        if line.doer and line.is_page:
            side = space(4)
            place = QRectF(right - side, box.center().y() - side / 2, side, side)
            sign, colour = ("edit", colours.accent) if line.own else ("person", colours.muted)
            paint_icon(painter, sign, place, colour, 2.0)
            right = place.left() - space(1)
        if line.remarks:
            side = space(4)
            paint_icon(
                painter, "comment", QRectF(right - side, box.center().y() - side / 2, side, side), colours.warning, 2.0
            )
            right -= side + space(1)
        self._paint_name(painter, line, QRectF(box.left(), box.top(), right - box.left(), box.height()), chosen, view)
        if chosen and view.hasFocus():
            painter.setPen(QPen(colours.focus, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 6, 6)
        painter.restore()

    def _paint_name(self, painter: QPainter, line: Line, box: QRectF, chosen: bool, view: QWidget) -> None:
        colours, font = ink(view), QFont(view.font())
        left = space(3) + line.depth * space(3)
        if not line.is_page:
            font.setBold(True)
            font.setPointSizeF(font.pointSizeF() * 0.94)
            box = box.adjusted(0, space(1.5), 0, 0)
        font.setBold(font.bold() or chosen)
        painter.setFont(font)
        painter.setPen(colours.text if line.is_page else colours.muted)
        room = box.width() - left - space(1)
        text = painter.fontMetrics().elidedText(" ".join(line.label.split()), Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(box.adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _paint_state(self, painter: QPainter, line: Line, box: QRectF, colours: Ink, view: QWidget) -> float:
        """Progress at the right end; returns where the name has to stop."""
        side = space(4.5)
        ring = QRectF(box.right() - space(2) - side, box.center().y() - side / 2, side, side)
        if not line.expected:
            return ring.right()
        if line.answered >= line.expected and not line.problems:
            paint_icon(painter, "success", ring, colours.success, 2.0)
            return ring.left() - space(1)
        if line.answered >= line.expected:
            paint_icon(painter, "warning", ring, colours.warning, 2.0)
        else:
            inner = ring.adjusted(1.5, 1.5, -1.5, -1.5)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colours.line_strong, 2))
            painter.drawEllipse(inner)
            painter.setPen(QPen(colours.accent, 2.6))
            painter.drawArc(inner, 90 * 16, -round(360 * 16 * line.answered / line.expected))
        small = QFont(view.font())
        small.setPointSizeF(small.pointSizeF() * 0.86)
        painter.setFont(small)
        metrics = painter.fontMetrics()
        text = f"{line.answered}/{line.expected}"
        wide = metrics.horizontalAdvance(text)
        place = QRectF(ring.left() - space(1.5) - wide, box.top(), wide + 1, box.height())
        painter.setPen(colours.muted)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
        return place.left() - space(1)


class _View(QListView):
    """The list; digits are left to the page, which chooses levels with them."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move between sections; letters and digits are not searched for."""
        if event.text().isdigit():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Finding has a field of its own."""


class Outline(QFrame):
    """The outline with its search field and the progress of the whole. ``chosen`` carries a section's path, ``found``
    the key of a question found by its words. ``questions`` tells the (key, label) pairs there are to find."""

    chosen = Signal(str)
    found = Signal(str)

    def __init__(self, questions: Callable[[], tuple[tuple[str, str], ...]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._questions = questions
        self.search = SearchField(_("Find a question"), self)
        self.search.setToolTip("Ctrl+F")
        self.search.left_down.connect(self._to_hits)
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self._take_first)
        self.lines = Lines()
        self.view = self._list(self.lines, _("Sections"))
        self.view.clicked.connect(self._clicked)
        self.hits = Lines()
        self.hit_view = self._list(self.hits, _("Questions found"))
        self.hit_view.clicked.connect(self._hit)
        self.hit_view.activated.connect(self._hit)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.hit_view)
        self.total = Words("", Tone.MUTED, scale=0.94, parent=self)
        self.bar = Meter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(2), space(3), 0, space(3))
        column.setSpacing(space(2))
        inner = QVBoxLayout()
        inner.setContentsMargins(space(2), 0, space(2), 0)
        inner.addWidget(self.search)
        column.addLayout(inner)
        column.addWidget(self._stack, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(space(3), space(1), space(3), 0)
        foot.setSpacing(space(1.5))
        foot.addWidget(self.total)
        foot.addWidget(self.bar)
        column.addLayout(foot)
        self.setMinimumWidth(space(46))
        self._silent = False
        self.view.selectionModel().currentChanged.connect(self._moved)

    def _list(self, model: Lines, name: str) -> _View:
        view = _View(self)
        view.setModel(model)
        view.setItemDelegate(_Paint(view))
        view.setAccessibleName(name)
        view.setMouseTracking(True)
        view.setUniformItemSizes(False)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        return view

    # showing

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        """Show these sections, and the sum of the pages' progress."""
        self._silent = True
        self.lines.show_lines(lines)
        self._silent = False
        answered = sum(line.answered for line in lines if line.is_page)
        expected = sum(line.expected for line in lines if line.is_page)
        done = _("{answered} of {expected} answered").format(answered=answered, expected=expected)
        self.total.setText(done)
        self.bar.show_share(answered / expected if expected else 0.0)
        self.bar.setAccessibleName(done)

    def select(self, path: str) -> None:
        """Mark the section that is shown."""
        row = next((i for i, line in enumerate(self.lines.lines) if line.path == path), -1)
        if row >= 0:
            self._silent = True
            self.view.setCurrentIndex(self.lines.index(row))
            self._silent = False

    def start_finding(self) -> None:
        """Take the keyboard for finding."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    # choosing

    def _moved(self, current: QModelIndex, _before: QModelIndex) -> None:
        if not self._silent and current.isValid():
            self.chosen.emit(self.lines.lines[current.row()].path)

    def _clicked(self, index: QModelIndex) -> None:
        line = self.lines.lines[index.row()]
        if line.is_page:
            self.chosen.emit(line.path)

    def _search(self, typed: str) -> None:
        if not typed.strip():
            self._stack.setCurrentWidget(self.view)
            return
        hits = matches(self._questions(), typed)[:60]
        self.hits.show_lines(tuple(Line(key, label, 0, True) for key, label in hits))
        self._stack.setCurrentWidget(self.hit_view)

    def _hit(self, index: QModelIndex) -> None:
        self.found.emit(self.hits.lines[index.row()].path)

    def _take_first(self) -> None:
        if self.search.text().strip() and self.hits.lines:
            key = self.hits.lines[0].path
            self.search.clear()
            self.found.emit(key)

    def _to_hits(self) -> None:
        if self.search.text().strip() and self.hits.lines:
            self.hit_view.setFocus(Qt.FocusReason.OtherFocusReason)
            self.hit_view.setCurrentIndex(self.hits.index(0))
