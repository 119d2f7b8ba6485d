"""What expressions give, by the ODK XForms specification and, where it leaves room, by its reference implementation."""

from __future__ import annotations

import pytest

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.forms.session import FormSession
from gmsc_desktop.forms.xpath.patterns import pattern
from tests.unit.forms_kit import add, compiled, form, opened

FACTS = {
    # Numbers without an end, and none at all
    "1 div 0": "Infinity",
    "-1 div 0": "-Infinity",
    "0 div 0": "",
    "concat('a', 0 div 0)": "aNaN",
    "pow(0, -1)": "Infinity",
    "pow(-8, 1 div 3)": "",
    "exp(1000)": "Infinity",
    "log(0)": "-Infinity",
    "log10(-1)": "",
    "round(1 div 0)": "Infinity",
    "sum(/data/r/x)": "12",
    "coalesce(number('x'), 5)": "5",
    "coalesce('', '', 'c')": "c",
    "if(true(), number('x'), 1)": "",
    # Rounding and cutting
    "round(-2.5)": "-2",
    "round(1.005, 2)": "1.01",
    "round(12345.678, -2)": "12300",
    "int(-0.5)": "0",
    "int('7.9')": "7",
    "substr('hello', -3)": "llo",
    "substr('hello', 1, -1)": "ell",
    "substr('hello', number('x'), 2)": "he",
    "substring('12345', 1.5, 2.6)": "234",
    # Truth
    "/data/zero and true()": "true",
    "/data/int and true()": "true",
    "not(/data/blank)": "true",
    "/data/said = 'true'": "true",
    "/data/said = true()": "true",
    "/data/blank = false()": "true",
    "true() = 'x'": "true",
    "boolean('false')": "true",
    "boolean-from-string(1)": "true",
    "boolean-from-string(7)": "false",
    # Equality of numbers and texts
    "/data/int = '05'": "true",
    "/data/int = '5.0'": "true",
    "/data/int != '5'": "false",
    "/data/int = /data/dec": "false",
    "/data/dec = '2.50'": "true",
    "/data/none = ''": "true",
    "/data/none = 0": "false",
    "/data/none != 1": "true",
    "/data/none = /data/none": "true",
    "/data/zero = 0": "true",
    "/data/text = '2.5'": "false",
    "/data/text = 2.5": "true",
    "/data/int == 5 AND /data/dec <= 2.5": "true",
    # Dates
    "/data/day > '2020-01-30'": "true",
    "'2020-02-01' - /data/day": "1",
    "/data/day = '2020-01-31'": "true",
    "date('2020-01-01') + 30": "18292",
    "date(date('2020-01-01') + 30)": "2020-01-31",
    "date(-0.5)": "1970-01-01",
    "date('2019-02-29')": "",
    "decimal-time('06:00')": "0.25",
    "decimal-time(18262.75)": "0.75",
    # Choices, places, repeats
    "selected('a b c', ' b ')": "true",
    "selected('a b c', 'a b')": "true",
    "selected('', '')": "true",
    "selected-at('a b', 5)": "",
    "selected-at('a b', '')": "a",
    "is-selected('a b', 'c')": "false",
    "count-selected('  a   b ')": "2",
    "count(/data/r[x > 2])": "2",
    "position(/data/r[9])": "0",
    "indexed-repeat(/data/r/x, /data/r, 0)": "1",
    "indexed-repeat(/data/r/x, /data/r, 2)": "4",
    "count-non-empty(/data/g/*)": "1",
    "count(/data/g/* | /data/r/x)": "6",
    "sum(/data/r/x | /data/int)": "17",
    "min(/data/none, 4)": "4",
    "regex('hello world', 'hello')": "false",
    "join(',', /data/r/x)": "1,4,,7",
    "geofence('0.5 0.5', '0 0;0 1;1 1;1 0;0 0')": "true",
    "geofence('2 2', '0 0;0 1;1 1;1 0;0 0')": "false",
    "intersects('0 0;1 1;1 0;0 1')": "true",
    "intersects('0 0;0 1;1 1;0 0')": "false",
    "checklist(1, 1, /data/blank, true())": "true",
    "weighted-checklist(2, 4, true(), 3, false(), 9)": "true",
    "digest('abc', 'MD5', 'hex')": "900150983cd24fb0d6963f7d28e17f72",
    "depend('a', 'b')": "a",
}


@pytest.fixture(scope="module")
def facts() -> FormSession:
    """Each fact is one calculation of one form."""
    rows = [f"calculate | f{at} | | {source.replace('|', chr(0))}" for at, source in enumerate(FACTS)]
    markdown = form(
        "integer | int | I |",
        "decimal | dec | D |",
        "integer | none | N |",
        "text | text | T |",
        "text | blank | B |",
        "date | day | D |",
        "begin_repeat | r | R |",
        "integer | x | X |",
        "end_repeat | | |",
        "begin_group | g | G |",
        "text | one | 1 |",
        "text | two | 2 |",
        "end_group | | |",
        "calculate | zero | | /data/int - 5",
        "calculate | said | | /data/int = 5",
        *rows,
        headings="type | name | label | calculation",
    )
    session = opened(compiled(markdown.replace(chr(0), "\\|")).instrument)
    for name, value in (("int", "5"), ("dec", "2.5"), ("text", "2.50"), ("day", "2020-01-31"), ("g/one", "1")):
        session.set(f"/data/{name}", Facet.VALUE, value)
    add(session, "/data/r", "1", "2", "3", "4")
    for at, value in ((1, "1"), (2, "4"), (4, "7")):
        session.set(f"/data/r[{at}]/x", Facet.VALUE, value)
    return session


@pytest.mark.parametrize(("number", "source"), list(enumerate(FACTS)), ids=list(FACTS))
def test_fact(facts: FormSession, number: int, source: str) -> None:
    assert facts.state(f"/data/f{number}").value == FACTS[source]


@pytest.mark.parametrize(
    ("source", "fitting", "unfit"),
    [
        (r"\p{L}+", "Éa", "1"),
        (r"[\p{Lu} ]+", "A É", "a"),
        (r"\P{L}+", "12", "1a"),
        (r"\p{Alpha}{2}", "ab", "éa"),
        (r"[^\p{N}]+", "ab", "a1"),
        (r"\w+", "a_1", "é"),
        (r"\d+", "12", "\u0661"),
        (r"(?<year>\d{4})-(?<month>\d\d)", "2020-01", "2020"),
        (r"\Qa.b\E+", "a.bb", "axb"),
        (r"(?s)a.b", "a\nb", "ab"),
        (r"a.b", "a b", "a\nb"),
        (r"[]a]+", "]a", "["),
        (r"(?i)(?=.*x)[a-z]+", "aX", "ab"),
    ],
)
def test_patterns_as_java_has_them(source: str, fitting: str, unfit: str) -> None:
    found = pattern(source)
    assert found is not None
    assert found.fullmatch(fitting)
    assert not found.fullmatch(unfit)


@pytest.mark.parametrize("source", [r"[[:alpha:]]+", "[a-z&&[^b]]", r"\p{Nonsense}", r"(a)\1", "(?<!a)b", "["])
def test_patterns_that_cannot_be_run_are_refused(source: str) -> None:
    assert pattern(source) is None
