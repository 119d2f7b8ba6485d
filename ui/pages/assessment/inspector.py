"""The right pane: the index as it stands, aspects, radar, and what the form says about the question worked on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gmsc_desktop.domain.answers import key_path
from gmsc_desktop.domain.numbers import show_decimal
from gmsc_desktop.domain.scoring import Assessment
from gmsc_desktop.i18n import _, language
from ui.pages.assessment.desk import Desk
from ui.pages.assessment.figures import highest, improvement, plain, share, shown
from ui.theme import space
from ui.widgets.bars import Bar, Bars
from ui.widgets.labels import Button
from ui.widgets.radar import Radar, Spoke
from ui.widgets.words import Tone, Words, show_if


class Inspector(QScrollArea):
    """Follows the numbers and the current question. ``asking`` wants to know why the index is what it is."""

    asking = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._key = ""
        self._assessment: Assessment | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumWidth(space(58))
        self.setAccessibleName(_("Index and guidance"))
        inside = QWidget(self)
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(space(3), space(3), space(4), space(4))
        self._column.setSpacing(space(3))
        self._build_index()
        self._build_guidance()
        self._build_charts()
        self._column.addStretch(1)
        self.setWidget(inside)

    def _card(self) -> tuple[QFrame, QVBoxLayout]:
        frame = QFrame(self)
        frame.setProperty("kind", "card")
        column = QVBoxLayout(frame)
        column.setContentsMargins(space(4), space(3), space(4), space(3))
        column.setSpacing(space(1.5))
        self._column.addWidget(frame)
        return frame, column

    def _build_index(self) -> None:
        self._index_frame, column = self._card()
        column.addWidget(Words(_("Achievement index"), Tone.MUTED, bold=True))
        self.why_button = Button(_("Why?"), kind="quiet")
        self.why_button.setToolTip(_("Open the index into the numbers it came from"))
        self.why_button.clicked.connect(self.asking)
        self.index = Words("–", Tone.TEXT, scale=2.3, bold=True)
        self.index.setWordWrap(False)
        self.category = Words("", Tone.ACCENT, bold=True)
        self.of = Words("", Tone.MUTED)
        beside = QVBoxLayout()
        beside.setSpacing(0)
        beside.addStretch(1)
        beside.addWidget(self.category)
        beside.addWidget(self.of)
        beside.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(space(3))
        row.addWidget(self.index)
        row.addLayout(beside, 1)
        column.addLayout(row)
        self.previous = Words("", Tone.MUTED)
        self.own = Words("", Tone.MUTED)
        self.incomplete = Words("", Tone.MUTED)
        self.floors = Words("", Tone.WARNING)
        for words in (self.previous, self.own, self.floors):
            column.addWidget(words)
        foot = QHBoxLayout()
        foot.setSpacing(space(2))
        foot.addWidget(self.incomplete, 1, Qt.AlignmentFlag.AlignVCenter)
        foot.addWidget(self.why_button)
        column.addLayout(foot)

    def _build_guidance(self) -> None:
        self._guidance_frame, column = self._card()
        column.addWidget(Words(_("Guidance"), Tone.MUTED, bold=True))
        self.question = Words("", Tone.TEXT, bold=True)
        self.guidance = Words("", Tone.TEXT)
        column.addWidget(self.question)
        column.addWidget(self.guidance)
        self._guidance_frame.hide()

    def _build_charts(self) -> None:
        self._aspects_frame, column = self._card()
        column.addWidget(Words(_("Aspects"), Tone.MUTED, bold=True))
        self.bars = Bars()
        column.addWidget(self.bars)
        self._radar_frame, column = self._card()
        column.addWidget(Words(_("Dimensions"), Tone.MUTED, bold=True))
        self.radar = Radar()
        column.addWidget(self.radar)

    # following

    @property
    def assessment(self) -> Assessment | None:
        """What is shown now."""
        return self._assessment

    def has_something(self) -> bool:
        """Whether the form has scores or guidance at all."""
        instrument = self._desk.instrument
        return instrument.root.scored or any(item.guidance for item in instrument.items)

    def follow(self) -> None:
        """Show the numbers as they are now; nothing is painted when none of them moved."""
        assessment: Assessment = self._desk.session.assessment()
        if assessment == self._assessment:
            return
        self._assessment = assessment
        scored = self._desk.instrument.root.scored
        show_if(self._index_frame, scored)
        show_if(self._aspects_frame, scored and bool(assessment.aspects))
        self._show_index(assessment)
        self._show_charts(assessment)

    def translate(self) -> None:
        """The form's language changed."""
        self._assessment = None
        self.follow()
        self.show_question(self._key)

    def _show_index(self, assessment: Assessment) -> None:
        instrument, form_language = self._desk.instrument, self._desk.language
        self.index.setText(shown(instrument, assessment.total.value))
        top = plain(highest(instrument))
        category = assessment.category.label.get(form_language) if assessment.category else ""
        self.category.setText(category)
        show_if(self.category, bool(category))
        self.of.setText(_("of {highest}").format(highest=top))
        visit = self._desk.visit
        before = visit.draft.previous if visit is not None else None
        if before is not None:
            said = _("{step} over {index} in {year}").format(
                step=improvement(instrument, assessment, before.index),
                index=show_decimal(before.index, instrument.score_decimals, language()),
                year=before.year,
            )
            self.previous.setText(f"{said} ({before.source})" if before.source else said)
        else:
            self.previous.setText(_("No earlier result is recorded for this region."))
        own = assessment.self_total.value if assessment.self_total is not None else None
        self.own.setText(_("Self-assessment: {index}").format(index=shown(instrument, own)))
        show_if(self.own, own is not None)
        total = assessment.total
        self.incomplete.setText(
            _("{answered} of {expected} levels").format(answered=total.answered, expected=total.expected)
        )
        low = ", ".join(self._desk.label(key) for key in assessment.floors)
        self.floors.setText(_("Below the floor: {questions}").format(questions=low) if low else "")
        show_if(self.floors, bool(low))

    def _show_charts(self, assessment: Assessment) -> None:
        instrument = self._desk.instrument
        weights = sum(score.weight for score in assessment.aspects)
        self.bars.set_values(
            [
                Bar(
                    self._desk.label(score.key),
                    f"{plain(score.weight * 100 / weights) if weights else '–'} %",
                    share(instrument, score.value),
                    shown(instrument, score.value),
                )
                for score in assessment.aspects
            ]
        )
        spokes = []
        for name, score in assessment.dimensions:
            text = instrument.dimensions.get(name)
            label = text.get(self._desk.language) if text else name
            value = shown(instrument, score.value)
            spokes.append(Spoke(label.removeprefix("Smart "), share(instrument, score.value), value))
        self.radar.set_values(spokes, round(highest(instrument)))
        show_if(self._radar_frame, len(spokes) >= 3)

    def show_question(self, key: str) -> None:
        """Show what the form says about the question worked on."""
        self._key = key
        item = self._desk.instrument.by_path.get(key_path(key))
        guidance = self._desk.session.guidance(key, self._desk.language) if item is not None else ""
        show_if(self._guidance_frame, bool(guidance))
        if guidance:
            self.question.setText(self._desk.label(key))
            self.question.set_runs(self._desk.emphasis(key))
            self.guidance.setText(guidance)
            self.guidance.set_runs(self._desk.emphasis(key, "guidance"))
