"""The form of a visit as the page reads it: what is asked, what it is called, in which language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gmsc_desktop.domain.answers import key_path
from gmsc_desktop.domain.emphasis import Run
from gmsc_desktop.domain.instrument import Instrument
from gmsc_desktop.domain.visit import Visit
from gmsc_desktop.i18n import language
from ui.pages.assessment.bands import headings
from ui.pages.assessment.layout import Section, section_item, section_of, sections, unseen
from ui.pages.assessment.live import LiveForm

if TYPE_CHECKING:
    from gmsc_desktop.services.visits import VisitSheet


class FormView(QObject):
    """A visit as it was opened; ``take_sheet`` opens it. The language is one of the form."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sheet: VisitSheet | None = None
        self.visit: Visit | None = None
        self.sections: tuple[Section, ...] = ()
        self._headings: frozenset[str] = frozenset()
        """Questions that only head a table."""
        self.language = ""

    def take_sheet(self, sheet: VisitSheet) -> None:
        """Show this visit, in the language shown before where its form has it."""
        self._sheet, self.visit = sheet, sheet.visit
        self.sections = sections(sheet.instrument)
        self._headings = headings(sheet.instrument)
        languages = sheet.instrument.languages
        if self.language not in languages:
            own = sheet.instrument.default_language or next(iter(languages), "")
            self.language = language() if language() in languages else own
        self.session.speak(self.language)

    def speak(self, code: str) -> None:
        """Show the form in another of its languages."""
        self.language = code
        self.session.speak(code)

    @property
    def instrument(self) -> Instrument:
        """The instrument the visit is pinned to."""
        return self.sheet.instrument

    @property
    def sheet(self) -> VisitSheet:
        """The visit as opened."""
        if self._sheet is None:
            raise RuntimeError("the visit is not loaded yet")
        return self._sheet

    @property
    def session(self) -> LiveForm:
        """The live form; the window's own."""
        return self.sheet.session

    @property
    def editable(self) -> bool:
        """Whether answers may be written now."""
        return self.visit is not None and self.visit.editable

    def label(self, key: str) -> str:
        """What the question, group or item is called in the language of the form."""
        return self.written(key) or key_path(key).rpartition("/")[2].replace("_", " ")

    def written(self, key: str) -> str:
        """The label itself, in the language of the form and with what it names filled in; empty when there is none."""
        return self.session.label(key, self.language) if key_path(key) in self.instrument.by_path else ""

    def emphasis(self, key: str, part: str = "label") -> tuple[Run, ...]:
        """The emphasis in the ``label``, ``hint`` or ``guidance`` of ``key``; empty when nothing is emphasised."""
        item = self.instrument.by_path.get(key_path(key))
        return self.session.emphasis(key, part, self.language) if item is not None and part in item.emphasis else ()

    def page_title(self, section: Section) -> str:
        """What the page of a section is headed with: its group's label or name, for the form itself its title."""
        item = section_item(self.instrument, section)
        if section.after and item.path == section.group:
            # Its group's name already heads another page.
            more = " …" if len(section.own) > 1 else ""
            return section.named(" ".join(self.label(section.own[0]).split()) + more)
        title = self.instrument.title.get(self.language) if item.path == self.instrument.root.path else ""
        return section.named(self.written(item.path) or title or self.label(item.path))

    def section_title(self, key: str) -> str:
        """What the section is called on whose page ``key`` is."""
        section = section_of(self.sections, key_path(key))
        if section is None:
            return ""
        return section.named(self.written(section_item(self.instrument, section).path))

    def asked(self) -> tuple[str, ...]:
        """Every question that is relevant now, in form order."""
        by_path = self.instrument.by_path
        every = self.session.keys("")
        return tuple(
            key
            for key in every
            if not (item := by_path[key_path(key)]).is_container
            and not unseen(item)
            and item.path not in self._headings
            and self.session.state(key).relevant
        )
