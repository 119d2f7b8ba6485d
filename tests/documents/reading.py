"""Reads a drawn PDF back with tools that are not ours."""

from __future__ import annotations

import io
import shutil
import subprocess

import pikepdf
import pytest


def pages_of(pdf: bytes, *, layout: bool = False, raw: bool = False) -> list[str]:
    """The text of every page as ``pdftotext`` reads it; ``raw`` in the order in which it was drawn."""
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext is not installed")
    flags = ["-layout"] if layout else ["-raw"] if raw else []
    read = subprocess.run([tool, *flags, "-", "-"], input=pdf, capture_output=True, check=True)
    return read.stdout.decode("utf-8").split("\f")[:-1]


def flat(text: str) -> str:
    """``text`` with every run of blanks as one space, since lines break where they must."""
    return " ".join(text.split())


def outline_of(pdf: bytes) -> list[tuple[str, int, float]]:
    """Every bookmark as (title, page from 0, height above the foot of the page), in order."""
    found: list[tuple[str, int, float]] = []
    with pikepdf.open(io.BytesIO(pdf)) as document, document.open_outline() as outline:
        pages = {page.objgen: number for number, page in enumerate(document.pages)}

        def walk(items: list[pikepdf.OutlineItem]) -> None:
            for item in items:
                place = item.destination
                assert isinstance(place, pikepdf.Array)
                top = float(place[3]) if place[1] == "/XYZ" else 841.89
                found.append((item.title, pages[place[0].objgen], top))
                walk(item.children)

        walk(list(outline.root))
    return found
