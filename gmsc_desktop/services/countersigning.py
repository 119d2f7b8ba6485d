"""Further signatures in a document that is signed already: a second assessor, an official of the region."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gmsc_desktop.documents.drawn import FIELD_NATIONAL
from gmsc_desktop.domain.drawing import DrawnMark
from gmsc_desktop.domain.errors import N_, InvalidInput, Refused
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


def refuse_drawing(field: str) -> None:
    """Raise ``Refused`` where only a certificate belongs."""
    if field == FIELD_NATIONAL:
        raise Refused(
            N_("This place is kept free for a certificate of a national authority; a drawing is none."),
            cure=N_("Choose the place of the person who signs, or sign here with a certificate file."),
        )


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
    made = replace(
        document, id=store.ids.uuid7(), name=_version(document.name, signed_times(document.name) + 1), created_at=at
    )
    return made, signed


def signed_elsewhere(
    vault: Vault, document: StoredDocument, path: Path, progress: Progress
) -> tuple[StoredDocument, bytes]:
    """The file at ``path`` as a further version of ``document`` that is not kept yet, and its bytes: the very document
    with signatures appended by another program, such as that of a national authority.

    Raises ``Refused`` for any other file, ``InvalidInput`` when it cannot be read, ``Cancelled``.
    """
    from gmsc_desktop.services.qr import pdf_bytes, verify_paper
    from gmsc_desktop.services.trusting import trust_of_vault

    store = vault.store
    before, data = store.blobs.read(document.sha256), pdf_bytes(path)
    if data == before or not data.startswith(before):
        raise Refused(
            N_("{name} is not this document with a further signature."),
            kept=_NOTHING_KEPT,
            cure=N_("Save this document, let it be signed by a program that appends its signature, and take that in."),
            name=path.name,
        )
    verdict = verify_paper(data, path.name, trust_of_vault(vault), progress=progress)
    if not verdict.status.whole or len(verdict.signers) <= signed_times(document.name):
        raise Refused(
            N_("{name} was changed by more than a further signature."),
            kept=_NOTHING_KEPT,
            cure=N_("Let it be signed again in the empty place for it, with nothing else changed."),
            name=path.name,
        )
    name = _version(document.name, len(verdict.signers))
    return replace(document, id=store.ids.uuid7(), name=name, created_at=store.clock.now()), data


_NOTHING_KEPT = N_("Nothing was taken in.")


def _version(name: str, signatures: int) -> str:
    """``LHE-….pdf`` becomes ``LHE-…-ttd2.pdf``, that ``-ttd3.pdf``: how many have signed."""
    base = Path(name).stem.removesuffix(f"-ttd{signed_times(name)}")
    return f"{base}-ttd{signatures}.pdf"


def signed_times(name: str) -> int:
    """How many have signed a document of this program, by its name."""
    _base, mark, count = Path(name).stem.rpartition("-ttd")
    return int(count) if mark and count.isdigit() else 1
