"""The text of every page of every kind of paper, as it was when somebody last looked at the pages.

A change that is meant is written down by ``python -m tests.documents.test_pages``; look at the pages first.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from tests.documents.reading import pages_of
from tests.documents.test_same_bytes import papers

FOLDER = Path(__file__).parent / "pages"
KINDS = ("report", "folio", "minutes", "certificates", "recap")
BREAK = "=" * 20
VARYING = re.compile(r"[0-9a-f]{32,64}|(?:[0-9a-f]{4} ){3}[0-9a-f]{4}|\d+(?:,\d+)? [kM]B")


@cache
def drawn() -> dict[str, bytes]:
    return papers()


def text_of(kind: str) -> list[list[str]]:
    """The lines of every page. Digests and sizes are left out: those of photos are the JPEG library's affair."""
    pages = (page.splitlines() for page in pages_of(drawn()[kind], raw=True))
    return [[VARYING.sub("#", line.rstrip()) for line in page if line.strip()] for page in pages]


def kept(kind: str) -> list[list[str]]:
    """What is written down."""
    pages = (FOLDER / f"{kind}.txt").read_text(encoding="utf-8").split(f"{BREAK}\n")
    return [page.splitlines() for page in pages]


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_says_what_it_said(kind: str) -> None:
    pages, expected = text_of(kind), kept(kind)
    assert len(pages) == len(expected)
    for number, (page, wanted) in enumerate(zip(pages, expected, strict=True), 1):
        assert page == wanted, f"{kind}, page {number}"


def write() -> None:
    """Write every page down as it is now."""
    FOLDER.mkdir(exist_ok=True)
    for kind in KINDS:
        pages = ("".join(f"{line}\n" for line in page) for page in text_of(kind))
        (FOLDER / f"{kind}.txt").write_text(f"{BREAK}\n".join(pages), encoding="utf-8")


if __name__ == "__main__":
    write()
