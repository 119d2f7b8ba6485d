"""What drawing a document gives: its bytes, and where the empty signature fields belong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Images = Callable[[str], bytes | None]
"""Gives the plain bytes of an evidence file by its SHA-256, or None when it is not at hand."""


@dataclass(frozen=True, slots=True)
class SignatureBox:
    """Where one signature field lies, in points from the lower left corner of page ``page_index`` (from 0).

    ``name`` is the field's name: ``asesor``, ``asesor_kedua`` or ``daerah``.
    """

    name: str
    page_index: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn PDF before signing."""

    pdf: bytes
    signature_boxes: tuple[SignatureBox, ...]
    page_count: int
