"""A QR code as vectors: one filled path, no raster, error correction M (design, section 6)."""

from __future__ import annotations

import functools
from typing import Any

SIZE = 30 * 72 / 25.4
"""The edge of a printed code with its quiet zone, in points: 30 mm."""

QUIET = 4
"""Modules of white around a code (ISO/IEC 18004, section 6.3.8)."""

Modules = tuple[tuple[bool, ...], ...]


@functools.lru_cache(maxsize=4)
def modules(payload: bytes) -> Modules:
    """The dark and light modules of ``payload``, an ASCII text, row by row from the top.

    Raises ``ValueError`` when it is longer than a code can carry.
    """
    from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(payload.decode("ascii"))
    code.make()
    count = code.getModuleCount()
    return tuple(tuple(bool(code.isDark(row, column)) for column in range(count)) for row in range(count))


def draw_qr(canvas: Any, payload: bytes, x: float, y: float, size: float = SIZE) -> None:
    """Draw ``payload`` with its lower left corner at (x, y), quiet zone included, in black on what lies below."""
    rows = modules(payload)
    step = size / (len(rows) + 2 * QUIET)
    path = canvas.beginPath()
    for number, row in enumerate(rows):
        low = y + size - (number + QUIET + 1) * step
        start: int | None = None
        for column, dark in enumerate((*row, False)):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                path.rect(x + (start + QUIET) * step, low, (column - start) * step, step)
                start = None
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawPath(path, stroke=0, fill=1)
