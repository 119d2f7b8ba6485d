"""Paragraphs: no line is too wide, nothing is lost, no line is left alone, and what is drawn is what was measured."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from gmsc_desktop.documents import fonts, theme
from gmsc_desktop.documents.text import Words, Writer
from tests.documents.reading import flat, pages_of

STYLES = ("body", "small", "strong", "tiny", "formal", "tree")
RUNS = st.lists(
    st.tuples(st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=60), st.sampled_from(STYLES)),
    min_size=1,
    max_size=5,
)


def said(words: Words, width: float) -> list[str]:
    """Every line as its text."""
    lines = words._lines(width)
    return [" ".join("".join(text for text, _style in word[0]) for word in line) for line, _wide in lines]


@given(RUNS, st.floats(20, 480))
@settings(max_examples=150, deadline=None)
def test_lines_fit_and_hold_every_letter(parts: list[tuple[str, str]], width: float) -> None:
    words = Writer().mixed(parts)
    for line, wide in words._lines(width):
        alone = len(line) == 1 and len("".join(text for text, _style in line[0][0])) == 1
        assert wide <= width + 0.01 or alone
    fitted = "".join(fonts.fit(text) for text, _style in parts)
    assert "".join("".join(said(words, width)).split()) == "".join(fitted.split())


@given(RUNS, st.floats(40, 300), st.floats(0, 200))
@settings(max_examples=150, deadline=None)
def test_parts_hold_the_whole_and_no_line_stands_alone(
    parts: list[tuple[str, str]], width: float, height: float
) -> None:
    words = Writer().mixed(parts)
    whole = said(words, width)
    halves = words.split(width, height)
    if not halves:
        return
    lines = [said(half, width) for half in halves]
    assert [line for part in lines for line in part] == whole
    assert len(lines) == 1 or min(map(len, lines)) >= 2
    assert words.style.leading * len(lines[0]) <= height + 0.01 or len(lines) == 1


@pytest.mark.parametrize("style", STYLES)
def test_words_are_as_wide_as_reportlab_finds_them(style: str) -> None:
    text = "Kabupaten Pegunungan Bintang – “Ćwiklik” 3,14"
    ((_line, wide),) = Writer().one(text, style)._lines(2000)
    chosen = theme.style(style)
    assert wide == pytest.approx(stringWidth(text, chosen.fontName, chosen.fontSize), abs=0.01)


def test_runs_of_several_styles_keep_their_spaces_and_their_order() -> None:
    words = Writer().mixed(
        [("Penanggung jawab: ", "tiny"), ("Bappeda", "small_strong"), (";", "small"), (" ya", "small")]
    )
    words.wrap(400, 100)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(420, 60), initialFontName=fonts.SANS)
    words.drawOn(canvas, 5, 30)
    canvas.showPage()
    canvas.save()
    assert flat(pages_of(out.getvalue())[0]) == "Penanggung jawab: Bappeda; ya"


def test_an_empty_paragraph_is_one_line_high() -> None:
    words = Writer().one("", "small")
    assert words.wrap(100, 100) == (100, theme.style("small").leading)
