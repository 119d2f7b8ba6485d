"""Verifying a PDF: is every byte as it was signed, by whom, and which visit does it speak of (docs/signatures.md).

What is demanded beyond a valid signature: the last signature covers the whole file, every revision between two
signatures does nothing but sign (pyHanko's difference analysis), the hole a signature lies in holds nothing else, and
the visit's content attached to the PDF is the one the signatures name.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO

from gmsc_desktop.documents import guard
from gmsc_desktop.documents.attached import attached_content
from gmsc_desktop.documents.drawn import SIGNATURE_FIELDS
from gmsc_desktop.documents.longterm import revocations_in
from gmsc_desktop.documents.revisions import change_fault, standing_fault
from gmsc_desktop.documents.signatures import Found, read_signature
from gmsc_desktop.documents.untrusted import BROKEN, cannot_read, open_pdf
from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.domain.content import Content
from gmsc_desktop.domain.content_document import from_document, to_document
from gmsc_desktop.domain.errors import N_, DocumentError, InvalidInput
from gmsc_desktop.domain.numbers import show_local
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.domain.verdict import Reason, SignerReport, Status, Verdict, VisitReport
from gmsc_desktop.i18n import language

if TYPE_CHECKING:
    from gmsc_desktop.identity.trust import TrustStore

KIND = "pdf"
MOST_SIGNATURES = 8


def verify_pdf(path: Path, trust: TrustStore, progress: Progress = no_progress) -> Verdict:
    """What the PDF at ``path`` is worth. Raises ``InvalidInput`` when the file cannot be read at all."""
    try:
        with path.open("rb") as file:
            return verify_pdf_file(file, path.name, trust, progress)
    except OSError as error:
        raise cannot_read(path, error) from error


def verify_pdf_file(file: BinaryIO, name: str, trust: TrustStore, progress: Progress = no_progress) -> Verdict:
    """What the PDF in ``file`` is worth; ``name`` is what the verdict calls it. Never raises for what it holds."""
    data = file.read(guard.LARGEST + 1)
    digest = hashlib.sha256(data)
    while more := file.read(1 << 20):
        digest.update(more)
    return _Checking(data, name, digest.hexdigest(), trust, progress).run()


class _Ended(Exception):
    """The verdict is known."""

    def __init__(self, status: Status, code: str, template: str, **params: str) -> None:
        super().__init__(code)
        self.status = status
        self.reason = Reason(code, False, template, MappingProxyType(params))


_NO_PDF = N_("This is no PDF file.")
_TOO_MUCH = N_("The PDF is larger or more entangled than any document of this program.")
_DAMAGED = N_("The PDF cannot be read; it is damaged or incomplete.")
_ENCRYPTED = N_("The PDF is encrypted; no document of this program is.")
_NEVER = N_("This PDF was never signed by this program.")
_STRIPPED = N_("The document carries a visit but no signature: it was removed, or this is a draft.")
_BROKEN_SIGNATURE = N_("The signature in {field} does not hold: the document was changed after signing.")
_APPENDED = N_("Something was appended to the document after the last signature.")
_REMOVED = N_("A signature that stood in the document before was removed.")
_NOT_COVERED = N_("The signature in {field} does not cover the document it stands in.")
_STANDING = {"coverage": _NOT_COVERED, "appended": _APPENDED, "removed": _REMOVED}
_BETWEEN = N_("Between two signatures the document was changed by more than a signature ({field}).")
_DRAWN = N_("In {field}, {who} ({title}) signed on the screen; the assessor's signature seals it.")
_STAMPED = N_("A timestamp by {who} vouches that the document and its signatures existed on {when}.")
_STAMP_UNKNOWN = N_("The timestamp by {who} ({when}) is by no authority trusted here; times stay as claimed.")
_UNREADABLE_SIGNATURE = N_("A signature cannot be read; it was changed or is of an unknown kind.")
_WRONG_CONTENT = N_("The visit's content in the PDF is not the one that was signed.")
_BAD_CONTENT = N_("The visit's content in the PDF is not in the published format.")
_NO_CONTENT = N_("The PDF carries no visit of this program.")
_NOT_ASSESSOR = N_("The assessor named in the visit's content has not signed the document.")


@dataclass(slots=True)
class _Checking:
    """One PDF on the way through its checks, and what was found so far."""

    data: bytes
    name: str
    sha256: str
    trust: TrustStore
    progress: Progress
    reasons: list[Reason] = field(default_factory=list)
    signers: list[SignerReport] = field(default_factory=list)
    visits: list[VisitReport] = field(default_factory=list)
    stamped: list[tuple[int, datetime]] = field(default_factory=list)
    unknown: bool = False

    def run(self) -> Verdict:
        from pyhanko.pdf_utils.misc import PdfError

        try:
            self._check()
        except _Ended as ended:
            self.reasons.append(ended.reason)
            return self._verdict(ended.status)
        except guard.TooEntangled:
            self.reasons.append(Reason("entangled", False, _TOO_MUCH))
            return self._verdict(Status.DAMAGED)
        except (*BROKEN, PdfError, DocumentError):
            self.reasons.append(Reason("damaged", False, _DAMAGED))
            return self._verdict(Status.DAMAGED)
        return self._verdict(Status.UNKNOWN_SIGNER if self.unknown else Status.GENUINE)

    def _verdict(self, status: Status) -> Verdict:
        return Verdict(
            status, KIND, self.name, self.sha256, tuple(self.signers), tuple(self.visits), tuple(self.reasons)
        )

    def _check(self) -> None:
        self.progress(0, 4)
        fault = guard.fault_of(self.data)
        if fault == "no_pdf":
            raise _Ended(Status.DAMAGED, fault, _NO_PDF)
        if fault == "no_end":
            raise _Ended(Status.DAMAGED, fault, _DAMAGED)
        if fault:
            raise _Ended(Status.DAMAGED, fault, _TOO_MUCH)
        reader = open_pdf(self.data)
        if reader.encrypted:
            raise _Ended(Status.DAMAGED, "encrypted", _ENCRYPTED)
        self.progress(1, 4)
        signatures = self._signatures(reader)
        if all(signature.timestamp for signature in signatures):
            self._unsigned(reader)
        self._heed_lists(reader, signatures)
        self._cover(reader, signatures)
        self._judge_all(signatures)
        self.progress(2, 4)
        self._between(reader, signatures)
        self.progress(3, 4)
        self._content(reader, signatures)
        self.progress(4, 4)

    def _good(self, code: str, template: str, **params: str) -> None:
        self.reasons.append(Reason(code, True, template, MappingProxyType(params)))

    def _signatures(self, reader: Any) -> list[Found]:
        """Every signature in signing order. A signed field that no signature can be read from is not passed over."""
        from pyhanko.sign.fields import enumerate_sig_fields

        filled = [name for name, value, _ref in enumerate_sig_fields(reader) if value is not None]
        if len(filled) > MOST_SIGNATURES:
            raise _Ended(Status.DAMAGED, "signatures", _TOO_MUCH)
        try:
            found = reader.embedded_signatures
        except BROKEN as error:
            raise _Ended(Status.ALTERED, "signature", _UNREADABLE_SIGNATURE) from error
        if len(found) != len(filled):
            raise _Ended(Status.ALTERED, "signature", _UNREADABLE_SIGNATURE)
        return [read_signature(self.data, item) for item in found]

    def _heed_lists(self, reader: Any, signatures: list[Found]) -> None:
        """Do not trust whom a list in the document, signed by the issuer, takes back."""
        carried = [one for found in signatures for one in (found.certificate, *found.chain) if one is not None]
        taken = revocations_in(reader, (*carried, *self.trust.roots, *self.trust.known))
        if taken:
            self.trust = self.trust.merged(type(self.trust)(revoked=taken))

    def _unsigned(self, reader: Any) -> None:
        from pyhanko.sign.fields import enumerate_sig_fields

        ours = any(name in SIGNATURE_FIELDS for name, _value, _ref in enumerate_sig_fields(reader))
        content = attached_content(reader)
        if content is not None:
            self._visit(content)
        if ours or content is not None:
            raise _Ended(Status.ALTERED, "unsigned", _STRIPPED)
        raise _Ended(Status.DAMAGED, "never_signed", _NEVER)

    def _cover(self, reader: Any, signatures: list[Found]) -> None:
        """Each signature covers its revision, the last one the whole file, and there is no revision without one."""
        fault = standing_fault(reader, len(self.data), signatures)
        if fault is None:
            return
        code, field = fault
        self._judge_all([found for found in signatures if found.field == field] if field else signatures)
        raise _Ended(Status.ALTERED, code, _STANDING[code], field=field)

    def _judge_all(self, signatures: list[Found]) -> None:
        """Judge each, later timestamps first: they say when the signatures before them existed at the latest."""
        for signature in reversed(signatures):
            if signature.timestamp:
                self._judge_stamp(signature)
        for signature in signatures:
            if not signature.timestamp:
                self._judge(signature)

    def _judge_stamp(self, stamp: Found) -> None:
        from gmsc_desktop.documents.timestamps import may_stamp
        from gmsc_desktop.identity.signer import common_name

        if stamp.certificate is None or stamp.signed_at is None:
            raise _Ended(Status.ALTERED, "signature", _UNREADABLE_SIGNATURE)
        if not stamp.intact:
            raise _Ended(Status.ALTERED, "signature", _BROKEN_SIGNATURE, field=stamp.field)
        judgement = self.trust.judge_stamp(stamp.certificate, stamp.chain, stamp.signed_at)
        trusted = judgement.trusted and may_stamp(stamp.certificate)
        when = show_local(stamp.signed_at, language())
        said = MappingProxyType({"who": common_name(stamp.certificate), "when": when})
        if trusted:
            self.stamped.append((stamp.revision, stamp.signed_at))
        self.reasons.append(Reason("timestamp", trusted, _STAMPED if trusted else _STAMP_UNKNOWN, said))

    def _judge(self, signature: Found) -> None:
        from gmsc_desktop.identity.signer import common_name, organisation_of, spki_fingerprint

        certificate = signature.certificate
        if certificate is None:
            raise _Ended(Status.ALTERED, "signature", _UNREADABLE_SIGNATURE)
        times = [at for revision, at in self.stamped if revision > signature.revision]
        at = min(times) if times else signature.signed_at
        judgement = self.trust.judge(certificate, signature.chain, at)
        trusted = signature.intact and judgement.trusted
        self.signers.append(
            SignerReport(
                name=common_name(certificate),
                organisation=organisation_of(certificate),
                fingerprint=spki_fingerprint(certificate),
                signed_at=at,
                time_trusted=bool(times),
                intact=signature.intact,
                trusted=trusted,
                field=signature.field,
                drawn_by=signature.drawn_by,
                drawn_title=signature.drawn_title,
            )
        )
        if not signature.intact:
            raise _Ended(Status.ALTERED, "signature", _BROKEN_SIGNATURE, field=signature.field)
        self._good("signature", N_("The signature in {field} holds over its bytes."), field=signature.field)
        if signature.drawn_by:
            self._good("drawn", _DRAWN, field=signature.field, who=signature.drawn_by, title=signature.drawn_title)
        self.reasons.extend(judgement.reasons)
        self.unknown = self.unknown or not trusted

    def _between(self, reader: Any, signatures: list[Found]) -> None:
        """Whether each later signature did nothing but sign."""
        for number in range(1, len(signatures)):
            later = signatures[number]
            trusted = any(signer.trusted for signer in self.signers if signer.field == later.field)
            if change_fault(reader, signatures[:number], later, trusted=trusted):
                raise _Ended(Status.ALTERED, "between", _BETWEEN, field=later.field)
        self._good("covered", N_("The signatures cover the whole file; nothing was appended or replaced."))

    def _content(self, reader: Any, signatures: list[Found]) -> None:
        content = attached_content(reader)
        named = {signature.content_hash for signature in signatures if signature.content_hash}
        if content is None:
            if named:
                raise _Ended(Status.ALTERED, "content", _WRONG_CONTENT)
            self.reasons.append(Reason("no_visit", False, _NO_CONTENT))
            return
        if named - {sha256_hex(content)}:
            raise _Ended(Status.ALTERED, "content", _WRONG_CONTENT)
        visit = self._visit(content)
        self._good("content", N_("The visit's content in the PDF is the one that was signed."))
        if visit.assessor.key not in {signer.fingerprint for signer in self.signers}:
            self.reasons.append(Reason("not_assessor", False, _NOT_ASSESSOR))
            self.unknown = True

    def _visit(self, data: bytes) -> Content:
        try:
            document = json.loads(data)
            content = from_document(document)
            if canonical_bytes(to_document(content)) != data:
                raise _Ended(Status.DAMAGED, "content_form", _BAD_CONTENT)
        except (*BROKEN, InvalidInput) as error:
            raise _Ended(Status.DAMAGED, "content_form", _BAD_CONTENT) from error
        region = content.draft.region
        self.visits.append(
            VisitReport(content.visit_id, region.code, region.name, content.draft.cycle_year, sha256_hex(data))
        )
        return content
