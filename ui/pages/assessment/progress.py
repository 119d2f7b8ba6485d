"""How far each section is, as the outline shows it; counted again only where something changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from gmsc_desktop.domain.answers import key_path
from ui.pages.assessment.desk import Desk
from ui.pages.assessment.layout import section_of
from ui.pages.assessment.outline import Line


class SectionCounts:
    """The lines of the outline."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._counts: dict[str, tuple[int, int]] = {}
        self._problems: Counter[str] = Counter()
        self._sections: dict[str, str] = {}

    def section(self, key: str) -> str:
        """The path of the section on whose page ``key`` is."""
        path = key_path(key)
        if path not in self._sections:
            found = section_of(self._desk.sections, path)
            self._sections[path] = found.path if found is not None else ""
        return self._sections[path]

    def count(self, keys: Iterable[str] | None = None) -> None:
        """Count the sections of these keys again, or all."""
        wanted = None if keys is None else {self.section(key) for key in keys}
        files = self._desk.shelf.counts()
        for section in self._desk.sections:
            if not section.is_page or (wanted is not None and section.path not in wanted):
                continue
            parts = [self._desk.session.section_progress(path, files) for path in section.own]
            self._counts[section.path] = (sum(p.answered for p in parts), sum(p.expected for p in parts))

    def count_problems(self) -> None:
        """Count what stands against closing, by section."""
        self._problems = Counter(self.section(problem.key) for problem in self._desk.problems())

    def lines(self) -> tuple[Line, ...]:
        """The outline as it is now."""
        made = []
        first = next((section.path for section in self._desk.sections if section.is_page), "")
        remarks = Counter(self.section(each.key) if each.key else first for each in self._desk.remarks.open())
        for section in self._desk.sections:
            label = self._desk.page_title(section)
            answered, expected = self._counts.get(section.path, (0, 0))
            problems = self._problems[section.path]
            doer = self._desk.team.doer(section.path)
            name, own = (doer.name, self._desk.team.is_own(doer)) if doer is not None else ("", False)
            line = Line(section.path, label, section.depth, section.is_page, answered, expected, problems, name, own)
            made.append(replace(line, remarks=remarks[section.path]))
        return tuple(made)

    def first_open(self) -> str:
        """The section to begin with: the first of all when nothing is answered, else the first that is not done."""
        pages = [section.path for section in self._desk.sections if section.is_page]
        if not any(answered for answered, _expected in self._counts.values()):
            return pages[0] if pages else ""
        undone = [path for path in pages if self._counts.get(path, (0, 0))[0] < self._counts.get(path, (0, 0))[1]]
        return (undone or pages or [""])[0]
