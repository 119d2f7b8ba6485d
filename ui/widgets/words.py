"""Text from outside as a label: always plain, wrapped anywhere it must be, never wider than its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto
from math import ceil, inf

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QStaticText,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from gmsc_desktop.domain.emphasis import Run, plain_text
from ui.widgets.ink import ink

_Laid = QStaticText | QTextLayout


class Tone(Enum):
    """What a text is for; decides its colour."""

    TEXT = auto()
    MUTED = auto()
    ACCENT = auto()
    ERROR = auto()
    WARNING = auto()
    SUCCESS = auto()


def wrapped(text: str, width: float, font: QFont) -> QStaticText:
    """``text`` laid out as plain text at ``width``, broken inside a word only where it would not fit."""
    laid = QStaticText(text.replace("\n", "\u2028"))
    laid.setTextFormat(Qt.TextFormat.PlainText)
    laid.setTextOption(_wrapping())
    laid.setTextWidth(max(20.0, width))
    laid.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    laid.prepare(font=font)
    return laid


_LATIN = re.compile("[ -\u036f\u2010-\u2027\u20ac]*")
"""What the program's typeface has itself; anything else may be drawn higher by another one."""


def height_of(text: str, width: float, font: QFont) -> float:
    """The height of ``text`` at ``width``. A line that fits is not laid out for it: that is left to whoever paints."""
    metrics = QFontMetricsF(font)
    if _LATIN.fullmatch(text) and metrics.horizontalAdvance(text) + 2 <= width:
        return ceil(metrics.height())
    return wrapped(text, width, font).size().height()


def emphasised(runs: Sequence[Run], width: float, font: QFont) -> QTextLayout:
    """``runs`` laid out at ``width``: strong ones bold, slanted ones in italics; never read as markup."""
    laid = QTextLayout(plain_text(tuple(runs)).replace("\n", "\u2028"), font)
    formats, at = [], 0
    for run in runs:
        found = QTextLayout.FormatRange()
        # Qt counts in the units of UTF-16.
        found.start, found.length = at, len(run.text.encode("utf-16-le")) // 2
        at += found.length
        look = QTextCharFormat()
        if run.strong:
            look.setFontWeight(QFont.Weight.Bold)
        if run.slanted:
            look.setFontItalic(True)
        found.format = look
        formats.append(found)
    laid.setFormats(formats)
    laid.setTextOption(_wrapping())
    laid.beginLayout()
    top = 0.0
    while (line := laid.createLine()).isValid():
        line.setLineWidth(max(20.0, width))
        line.setPosition(QPointF(0, top))
        top += line.height()
    laid.endLayout()
    return laid


def _wrapping() -> QTextOption:
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    return option


def show_if(widget: QWidget, visible: bool) -> None:
    """Show or hide ``widget`` when it is not so already. One that was never told follows its parent and is visible."""
    told = widget.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)
    if (told or not visible) and widget.isHidden() is visible:
        widget.setVisible(visible)
    elif not told and not visible:
        widget.hide()


class Words(QLabel):
    """A wrapping plain-text label. ``scale`` multiplies the font around it, ``bold`` thickens it."""

    def __init__(
        self,
        text: str = "",
        tone: Tone = Tone.TEXT,
        *,
        scale: float = 1.0,
        bold: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self._tone, self._scale, self._bold = tone, scale, bold
        self._letters: QFont | None = None
        self._advance, self._line_height = -1.0, 0
        self._laid: dict[tuple[int, str], _Laid] = {}
        self._runs: tuple[Run, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setText(text)

    def set_tone(self, tone: Tone) -> None:
        """Another meaning, another colour."""
        if tone is not self._tone:
            self._tone = tone
            self.update()

    def setText(self, text: str) -> None:
        """Show ``text``; nothing happens when it is shown already."""
        if text != self.text():
            self._runs, self._advance = (), -1.0
            super().setText(text)
            self.updateGeometry()

    def set_runs(self, runs: tuple[Run, ...]) -> None:
        """Emphasise parts of the text shown; nothing when they say something else. A bold text that has strong words
        is written lighter around them."""
        runs = runs if plain_text(runs) == self.text() else ()
        if runs != self._runs:
            self._runs = runs
            self._forget()

    def letters(self) -> QFont:
        """The font it is painted in."""
        font = QFont(self.font())
        if self._scale != 1.0:
            font.setPointSizeF(font.pointSizeF() * self._scale)
        font.setBold((self._bold or font.bold()) and not any(run.strong for run in self._runs))
        return font

    def metrics(self) -> QFontMetrics:
        """The measures of the font it is painted in."""
        return QFontMetrics(self.letters())

    def _lay_out(self, width: int) -> _Laid:
        if self._letters is None:
            self._letters = self.letters()
        key = (width, self.text())
        known = self._laid.get(key)
        if known is None:
            if len(self._laid) > 3:
                self._laid.clear()
            if self._runs:
                known = emphasised(self._runs, width, self._letters)
            else:
                known = wrapped(key[1], width, self._letters)
            self._laid[key] = known
        return known

    def hasHeightForWidth(self) -> bool:
        """Lines wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all lines at ``width``."""
        if not self.text():
            return 0
        if not self._runs:
            if self._advance < 0:
                letters = self._letters = self._letters or self.letters()
                latin = _LATIN.fullmatch(self.text()) is not None
                # A text that has to be laid out to be measured is as wide as can be.
                self._advance = QFontMetricsF(letters).horizontalAdvance(self.text()) + 2 if latin else inf
                self._line_height = ceil(QFontMetricsF(letters).height())
            if self._advance <= width:
                return self._line_height
        laid = self._lay_out(width)
        high = laid.boundingRect().height() if isinstance(laid, QTextLayout) else laid.size().height()
        return int(high + 0.99)

    def sizeHint(self) -> QSize:
        """One line if it fits a comfortable width; the layouts around ask for the height at theirs."""
        metrics = self.fontMetrics()
        wide = min(560, int(metrics.horizontalAdvance(self.text()[:400]) * self._scale * 1.1) + 4)
        return QSize(wide, int(metrics.height() * self._scale) if self.text() else 0)

    def minimumSizeHint(self) -> QSize:
        """It yields to whatever place there is."""
        return QSize(24, int(self.fontMetrics().height() * self._scale) if self.text() else 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines."""
        painter = QPainter(self)
        laid = self._lay_out(self.width())
        painter.setFont(self._letters or self.letters())
        painter.setPen(self.colour())
        if isinstance(laid, QTextLayout):
            laid.draw(painter, QPointF(0, 0))
        else:
            painter.drawStaticText(QPointF(0, 0), laid)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        """Another font is laid out anew."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._forget()
        super().changeEvent(event)

    def _forget(self) -> None:
        self._laid.clear()
        self._letters, self._advance = None, -1.0
        self.updateGeometry()
        self.update()

    def colour(self) -> QColor:
        """The colour of its tone."""
        colours = ink(self)
        return {
            Tone.TEXT: colours.text,
            Tone.MUTED: colours.muted,
            Tone.ACCENT: colours.accent,
            Tone.ERROR: colours.error,
            Tone.WARNING: colours.warning,
            Tone.SUCCESS: colours.success,
        }[self._tone]
