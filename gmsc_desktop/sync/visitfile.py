"""A visit's frozen content as a file in a bundle: strictly read, so that nothing but the published format passes.

Accepted is only canonical JSON (RFC 8785) that the published JSON Schema describes and that reads back to itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.domain.content import Content
from gmsc_desktop.domain.content_document import from_document, to_document
from gmsc_desktop.domain.errors import N_, BundleError, InvalidInput
from gmsc_desktop.domain.verdict import VisitReport
from gmsc_desktop.sync.schema import first_fault
from gmsc_desktop.sync.strict import strict_json

LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class VisitFile:
    """The content with the SHA-256 (hex) of its canonical bytes."""

    content: Content
    content_hash: str

    @property
    def visit_id(self) -> str:
        """The visit's id."""
        return self.content.visit_id

    @property
    def path(self) -> str:
        """Where it lies in the bag."""
        return f"data/visits/{self.visit_id}/{self.content_hash}.json"

    @property
    def report(self) -> VisitReport:
        """What a verdict says of it."""
        region = self.content.draft.region
        return VisitReport(self.visit_id, region.code, region.name, self.content.draft.cycle_year, self.content_hash)


def read_visit(data: bytes) -> VisitFile:
    """The visit that ``data`` holds. Raises ``BundleError`` when it is not in the published format to the byte."""
    if len(data) > LARGEST:
        raise BundleError(N_("The content of a visit is too large."))
    try:
        document = strict_json(data)
        if canonical_bytes(document) != data:
            raise BundleError(N_("The content of a visit is not canonical JSON."))
        fault = first_fault(document)
        if fault:
            raise _refused(fault)
        content = from_document(document)
        if canonical_bytes(to_document(content)) != data:
            raise _refused("/")
    except (ValueError, TypeError, RecursionError, InvalidInput) as error:
        raise _refused(str(error)) from error
    return VisitFile(content, sha256_hex(data))


def _refused(detail: str) -> BundleError:
    return BundleError(N_("The content of a visit is not in the published format: {detail}."), detail=detail)
