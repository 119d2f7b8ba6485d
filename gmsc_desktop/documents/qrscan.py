"""The QR of a paper found again: on a photograph or scan of it, and beside the PDF it was printed in."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gmsc_desktop.documents.images import make_picture
from gmsc_desktop.identity.cose import PREFIX

if TYPE_CHECKING:
    from cryptography import x509
    from PIL.Image import Image

EDGES = (2400, 4000, 1400)
"""Longest edges in pixels a picture is tried at: most are read at the first, small codes on large scans need more,
noise disappears with fewer."""
SMALL = 1000
"""Pictures below this are tried enlarged too."""
MOST_CODES = 16


def qr_in_picture(data: bytes) -> tuple[str, ...] | None:
    """The texts of this program's QR in the picture ``data``, in reading order; none found gives an empty tuple, a file
    that is no picture None. Pictures may be turned, tilted, dim, or of any kind cameras and scanners write."""
    seen: set[tuple[int, int]] = set()
    for edge in EDGES:
        picture = make_picture(data, edge)
        if picture is None:
            return None
        if (picture.width, picture.height) in seen:
            continue
        seen.add((picture.width, picture.height))
        for image in _renderings(picture.jpeg):
            found = _texts(image)
            if found:
                return found
    return ()


def _renderings(jpeg: bytes) -> Iterator[Image]:
    """Grey, with its contrast stretched, and enlarged when small; each made only when those before gave nothing."""
    from PIL import Image, ImageOps

    grey = Image.open(io.BytesIO(jpeg)).convert("L")
    yield grey
    yield ImageOps.autocontrast(grey, cutoff=2)
    if max(grey.size) < SMALL:
        yield grey.resize((grey.width * 3, grey.height * 3), Image.Resampling.BICUBIC)


def _texts(image: Image) -> tuple[str, ...]:
    import zxingcpp

    kind: Any = zxingcpp.BarcodeFormat.QRCode
    for binarizer in (zxingcpp.Binarizer.LocalAverage, zxingcpp.Binarizer.GlobalHistogram):
        found = zxingcpp.read_barcodes(image, formats=kind, binarizer=binarizer)
        texts = dict.fromkeys(item.text for item in found if item.text.startswith(PREFIX))
        if texts:
            return tuple(texts)[:MOST_CODES]
    return ()


def certificates_in(data: bytes) -> tuple[x509.Certificate, ...]:
    """Every certificate the signatures of the PDF ``data`` carry; for a PDF ``verify_pdf`` found readable."""
    from pyhanko.pdf_utils.misc import PdfError

    from gmsc_desktop.documents.signatures import read_signature
    from gmsc_desktop.documents.untrusted import BROKEN, open_pdf

    found: list[x509.Certificate] = []
    try:
        embedded: list[Any] = open_pdf(data).embedded_regular_signatures
        for item in embedded:
            signature = read_signature(data, item)
            if signature.certificate is not None:
                found += [signature.certificate, *signature.chain]
    except (*BROKEN, PdfError):
        # What cannot be read names nobody; the verdict of the PDF has said so already.
        return ()
    return tuple(dict.fromkeys(found))
