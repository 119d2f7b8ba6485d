"""What a bundle of another kind than ``visits`` says: one canonical JSON document, described by a published schema.

Read as strictly as a visit: canonical to the byte, every member known, nothing named twice.
"""

from __future__ import annotations

from typing import Any

from gmsc_desktop.domain.canonical import canonical_bytes
from gmsc_desktop.domain.errors import N_, BundleError
from gmsc_desktop.sync.schema import first_fault
from gmsc_desktop.sync.strict import strict_json

PATH = "data/message.json"
KINDS = ("enrolment", "assignment", "receipt", "return", "withdrawals", "backup", "team", "awards")
LARGEST = 64 * 1024 * 1024

Message = dict[str, Any]


def format_of(kind: str) -> str:
    """What ``format`` says in a message of ``kind``."""
    return f"gmsc-{kind}/1"


def write_message(kind: str, document: Message) -> bytes:
    """``document`` as the bytes that travel. Raises ``BundleError`` when its schema does not allow it."""
    data = canonical_bytes({**document, "format": format_of(kind)})
    read_message(data, kind)
    return data


def read_message(data: bytes, kind: str) -> Message:
    """The message of ``kind`` in ``data``. Raises ``BundleError`` unless it is in the published format to the byte."""
    if kind not in KINDS:
        raise _refused(kind)
    if len(data) > LARGEST:
        raise BundleError(N_("What the bundle says is too large."))
    try:
        document = strict_json(data)
        if canonical_bytes(document) != data:
            raise BundleError(N_("What the bundle says is not canonical JSON."))
        fault = first_fault(document, kind)
    except (ValueError, TypeError, RecursionError) as error:
        raise _refused(str(error)) from error
    if fault:
        raise _refused(fault)
    found: Message = document
    return found


def _refused(detail: str) -> BundleError:
    return BundleError(N_("What the bundle says is not in the published format: {detail}."), detail=detail)
