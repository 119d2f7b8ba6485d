"""The manual, and what this program is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from gmsc_desktop import __version__
from gmsc_desktop.i18n import _
from gmsc_desktop.resources import resource
from ui.theme import space
from ui.widgets.cards import Card, EmptyState
from ui.widgets.labels import Button, label
from ui.widgets.messages import Banner
from ui.widgets.rowlist import RowItem, RowList


class HelpSection(QWidget):
    """The chapters on the left, the text beside them. The manual is in Bahasa Indonesia."""

    def __init__(self, folder: Path | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chapters = {str(path): path for path in chapters(folder or resource("help"))}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(4))
        self.list = RowList(_("Chapters"))
        self.list.setFixedWidth(space(58))
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.anchorClicked.connect(self._follow)
        self.text.setAccessibleName(_("Manual"))
        card = Card()
        card.body.addWidget(self.text)
        row.addWidget(self.list)
        row.addWidget(card, 1)
        nothing = EmptyState("help", _("No manual"), _("The manual is missing from this installation."))
        row.addWidget(nothing, 1)
        for widget, shown in ((self.list, True), (card, True), (nothing, False)):
            widget.setVisible(bool(self._chapters) is shown)
        self.list.chosen.connect(self.show_chapter)
        self.list.set_rows([RowItem(name, title(path)) for name, path in self._chapters.items()])

    def show_chapter(self, name: str) -> None:
        """Show the chapter in the file called ``name``."""
        path = self._chapters.get(name)
        if path is not None:
            self.text.document().setDefaultFont(self.font())
            self.text.setMarkdown(path.read_text(encoding="utf-8"))

    def _follow(self, link: QUrl) -> None:
        """Another chapter is shown here; everything else is left to the desktop's own programs."""
        target = next((name for name, path in self._chapters.items() if path.name == link.path()), "")
        if target:
            self.list.set_current(target)
        elif link.scheme() in ("http", "https"):
            QDesktopServices.openUrl(link)


def chapters(folder: Path) -> tuple[Path, ...]:
    """The chapters below ``folder``: ``index.md``, then in the order it links to them, then the others by name."""
    found = sorted(folder.glob("*.md"))
    first = folder / "index.md"
    contents = first.read_text(encoding="utf-8") if first in found else ""

    def place(path: Path) -> tuple[bool, int, str]:
        at = contents.find(f"]({path.name})")
        return path != first, at if at >= 0 else len(contents), path.name

    return tuple(sorted(found, key=place))


def title(path: Path) -> str:
    """The first heading of a chapter."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            return line.lstrip("#").strip()
    return path.stem


class AboutSection(Card):
    """Name, version, what it stands on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("GMSC Desktop", _("Assessment visits of Gerakan Menuju Smart City"), parent)
        self.body.addWidget(label(_("Version {version}").format(version=__version__), selectable=True))
        self.body.addWidget(
            label(
                _(
                    "Everything stays on this laptop until you export it. Signed papers and bundles can be proven "
                    "genuine with public tools, without this program and without a network."
                )
            )
        )
        self.body.addWidget(label(_("MIT licence. Typeface: Source Sans Pro (SIL Open Font License).")))
        self.banner = Banner()
        self.body.addWidget(self.banner)
        copy = Button(_("&Copy the version for a report"), "copy")
        copy.clicked.connect(self._copy)
        row = QVBoxLayout()
        row.addWidget(copy)
        self.body.addLayout(row)

    def _copy(self) -> None:
        import platform

        import PySide6

        text = f"GMSC Desktop {__version__}; Python {platform.python_version()}; PySide6 {PySide6.__version__}; "
        QGuiApplication.clipboard().setText(text + platform.platform())
        self.banner.say(_("Copied."), "success")
