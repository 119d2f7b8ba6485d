"""Making papers beside the report: minutes of one visit, a recapitulation of several."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from gmsc_desktop.domain.numbers import show_dates
from gmsc_desktop.domain.papers import MinutesOptions, PaperSize, RecapOptions
from gmsc_desktop.domain.visit import VisitRow
from gmsc_desktop.i18n import _, language
from ui.theme import space
from ui.widgets.cards import button_row
from ui.widgets.dates import DateField
from ui.widgets.fields import Choice, FormRow, side_by_side
from ui.widgets.labels import Button, label
from ui.widgets.messages import Banner
from ui.widgets.reportchoices import PAPERS
from ui.widgets.tickbox import TickBoxes


def visit_text(row: VisitRow) -> str:
    """A visit in one line."""
    draft = row.visit.draft
    return f"{draft.region.name} · {draft.cycle_year} · {show_dates(draft.starts_on, draft.ends_on, language())}"


class _Dialog(QDialog):
    def __init__(self, parent: QWidget | None, title: str, text: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(space(140))
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(space(5), space(5), space(5), space(4))
        self.column.setSpacing(space(3))
        self.column.addWidget(label(title, "heading"))
        self.column.addWidget(label(text, "muted"))
        self.banner = Banner()
        self.column.addWidget(self.banner)

    def _buttons(self, yes: str, sign: str) -> None:
        cancel = Button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        self.go = Button(yes, sign, "primary")
        self.go.setDefault(True)
        self.go.clicked.connect(self.accept)
        self.column.addLayout(button_row(cancel, self.go))


class MinutesDialog(_Dialog):
    """Which visit's minutes, under which number, on which day and at which place."""

    def __init__(self, parent: QWidget | None, rows: tuple[VisitRow, ...]) -> None:
        super().__init__(
            parent, _("Minutes (Berita Acara)"), _("The minutes rest on the content frozen when the visit was closed.")
        )
        self.visit = Choice([(row.visit.id, visit_text(row)) for row in rows])
        self.number = QLineEdit()
        self.day = DateField()
        self.place = QLineEdit()
        self.paper = Choice(PAPERS)
        self.column.addWidget(FormRow(_("&Visit"), self.visit))
        self.column.addWidget(
            side_by_side(
                FormRow(_("&Number"), self.number, _("empty: written by hand")),
                FormRow(_("&Day of signing"), self.day, _("empty: the last day of the visit")),
            )
        )
        self.column.addWidget(
            side_by_side(
                FormRow(_("&Place of signing"), self.place, _("empty: the place of the visit")),
                FormRow(_("P&aper"), self.paper),
            )
        )
        self._buttons(_("&Sign…"), "certificate")

    def options(self) -> MinutesOptions:
        """How the minutes are wanted."""
        return MinutesOptions(
            PaperSize(self.paper.value()), self.number.text().strip(), self.day.value(), self.place.text().strip()
        )


class RecapDialog(_Dialog):
    """Which visits go into the recapitulation."""

    def __init__(self, parent: QWidget | None, rows: tuple[VisitRow, ...]) -> None:
        super().__init__(
            parent, _("Recapitulation"), _("One row for each region, with a table for spreadsheets (CSV) beside it.")
        )
        self.list = QListWidget()
        self.list.setAccessibleName(_("Visits"))
        self.list.setItemDelegate(TickBoxes(self.list))
        for row in rows:
            item = QListWidgetItem(visit_text(row))
            item.setData(Qt.ItemDataRole.UserRole, row.visit.id)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if row.visit.content_hash else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.setMinimumHeight(space(50))
        self.title = QLineEdit()
        self.paper = Choice(PAPERS)
        self.column.addWidget(FormRow(_("&Visits"), self.list))
        self.column.addWidget(
            side_by_side(
                FormRow(_("&Title below the name"), self.title, _("such as a province or a tourism area")),
                FormRow(_("P&aper"), self.paper),
            )
        )
        self.signing = QCheckBox(_("Sign the recapitulation with my key"))
        self.signing.setChecked(True)
        self.column.addWidget(self.signing)
        self._buttons(_("&Save as…"), "save")

    def chosen(self) -> tuple[str, ...]:
        """The ids of the ticked visits."""
        items = [self.list.item(number) for number in range(self.list.count())]
        return tuple(
            item.data(Qt.ItemDataRole.UserRole) for item in items if item.checkState() is Qt.CheckState.Checked
        )

    def options(self) -> RecapOptions:
        """How it is wanted."""
        return RecapOptions(PaperSize(self.paper.value()), self.title.text().strip())

    def accept(self) -> None:
        """At least one visit has to be ticked."""
        if self.chosen():
            super().accept()
        else:
            self.banner.say(_("Choose at least one visit."), "warning")
