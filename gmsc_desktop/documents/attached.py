"""The visit's canonical JSON as it lies in a PDF: an associated file of the document (ISO 19005-3, 6.8).

``attached_content`` finds it in a PDF that pyHanko has opened, so that signing and verifying read it alike.
"""

from __future__ import annotations

from typing import Any

from gmsc_desktop.domain.errors import N_, DocumentError

ATTACHED_NAME = "visit.json"
MOST_BYTES = 16 * 1024 * 1024
"""A visit's content is some hundred kilobytes; whatever claims to be larger is not read."""


def attached_content(reader: Any, name: str = ATTACHED_NAME) -> bytes | None:
    """The bytes of the associated file ``name``, None when the document has none.

    Raises ``DocumentError`` when there are several or when it is too large: nobody could say which one is meant.
    """
    found = [item for item in _associated(reader) if _name(item) == name]
    if not found:
        return None
    if len(found) > 1:
        raise DocumentError(N_("The PDF carries more than one content of a visit."))
    stream = found[0]["/EF"]["/F"]
    data: bytes = stream.data
    if len(data) > MOST_BYTES:
        raise DocumentError(N_("The content of the visit in the PDF is too large."))
    return data


def _associated(reader: Any) -> list[Any]:
    root = reader.root
    return [item.get_object() for item in root["/AF"]] if "/AF" in root else []


def _name(specification: Any) -> str:
    return str(specification.get("/UF", specification.get("/F", "")))
