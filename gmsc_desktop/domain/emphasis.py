"""Emphasis in the texts of a form: which words are strong or slanted. A text with it is never read as HTML.

Its written form is a small part of Markdown: ``**`` turns strong on and off, ``*`` slanted, and a backslash takes the
meaning from the character behind it.
"""

from __future__ import annotations

from typing import NamedTuple


class Run(NamedTuple):
    """Some words that look alike."""

    text: str
    strong: bool = False
    slanted: bool = False


def escaped(text: str) -> str:
    """``text`` so that nothing in it turns emphasis on or off."""
    return text.replace("\\", "\\\\").replace("*", "\\*")


def runs(written: str) -> tuple[Run, ...]:
    """The runs of a text in its written form."""
    found: list[Run] = []
    letters: list[str] = []
    strong = slanted = False

    def end() -> None:
        if letters:
            found.append(Run("".join(letters), strong, slanted))
            letters.clear()

    at = 0
    while at < len(written):
        letter = written[at]
        if letter == "\\" and at + 1 < len(written):
            letters.append(written[at + 1])
            at += 2
        elif letter == "*":
            end()
            double = written.startswith("**", at)
            strong, slanted = (not strong, slanted) if double else (strong, not slanted)
            at += 2 if double else 1
        else:
            letters.append(letter)
            at += 1
    end()
    return tuple(found)


def plain_text(found: tuple[Run, ...]) -> str:
    """The words alone."""
    return "".join(run.text for run in found)
