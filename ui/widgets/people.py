"""The people of a visit as a table: name with degrees, NIP, jabatan, instansi and role."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.visit import Person, Role
from gmsc_desktop.i18n import _
from ui.theme import space
from ui.widgets.labels import Button

ROLE_LABELS: dict[Role, str] = {
    Role.LEAD: N_("Team lead"),
    Role.MEMBER: N_("Member"),
    Role.MET: N_("Met in the region"),
}
_NAME, _NIP, _TITLE, _ORGANISATION, _ROLE = range(5)
_Index = QModelIndex | QPersistentModelIndex


def nip_problem(nip: str) -> str:
    """What is wrong with a NIP, in the language in use; empty is fine (many assessors are academics)."""
    bare = re.sub(r"\s", "", nip)
    if not bare or re.fullmatch(r"\d{18}", bare, re.ASCII):
        return ""
    return _("A NIP has 18 digits, or leave it empty.")


class _Table(QTableWidget):
    """Enter edits, Delete empties a cell, Ctrl+Delete removes the row."""

    removed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        delete = event.key() == Qt.Key.Key_Delete
        if self.state() == QAbstractItemView.State.EditingState:
            super().keyPressEvent(event)
        elif delete and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.removed.emit()
        elif delete and (item := self.currentItem()) is not None and item.column() != _ROLE:
            item.setText("")
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (item := self.currentItem()) is not None:
            self.editItem(item)
        else:
            super().keyPressEvent(event)


class _RoleCell(QStyledItemDelegate):
    """A role is chosen, never typed."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:
        made = QComboBox(parent)
        for role, text in ROLE_LABELS.items():
            made.addItem(_(text), role.value)
        made.activated.connect(lambda _row: self.commitData.emit(made))
        return made

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        box = cast(QComboBox, editor)
        box.setCurrentIndex(box.findData(index.data(Qt.ItemDataRole.UserRole)))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: _Index) -> None:
        box, place = cast(QComboBox, editor), cast(QModelIndex, index)
        # Read first: the view gives the editor the old value again as soon as one of the two has changed.
        text, role = box.currentText(), box.currentData()
        model.setData(place, role, Qt.ItemDataRole.UserRole)
        model.setData(place, text, Qt.ItemDataRole.DisplayRole)


class PeopleEditor(QWidget):
    """Rows of people that can be added, changed, removed and moved. ``edited`` follows every change."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(2))
        self.table = _Table(0, 5)
        self.table.setHorizontalHeaderLabels(
            [_("Name with degrees"), _("NIP"), _("Position"), _("Organisation"), _("Role")]
        )
        self.table.setAccessibleName(_("People"))
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(space(9))
        self.table.setItemDelegateForColumn(_ROLE, _RoleCell(self.table))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(True)
        self.table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.SelectedClicked
            | QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        for number in range(4):
            header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_NIP, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(_NIP, self.fontMetrics().horizontalAdvance("0" * 18) + space(6))
        header.setSectionResizeMode(_ROLE, QHeaderView.ResizeMode.Fixed)
        widest = max(self.fontMetrics().horizontalAdvance(_(text)) for text in ROLE_LABELS.values())
        header.resizeSection(_ROLE, widest + space(12))
        column.addWidget(self.table)
        buttons = QHBoxLayout()
        self.add_member = Button(_("Add a team member"), "plus", "quiet")
        self.add_met = Button(_("Add a person met"), "plus", "quiet")
        self.remove = Button(_("Remove"), "cross", "quiet")
        for button in (self.add_member, self.add_met, self.remove):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        self.add_member.clicked.connect(lambda: self.add(Person("", role=Role.MEMBER), edit=True))
        self.add_met.clicked.connect(lambda: self.add(Person("", role=Role.MET), edit=True))
        self.remove.clicked.connect(self.remove_current)
        self.table.removed.connect(self.remove_current)
        self.table.itemChanged.connect(self._changed)
        self._fit()

    def value(self) -> tuple[Person, ...]:
        """The people entered; rows without any text are left out."""
        people = []
        for row in range(self.table.rowCount()):
            cells = [self._text(row, number) for number in range(4)]
            if any(cells):
                role = Role(self._item(row, _ROLE).data(Qt.ItemDataRole.UserRole))
                people.append(Person(cells[0], re.sub(r"\s", "", cells[1]), cells[2], cells[3], role))
        return tuple(people)

    def set_value(self, people: Sequence[Person]) -> None:
        """Show these people."""
        self.table.setRowCount(0)
        for person in people:
            self.add(person)

    def add(self, person: Person, *, edit: bool = False) -> None:
        """One more row; with ``edit`` the keyboard goes there."""
        row = self.table.rowCount()
        self.table.blockSignals(True)
        self.table.insertRow(row)
        for number, text in enumerate((person.name, person.nip, person.title, person.organisation)):
            self.table.setItem(row, number, QTableWidgetItem(text))
        role = QTableWidgetItem(_(ROLE_LABELS[person.role]))
        role.setData(Qt.ItemDataRole.UserRole, person.role.value)
        self.table.setItem(row, _ROLE, role)
        self.table.blockSignals(False)
        self._fit()
        if edit:
            self.table.setCurrentCell(row, 0)
            self.table.setFocus()
            self.table.editItem(self._item(row, 0))
        self.edited.emit()

    def remove_current(self) -> None:
        """Take the row the keyboard is in away."""
        if self.table.currentRow() >= 0:
            self.table.removeRow(self.table.currentRow())
            self._fit()
            self.edited.emit()

    def problem(self) -> str:
        """The first thing wrong with the people, in the language in use, or nothing."""
        for person in self.value():
            if not person.name:
                return _("Everyone needs a name.")
            if wrong := nip_problem(person.nip):
                return f"{person.name}: {wrong}"
        return ""

    def _text(self, row: int, number: int) -> str:
        return " ".join(self._item(row, number).text().split())

    def _item(self, row: int, number: int) -> QTableWidgetItem:
        return cast(QTableWidgetItem, self.table.item(row, number))

    def _changed(self, item: QTableWidgetItem) -> None:
        if item.column() == _NIP:
            wrong = nip_problem(item.text())
            item.setToolTip(wrong)
        self.edited.emit()

    def _fit(self) -> None:
        """As high as its rows, three at least and nine at most."""
        rows = min(9, max(3, self.table.rowCount()))
        header = self.table.horizontalHeader().sizeHint().height()
        self.table.setFixedHeight(header + rows * space(9) + space(2))
