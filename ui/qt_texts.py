"""Qt's own texts in the program's catalogue, and the form in which Qt takes them.

Qt is handed a compiled catalogue (.qm) rather than a ``translate`` written in Python, which it would call for each of
the hundreds of texts it asks for.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

from PySide6.QtCore import QObject, QTranslator

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.i18n import translator

QT_TEXTS: tuple[str, ...] = (
    # buttons
    N_("OK"), N_("Save"), N_("Save All"), N_("Open"), N_("&Yes"), N_("Yes to &All"), N_("&No"), N_("N&o to All"),
    N_("Abort"), N_("Retry"), N_("Ignore"), N_("Close"), N_("Cancel"), N_("Discard"), N_("Help"), N_("Apply"),
    N_("Reset"), N_("Restore Defaults"), N_("Show Details..."), N_("Hide Details..."), N_("&OK"), N_("&Save"),
    N_("&Cancel"), N_("&Close"),
    # menus of fields
    N_("&Undo"), N_("&Redo"), N_("Cu&t"), N_("&Copy"), N_("&Paste"), N_("Delete"), N_("Select All"), N_("&Select All"),
    N_("Copy &Link Location"), N_("&Step up"), N_("Step &down"), N_("Clear"),
    N_("Scroll here"), N_("Left edge"), N_("Top"), N_("Right edge"), N_("Bottom"), N_("Page left"), N_("Page up"),
    N_("Page right"), N_("Page down"), N_("Scroll left"), N_("Scroll up"), N_("Scroll right"), N_("Scroll down"),
    # choosing files
    N_("Look in:"), N_("Back"), N_("Forward"), N_("Go back"), N_("Go forward"), N_("Parent Directory"),
    N_("Go to the parent directory"), N_("Create New Folder"), N_("Create a New Folder"), N_("List View"),
    N_("Change to list view mode"), N_("Detail View"), N_("Change to detail view mode"), N_("Sidebar"),
    N_("List of places and bookmarks"), N_("Files"), N_("Files of type:"), N_("File &name:"), N_("Directory:"),
    N_("&Open"), N_("Save As"), N_("Find Directory"), N_("All Files (*)"), N_("Directories"), N_("&Choose"),
    N_("&Rename"), N_("&Delete"), N_("Show &hidden files"), N_("&New Folder"), N_("New Folder"), N_("Recent Places"),
    N_("Remove"), N_("My Computer"), N_("Computer"), N_("Name"), N_("Size"), N_("Kind"), N_("Type"),
    N_("Date Modified"), N_("Drive"), N_("File"), N_("Folder"), N_("Unknown"), N_("Alias"), N_("Shortcut"),
    N_("Are you sure you want to delete '%1'?"), N_("Could not delete directory."),
    N_("'%1' is write protected.\nDo you want to delete it anyway?"),
    N_("%1 already exists.\nDo you want to replace it?"),
    N_("%1\nFile not found.\nPlease verify the correct file name was given."),
    N_("%1\nDirectory not found.\nPlease verify the correct directory name was given."),
    # printing
    N_("Print"), N_("&Print"), N_("&Options >>"), N_("&Options <<"), N_("Print to File (PDF)"),
    N_("Print To File ..."), N_("Local file"), N_("Write PDF file"), N_("Options"), N_("Copies"), N_("Print range"),
    N_("Print all"), N_("Pages from"), N_("to"), N_("Pages"), N_("Current Page"), N_("Selection"), N_("Page Set:"),
    N_("All Pages"), N_("Odd Pages"), N_("Even Pages"), N_("Output Settings"), N_("Copies:"), N_("Collate"),
    N_("Reverse"), N_("Color Mode"), N_("Color"), N_("Grayscale"), N_("Duplex Printing"), N_("None"), N_("Long side"),
    N_("Short side"), N_("Printer"), N_("&Name:"), N_("P&roperties"), N_("Location:"), N_("Preview"), N_("Type:"),
    N_("Output &file:"), N_("Page"), N_("Advanced"), N_("Paper"), N_("Page size:"), N_("Width:"), N_("Height:"),
    N_("Paper source:"), N_("Orientation"), N_("Portrait"), N_("Landscape"), N_("Reverse landscape"),
    N_("Reverse portrait"), N_("Margins"), N_("Page Layout"), N_("Page order:"), N_("Pages per sheet:"),
    N_("Custom"), N_("Automatic"), N_("Page Setup"), N_("Job Options"), N_("Printer Properties"),
    # keys as menus and tooltips show them
    N_("Ctrl"), N_("Shift"), N_("Alt"), N_("Del"), N_("Esc"), N_("Return"), N_("Space"),
)  # fmt: skip

_MAGIC = bytes.fromhex("3cb86418caef9c95cd211cbf60a1bddd")
_HASHES, _MESSAGES = 0x42, 0x69
_END, _TRANSLATION, _SOURCE = 1, 3, 6


def qm(texts: Mapping[str, str]) -> bytes:
    """Translations by source text as a .qm file that Qt loads. They hold in every context of Qt, since a message
    without one matches all (QTranslator, the layout read by ``getMessage`` in qtranslator.cpp)."""
    messages, places = bytearray(), []
    for source, text in texts.items():
        raw, shown = source.encode(), text.encode("utf-16-be")
        places.append((_elf_hash(raw), len(messages)))
        messages += struct.pack(">BI", _TRANSLATION, len(shown)) + shown
        messages += struct.pack(">BI", _SOURCE, len(raw)) + raw + bytes([_END])
    hashes = b"".join(struct.pack(">II", *place) for place in sorted(places))
    sections = ((_HASHES, hashes), (_MESSAGES, bytes(messages)))
    return _MAGIC + b"".join(struct.pack(">BI", tag, len(data)) + data for tag, data in sections)


def _elf_hash(data: bytes) -> int:
    """The hash of System V's ELF tables, which Qt finds messages by; never 0."""
    value = 0
    for byte in data:
        value = ((value << 4) + byte) & 0xFFFFFFFF
        high = value & 0xF0000000
        value = (value ^ (high >> 24)) & ~high & 0xFFFFFFFF
    return value or 1


class GettextTranslator(QTranslator):
    """Qt's own texts (buttons, menus, dialogs) through the program's catalogue; they stand in ``QT_TEXTS``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data = b""

    def speak(self, code: str) -> None:
        """Hold the texts in the language ``code``."""
        catalogue = translator(code)
        # Qt reads where the bytes lie, so they are kept as long as the translator.
        self._data = qm({text: catalogue.gettext(text) for text in QT_TEXTS})
        self.load(self._data)
