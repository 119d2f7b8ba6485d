"""Further signatures in a document that is signed already: a second assessor, an official of the region."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gmsc_desktop.domain.drawing import DrawnMark
from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.ports import Progress
from gmsc_desktop.domain.visit import StoredDocument
from gmsc_desktop.i18n import _

if TYPE_CHECKING:
    from gmsc_desktop.identity.signer import AnySigner
    from gmsc_desktop.services.vaults import Vault


def signer_of(vault: Vault, passphrase: str, p12: Path | None) -> AnySigner:
    """Who signs: the owner of ``vault``, or whoever the ``.p12`` file belongs to; ``passphrase`` opens it.

    Raises ``WrongPassphrase``, ``InvalidInput``.
    """
    if p12 is None:
        return vault.signing_identity(passphrase)
    from gmsc_desktop.identity.pkcs12 import LARGEST, load_pkcs12

    try:
        with p12.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise InvalidInput(
            N_("The file {name} cannot be read: {detail}."), name=p12.name, detail=error.strerror or str(error)
        ) from error
    return load_pkcs12(data, passphrase, vault.store.clock.now())


def further(
    vault: Vault,
    document: StoredDocument,
    field: str,
    identity: AnySigner,
    *,
    mark: DrawnMark | None,
    progress: Progress,
) -> tuple[StoredDocument, bytes]:
    """``document`` with one signature more, as a document of its own that is not kept yet, and its bytes.

    Raises ``Refused``, ``InvalidInput`` and ``DocumentError`` as ``sign_pdf`` does.
    """
    from gmsc_desktop.documents.signing import sign_pdf
    from gmsc_desktop.identity.signer import organisation_of, title_of

    store = vault.store
    pdf = store.blobs.read(document.sha256)
    at: datetime = store.clock.now()
    progress(0, 3, _("Signing"))
    signed = sign_pdf(
        pdf,
        identity,
        at=at,
        field=field,
        title=title_of(identity.certificate),
        organisation=organisation_of(identity.certificate),
        mark=mark,
        progress=progress,
    )
    made = replace(document, id=store.ids.uuid7(), name=_further_name(document.name), created_at=at)
    return made, signed


def _further_name(name: str) -> str:
    """``LHE-….pdf`` becomes ``LHE-…-ttd2.pdf``, that ``-ttd3.pdf``: how many have signed."""
    count = signed_times(name)
    base = Path(name).stem.removesuffix(f"-ttd{count}")
    return f"{base}-ttd{count + 1}.pdf"


def signed_times(name: str) -> int:
    """How many have signed a document of this program, by its name."""
    _base, mark, count = Path(name).stem.rpartition("-ttd")
    return int(count) if mark and count.isdigit() else 1
