"""Small forms for the tests of forms: compiled from Markdown tables, with a clock that stands still."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

from gmsc_desktop.domain.answers import AnswerSheet, Facet, RepeatItem
from gmsc_desktop.domain.instrument import Instrument
from gmsc_desktop.forms.compiler import Compiled, compile_workbook
from gmsc_desktop.forms.issues import FormIssue, InstrumentError
from gmsc_desktop.forms.reader import parse_workbook
from gmsc_desktop.forms.session import FormSession

FORMS = Path(__file__).resolve().parent.parent / "fixtures" / "forms"
WIB = timezone(timedelta(hours=7))


class StandingClock:
    """Half past nine on 15 July 2026 in Surakarta."""

    def now(self) -> datetime:
        return datetime(2026, 7, 15, 9, 30, tzinfo=WIB)

    def monotonic(self) -> float:
        return 0.0


def fixture(name: str) -> Instrument:
    """The compiled form ``tests/fixtures/forms/<name>.md``."""
    return compiled((FORMS / f"{name}.md").read_text("utf-8")).instrument


def compiled(markdown: str) -> Compiled:
    """The form in ``markdown``."""
    return compile_workbook(parse_workbook(markdown.encode(), ".md", "form.md"))


def table(name: str, *rows: str) -> str:
    """One sheet; each row as ``cell | cell | …``, the headings first."""
    return "\n".join([f"| {name} |", *(f"| | {row} |" for row in rows), ""])


def form(*rows: str, choices: tuple[str, ...] = (), settings: tuple[str, ...] = (), headings: str = "") -> str:
    """A form of ``rows`` under ``headings`` (type, name, label when none are given)."""
    sheets = [table("survey", headings or "type | name | label", *rows)]
    if choices:
        sheets.append(table("choices", "list_name | name | label | score", *choices))
    if settings:
        sheets.append(table("settings", *settings))
    return "\n".join(sheets)


def issues_of(markdown: str) -> tuple[FormIssue, ...]:
    """Why the form is refused; fails when it is not."""
    try:
        compiled(markdown)
    except InstrumentError as error:
        return error.issues
    raise AssertionError("the form was accepted")


def opened(instrument: Instrument, sheet: AnswerSheet | None = None) -> FormSession:
    """A live form, empty or over ``sheet``."""
    return FormSession(instrument, sheet or AnswerSheet(), clock=StandingClock(), username="Asesor")


def answer(session: FormSession, **values: str) -> FormSession:
    """Answer questions right below the root."""
    for name, value in values.items():
        session.set(f"/data/{name}", Facet.VALUE, value)
    return session


def add(session: FormSession, repeat: str, *ids: str) -> None:
    """Add items to a repeat, after those that are there."""
    start = len(session.items(repeat))
    for position, found in enumerate(ids, start):
        session.put_item(RepeatItem(repeat, found, position))
