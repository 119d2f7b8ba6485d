"""*Verifikasi*: what a file from anywhere is worth, without a network and without believing the file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.domain.verdict import Reason, Status, Verdict
from gmsc_desktop.services.files import readable
from gmsc_desktop.services.trusting import trust_of_vault

if TYPE_CHECKING:
    from gmsc_desktop.identity.trust import TrustStore
    from gmsc_desktop.services.standing import Standing
    from gmsc_desktop.services.vaults import Vault

LARGEST_CERTIFICATE_FILE = 4 * 1024 * 1024
_AGE = b"age-encryption.org/"
_PDF, _BUNDLE, _SEALED, _PICTURE = "pdf", "bundle", "sealed", "picture"
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*")


def verify_text(
    text: str,
    *,
    trust: tuple[Path, ...] = (),
    vault: Vault | None = None,
    against: Path | None = None,
    lists: tuple[Path, ...] = (),
    progress: Progress = no_progress,
) -> Verdict:
    """What the text of a QR is worth, alone or ``against`` the PDF it should belong to; trust and lists as in
    ``verify_file``.

    Raises ``InvalidInput`` when the PDF, a certificate or a list cannot be read, ``Cancelled``.
    """
    from gmsc_desktop.services.qr import verify_qr_text

    store, gone = _known(vault, lists, trust_of(trust, vault))
    return verify_qr_text(text, store, gone, against=against, progress=progress)


def verify_file(
    path: Path,
    *,
    trust: tuple[Path, ...] = (),
    vault: Vault | None = None,
    against: Path | None = None,
    trust_time: tuple[Path, ...] = (),
    lists: tuple[Path, ...] = (),
    progress: Progress = no_progress,
) -> Verdict:
    """What the file at ``path`` is worth: a PDF, a sync bundle, or a photograph or scan of a paper's QR (PNG, JPEG,
    TIFF), told apart by their first bytes. ``against`` is the PDF a photographed QR should belong to.

    Trusted are the certificates in the files ``trust`` (PEM or DER), for timestamps only those in ``trust_time``, and
    what ``vault`` trusts: its own identity and the roots it was told to trust. What no longer holds is known from the
    ``vault`` and from ``lists``, files of offices trusted here. Raises ``InvalidInput`` when the file, a certificate or
    a list cannot be read, ``Cancelled``.
    """
    store = trust_of(trust, vault, trust_time)
    kind = _kind(path)
    if kind == _PDF:
        return _verify_pdf(path, store, vault, lists, progress)
    if kind == _BUNDLE:
        from gmsc_desktop.sync.reading import verify_bundle

        store, gone = _known(vault, lists, store)
        return _unless_withdrawn(verify_bundle(path, store, progress, _check_document), gone)
    if kind == _PICTURE:
        from gmsc_desktop.services.qr import verify_picture

        store, gone = _known(vault, lists, store)
        return verify_picture(path, store, gone, against=against, progress=progress)
    if kind == _SEALED and vault is not None:
        from gmsc_desktop.services.incoming import verdict_of_sealed

        store, gone = _known(vault, lists, store)
        opened = verdict_of_sealed(path, vault, store, progress)
        if opened is not None:
            return _unless_withdrawn(opened, gone)
    if kind == _SEALED:
        sealed = N_("The bundle is encrypted; only its addressee can open it and see who signed it.")
        return _verdict(path, "bundle", Status.UNKNOWN_SIGNER, Reason("encrypted", False, sealed))
    other = N_("This is neither a PDF nor a sync bundle, or it is damaged from its first bytes on.")
    return _verdict(path, "unknown", Status.DAMAGED, Reason("unknown_kind", False, other))


def verify_each(
    path: Path, *, trust: tuple[Path, ...] = (), vault: Vault | None = None, progress: Progress = no_progress
) -> tuple[Verdict, ...]:
    """As ``verify_file``, with a verdict of its own for each QR on a picture: for who sees them all."""
    if _kind(path) != _PICTURE:
        return (verify_file(path, trust=trust, vault=vault, progress=progress),)
    from gmsc_desktop.services.qr import verify_codes

    store, gone = _known(vault, (), trust_of(trust, vault))
    return verify_codes(path, store, gone, progress=progress)


def read_visit(
    path: Path,
    *,
    trust: tuple[Path, ...] = (),
    vault: Vault | None = None,
    lists: tuple[Path, ...] = (),
    progress: Progress = no_progress,
) -> tuple[Verdict, bytes | None]:
    """What the PDF at ``path`` is worth, and the canonical JSON of the visit it carries; None when it is altered,
    damaged, or carries none. Trust and lists as in ``verify_file``. Raises ``InvalidInput``, ``Cancelled``."""
    from gmsc_desktop.documents.untrusted import content_in
    from gmsc_desktop.services.qr import pdf_bytes, verify_paper

    store, gone = _known(vault, lists, trust_of(trust, vault))
    data = pdf_bytes(path)
    verdict = verify_paper(data, path.name, store, gone, progress)
    return verdict, content_in(data) if verdict.status.whole and verdict.visits else None


def _verify_pdf(
    path: Path, store: TrustStore, vault: Vault | None, lists: tuple[Path, ...], progress: Progress
) -> Verdict:
    from gmsc_desktop.documents.guard import LARGEST
    from gmsc_desktop.documents.verifying import verify_pdf
    from gmsc_desktop.services.qr import pdf_bytes

    data = pdf_bytes(path)
    if len(data) > LARGEST:
        return verify_pdf(path, store, progress)
    return _verdict_on(data, path.name, store, vault, lists, progress)


def verify_kept(data: bytes, name: str, vault: Vault, progress: Progress = no_progress) -> Verdict:
    """What the PDF ``data`` out of ``vault`` is worth, as ``verify_file`` would find; nothing of it lies on the disk
    meanwhile. Raises ``Cancelled``."""
    return _verdict_on(data, name, trust_of((), vault), vault, (), progress)


def _verdict_on(
    data: bytes, name: str, store: TrustStore, vault: Vault | None, lists: tuple[Path, ...], progress: Progress
) -> Verdict:
    from gmsc_desktop.services.qr import verify_paper
    from gmsc_desktop.services.standing import unless_signed_further

    store, gone = _known(vault, lists, store)
    return unless_signed_further(verify_paper(data, name, store, gone, progress), data, vault)


def _unless_withdrawn(bundle: Verdict, gone: Standing) -> Verdict:
    """A bundle carries earlier contents on purpose, so that one was superseded says nothing of it; withdrawn does."""
    from gmsc_desktop.services.standing import standing_of

    withdrawn = {digest: found for digest, found in gone.items() if found.status is Status.WITHDRAWN}
    return standing_of(bundle, (visit.content_hash for visit in bundle.visits), withdrawn)


def _known(vault: Vault | None, lists: tuple[Path, ...], store: TrustStore) -> tuple[TrustStore, Standing]:
    """Whom and what is known: ``store`` with what the ``lists`` tell, and which papers no longer hold."""
    from dataclasses import replace

    from gmsc_desktop.services.standing import standing
    from gmsc_desktop.services.withdrawal_lists import lists_in

    given = lists_in(lists, store)
    return replace(store, known=store.known + given.certificates), standing(vault, given.listed)


def trust_of(files: tuple[Path, ...] = (), vault: Vault | None = None, times: tuple[Path, ...] = ()) -> TrustStore:
    """Whom to trust: every certificate in ``files``, for timestamps only those in ``times``, and what ``vault`` holds.

    Raises ``InvalidInput``.
    """
    from gmsc_desktop.identity.certificates import load_certificates
    from gmsc_desktop.identity.trust import TrustStore

    roots = [certificate for path in files for certificate in load_certificates(_read_certificates(path))]
    clocks = [certificate for path in times for certificate in load_certificates(_read_certificates(path))]
    given = TrustStore(roots=tuple(roots), time_roots=tuple(clocks))
    return given if vault is None else given.merged(trust_of_vault(vault))


def _read_certificates(path: Path) -> bytes:
    with readable(path) as file:
        data = file.read(LARGEST_CERTIFICATE_FILE + 1)
    if len(data) > LARGEST_CERTIFICATE_FILE:
        raise InvalidInput(N_("The file {name} is too large to be a certificate."), name=path.name)
    return data


def _kind(path: Path) -> str:
    """By the first bytes; where they say nothing, by the name, so that a damaged file is named as what it was."""
    with readable(path) as file:
        begin = file.read(32)
    for signature, kind in ((b"%PDF-", _PDF), (b"PK\3\4", _BUNDLE), (_AGE, _SEALED)):
        if begin.startswith(signature):
            return kind
    if begin.startswith(_PICTURES):
        return _PICTURE
    return {".pdf": _PDF, ".gmsc": _BUNDLE}.get(path.suffix.lower(), "unknown")


def _verdict(path: Path, kind: str, status: Status, reason: Reason) -> Verdict:
    digest = hashlib.sha256()
    with readable(path) as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return Verdict(status, kind, path.name, digest.hexdigest(), reasons=(reason,))


def _check_document(file: BinaryIO, name: str, trust: TrustStore) -> Verdict:
    from gmsc_desktop.documents.verifying import verify_pdf_file

    return verify_pdf_file(file, name, trust)
