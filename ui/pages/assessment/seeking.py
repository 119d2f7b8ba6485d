"""Going to what needs the person next: a problem, a comment of the office, a thing the closing check named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gmsc_desktop.i18n import _
from ui.pages.assessment.closing import problem_text
from ui.pages.assessment.navigation import next_problem

if TYPE_CHECKING:
    from ui.pages.assessment.desk import Desk
    from ui.pages.assessment.notice import Notice
    from ui.pages.assessment.panes import Panes
    from ui.pages.assessment.questions import Questions


class Seeking:
    """Finds the next place in form order, shows it and says what is the matter there."""

    def __init__(self, desk: Desk, questions: Questions, panes: Panes, notice: Notice) -> None:
        self._desk, self._questions, self._panes, self._notice = desk, questions, panes, notice

    def _order(self) -> list[str]:
        session = self._desk.session
        return [key for key in session.keys("") if session.state(key).relevant]

    def problem(self, *, forward: bool) -> None:
        """Go to the next thing missing and say what it is."""
        problem = next_problem(self._desk.problems(), self._order(), self._questions.current, forward)
        if problem is None:
            self._notice.say(_("Nothing is missing in the questions."), "success")
            return
        self.mend(problem.key, problem_text(problem))

    def remark(self, *, forward: bool) -> None:
        """Go to the next comment of the office: those still open first."""
        here = "" if self._questions.on_whole() else self._questions.current
        key = self._desk.remarks.next(self._order(), here, forward=forward)
        if key is None:
            self._notice.say(_("The office has asked for nothing to be revised."), "success")
            return
        self._panes.show_centre(self._questions)
        self._questions.go_to_remark(key)

    def mend(self, key: str, text: str) -> None:
        """Show the question ``key`` with what is the matter with it."""
        self._panes.show_centre(self._questions)
        card = self._questions.go(key)
        if card is not None:
            card.show_problem(text)
