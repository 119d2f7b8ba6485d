"""The look: contrast by WCAG 2.1, zoom, typeface, palette, Qt's own texts."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtGui import QColor, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QLabel

from ui import theme
from ui.application import Application
from ui.qt_texts import QT_TEXTS, qm
from ui.widgets.ink import Ink, ink, inks

TEXT_PAIRS = [
    (front, back)
    for front in ("text", "muted", "accent", "error", "warning", "success", "second")
    for back in ("surface", "card", "field", "hover", "accent_soft")
] + [
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("rail_text", "rail"),
    ("rail_on", "rail_selected"),
    ("error", "error_soft"),
    ("warning", "warning_soft"),
    ("success", "success_soft"),
    ("text", "error_soft"),
    ("text", "warning_soft"),
    ("text", "success_soft"),
]
PART_PAIRS = [
    ("line_strong", "field"),
    ("line_strong", "card"),
    ("line_strong", "surface"),
    ("focus", "card"),
    ("focus", "surface"),
    ("focus", "field"),
    ("accent", "line"),
    ("rail_on", "rail"),
]


def _luminance(colour: QColor) -> float:
    """WCAG 2.1, relative luminance."""
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _contrast(colours: Ink, front: str, back: str) -> float:
    light, dark = sorted((_luminance(getattr(colours, front)), _luminance(getattr(colours, back))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), TEXT_PAIRS)
def test_text_has_the_contrast_of_level_aa(dark: bool, front: str, back: str) -> None:
    assert _contrast(inks(dark), front, back) >= 4.5


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), PART_PAIRS)
def test_edges_and_marks_have_the_contrast_of_level_aa(dark: bool, front: str, back: str) -> None:
    assert _contrast(inks(dark), front, back) >= 3.0 or (front, back) == ("accent", "line")


def test_appearance_can_be_set_and_reaches_the_palette(app: Application) -> None:
    label = QLabel("x")
    for appearance, dark in (("dark", True), ("light", False)):
        app.preferences.change(appearance=appearance)
        app.use_look()
        window = QApplication.palette().color(QPalette.ColorRole.Window)
        assert window == inks(dark).surface
        assert ink(label) is inks(dark)


def test_zoom_grows_type_and_lengths_within_its_bounds(app: Application) -> None:
    sizes = {}
    for percent in (100, 200, 1000, 1):
        theme.apply(app.qt, "light", percent)
        sizes[percent] = (QApplication.font().pointSizeF(), theme.space(4))
    theme.apply(app.qt, "light", 100)
    assert sizes[100] == (11.0, 16)
    assert sizes[200] == sizes[1000] == (22.0, 32)
    assert sizes[1][0] == pytest.approx(9.9)


def test_the_typeface_comes_with_the_program(app: Application) -> None:
    assert QFontInfo(QApplication.font()).family() == "Source Sans Pro"


def test_qt_finds_its_texts_in_every_context(qapp: object) -> None:
    translator = QTranslator()
    data = qm({"&Copy": "&Salin", "%1 already exists.\nDo you want to replace it?": "%1 sudah ada.\nGanti?"})
    assert translator.load(data)
    QCoreApplication.installTranslator(translator)
    try:
        assert QCoreApplication.translate("QLineEdit", "&Copy") == "&Salin"
        assert QCoreApplication.translate("QWidgetTextControl", "&Copy", "a remark") == "&Salin"
        source = "%1 already exists.\nDo you want to replace it?"
        assert QCoreApplication.translate("QFileDialog", source) == "%1 sudah ada.\nGanti?"
        assert QCoreApplication.translate("QLineEdit", "Something else") == "Something else"
    finally:
        QCoreApplication.removeTranslator(translator)


def test_qt_speaks_the_language_of_the_program(app: Application) -> None:
    app.use_language("id")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Batal"
    assert QCoreApplication.translate("QLineEdit", "Cu&t") == "Po&tong"
    app.use_language("en")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"
    assert len(set(QT_TEXTS)) == len(QT_TEXTS)
