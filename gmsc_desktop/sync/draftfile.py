"""A draft as a file in a bundle of visits: read as strictly as frozen content, and never taken for it."""

from __future__ import annotations

from dataclasses import dataclass

from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.domain.drafts import Draft, DraftLink, from_document, to_document
from gmsc_desktop.domain.errors import N_, BundleError, InvalidInput
from gmsc_desktop.sync.strict import strict_document
from gmsc_desktop.sync.visitfile import LARGEST


@dataclass(frozen=True, slots=True)
class DraftFile:
    """The draft with the SHA-256 (hex) of its canonical bytes."""

    draft: Draft
    draft_hash: str

    @property
    def visit_id(self) -> str:
        """The visit's id."""
        return self.draft.content.visit_id

    @property
    def path(self) -> str:
        """Where it lies in the bag."""
        return f"data/drafts/{self.visit_id}/{self.draft_hash}.json"

    @property
    def link(self) -> DraftLink:
        """Its place among the drafts of its visit."""
        draft = self.draft
        return DraftLink(
            self.draft_hash, draft.device, draft.number, draft.journal_hash, draft.saved_at.isoformat(), draft.closes
        )


def write_draft(draft: Draft) -> bytes:
    """``draft`` as the bytes that travel. Raises ``BundleError`` when its schema does not allow it."""
    data = canonical_bytes(to_document(draft))
    read_draft(data)
    return data


def read_draft(data: bytes) -> DraftFile:
    """The draft in ``data``. Raises ``BundleError`` when it is not in the published format to the byte."""
    if len(data) > LARGEST:
        raise BundleError(N_("The draft of a visit is too large."))
    try:
        draft = from_document(strict_document(data, "draft"))
        if canonical_bytes(to_document(draft)) != data:
            raise ValueError("/")
    except (ValueError, TypeError, RecursionError, InvalidInput) as error:
        raise BundleError(
            N_("The draft of a visit is not in the published format: {detail}."), detail=str(error)
        ) from error
    return DraftFile(draft, sha256_hex(data))
