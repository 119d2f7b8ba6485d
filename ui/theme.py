"""How the program looks: typography, spacing, Qt's palette and the stylesheet, in one place.

Colours stand in ``ui/widgets/ink.py``. A widget says what it is with the property ``kind`` (``card``, ``title``,
``primary``, …; see ``_sheet``), never with colours or sizes of its own. Lengths come from ``space`` so that they grow
with the zoom.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from ui.widgets.ink import Ink, inks

ZOOMS = (90, 100, 110, 125, 150, 175, 200)
APPEARANCES = ("system", "light", "dark")
BODY = 11.0
"""Points of running text at 100 %; Source Sans is drawn small for its size."""
_FIRST_FACES, _OTHER_FACES = ("Regular", "Semibold"), ("It", "Bold")
FAMILY = "Source Sans Pro"
"""The typeface of the windows; it comes with the font package."""


class _Now:
    """What is in force."""

    zoom = 100


def space(steps: float) -> int:
    """A length of ``steps`` quarter ems of the grid: four pixels each at 100 %."""
    return round(4 * steps * _Now.zoom / 100)


def points(size: float) -> float:
    """A type size in points at the zoom in force."""
    return size * _Now.zoom / 100


def zoom() -> int:
    """The zoom in force, in per cent."""
    return _Now.zoom


def is_dark(appearance: str) -> bool:
    """Whether ``appearance`` (``system`` asks the desktop) means the dark set."""
    if appearance == "system":
        return QApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return appearance == "dark"


def apply(app: QApplication, appearance: str = "system", percent: int = 100, *, sheet: bool = True) -> None:
    """Put appearance and zoom in force; lengths already laid out change only when their page is built anew.

    Without ``sheet`` the stylesheet is left for later: widgets are made faster before it is there.
    A widget that holds a coloured picture has ``recolour()``, called when the colours have changed.
    """
    _Now.zoom = max(ZOOMS[0], min(ZOOMS[-1], percent))
    scheme = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(appearance, Qt.ColorScheme.Unknown)
    if app.styleHints().colorScheme() != scheme:
        app.styleHints().setColorScheme(scheme)
    colours = inks(is_dark(appearance))
    app.setFont(body_font())
    app.setPalette(palette(colours))
    outlined = palette(colours)
    # Fusion outlines these with the colour of the window made darker by so much, which is lost on a dark ground.
    outlined.setColor(QPalette.ColorRole.Window, QColor(colours.muted).lighter(140))
    for name in ("QCheckBox", "QRadioButton"):  # the stub says bytes, the binding takes text
        app.setPalette(outlined, name)  # type: ignore[arg-type]
    if not sheet:
        return
    before, rules = app.styleSheet(), _sheet(colours, _Now.zoom)
    if before != rules:
        app.setStyleSheet(rules)
    if before:
        for widget in app.allWidgets():
            if hasattr(widget, "recolour"):
                widget.recolour()


def body_font() -> QFont:
    """The font of running text at the zoom in force."""
    font = QFont(_family())
    font.setPointSizeF(points(BODY))
    return font


@cache
def _family() -> str:
    """Source Sans from the font package that ships with the program, or the desktop's own font without it."""
    if _load(_FIRST_FACES):
        return FAMILY
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()


@cache
def load_other_faces() -> bool:
    """The faces the first window does not show; False when the font package is missing."""
    return _load(_OTHER_FACES)


def _load(faces: tuple[str, ...]) -> bool:
    found = importlib.util.find_spec("font_source_sans_pro")
    if found is None or not found.submodule_search_locations:
        return False
    folder = Path(next(iter(found.submodule_search_locations))) / "files"
    loaded = [QFontDatabase.addApplicationFont(str(folder / f"SourceSansPro-{face}.ttf")) for face in faces]
    return all(number >= 0 for number in loaded)


def palette(colours: Ink) -> QPalette:
    """Qt's palette of ``colours``."""
    made = QPalette()
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    pairs = {
        role.Window: colours.surface,
        role.WindowText: colours.text,
        role.Base: colours.field,
        role.AlternateBase: colours.hover,
        role.Text: colours.text,
        role.Button: colours.card,
        role.ButtonText: colours.text,
        role.BrightText: colours.error,
        role.ToolTipBase: colours.card,
        role.ToolTipText: colours.text,
        role.PlaceholderText: colours.muted,
        role.Highlight: colours.accent,
        role.HighlightedText: colours.on_accent,
        role.Link: colours.accent,
        role.LinkVisited: colours.accent,
        role.Accent: colours.accent,
        role.Light: colours.card,
        role.Midlight: colours.hover,
        role.Mid: colours.line,
        role.Dark: colours.line_strong,
        role.Shadow: colours.line_strong,
    }
    for which, colour in pairs.items():
        made.setColor(which, colour)
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(group.Disabled, which, colours.muted)
    made.setColor(group.Disabled, role.Highlight, colours.line)
    return made


def restyle(widget: QWidget) -> None:
    """Let the stylesheet look at ``widget`` again after a property it selects by has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def _sheet(colours: Ink, percent: int) -> str:
    """The stylesheet. Short on purpose: every rule is tried on every widget."""

    def px(length: float) -> str:
        return f"{max(1, round(length * percent / 100))}px"

    def pt(size: float) -> str:
        return f"{size * percent / 100:.2f}pt"

    def name(colour: QColor) -> str:
        return colour.name()

    c = colours
    return f"""
QToolTip {{ color: {name(c.text)}; background: {name(c.card)}; border: 1px solid {name(c.line_strong)};
  padding: {px(4)} {px(6)}; }}
QFrame[kind="card"] {{ background: {name(c.card)}; border: 1px solid {name(c.line)}; border-radius: {px(8)}; }}
QFrame[kind="rule"] {{ background: {name(c.line)}; border: none; max-height: 1px; }}
QFrame[kind="banner"] {{ border-radius: {px(6)}; background: {name(c.accent_soft)};
  border: 1px solid {name(c.accent)}; }}
QFrame[kind="banner"][tone="warning"] {{ background: {name(c.warning_soft)}; border-color: {name(c.warning)}; }}
QFrame[kind="banner"][tone="error"] {{ background: {name(c.error_soft)}; border-color: {name(c.error)}; }}
QFrame[kind="banner"][tone="success"] {{ background: {name(c.success_soft)}; border-color: {name(c.success)}; }}
QLabel[kind="title"] {{ font-size: {pt(20)}; font-weight: 600; }}
QLabel[kind="heading"] {{ font-size: {pt(14)}; font-weight: 600; }}
QLabel[kind="subheading"] {{ font-size: {pt(11.5)}; font-weight: 600; }}
QLabel[kind="label"] {{ font-weight: 600; }}
QLabel[kind="muted"] {{ color: {name(c.muted)}; }}
QLabel[kind="small"] {{ color: {name(c.muted)}; font-size: {pt(10)}; }}
QLabel[kind="error"] {{ color: {name(c.error)}; }}
QLabel[kind="success"] {{ color: {name(c.success)}; }}
QLabel[kind="figure"] {{ font-size: {pt(22)}; font-weight: 600; }}
QLabel[kind="code"] {{ font-family: monospace; font-size: {pt(13)}; font-weight: 600; }}
QPushButton {{ padding: {px(6)} {px(14)}; border: 1px solid {name(c.line_strong)}; border-radius: {px(6)};
  background: {name(c.card)}; color: {name(c.text)}; min-height: {px(20)}; }}
QPushButton:hover {{ background: {name(c.hover)}; }}
QPushButton:pressed {{ background: {name(c.accent_soft)}; }}
QPushButton:focus {{ border: 2px solid {name(c.focus)}; padding: {px(5)} {px(13)}; }}
QPushButton:disabled {{ color: {name(c.muted)}; background: {name(c.surface)}; border-color: {name(c.line)}; }}
QPushButton[kind="primary"] {{ background: {name(c.accent)}; color: {name(c.on_accent)};
  border-color: {name(c.accent)}; font-weight: 600; }}
QPushButton[kind="primary"]:hover {{ background: {name(c.accent_hover)}; }}
QPushButton[kind="primary"]:focus {{ border: 2px solid {name(c.text)}; }}
QPushButton[kind="primary"]:disabled {{ background: {name(c.line)}; color: {name(c.muted)};
  border-color: {name(c.line)}; }}
QPushButton[kind="quiet"] {{ background: transparent; border-color: transparent; color: {name(c.accent)}; }}
QPushButton[kind="quiet"]:hover {{ background: {name(c.accent_soft)}; }}
QPushButton[kind="quiet"]:focus {{ border-color: {name(c.focus)}; }}
QPushButton[kind="quiet"]:checked {{ background: {name(c.accent_soft)}; font-weight: 600; }}
QPushButton[kind="quiet"]:disabled {{ color: {name(c.muted)}; }}
QPushButton[kind="danger"] {{ color: {name(c.error)}; border-color: {name(c.error)}; }}
QPushButton[kind="danger"]:hover {{ background: {name(c.error_soft)}; }}
QSlider::groove:horizontal {{ height: {px(4)}; background: {name(c.line)}; border-radius: {px(2)}; }}
QSlider::sub-page:horizontal {{ background: {name(c.accent)}; border-radius: {px(2)}; }}
QSlider::handle:horizontal {{ width: {px(16)}; margin: -{px(7)} 0; border-radius: {px(9)};
    background: {name(c.accent)}; border: 1px solid {name(c.card)}; }}
QSlider[empty="true"]::sub-page:horizontal {{ background: {name(c.line)}; }}
QSlider[empty="true"]::handle:horizontal {{ background: {name(c.field)}; border: 2px solid {name(c.line_strong)}; }}
QSlider::handle:horizontal:focus {{ border: 2px solid {name(c.text)}; }}
QSlider::handle:horizontal:disabled {{ background: {name(c.line_strong)}; }}
QPushButton[kind="section"] {{ text-align: left;
  border-color: transparent; background: transparent; }}
QPushButton[kind="section"]:hover {{ background: {name(c.hover)}; }}
QPushButton[kind="section"]:checked {{ background: {name(c.accent_soft)}; font-weight: 600; color: {name(c.accent)}; }}
QPushButton[kind="section"]:focus {{ border-color: {name(c.focus)}; }}
QRadioButton {{ spacing: {px(7)}; border: 1px solid transparent; border-radius: {px(4)}; padding: {px(1)}; }}
QRadioButton:focus {{ border-color: {name(c.focus)}; }}
QRadioButton::indicator {{ width: {px(14)}; height: {px(14)}; border: 1px solid {name(c.line_strong)};
  border-radius: {px(8)}; background: {name(c.field)}; }}
QRadioButton::indicator:checked {{ width: {px(6)}; height: {px(6)}; border: {px(5)} solid {name(c.accent)};
  background: {name(c.on_accent)}; }}
QRadioButton::indicator:disabled {{ border-color: {name(c.line)}; }}
QLineEdit, QPlainTextEdit, QSpinBox {{ padding: {px(5)} {px(8)}; border: 1px solid {name(c.line_strong)};
  border-radius: {px(6)}; background: {name(c.field)}; color: {name(c.text)};
  selection-background-color: {name(c.accent)}; selection-color: {name(c.on_accent)}; }}
QLineEdit, QSpinBox {{ min-height: {px(22)}; }}
QLineEdit:focus, QPlainTextEdit:focus, QSpinBox:focus {{ border: 2px solid {name(c.focus)};
  padding: {px(4)} {px(7)}; }}
QLineEdit:read-only, QPlainTextEdit:read-only, QLineEdit:disabled, QSpinBox:disabled {{ background: {name(c.surface)};
  border-color: {name(c.line)}; color: {name(c.muted)}; }}
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"] {{ border: 2px solid {name(c.error)};
  padding: {px(4)} {px(7)}; }}
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus {{ border: none; padding: 0; min-height: 0;
  background: transparent; }}
QTableView, QTreeView {{ border: 1px solid {name(c.line)}; border-radius: {px(6)}; background: {name(c.field)};
  gridline-color: {name(c.line)}; }}
QTableView QLineEdit {{ border-radius: 0; padding: 0 {px(4)}; min-height: 0; }}
QHeaderView::section {{ background: {name(c.surface)}; color: {name(c.muted)}; border: none;
  border-bottom: 1px solid {name(c.line)}; padding: {px(5)} {px(8)}; font-weight: 600; }}
QListView {{ border: none; background: transparent; outline: none; }}
QScrollArea, QScrollArea > #qt_scrollarea_viewport {{ border: none; background: transparent; }}
QScrollBar:vertical {{ width: {px(12)}; background: transparent; margin: 0; }}
QScrollBar:horizontal {{ height: {px(12)}; background: transparent; margin: 0; }}
QScrollBar::handle {{ background: {name(c.scroll)}; border-radius: {px(3)}; margin: {px(3)}; }}
QScrollBar::handle:hover {{ background: {name(c.line_strong)}; }}
QScrollBar::handle:vertical {{ min-height: {px(32)}; }}
QScrollBar::handle:horizontal {{ min-width: {px(32)}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QStatusBar {{ background: {name(c.card)}; border-top: 1px solid {name(c.line)}; }}
QStatusBar::item {{ border: none; }}
QProgressBar {{ border: none; border-radius: {px(4)}; background: {name(c.line)}; max-height: {px(8)};
  min-height: {px(8)}; }}
QProgressBar::chunk {{ background: {name(c.accent)}; border-radius: {px(4)}; }}
QTextBrowser {{ border: none; background: transparent; }}
"""
