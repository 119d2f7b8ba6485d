"""Why the score is what it is: every number opens into its parts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from gmsc_desktop.domain.scoring import Assessment
from gmsc_desktop.i18n import _
from ui.pages.assessment.desk import Desk
from ui.pages.assessment.figures import Why, shown, why
from ui.theme import space
from ui.widgets.labels import Button
from ui.widgets.words import Tone, Words

_WHY = Qt.ItemDataRole.UserRole


class WhyDialog(QDialog):
    """The index as a tree; the line chosen is worked out below, with its numbers put in."""

    def __init__(self, desk: Desk, assessment: Assessment, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle(_("How the index came about"))
        self.resize(space(210), space(145))
        instrument = desk.instrument
        value = shown(instrument, assessment.total.value)
        self._heading = Words(_("Achievement index {index}").format(index=value), scale=1.4, bold=True)
        self.tree = QTreeWidget(self)
        self.tree.setColumnCount(3)
        self.tree.setHeaderLabels([_("Part of the score"), _("Value"), _("Weight")])
        self.tree.setAccessibleName(_("How the index came about"))
        self.tree.setUniformRowHeights(True)
        self.tree.setAlternatingRowColors(True)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for number in (1, 2):
            header.setSectionResizeMode(number, QHeaderView.ResizeMode.ResizeToContents)
        self.formula = Words("", Tone.TEXT)
        self.subject = Words("", Tone.MUTED, bold=True)
        self.tree.currentItemChanged.connect(self._chosen)
        self._fill(assessment)
        close = Button(_("Close"))
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(5), space(4), space(5), space(4))
        column.setSpacing(space(3))
        for widget in (self._heading, self.tree, self.subject, self.formula):
            column.addWidget(widget, 1 if widget is self.tree else 0)
        column.addLayout(foot)

    def _fill(self, assessment: Assessment) -> None:
        instrument, name = self._desk.instrument, self._desk.label
        top = self._line(why(instrument, assessment.total, name, top=_("Achievement index")))
        self.tree.addTopLevelItem(top)
        if assessment.dimensions:
            group = QTreeWidgetItem([_("Second reading: dimensions"), "", ""])
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.tree.addTopLevelItem(group)
            for dimension, score in assessment.dimensions:
                text = instrument.dimensions.get(dimension)
                label = text.get(self._desk.language) if text else dimension
                group.addChild(self._line(why(instrument, score, name, top=label)))
        if assessment.self_total is not None and assessment.self_total.value is not None:
            label = _("By the region's own account")
            self.tree.addTopLevelItem(self._line(why(instrument, assessment.self_total, name, top=label)))
        top.setExpanded(True)
        self.tree.setCurrentItem(top)

    def _line(self, line: Why) -> QTreeWidgetItem:
        made = QTreeWidgetItem([" ".join(line.label.split()), line.value, line.weight])
        for column in (1, 2):
            made.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        made.setData(0, _WHY, line)
        made.addChildren([self._line(part) for part in line.parts])
        return made

    def _chosen(self, item: QTreeWidgetItem | None, _before: QTreeWidgetItem | None = None) -> None:
        line = item.data(0, _WHY) if item is not None else None
        self.subject.setText(line.label if line else "")
        self.formula.setText(line.formula if line else "")
