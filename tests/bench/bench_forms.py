"""Filling: how long the form needs to answer what changed.

The bars of the design are milliseconds of our own work on the machine of the design (p95 1 ms for 150 questions with
11 calculations, 5 ms for 1,000). Milliseconds mean nothing on another machine, so what is measured is divided by what
the plain lxml evaluations of the dependent expressions alone cost in the same run.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

from lxml import etree
from pyxform.xls2xform import convert

from gmsc_desktop.domain.answers import AnswerSheet, Facet
from gmsc_desktop.domain.instrument import Instrument, Table
from gmsc_desktop.forms.compiler import compile_workbook
from gmsc_desktop.forms.reader import parse_workbook
from gmsc_desktop.forms.session import FormSession

CALCULATIONS = 11
GROUP = 15


class _Clock:
    def now(self) -> datetime:
        return datetime(2026, 7, 1, 9, 0, tzinfo=UTC)

    def monotonic(self) -> float:
        return time.monotonic()


def form(questions: int) -> str:
    """A form of scored questions in groups, with calculations over them and conditions between them."""
    rows = ["| survey |", "| | type | name | label | relevant | calculation | constraint | required |"]
    for number in range(questions):
        if number % GROUP == 0:
            rows.append(f"| | begin_group | g{number // GROUP} | Group | | | | |")
        relevant = f"${{q{number - 1}}} != '0'" if number % 5 == 4 else ""
        kind = "integer" if number % 3 == 0 else "select_one level"
        constraint = ". >= 0 and . <= 4" if number % 3 == 0 else ""
        rows.append(f"| | {kind} | q{number} | Question {number} | {relevant} | | {constraint} | yes |")
        if number % GROUP == GROUP - 1 or number == questions - 1:
            rows.append("| | end_group | | | | | | |")
    step = questions // CALCULATIONS
    for number in range(CALCULATIONS):
        terms = [f"coalesce(${{q{number * step + at}}}, 0)" for at in range(min(step, 150))]
        rows.append(f"| | calculate | c{number} | | | round(({' + '.join(terms)}) div {step}, 2) | | |")
    choices = [f"| | level | {level} | Level {level} | {level} |" for level in range(5)]
    return "\n".join([*rows, "", "| choices |", "| | list_name | name | label | score |", *choices, ""])


def instrument(questions: int) -> Instrument:
    """The compiled form."""
    return compile_workbook(parse_workbook(form(questions).encode(), ".md", "bench.md")).instrument


def _p95(work: Callable[[str, str], object], answers: list[tuple[str, str]]) -> float:
    taken = []
    for key, value in answers:
        begun = time.thread_time()
        work(key, value)
        taken.append(time.thread_time() - begun)
    return statistics.quantiles(taken, n=20)[-1]


def _answers(session: FormSession, count: int) -> list[tuple[str, str]]:
    chosen = random.Random(1)
    keys = [key for key in session.keys("") if key.rpartition("/")[2].startswith("q")]
    return [(chosen.choice(keys), str(chosen.randrange(5))) for _ in range(count)]


def _reference(questions: int, answers: list[tuple[str, str]]) -> float:
    """Setting one text and running one plain XPath sum as long as a calculation of the form."""
    root = etree.Element("data")
    for number in range(questions):
        etree.SubElement(root, f"q{number}").text = "1"
    step = questions // CALCULATIONS
    plain = etree.XPath(" + ".join(f"number(/data/q{at})" for at in range(min(step, 150))))
    elements = {element.tag: element for element in root}

    def work(key: str, value: str) -> object:
        elements[key.rpartition("/")[2]].text = value
        return plain(root)

    return _p95(work, answers)


def _conversion(questions: int) -> float:
    """Reading, checking and compiling a workbook, stock pyxform's opinion included, against plain pyxform alone."""
    data = form(questions).encode()

    def plain() -> object:
        return convert(data, file_type=".md")

    def own() -> object:
        return compile_workbook(parse_workbook(data, ".md", "bench.md"))

    return _quickest(own) / _quickest(plain)


def _quickest(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(3):
        begun = time.thread_time()
        work()
        taken.append(time.thread_time() - begun)
    return min(taken)


def _lookups(choices: int) -> float:
    """A cascading select over a hundred thousand choices of a file, against one over a hundred."""

    def session(count: int) -> FormSession:
        rows = tuple((f"n{at}", f"Name {at}", f"r{at // 50}") for at in range(count))
        rows_of_form = ["| survey |", "| | type | name | label | choice_filter |", "| | text | r | R | |"]
        rows_of_form.append("| | select_one_from_file many.csv | a | A | region = ${r} |")
        tables = {"many.csv": Table(("name", "label", "region"), rows)}
        workbook = parse_workbook("\n".join(rows_of_form).encode(), ".md", "bench.md", tables)
        found = FormSession(compile_workbook(workbook).instrument, AnswerSheet(), clock=_Clock())
        found.set("/data/r", Facet.VALUE, "r0")
        found.choices("/data/a")
        return found

    def chosen(found: FormSession) -> float:
        answers = [("/data/r", f"r{at % 2}") for at in range(200)]
        return _p95(lambda key, value: (found.set(key, Facet.VALUE, value), found.choices("/data/a")), answers)

    return chosen(session(choices)) / chosen(session(100))


def measure() -> list[tuple[str, float, float]]:
    """The ratios and their bars."""
    found = [(f"convert {count} questions, against pyxform", _conversion(count), 3.0) for count in (150, 1000, 5000)]
    found.append(("lookup among 100,000 choices, against 100", _lookups(100_000), 2.0))
    for questions, bar_ms in ((150, 1.0), (1000, 5.0), (5000, 25.0)):
        compiled = instrument(questions)
        session = FormSession(compiled, AnswerSheet(), clock=_Clock())
        for key in session.keys(""):
            session.state(key)
        answers = _answers(session, 600)

        def entered(key: str, value: str, session: FormSession = session) -> object:
            changed = [session.state(found) for found in session.set(key, Facet.VALUE, value)]
            return changed, session.assessment()

        own, plain = _p95(entered, answers), _reference(questions, answers)
        what = f"answer, states and index, {questions} questions, {CALCULATIONS} calculations"
        found.append((f"{what}, of {bar_ms:g} ms", own * 1000 / bar_ms, 1.0))
        if questions <= 1000:
            found.append((f"{what}, against one plain lxml sum", own / plain, 25.0))
    return found
