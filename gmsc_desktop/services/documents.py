"""The papers of a visit: a draft to look at, the signed *Laporan Hasil Evaluasi*, the library of what was signed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import NotFound
from gmsc_desktop.domain.papers import ReportOptions
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.domain.visit import StoredDocument, Visit, VisitState
from gmsc_desktop.i18n import _
from gmsc_desktop.services.files import save_bytes
from gmsc_desktop.services.issuing import refuse_open, sign_for_owner, stored
from gmsc_desktop.store.documents import DocumentRepository
from gmsc_desktop.store.visits import VisitRepository

if TYPE_CHECKING:
    from gmsc_desktop.documents.drawn import Images
    from gmsc_desktop.domain.content import Content
    from gmsc_desktop.domain.drawing import DrawnMark
    from gmsc_desktop.domain.verdict import Verdict
    from gmsc_desktop.identity.signer import SigningIdentity
    from gmsc_desktop.services.instruments import InstrumentService
    from gmsc_desktop.services.vaults import Vault
    from gmsc_desktop.services.visits import VisitService

REPORT = "report"
REPORT_OPTIONS = ReportOptions()
_UNSAFE = re.compile(r"[^A-Za-z0-9.]+")


class DocumentService:
    """Draws, signs and keeps the documents of one vault."""

    def __init__(self, vault: Vault, visits: VisitService, instruments: InstrumentService) -> None:
        self._vault = vault
        self._visits = visits
        self._instruments = instruments
        self._documents = DocumentRepository(vault.store)
        self._rows = VisitRepository(vault.store)

    def preview(
        self, visit_id: str, progress: Progress = no_progress, options: ReportOptions = REPORT_OPTIONS
    ) -> bytes:
        """The report as it would be drawn now, marked as a draft; nothing is kept.

        Raises ``NotFound``, ``Cancelled``, ``DocumentError``.
        """
        content = self._visits.content(visit_id)
        return self._draw(content, canonical(content), progress, draft=True, options=options)

    def sign(
        self,
        visit_id: str,
        passphrase: str,
        progress: Progress = no_progress,
        options: ReportOptions = REPORT_OPTIONS,
    ) -> Done[StoredDocument]:
        """Draw the report of the closed visit, make it PDF/A-3b with the content embedded, sign it and keep it.

        The visit is signed only when the signed file lies in the vault. Raises ``WrongPassphrase``, ``Refused`` when
        the visit is not closed, ``Cancelled``, ``DocumentError``, ``StorageError``; nothing is changed then.
        """
        store = self._vault.store
        visit = self._rows.get(visit_id)
        refuse_open(visit)
        identity = self._vault.signing_identity(passphrase)
        revision = self._visits.revisions(visit_id)[-1]
        content = self._visits.content(visit_id)
        at = store.clock.now()
        qr = report_qr(content, revision.content_hash, at, identity)
        pdf = self._draw(content, revision.content, progress, options=options, qr=qr)
        signed = sign_for_owner(self._vault, pdf, identity, at, revision.content_hash)
        progress(1, 1, _("Keeping the signed document"))
        document = stored(
            self._vault, signed, visit, content_hash=revision.content_hash, kind=REPORT, name=report_name(visit), at=at
        )
        with store.writing():
            self._documents.add(document)
            if visit.state is VisitState.CLOSED:
                self._rows.mark_signed(visit_id)
        return Done(document, Changed(frozenset({"document", "visit"}), frozenset({visit_id})))

    def sign_also(
        self,
        document_id: str,
        field: str,
        passphrase: str,
        progress: Progress = no_progress,
        *,
        p12: Path | None = None,
    ) -> Done[StoredDocument]:
        """Sign a document that is signed already once more, in the empty ``field``, and keep it as one more document.

        Signs whoever the ``.p12`` file belongs to (``passphrase`` is the file's; its key is not kept), or the owner of
        the vault. What was signed before stays valid. Raises ``WrongPassphrase``, ``InvalidInput`` for the file,
        ``Refused`` when the field is missing or signed, ``NotFound``, ``DocumentError``, ``StorageError``.
        """
        from gmsc_desktop.services.countersigning import further, signer_of

        identity = signer_of(self._vault, passphrase, p12)
        document = self._documents.get(document_id)
        return self._keep(*further(self._vault, document, field, identity, mark=None, progress=progress))

    def sign_drawn(
        self, document_id: str, field: str, mark: DrawnMark, passphrase: str, progress: Progress = no_progress
    ) -> Done[StoredDocument]:
        """Put a signature drawn on the screen into the empty ``field``, sealed by the vault's owner, and keep it.

        Stamp and verdict say that it was drawn and who sealed it. Raises as ``sign_also``.
        """
        from gmsc_desktop.services.countersigning import further, refuse_drawing

        refuse_drawing(field)
        identity = self._vault.signing_identity(passphrase)
        document = self._documents.get(document_id)
        return self._keep(*further(self._vault, document, field, identity, mark=mark, progress=progress))

    def take_signed(self, document_id: str, path: Path, progress: Progress = no_progress) -> Done[StoredDocument]:
        """Keep the file at ``path``, which is the document signed further by another program, as one more document.

        Raises ``Refused`` when it is anything else, ``InvalidInput``, ``NotFound``, ``StorageError``, ``Cancelled``.
        """
        from gmsc_desktop.services.countersigning import signed_elsewhere

        return self._keep(*signed_elsewhere(self._vault, self._documents.get(document_id), path, progress))

    def open_fields(self, document_id: str) -> tuple[str, ...]:
        """The names of the places in the document where nobody has signed yet. Raises ``NotFound``."""
        from gmsc_desktop.documents.signing import open_fields

        return open_fields(self.read(document_id))

    def _keep(self, made: StoredDocument, pdf: bytes) -> Done[StoredDocument]:
        store = self._vault.store
        blob = store.blobs.put_bytes(pdf)
        document = replace(made, sha256=blob.sha256, size=blob.size)
        with store.writing():
            self._documents.add(document)
        return Done(document, Changed(frozenset({"document"}), frozenset({document.visit_id})))

    def list(self, visit_id: str | None = None) -> tuple[StoredDocument, ...]:
        """All documents, or those of one visit; the newest first."""
        return self._documents.list(visit_id)

    def get(self, document_id: str) -> StoredDocument:
        """The document with this id. Raises ``NotFound``."""
        return self._documents.get(document_id)

    def read(self, document_id: str) -> bytes:
        """The PDF, byte for byte as it was signed. Raises ``NotFound``, ``VaultDamaged``."""
        return self._vault.store.blobs.read(self._documents.get(document_id).sha256)

    def shown(self, document_id: str) -> bytes:
        """A copy of the PDF to look at and to print, the stamps of its signatures drawn into the pages; it is signed by
        nobody and kept nowhere. Raises ``DocumentError`` and what ``read`` does."""
        from gmsc_desktop.documents.flattening import flattened

        return flattened(self.read(document_id))

    def save_as(self, document_id: str, path: Path) -> None:
        """Write the PDF to ``path``, whole or not at all. Raises ``StorageError`` and what ``read`` does."""
        save_bytes(path, self.read(document_id))

    def verify(self, document_id: str, progress: Progress = no_progress) -> Verdict:
        """Whether the document as it lies in the vault is genuine, as anyone else would find."""
        from gmsc_desktop.services.verification import verify_kept

        return verify_kept(self.read(document_id), self._documents.get(document_id).name, self._vault, progress)

    def _draw(
        self,
        content: Content,
        frozen: bytes,
        progress: Progress,
        *,
        draft: bool = False,
        options: ReportOptions,
        qr: str | None = None,
    ) -> bytes:
        from gmsc_desktop.documents.model import build_model
        from gmsc_desktop.documents.pdfa import make_pdfa
        from gmsc_desktop.documents.report import draw_report, report_meta

        model = build_model(content, self._instruments.get(content.draft.instrument_hash))
        pdf = draw_report(model, self._images(content), progress, draft=draft, options=options, qr=qr)
        return make_pdfa(pdf, report_meta(model), frozen)

    def _images(self, content: Content) -> Images:
        blobs = self._vault.store.blobs
        pictures = {found.sha256 for found in content.evidence if found.media_type.startswith("image/")}

        def load(sha256: str) -> bytes | None:
            if sha256 not in pictures:
                return None
            try:
                return blobs.read(sha256)
            except NotFound:
                # A file that is gone is named in the document as not drawn; the signature does not wait for it.
                return None

        return load


def canonical(content: Content) -> bytes:
    """The canonical bytes of ``content``, whose SHA-256 everything carries."""
    from gmsc_desktop.domain.content_document import to_document

    return canonical_bytes(to_document(content))


def content_hash(content: Content) -> str:
    """The hash of ``content``."""
    return sha256_hex(canonical(content))


def report_qr(content: Content, content_hash: str, at: datetime, identity: SigningIdentity) -> str:
    """The text of the report's QR; its number names year, visit (the end of its id) and revision."""
    from gmsc_desktop.identity.cose import QrClaims, issue_qr

    region = content.draft.region
    number = f"{content.draft.cycle_year}/{content.visit_id[-12:].upper()}/{content.revision}"
    return issue_qr(QrClaims(REPORT, region.code, region.name, number, content_hash, at), identity)


def report_name(visit: Visit) -> str:
    """The file name of a report: ``LHE-33.72-Kota-Surakarta-2026-rev1.pdf``, safe on every file system."""
    region = visit.draft.region
    return f"LHE-{slug(region.code)}-{slug(region.name)}-{visit.draft.cycle_year}-rev{visit.revision}.pdf"


def slug(text: str) -> str:
    """``text`` in plain letters, digits, dots and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _UNSAFE.sub("-", plain).strip("-.") or "x"
