"""Expressions: tokens, tree, names, and what every function gives."""

from __future__ import annotations

import pytest

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.forms.session import FormSession
from gmsc_desktop.forms.xpath.calls import check_calls
from gmsc_desktop.forms.xpath.names import Names, Reference, references, resolve
from gmsc_desktop.forms.xpath.parser import Binary, Call, Literal, Negated, Number, PathNode, Start, Step, parse
from gmsc_desktop.forms.xpath.tokens import XPathSyntaxError, tokens
from tests.unit.forms_kit import add, compiled, form, opened

NAMES = Names(
    {
        "top": ("/data/top",),
        "x": ("/data/r/x",),
        "y": ("/data/r/g/y",),
        "z": ("/data/r/s/z",),
        "r": ("/data/r",),
        "s": ("/data/r/s",),
        "twice": ("/data/a/twice", "/data/b/twice"),
    },
    frozenset({"/data/r", "/data/r/s"}),
)


def _kinds(source: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokens(source)[:-1]]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("${a}*2", [("ref", "${a}"), ("operator", "*"), ("number", "2")]),
        (". >= 0", [("symbol", "."), ("operator", ">="), ("number", "0")]),
        ("../div div mod", [("symbol", ".."), ("symbol", "/"), ("name", "div"), ("operator", "div"), ("name", "mod")]),
        ("a-b - c", [("name", "a-b"), ("operator", "-"), ("name", "c")]),
        ("'it\"s' != \"o'k\"", [("literal", "'it\"s'"), ("operator", "!="), ("literal", '"o\'k"')]),
        ("jr:choice-name(.5)", [("name", "jr:choice-name"), ("symbol", "("), ("number", ".5"), ("symbol", ")")]),
    ],
)
def test_tokens(source: str, expected: list[tuple[str, str]]) -> None:
    assert _kinds(source) == expected


def test_tree_keeps_precedence() -> None:
    assert parse("1 + 2 * 3 = 7 or false()") == Binary(
        "or",
        Binary("=", Binary("+", Number("1"), Binary("*", Number("2"), Number("3"))), Number("7")),
        Call("false", ()),
    )
    assert parse("-(1 - 2)") == Negated(Binary("-", Number("1"), Number("2")))
    assert parse("1 - 2 - 3") == Binary("-", Binary("-", Number("1"), Number("2")), Number("3"))


def test_tree_of_paths() -> None:
    assert parse("../x[. = current()/../y]/z") == PathNode(
        Start.CONTEXT,
        (
            Step(".."),
            Step(
                "x",
                (
                    Binary(
                        "=",
                        PathNode(Start.CONTEXT, (Step("."),)),
                        PathNode(Start.CURRENT, (Step(".."), Step("y"))),
                    ),
                ),
            ),
            Step("z"),
        ),
    )
    assert parse("selected(/data/a, 'b')") == Call(
        "selected", (PathNode(Start.ROOT, (Step("data"), Step("a"))), Literal("b"))
    )


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("1 +", "ends too early"),
        ("(1", "ends too early"),
        ("1 2", "“2” is not expected"),
        ("a[1", "ends too early"),
        ("‘a’ = 1", "quotation mark “‘”"),
        ("#", "cannot be understood at “#”"),
        ("//a", "“//” is not expected"),
        ("a | 1", "“|” is not"),
        ("(" * 100 + "1" + ")" * 100, "nested too deeply"),
    ],
)
def test_wrong_expressions_say_where(source: str, said: str) -> None:
    with pytest.raises(XPathSyntaxError) as caught:
        parse(source)
    assert said in str(caught.value)
    assert caught.value.cure


@pytest.mark.parametrize(
    ("context", "source", "expected"),
    [
        ("/data/top", "${x} + 1", "/data/r/x + 1"),
        ("/data/r/g/y", "${x} > ${top}", "../../x > /data/top"),
        ("/data/r/x", "${y}", "../g/y"),
        ("/data/r/x", "sum(${z})", "sum(../s/z)"),
        ("/data/r/s/z", "${x}", "../../x"),
        ("/data/r/x", "count(${r})", "count(/data/r)"),
        ("/data/r/s/z", "count(${s})", "count(../../s)"),
        ("/data/r/x", "/data/r[x = ${y}]", "/data/r[x = current()/../g/y]"),
        ("/data/top", "jr:choice-name(${x}, '${x}')", "jr:choice-name(/data/r/x, '/data/r/x')"),
        ("/data/top", "'a' = \"${top}\"", "'a' = \"/data/top\""),
    ],
)
def test_names_become_paths(context: str, source: str, expected: str) -> None:
    assert resolve(source, context, NAMES) == expected


def test_choice_filter_speaks_of_the_asking_question() -> None:
    assert resolve("group = ${x}", "/data/r/g/y", NAMES, choices=True) == "group = current()/../../x"


def test_unknown_and_ambiguous_names_are_refused() -> None:
    with pytest.raises(XPathSyntaxError, match="no question called “topp”") as unknown:
        resolve("${topp}", "/data/top", NAMES)
    assert unknown.value.params["near"] == "top"
    with pytest.raises(XPathSyntaxError, match="Several questions are called “twice”"):
        resolve("${twice}", "/data/top", NAMES)


def test_references_know_whose_items_they_are() -> None:
    found = set(references(parse("../x + sum(/data/r/s/z) + count(../s)"), "/data/r/w"))
    assert found == {
        Reference("/data/r/x", "/data/r"),
        Reference("/data/r/s/z", ""),
        Reference("/data/r/s", "/data/r"),
    }


@pytest.mark.parametrize("source", ["foo(1)", "not()", "if(1, 2)", "indexed-repeat(a, b, 1, c)", "a[pulldata('x')]"])
def test_unknown_functions_and_wrong_arguments_are_refused(source: str) -> None:
    with pytest.raises(XPathSyntaxError):
        check_calls(parse(source))


EXPRESSIONS = {
    # numbers and blanks
    "${i} + 1": "4",
    "${i} + ${blank}": "",
    "${i} div 2": "1.5",
    "7 mod 4": "3",
    "-${i}": "-3",
    "${d} * 2": "5",
    "number(${t})": "",
    "number('')": "",
    "int(${d})": "2",
    "int(-2.7)": "-2",
    "round(2.5)": "3",
    "round(-2.5)": "-2",
    "round(2.345, 2)": "2.35",
    "round(1234, -2)": "1200",
    "floor(${d}) + ceiling(${d})": "5",
    "abs(-1.5)": "1.5",
    "pow(2, 10)": "1024",
    "pow(-8, 0.5)": "",
    "sqrt(-1)": "",
    "log10(1000)": "3",
    "1000000 * 1000000": "1000000000000",
    "0.000001 div 10": "0.0000001",
    "0.1 + 0.2": "0.3",
    "${d} * 1.14": "2.85",
    # truth
    "${i} > 2 and ${d} < 3": "true",
    "${blank} > 2": "false",
    "${blank} = ''": "true",
    "${blank} != ''": "false",
    "not(${blank})": "true",
    "boolean(${t})": "true",
    "boolean(${zero})": "false",
    "if(${zero}, 'yes', 'no')": "no",
    "if(${i}, ${t}, 'no')": "halo",
    "if(${i} = 3, ${i}, 0) + 1": "4",
    "boolean-from-string('1')": "true",
    "boolean-from-string('no')": "false",
    "true() or ${blank}": "true",
    # text
    "concat(${t}, '-', ${i})": "halo-3",
    "concat(${x}, '!')": "12!",
    "join('/', ${x})": "1/2/",
    "string-length(${t})": "4",
    "contains(${t}, 'al') and starts-with(${t}, 'ha') and ends-with(${t}, 'lo')": "true",
    "substr(${t}, 1, 3)": "al",
    "substr(${t}, -2)": "lo",
    "substring-before('a=b', '=')": "a",
    "substring-after('a=b', '=')": "b",
    "translate(${t}, 'ao', '40')": "h4l0",
    "normalize-space('  a   b ')": "a b",
    "regex(${t}, '[a-z]+')": "true",
    "regex(${t}, 'hal')": "false",
    "coalesce(${blank}, ${t})": "halo",
    "coalesce(${i}, 9) + 1": "4",
    "string(${i})": "3",
    # choices
    "selected(${many}, 'c')": "true",
    "selected(${many}, 'b')": "false",
    "selected(${one}, 'b')": "true",
    "count-selected(${many})": "2",
    "selected-at(${many}, 1)": "c",
    "selected-at(${many}, 9)": "",
    "jr:choice-name(${one}, '${one}')": "Beta",
    "jr:choice-name('a', '${many}')": "Alfa",
    # several nodes
    "count(${r})": "3",
    "count(${x})": "3",
    "count-non-empty(${x})": "2",
    "sum(${x})": "3",
    "max(${x}) + min(${x})": "3",
    "min(4, 2, ${i})": "2",
    "max(${blank})": "",
    "indexed-repeat(${x}, ${r}, 2)": "2",
    "indexed-repeat(${x}, ${r}, ${i} - 2)": "1",
    "/data/r[x = 2]/x": "2",
    "count(/data/r[x > 0])": "2",
    "/data/r[position() = 2]/x": "2",
    # dates
    "today()": "2026-07-15",
    "now()": "2026-07-15T09:30:00.000+07:00",
    "${day} < today()": "true",
    "${day} > today()": "false",
    "${day} = date('2026-07-01')": "true",
    "today() - ${day}": "14",
    "date(${day} + 31)": "2026-08-01",
    "date('bad')": "",
    "date-time('2026-07-01T08:00:00')": "2026-07-01T08:00:00",
    "decimal-date-time('1970-01-02T12:00:00')": "1.5",
    "format-date(${day}, '%e %B %Y')": "1 Juli 2026",
    "format-date(${day}, '%d/%m/%y %a %%')": "01/07/26 Rab %",
    "format-date-time(now(), '%H.%M')": "09.30",
    "format-date(${blank}, '%Y')": "",
    "int(decimal-date-time(${day})) = ${day}": "true",
    "if(${blank_day} = '', 'none', ${blank_day})": "none",
    "${blank_day} < today()": "false",
    # XPath's own odds
    "'a' = 'a' and 1 != 2": "true",
    '"it\'s"': "it's",
    "${i} = '3'": "true",
    "${d} = 2.50": "true",
    "once('first')": "first",
}


@pytest.fixture(scope="module")
def everything() -> FormSession:
    rows = [
        "text | t | T | ",
        "text | blank | B | ",
        "integer | i | I | ",
        "integer | zero | Z | ",
        "decimal | d | D | ",
        "date | day | Day | ",
        "date | blank_day | Day | ",
        "select_one abc | one | One | ",
        "select_multiple abc | many | Many | ",
        "begin_repeat | r | R | ",
        "integer | x | X | ",
        "end_repeat | | | ",
        *(f"calculate | c{number} | | {source}" for number, source in enumerate(EXPRESSIONS)),
    ]
    found = compiled(
        form(
            *rows,
            headings="type | name | label | calculation",
            choices=("abc | a | Alfa |", "abc | b | Beta |", "abc | c | Gama |"),
        )
    )
    session = opened(found.instrument)
    for name, value in {
        "t": "halo", "i": "3", "zero": "0", "d": "2.5", "day": "2026-07-01", "one": "b", "many": "a c",
    }.items():  # fmt: skip
        session.set(f"/data/{name}", Facet.VALUE, value)
    add(session, "/data/r", "p", "q", "s")
    session.set("/data/r[p]/x", Facet.VALUE, "1")
    session.set("/data/r[q]/x", Facet.VALUE, "2")
    return session


@pytest.mark.parametrize(("number", "source"), list(enumerate(EXPRESSIONS)), ids=list(EXPRESSIONS))
def test_what_expressions_give(everything: FormSession, number: int, source: str) -> None:
    assert everything.state(f"/data/c{number}").value == EXPRESSIONS[source]


@pytest.mark.parametrize(
    ("calculation", "expected"),
    [
        ("string(${n} * 1)", "1500000000000"),
        ("string-length(${n} * 1)", "13"),
        ("contains(${n} * 1, 'e')", "false"),
        ("translate(if(true(), ${n} * 1, 0), '5', '6')", "1600000000000"),
        ("substring-before(${n} * 1, '0')", "15"),
        ("string(-${n})", "-1500000000000"),
    ],
)
def test_large_numbers_are_texts_without_an_exponent(calculation: str, expected: str) -> None:
    rows = ("decimal | n | N |", f"calculate | c | | {calculation}")
    session = opened(compiled(form(*rows, headings="type | name | label | calculation")).instrument)
    session.set("/data/n", Facet.VALUE, "1500000000000")
    assert session.state("/data/c").value == expected
