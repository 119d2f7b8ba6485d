"""A QR drawn as vectors: 30 mm, error correction M (docs/signatures.md, "The QR")."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from reportlab.lib.colors import black
from reportlab.lib.units import mm
from reportlab.platypus import Flowable

SIZE = 30 * mm
"""Side in points, the quiet zone of four modules included."""
QUIET = 4


def draw_qr(canvas: Any, text: str, x: float, y: float, size: float = SIZE) -> None:
    """Draw the QR of ``text`` with its lower left corner at ``x``, ``y`` and ``size`` points wide, quiet zone included.

    Dark modules beside each other are one rectangle, all of them one path: no hairlines between them, few bytes. What
    lies behind is left as it is, so it must be light.
    """
    rows = modules(text)
    module = size / (len(rows) + 2 * QUIET)
    path = canvas.beginPath()
    for number, row in enumerate(rows):
        column = 0
        for dark, run in groupby(row):
            width = sum(1 for _module in run)
            if dark:
                left, bottom = x + (column + QUIET) * module, y + size - (number + QUIET + 1) * module
                path.rect(left, bottom, width * module, module)
            column += width
    canvas.saveState()
    canvas.setFillColor(black)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


def modules(text: str) -> list[list[bool]]:
    """The rows of the QR of ``text``, True for dark.

    ReportLab's own encoder takes forty times as long, which was most of the time of a batch of certificates.
    """
    import zxingcpp

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image: Any = code.to_image(scale=1, add_quiet_zones=False)
    side = image.shape[1]
    grey = memoryview(image).tobytes()
    return [[value < 128 for value in grey[start : start + side]] for start in range(0, len(grey), side)]


class QrMark(Flowable):  # type: ignore[misc]
    """The QR of ``text`` as a block of ``SIZE`` points."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Always the same size."""
        return SIZE, SIZE

    def draw(self) -> None:
        """The code."""
        draw_qr(self.canv, self.text, 0, 0)
