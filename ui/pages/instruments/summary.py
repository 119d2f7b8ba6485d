"""An instrument at a glance: counts, sections, the tree of scores with its weights, the predicates."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.instrument import ScoreMethod, Text
from gmsc_desktop.domain.numbers import show_decimal
from gmsc_desktop.i18n import _, language, ngettext
from gmsc_desktop.services.summaries import InstrumentSummary, ScoreNode
from ui.theme import space
from ui.widgets.cards import fact
from ui.widgets.elided import plain_tip
from ui.widgets.labels import label

METHODS = {
    ScoreMethod.WEIGHTED_MEAN: N_("weighted mean"),
    ScoreMethod.MEAN: N_("mean"),
    ScoreMethod.SUM: N_("sum"),
    ScoreMethod.MAX: N_("highest"),
    ScoreMethod.MIN: N_("lowest"),
}
LANGUAGES = {"id": "Bahasa Indonesia", "en": "English", "default": N_("no language named")}
OPEN_BELOW = 12
"""A tree with no more numbers on its first two levels is shown open."""


def said(text: Text, fallback: str = "") -> str:
    """The text in the language in use, on one line."""
    return " ".join(text.get(language()).split()) or fallback


def number(value: Decimal, places: int | None = None) -> str:
    """A number as the language in use writes it."""
    return show_decimal(value, places, language())


def percent(share: Decimal | None) -> str:
    """A share of the index; a dash where the method above has no weights."""
    return "–" if share is None else f"{number((share * 100).quantize(Decimal('0.01')).normalize() + 0)} %"


def counts_line(summary: InstrumentSummary) -> str:
    """How much there is to answer, in one line."""
    parts = [ngettext("{n} question", "{n} questions", summary.questions).format(n=summary.questions)]
    if summary.scored:
        parts.append(_("{n} with points").format(n=summary.scored))
    if summary.self_assessed:
        parts.append(_("{n} with self-assessment").format(n=summary.self_assessed))
    if summary.with_evidence:
        parts.append(_("{n} that need evidence").format(n=summary.with_evidence))
    return " · ".join(parts)


def languages_line(summary: InstrumentSummary) -> str:
    """The languages of the form, the first one first."""
    return ", ".join(_(LANGUAGES.get(code, code)) for code in summary.languages) or _("no language named")


class SummaryView(QWidget):
    """Shows one instrument; what it shows is replaced by ``show_summary``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, space(2), 0)
        self._column.setSpacing(space(3))
        self.tree: QTreeWidget | None = None
        self.sections: QTreeWidget | None = None
        self._inner: QWidget | None = None

    def show_summary(self, summary: InstrumentSummary) -> None:
        """Show this instrument."""
        if self._inner is not None:
            self._inner.hide()
            self._inner.deleteLater()
        self._inner = inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(3))
        column.addWidget(_facts(summary))
        column.addWidget(label(_("Sections"), "subheading"))
        self.sections = _section_table(summary)
        column.addWidget(self.sections)
        column.addWidget(label(_("How the index is made"), "subheading"))
        self.tree = None
        if summary.scoring is None:
            column.addWidget(label(_("No question carries points, so there is no index."), "muted"))
        else:
            self.tree = _score_tree(summary.scoring)
            column.addWidget(self.tree)
        if summary.predicates:
            column.addWidget(label(_("Predicates"), "subheading"))
            column.addLayout(_predicates(summary))
        column.addStretch(1)
        self._column.addWidget(inner)


def _facts(summary: InstrumentSummary) -> QWidget:
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(space(5))
    grid.setVerticalSpacing(space(2))
    facts = [
        (_("Form"), summary.form_id),
        (_("Version"), summary.version or "–"),
        (_("Languages"), languages_line(summary)),
        (_("To answer"), counts_line(summary)),
    ]
    if summary.dimensions:
        facts.append((_("Dimensions"), ", ".join(said(text, name) for name, text in summary.dimensions)))
    for at, (name, text) in enumerate(facts):
        wide = at >= 3
        grid.addWidget(fact(name, text), 1 + at if wide else 0, 0 if wide else at, 1, 3 if wide else 1)
    grid.addWidget(fact(_("SHA-256 of the instrument"), summary.hash[:16] + "…"), 10, 0, 1, 3)
    for column in range(3):
        grid.setColumnStretch(column, 1)
    return made


def _section_table(summary: InstrumentSummary) -> QTreeWidget:
    made = _tree(_("Sections"), (_("Section"), _("Questions"), _("With points")))
    made.setRootIsDecorated(False)
    for section in summary.sections:
        name = said(section.label, section.path.rpartition("/")[2])
        if section.repeated:
            name = _("{name} (repeated)").format(name=name)
        if section.questions:
            _line(made, (name, str(section.questions), str(section.scored or "–")))
    _fit(made, made.topLevelItemCount(), 8)
    return made


def _score_tree(root: ScoreNode) -> QTreeWidget:
    made = _tree(_("How the index is made"), (_("Number"), _("Made as"), _("Weight"), _("Share of the index")), 2)
    top = _score_line(root)
    made.addTopLevelItem(top)
    top.setExpanded(True)
    expanded = sum(1 + len(part.parts) for part in root.parts) <= OPEN_BELOW
    if expanded:
        made.expandToDepth(1)
    open_below = sum(len(part.parts) for part in root.parts) if expanded else 0
    _fit(made, 1 + top.childCount() + open_below, 14)
    return made


def _score_line(node: ScoreNode) -> QTreeWidgetItem:
    name = said(node.label, node.path.rpartition("/")[2])
    if node.repeated:
        name = _("{name} (repeated)").format(name=name)
    if node.critical:
        name = f"{name} · {_('critical')}"
    if node.method is not None:
        made_as = _(METHODS[node.method])
    elif node.points:
        made_as = _("points {least} to {most}").format(least=number(min(node.points)), most=number(max(node.points)))
    else:
        made_as = "–"
    made = QTreeWidgetItem([name, made_as, number(node.weight), percent(node.share)])
    made.setToolTip(0, plain_tip(name))
    for column in (2, 3):
        made.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    made.addChildren([_score_line(part) for part in node.parts])
    return made


def _predicates(summary: InstrumentSummary) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(space(6))
    grid.setVerticalSpacing(space(1))
    for row, category in enumerate(summary.predicates):
        grid.addWidget(label(said(category.label, category.name), wrap=False), row, 0)
        limit = number(category.minimum, summary.score_decimals)
        grid.addWidget(label(_("from {limit}").format(limit=limit), "muted", wrap=False), row, 1)
    grid.setColumnStretch(2, 1)
    return grid


def _tree(name: str, headings: tuple[str, ...], numbers: int = 1) -> QTreeWidget:
    """A tree whose columns from ``numbers`` on hold numbers, which stand at the right."""
    made = QTreeWidget()
    made.setAccessibleName(name)
    made.setHeaderLabels(list(headings))
    made.setUniformRowHeights(True)
    made.setStyleSheet(f"QTreeView::item {{ padding: 0 {space(1)}px; }}")
    made.setTextElideMode(Qt.TextElideMode.ElideRight)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    header = made.header()
    header.setStretchLastSection(False)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    for column in range(1, len(headings)):
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        if column >= numbers:
            made.headerItem().setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return made


def _line(tree: QTreeWidget, cells: tuple[str, ...]) -> None:
    item = QTreeWidgetItem(list(cells))
    item.setToolTip(0, plain_tip(cells[0]))
    for column in range(1, len(cells)):
        item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    tree.addTopLevelItem(item)


def _fit(tree: QTreeWidget, rows: int, most: int) -> None:
    """As high as its rows, up to ``most``; more of them scroll."""
    first = tree.topLevelItem(0)
    if first is not None:
        first.setSizeHint(0, QSize(0, _row_height()))
    shown = max(2, min(rows, most))
    head = tree.fontMetrics().lineSpacing() + space(4.5)
    tree.setFixedHeight(head + _row_height() * shown + space(1))


def _row_height() -> int:
    return space(6.5)
