"""The unseen signature of whoever issued a paper, for papers whose pages have no place to sign in."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gmsc_desktop.identity.signer import SigningIdentity

FIELD_ISSUER = "Penerbit"


def sign_unseen(pdf: bytes, identity: SigningIdentity, at: datetime) -> bytes:
    """``pdf`` with a signature that is not seen: the page stays as it was drawn, and the file says who issued it."""
    from gmsc_desktop.documents.drawn import SignatureBox
    from gmsc_desktop.documents.signing import sign_pdf

    return sign_pdf(pdf, identity, at=at, field=FIELD_ISSUER, boxes=(SignatureBox(FIELD_ISSUER, 0, 0, 0, 0, 0),))
