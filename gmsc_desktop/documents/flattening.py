"""A copy of a signed paper to look at and to print, with what its signatures show drawn into the pages.

The viewer in the window draws no form fields, and a signature's stamp is one. The copy is for the eye only: it is
signed by nobody any more, and never kept, sent or verified.
"""

from __future__ import annotations

import io

from gmsc_desktop.domain.errors import N_, DocumentError


def flattened(pdf: bytes) -> bytes:
    """``pdf`` with the stamps of its signatures as part of the pages; unchanged when it has none.

    Raises ``DocumentError`` when it cannot be read.
    """
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            if "/AcroForm" not in document.Root:
                return pdf
            document.flatten_annotations("all")
            out = io.BytesIO()
            document.save(out, static_id=True)
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError) as error:
        raise DocumentError(N_("This is no PDF that can be read.")) from error
    return out.getvalue()
