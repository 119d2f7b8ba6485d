"""The border of a certificate: fine interwoven curves computed from a few numbers, as security printers engrave them.

Everything is a smooth parametric curve turned into cubic Béziers; there is no raster and no transparency.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

Curve = Callable[[float], tuple[float, float]]
"""A point for every parameter from 0 to 1."""

_TINY = 1e-5


def trace(path: Any, curve: Curve, steps: int) -> None:
    """Append ``curve`` to a canvas path as ``steps`` cubic Béziers with its own tangents."""

    def slope(t: float) -> tuple[float, float]:
        (x0, y0), (x1, y1) = curve(t - _TINY), curve(t + _TINY)
        return (x1 - x0) / (2 * _TINY), (y1 - y0) / (2 * _TINY)

    third = 1 / (3 * steps)
    x, y = curve(0.0)
    path.moveTo(x, y)
    dx, dy = slope(0.0)
    for step in range(1, steps + 1):
        t = step / steps
        x1, y1 = curve(t)
        dx1, dy1 = slope(t)
        path.curveTo(x + dx * third, y + dy * third, x1 - dx1 * third, y1 - dy1 * third, x1, y1)
        x, y, dx, dy = x1, y1, dx1, dy1


def ribbon(
    start: tuple[float, float], end: tuple[float, float], half: float, lobes: int, strands: int, turns: int
) -> Iterator[Curve]:
    """Strands that swing about the line from ``start`` to ``end`` within an envelope of ``lobes`` swellings, ``half``
    wide at the widest; each makes ``turns`` swings in a lobe and they are evenly out of phase."""
    length = math.dist(start, end)
    ux, uy = (end[0] - start[0]) / length, (end[1] - start[1]) / length

    def strand(phase: float) -> Curve:
        def at(t: float) -> tuple[float, float]:
            envelope = half * (0.62 - 0.38 * math.cos(2 * math.pi * lobes * t))
            swing = envelope * math.sin(2 * math.pi * lobes * turns * t + phase)
            along = length * t
            return start[0] + ux * along - uy * swing, start[1] + uy * along + ux * swing

        return at

    for number in range(strands):
        yield strand(2 * math.pi * number / strands)


def rosette(
    centre: tuple[float, float], inner: float, outer: float, petals: int, strands: int, twist: float = 0.0
) -> Iterator[Curve]:
    """Closed curves between two radii, each with ``petals`` petals, turned against one another."""
    middle, swing = (outer + inner) / 2, (outer - inner) / 2

    def ring(phase: float) -> Curve:
        def at(t: float) -> tuple[float, float]:
            angle = 2 * math.pi * t
            radius = middle + swing * math.sin(petals * angle + phase)
            return centre[0] + radius * math.cos(angle + twist), centre[1] + radius * math.sin(angle + twist)

        return at

    for number in range(strands):
        yield ring(2 * math.pi * number / strands)


def draw_border(canvas: Any, width: float, height: float, edge: float, main: Any, accent: Any, ground: Any) -> float:
    """Draw ground, ribbons and corners with nothing nearer than ``edge`` to the sheet's edge; answers how far the
    inner rule lies from it."""
    half = 11.0
    middle = edge + 4.2 + half
    inner = middle + half + 4.2
    _ground(canvas, width, height, ground)
    canvas.setLineJoin(1)
    canvas.setStrokeColor(main)
    canvas.setLineWidth(1.1)
    canvas.rect(edge + 0.55, edge + 0.55, width - 2 * edge - 1.1, height - 2 * edge - 1.1)
    canvas.setLineWidth(0.4)
    canvas.rect(edge + 3, edge + 3, width - 2 * edge - 6, height - 2 * edge - 6)
    canvas.rect(inner - 1.6, inner - 1.6, width - 2 * inner + 3.2, height - 2 * inner + 3.2)
    canvas.setStrokeColor(accent)
    canvas.setLineWidth(0.9)
    canvas.rect(inner + 1.4, inner + 1.4, width - 2 * inner - 2.8, height - 2 * inner - 2.8)
    corner = middle + 17.0
    right, top = width - corner, height - corner
    sides = (
        ((corner, middle), (right, middle), 26), ((corner, height - middle), (right, height - middle), 26),
        ((middle, corner), (middle, top), 17), ((width - middle, corner), (width - middle, top), 17),
    )  # fmt: skip
    for colour, weight, strands, turns, part in ((main, 0.34, 8, 2, 1.0), (accent, 0.3, 4, 1, 0.72)):
        canvas.setStrokeColor(colour)
        canvas.setLineWidth(weight)
        path = canvas.beginPath()
        for start, end, lobes in sides:
            for curve in ribbon(start, end, half * part, lobes, strands, turns):
                trace(path, curve, lobes * turns * 6)
        canvas.drawPath(path, stroke=1, fill=0)
    for x in (middle, width - middle):
        for y in (middle, height - middle):
            _corner(canvas, (x, y), main, accent)
    return inner + 2.0


def _corner(canvas: Any, centre: tuple[float, float], main: Any, accent: Any) -> None:
    for colour, weight, rings in (
        (main, 0.34, (*rosette(centre, 6.0, 14.6, 12, 6),)),
        (accent, 0.34, (*rosette(centre, 2.2, 7.4, 8, 4),)),
    ):
        canvas.setStrokeColor(colour)
        canvas.setLineWidth(weight)
        path = canvas.beginPath()
        for curve in rings:
            trace(path, curve, 72)
        canvas.drawPath(path, stroke=1, fill=0)
    canvas.setFillColor(accent)
    canvas.circle(*centre, 1.5, stroke=0, fill=1)


def _ground(canvas: Any, width: float, height: float, colour: Any) -> None:
    """A large pale rosette under the text."""
    centre = (width / 2, height / 2 + 8)
    canvas.setStrokeColor(colour)
    canvas.setLineWidth(0.5)
    path = canvas.beginPath()
    for inner, outer, petals, strands in ((112.0, 196.0, 18, 8), (60.0, 118.0, 12, 8), (16.0, 64.0, 12, 6)):
        for curve in rosette(centre, inner, outer, petals, strands):
            trace(path, curve, petals * 7)
    canvas.drawPath(path, stroke=1, fill=0)
