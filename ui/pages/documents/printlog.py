"""The log of what was printed: every sheet, when, into which file, and which of them are copies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from gmsc_desktop.domain.awards import Award, CertificatePrint
from gmsc_desktop.domain.numbers import show_time
from gmsc_desktop.i18n import _, language, ngettext
from ui.theme import space
from ui.widgets.cards import button_row
from ui.widgets.fields import SearchField
from ui.widgets.labels import Button, label
from ui.widgets.rowlist import RowItem, RowList


class PrintLogDialog(QDialog):
    """Shows ``prints``, the newest first; ``awards`` gives the award of each by its id."""

    def __init__(self, parent: QWidget | None, prints: Sequence[CertificatePrint], awards: Mapping[str, Award]) -> None:
        super().__init__(parent)
        title = _("Print log")
        self.setWindowTitle(title)
        self.resize(space(190), space(150))
        self._items = tuple(_item(made, awards.get(made.award_id)) for made in prints)
        self.search = SearchField(_("Search recipient, number, file"))
        self.search.textChanged.connect(lambda _typed: self._show())
        self.list = RowList(title)
        self.count = label("", "small")
        close = Button(_("Close"))
        close.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(space(5), space(5), space(5), space(4))
        column.setSpacing(space(3))
        column.addWidget(label(title, "heading"))
        column.addWidget(label(_("Every certificate printed here. It is kept for good, also that of a copy."), "muted"))
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addWidget(self.count)
        column.addLayout(button_row(close))
        self._show()

    def _show(self) -> None:
        words = self.search.text().casefold().split()
        shown = tuple(item for item in self._items if all(word in item.spoken.casefold() for word in words))
        self.list.set_rows(shown)
        count = len(shown)
        self.count.setText(ngettext("{count} sheet", "{count} sheets", count).format(count=count))


def _item(made: CertificatePrint, award: Award | None) -> RowItem:
    title = f"{award.region.name} · {award.register_number}" if award is not None else made.award_id
    copy = made.number > 1
    return RowItem(
        made.id,
        title,
        f"{show_time(made.printed_at, language())} · {made.file_name}",
        _("copy, print {number}").format(number=made.number) if copy else _("original"),
        "warning" if copy else "muted",
    )
