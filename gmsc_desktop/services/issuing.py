"""Issuing papers: what signed papers of a visit share, and the unseen signature of those with no place to sign."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from gmsc_desktop.documents.drawn import FIELD_ASSESSOR, FIELD_ISSUER, SignatureBox, signature_boxes
from gmsc_desktop.domain.errors import N_, Refused
from gmsc_desktop.domain.visit import StoredDocument, Visit, VisitState

if TYPE_CHECKING:
    from gmsc_desktop.identity.signer import SigningIdentity
    from gmsc_desktop.services.vaults import Vault


def sign_unseen(pdf: bytes, identity: SigningIdentity, at: datetime) -> bytes:
    """``pdf`` with a signature that is not seen: the page stays as it was drawn, and the file says who issued it."""
    from gmsc_desktop.documents.signing import sign_pdf

    return sign_pdf(pdf, identity, at=at, field=FIELD_ISSUER, boxes=(SignatureBox(FIELD_ISSUER, 0, 0, 0, 0, 0),))


def refuse_open(visit: Visit) -> None:
    """Raise ``Refused`` unless the content of ``visit`` is frozen, since only that can be signed."""
    if visit.state is VisitState.DRAFT:
        raise Refused(
            N_("The visit to {region} is not closed yet; only frozen content can be signed."),
            cure=N_("Close the visit first."),
            region=visit.draft.region.name,
        )


def sign_for_owner(
    vault: Vault,
    pdf: bytes,
    identity: SigningIdentity,
    at: datetime,
    content_hash: str,
    *,
    field: str = FIELD_ASSESSOR,
) -> bytes:
    """``pdf`` signed in the place ``field`` under the particulars of the owner; the other places stay empty."""
    from gmsc_desktop.documents.signing import sign_pdf

    person = vault.profile
    return sign_pdf(
        pdf,
        identity,
        at=at,
        field=field,
        boxes=signature_boxes(pdf),
        title=person.title,
        organisation=person.organisation,
        content_hash=content_hash,
    )


def stored(
    vault: Vault, pdf: bytes, visit: Visit, *, content_hash: str, kind: str, name: str, at: datetime
) -> StoredDocument:
    """Put ``pdf`` into the vault's files and answer the document to be kept of it; its row is the caller's to write."""
    blob = vault.store.blobs.put_bytes(pdf)
    return StoredDocument(
        id=vault.store.ids.uuid7(),
        visit_id=visit.id,
        content_hash=content_hash,
        kind=kind,
        name=name,
        sha256=blob.sha256,
        size=blob.size,
        created_at=at,
    )
