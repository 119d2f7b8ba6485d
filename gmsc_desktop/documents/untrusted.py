"""A PDF from anywhere, opened within bounds, and the visit's content taken out of it."""

from __future__ import annotations

import logging
import struct
import zlib
from functools import cache
from pathlib import Path
from typing import Any

from gmsc_desktop.documents import guard
from gmsc_desktop.documents.attached import attached_content
from gmsc_desktop.domain.errors import N_, DocumentError, InvalidInput

BROKEN = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    NotImplementedError,
    RecursionError,
    SyntaxError,
    EOFError,
    MemoryError,
    zlib.error,
    struct.error,
)
"""What pyHanko and asn1crypto raise, besides their own errors, when bytes are not what their place demands."""


@cache
def _quiet() -> None:
    """Keep pyHanko's warnings about bad files off the terminal: they are what a verdict says in its own words."""
    logging.getLogger("pyhanko").addHandler(logging.NullHandler())


def open_pdf(data: bytes) -> Any:
    """pyHanko's reader of ``data``, which ``guard.fault_of`` found no fault in; it decompresses within bounds."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    _quiet()
    return PdfFileReader(guard.Metered(data), decode_limits=guard.limits())


def embedded_content(path: Path) -> bytes:
    """The visit's canonical JSON attached to the PDF at ``path``; whether to believe it is ``verify_pdf``'s answer.

    Raises ``DocumentError`` when it cannot be read or has none, ``InvalidInput`` when the file cannot be opened.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise cannot_read(path, error) from error
    return content_in(data)


def content_in(data: bytes) -> bytes:
    """As ``embedded_content``, of the PDF whose bytes are ``data``. Raises ``DocumentError``."""
    if guard.fault_of(data):
        raise DocumentError(N_("This is no PDF that can be read."))
    from pyhanko.pdf_utils.misc import PdfError

    try:
        content = attached_content(open_pdf(data))
    except (*BROKEN, PdfError) as error:
        raise DocumentError(N_("This is no PDF that can be read.")) from error
    if content is None:
        raise DocumentError(N_("The PDF carries no visit of this program."))
    return content


def cannot_read(path: Path, error: OSError) -> InvalidInput:
    """The error for a file that cannot be opened."""
    return InvalidInput(
        N_("The file {name} cannot be read: {detail}."), name=path.name, detail=error.strerror or str(error)
    )
