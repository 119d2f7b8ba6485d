"""What differs between contents, side by side; and beside what the office asked for, what was done about it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from gmsc_desktop.domain.comparing import Difference
from gmsc_desktop.domain.instrument import Instrument
from gmsc_desktop.domain.numbers import show_date, show_time
from gmsc_desktop.domain.remarks import REPLY, Remark
from gmsc_desktop.i18n import _, language, ngettext
from ui.pages.office.wording import difference_row, member_text, question_text, worth_showing
from ui.theme import space
from ui.widgets.labels import label

SHOWN = 200
"""Rows of changes at most; more of them nobody reads in a dialog."""


class SideBySide(QWidget):
    """Rows of three: what differs, and what stands on either side."""

    def __init__(self, heads: tuple[str, str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(space(4))
        self._grid.setVerticalSpacing(space(1.5))
        for at, stretch in enumerate((3, 2, 2)):
            self._grid.setColumnStretch(at, stretch)
        self.add(heads, ("small", "small", "small"))

    def add(self, row: tuple[str, str, str], kinds: tuple[str, str, str] = ("label", "", "")) -> None:
        """One row more."""
        at = self._grid.rowCount()
        for column, (text, kind) in enumerate(zip(row, kinds, strict=True)):
            cell = label(text, kind, selectable=True)
            # The columns keep their shares, whatever stands in them.
            cell.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
            self._grid.addWidget(cell, at, column)
            cell.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)

    def fill(self, instrument: Instrument | None, changes: Sequence[Difference], *, about: str = "") -> None:
        """These changes, and how many more there are. All of them are ``about`` one question that was named already."""
        changes = tuple(worth_showing(changes))
        for change in changes[:SHOWN]:
            what, before, after = difference_row(instrument, change)
            self.add((member_text(change) if about else what, before, after))
        if len(changes) > SHOWN:
            self.add((_("and {count} more").format(count=len(changes) - SHOWN), "", ""), ("small", "", ""))


class Revised(QWidget):
    """What came of returned work: each comment with its answer and what changed there, then every other change."""

    def __init__(
        self,
        instrument: Instrument | None,
        asked: Sequence[Remark],
        changes: Sequence[Difference],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._instrument = instrument
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(space(2))
        told = [change for change in changes if not (change.section == "explanations" and REPLY in change.key)]
        rest = list(told)
        if asked:
            self._column.addWidget(label(_counts(asked), "subheading"))
        for remark in asked:
            about = [change for change in told if remark.key and change.key.partition("#")[0] == remark.key]
            rest = [change for change in rest if change not in about]
            self._column.addWidget(self._answered(remark, about))
        if rest:
            count = len(tuple(worth_showing(rest)))
            text = ngettext("{count} other change", "{count} other changes", count) if asked else _since(count)
            self._column.addWidget(label(text.format(count=count), "subheading"))
            self._column.addWidget(self._table(rest))

    def _answered(self, remark: Remark, changes: Sequence[Difference]) -> QFrame:
        frame = QFrame()
        frame.setProperty("kind", "card")
        column = QVBoxLayout(frame)
        column.setContentsMargins(space(4), space(3), space(4), space(3))
        column.setSpacing(space(1))
        about = question_text(self._instrument, remark.key) if remark.key else _("The visit as a whole")
        column.addWidget(label(about, "label"))
        said = _("{who}, {time}").format(who=remark.who, time=show_time(remark.at, language()))
        if remark.due is not None:
            said += " · " + _("due {day}").format(day=show_date(remark.due, language()))
        column.addWidget(label(said, "small"))
        column.addWidget(label(remark.text, selectable=True))
        answer = (
            _("Done: {text}").format(text=remark.reply) if remark.reply else _("The assessor has not answered this.")
        )
        column.addWidget(label(answer, "muted", selectable=True))
        if changes:
            column.addWidget(self._table(changes, about=remark.key))
        elif remark.key:
            column.addWidget(label(_("Nothing was changed at this question."), "muted"))
        return frame

    def _table(self, changes: Sequence[Difference], *, about: str = "") -> SideBySide:
        table = SideBySide((_("What differs"), _("Before"), _("Now")))
        table.fill(self._instrument, changes, about=about)
        return table


def _counts(asked: Sequence[Remark]) -> str:
    still = sum(remark.open for remark in asked)
    text = ngettext(
        "{count} comment of the office, {open} without an answer",
        "{count} comments of the office, {open} without an answer",
        len(asked),
    )
    return text.format(count=len(asked), open=still)


def _since(count: int) -> str:
    return ngettext("{count} change since the revision before", "{count} changes since the revision before", count)
