"""The head of the assessment page: which visit, in which state, and what can be done with it now."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gmsc_desktop.domain.instrument import Instrument
from gmsc_desktop.domain.numbers import show_dates
from gmsc_desktop.domain.states import STATE_LABELS, Step, can
from gmsc_desktop.domain.visit import Visit, VisitState
from gmsc_desktop.i18n import _, language
from ui.theme import space
from ui.widgets.elided import Elided
from ui.widgets.fields import Choice
from ui.widgets.labels import Button, Chip
from ui.widgets.words import Tone

TONES = {
    VisitState.DRAFT: "accent",
    VisitState.CLOSED: "warning",
    VisitState.SIGNED: "success",
    VisitState.EXPORTED: "success",
    VisitState.ACCEPTED: "success",
    VisitState.RETURNED: "error",
    VisitState.DECIDED: "success",
}
LANGUAGE_NAMES = {"id": "Bahasa Indonesia", "en": "English"}


class Header(QWidget):
    """Names the visit and offers its steps. ``language_chosen`` carries a language of the form."""

    back = Signal()
    language_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, trial: bool = False) -> None:
        super().__init__(parent)
        self._trial = trial
        self.leave = Button("", "left", "quiet")
        self.leave.setAccessibleName(_("Back to the visits"))
        self.leave.setToolTip(_("Back to the visits"))
        self.leave.clicked.connect(self.back)
        self.title = Elided("", scale=1.35, bold=True)
        self.subtitle = Elided("", Tone.MUTED)
        self.chip = Chip()
        self.chip.hide()
        self.languages = Choice()
        self.languages.setAccessibleName(_("Language of the form"))
        self.languages.setToolTip(_("Language of the form"))
        self.languages.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.languages.activated.connect(lambda _index: self.language_chosen.emit(self.languages.value()))
        self.preview = Button(_("Preview"), "documents")
        self.preview.setAccessibleName(_("Preview"))
        self.preview.setToolTip(_("See the report as it would be drawn now, marked as a draft"))
        self.team = Button(_("Team"), "people")
        self.team.setAccessibleName(_("Team"))
        self.team.setToolTip(_("Share the visit with a team, and see who does what"))
        self.close_visit = Button(_("Close the visit"), "lock", "primary")
        self.sign = Button(_("Sign"), "edit", "primary")
        self.reopen = Button(_("Reopen"), "restore")
        self.document = Button(_("Signed report"), "certificate", "primary")
        self.panel = Button("", "info", "quiet")
        self.panel.setCheckable(True)
        self.panel.setChecked(True)
        self.panel.setAccessibleName(_("Index and guidance"))
        self.panel.setToolTip(_("Show or hide index and guidance"))
        self._lay_out()
        for button in self._steps():
            button.hide()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(space(2), space(2.5), space(4), space(2.5))
        row.setSpacing(space(2))
        row.addWidget(self.leave, 0, Qt.AlignmentFlag.AlignVCenter)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self.title)
        texts.addWidget(self.subtitle)
        row.addLayout(texts, 1)
        for widget in (self.chip, self.languages, *self._steps(), self.panel):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where room is short the name of the region comes before the words on a button."""
        super().resizeEvent(event)
        narrow = event.size().width() < space(230)
        self.preview.setText("" if narrow else _("Preview"))
        self.team.setText("" if narrow else _("Team"))

    def _steps(self) -> tuple[Button, ...]:
        return self.team, self.preview, self.reopen, self.document, self.sign, self.close_visit

    def show_visit(self, visit: Visit) -> None:
        """Name the visit and offer what its state allows."""
        draft = visit.draft
        self.title.setText(draft.region.name)
        if self._trial:
            self.subtitle.setText(_("Nothing entered here is stored."))
            self.chip.show_text(_("Test mode"), "warning")
            self.chip.show()
            return
        cycle = _("Cycle {year}, {stage}").format(year=draft.cycle_year, stage=draft.stage or "–")
        dates = show_dates(draft.starts_on, draft.ends_on, language())
        self.subtitle.setText(" · ".join((draft.region.province, cycle, dates)))
        state = _(STATE_LABELS[visit.state])
        if visit.editable and visit.revision:
            state = _("{state}, revision {number}").format(state=state, number=visit.revision + 1)
        self.chip.show_text(state, TONES[visit.state])
        self.chip.show()
        self.preview.setVisible(visit.editable)
        self.team.setVisible(visit.editable)
        self.close_visit.setVisible(visit.editable)
        self.sign.setVisible(visit.state is VisitState.CLOSED)
        self.document.setVisible(not visit.editable and visit.state is not VisitState.CLOSED)
        self.reopen.setVisible(can(visit.state, Step.REOPEN))

    def show_languages(self, instrument: Instrument, chosen: str) -> None:
        """Offer the languages of the form."""
        self.languages.set_choices([(code, LANGUAGE_NAMES.get(code, code)) for code in instrument.languages])
        self.languages.set_value(chosen)
        texts = [self.languages.itemText(index) for index in range(self.languages.count())]
        longest = max((self.languages.fontMetrics().horizontalAdvance(text) for text in texts), default=0)
        self.languages.setFixedWidth(longest + space(13))
        self.languages.setVisible(len(instrument.languages) > 1)
