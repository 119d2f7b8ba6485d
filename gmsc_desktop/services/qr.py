"""The QR of a paper, verified from pasted text or a picture, alone or against the PDF at hand."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence, Set
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.numbers import show_local
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.domain.verdict import Issued, Reason, Status, Verdict, worst, worst_first
from gmsc_desktop.i18n import _, language
from gmsc_desktop.services.files import readable
from gmsc_desktop.services.standing import NOTHING_GONE, Standing, standing_of

if TYPE_CHECKING:
    from cryptography import x509

    from gmsc_desktop.documents.awarded import AwardSheet, RecapFound
    from gmsc_desktop.identity.trust import TrustStore

LARGEST_PICTURE = 128 * 1024 * 1024


def verify_qr_text(
    text: str,
    store: TrustStore,
    gone: Standing = NOTHING_GONE,
    *,
    against: Path | None = None,
    progress: Progress = no_progress,
) -> Verdict:
    """What the QR ``text`` is worth: alone, or ``against`` the PDF it should belong to.

    With a PDF the verdict is the worse of the two, and *altered* when they name different content. ``gone`` tells which
    papers no longer hold. Raises ``InvalidInput`` when the PDF cannot be read at all, ``Cancelled``.
    """
    if against is None:
        return _code(text, store, (), gone)
    from gmsc_desktop.documents.qrscan import certificates_in

    data = pdf_bytes(against)
    paper = verify_paper(data, against.name, store, gone, progress)
    certificates = certificates_in(data) if paper.signers else ()
    hashes = {found for found, _kind, _label in _contents(data, paper)}
    return _together(_code(text, store, certificates, gone), paper, hashes)


def verify_paper(
    data: bytes, name: str, store: TrustStore, gone: Standing = NOTHING_GONE, progress: Progress = no_progress
) -> Verdict:
    """What the PDF whose bytes are ``data`` (those of ``pdf_bytes``) is worth, and whether it still holds; of a file of
    certificates also whether the QR of each names its award. Raises ``Cancelled``."""
    from gmsc_desktop.documents.awarded import award_sheets, recap_in
    from gmsc_desktop.documents.qrscan import certificates_in
    from gmsc_desktop.documents.verifying import verify_pdf_file

    verdict = verify_pdf_file(io.BytesIO(data), name, store, progress)
    signed = verdict.status.whole
    if verdict.visits:
        return standing_of(verdict, (visit.content_hash for visit in verdict.visits), gone)
    if not (signed or {reason.code for reason in verdict.reasons} == {"never_signed"}):
        return verdict
    sheets = award_sheets(data)
    if sheets:
        certificates = certificates_in(data) if verdict.signers else ()
        return _with_awards(verdict, sheets, store, certificates, gone, signed=signed)
    recap = recap_in(data) if signed else None
    return verdict if recap is None else _with_recap(verdict, recap, gone)


def pdf_bytes(path: Path) -> bytes:
    """The bytes of the PDF at ``path``, read once so that all checks are of the same; no more than one byte beyond the
    largest that is looked at. Raises ``InvalidInput``."""
    from gmsc_desktop.documents.guard import LARGEST

    with readable(path) as file:
        return file.read(LARGEST + 1)


def contents_of(path: Path) -> tuple[tuple[str, str, str], ...]:
    """Hash, kind (``domain.withdrawals.PAPER_KINDS``) and name for people of every content the PDF at ``path`` carries;
    for a PDF found to be as it was issued. Raises ``InvalidInput`` when it cannot be read."""
    from gmsc_desktop.documents.verifying import verify_pdf_file
    from gmsc_desktop.identity.trust import TrustStore

    data = pdf_bytes(path)
    return _contents(data, verify_pdf_file(io.BytesIO(data), path.name, TrustStore()))


def _contents(data: bytes, paper: Verdict) -> tuple[tuple[str, str, str], ...]:
    from gmsc_desktop.documents.awarded import award_sheets, recap_in

    if paper.visits:
        return tuple(
            (visit.content_hash, "visit", f"{visit.region_name} ({visit.region_code}), {visit.cycle_year}")
            for visit in paper.visits
        )
    if sheets := award_sheets(data):
        return tuple((sheet.content_hash, "award", sheet.label) for sheet in sheets)
    recap = recap_in(data)
    return () if recap is None else ((recap.content_hash, "recap", recap.label),)


def _with_recap(paper: Verdict, recap: RecapFound, gone: Standing) -> Verdict:
    reasons = (reason for reason in paper.reasons if reason.code != "no_visit")
    found = Reason("recap", True, _RECAP, MappingProxyType({"count": str(recap.rows)}))
    return standing_of(replace(paper, reasons=(*reasons, found)), (recap.content_hash,), gone)


def _with_awards(
    paper: Verdict,
    sheets: Sequence[AwardSheet],
    store: TrustStore,
    certificates: Sequence[x509.Certificate],
    gone: Standing,
    *,
    signed: bool,
) -> Verdict:
    """The verdict of a file of certificates: never better than its worst sheet, nor than the file itself."""
    reasons = [reason for reason in paper.reasons if reason.code not in ("no_visit", "never_signed")]
    found = [_code(sheet.qr, store, certificates, gone) for sheet in sheets if sheet.qr]
    named = [verdict.issued.content_hash if verdict.issued else "" for verdict in found]
    status = worst(paper.status if signed else Status.UNKNOWN_SIGNER, *(verdict.status for verdict in found))
    count = MappingProxyType({"count": str(len(sheets))})
    if named != [sheet.content_hash for sheet in sheets if sheet.qr]:
        status = worst(status, Status.ALTERED)
        reasons.append(Reason("award", False, _OTHER_AWARD, count))
    elif len(found) < len(sheets):
        status = worst(status, Status.UNKNOWN_SIGNER)
        reasons.append(Reason("award", False, _NO_STATEMENT, count))
    else:
        reasons.append(Reason("award", True, _AWARDS, count))
    shown = min(found, key=lambda verdict: worst_first(verdict.status), default=None)
    if shown is not None:
        reasons += [reason for reason in shown.reasons if reason not in reasons]
    if not signed:
        reasons.append(Reason("award_unsigned", False, _UNSIGNED))
    signers = (*(() if shown is None else shown.signers), *paper.signers)
    issued = found[0].issued if len(found) == 1 else None
    whole = replace(paper, status=status, signers=signers, reasons=tuple(reasons), issued=issued)
    return standing_of(whole, (sheet.content_hash for sheet in sheets), gone)


def verify_picture(
    path: Path,
    store: TrustStore,
    gone: Standing = NOTHING_GONE,
    *,
    against: Path | None = None,
    progress: Progress = no_progress,
) -> Verdict:
    """What the QR on the picture at ``path`` is worth; of several the worst. Raises as ``verify_qr_text``."""
    found = verify_codes(path, store, gone, against=against, progress=progress)
    shown = min(found, key=lambda verdict: worst_first(verdict.status))
    if len(found) > 1:
        several = Reason("several", False, _SEVERAL, MappingProxyType({"count": str(len(found))}))
        shown = replace(shown, reasons=(*shown.reasons, several))
    return shown


def verify_codes(
    path: Path,
    store: TrustStore,
    gone: Standing = NOTHING_GONE,
    *,
    against: Path | None = None,
    progress: Progress = no_progress,
) -> tuple[Verdict, ...]:
    """What each QR on the picture at ``path`` is worth, in reading order; one verdict when there is none."""
    from gmsc_desktop.documents.qrscan import qr_in_picture

    with readable(path) as file:
        data = file.read(LARGEST_PICTURE + 1)
    digest = sha256_hex(data) if len(data) <= LARGEST_PICTURE else _digest(path)
    texts = qr_in_picture(data) if len(data) <= LARGEST_PICTURE else None
    if not texts:
        reason = Reason("no_picture", False, _NO_PICTURE) if texts is None else Reason("no_qr", False, _NO_QR)
        return (Verdict(Status.DAMAGED, "qr", path.name, digest, reasons=(reason,)),)
    return tuple(
        replace(
            verify_qr_text(text, store, gone, against=against, progress=progress),
            file_name=path.name,
            file_sha256=digest,
        )
        for text in texts
    )


def _code(text: str, store: TrustStore, certificates: Sequence[x509.Certificate], gone: Standing) -> Verdict:
    """What the QR alone is worth, and whether its paper still holds."""
    from gmsc_desktop.identity.cose import verify_qr

    verdict = verify_qr(text, store, certificates)
    return verdict if verdict.issued is None else standing_of(verdict, (verdict.issued.content_hash,), gone)


def issued_text(issued: Issued) -> str:
    """What a QR says was issued, as one line in the language in use."""
    from gmsc_desktop.identity.cose import KINDS

    number = _(", number {number}").format(number=issued.number) if issued.number else ""
    code = f" ({issued.region_code})" if issued.region_code else ""
    return _("{paper} for {region}{number}, {when}").format(
        paper=_(KINDS.get(issued.kind, issued.kind)),
        region=f"{issued.region_name}{code}",
        number=number,
        when=show_local(issued.issued_at, language()),
    )


_RECAP = N_("The file is a recapitulation of {count} visits, signed as it was issued.")
_NO_PICTURE = N_("This is no picture that can be read.")
_NO_QR = N_("No QR of this program was found in the picture; take it closer, straight and in good light.")
_SEVERAL = N_("The picture shows {count} QR of this program; this is the worst of them.")
_MATCH = N_("The QR names the content of the PDF {file}.")
_MISMATCH = N_("The QR names another content than the PDF {file}: they do not belong together.")
_AWARDS = N_("The QR of every certificate in the file ({count}) names the award it stands on.")
_OTHER_AWARD = N_("A QR in the file names another award than the certificate it stands on.")
_NO_STATEMENT = N_("Not every certificate in the file ({count}) has a QR by which its issuer could be known.")
_UNSIGNED = N_("The file itself is not signed: compare what it shows with what its QR says.")
_NO_CONTENT = N_("The PDF {file} names no content the QR could be compared with.")


def _together(code: Verdict, paper: Verdict, hashes: Set[str]) -> Verdict:
    """One verdict of a QR and the PDF it was given with."""
    status = worst(code.status, paper.status)
    reasons = [*code.reasons, *paper.reasons]
    file = MappingProxyType({"file": paper.file_name})
    if code.issued is not None:
        if not hashes:
            reasons.append(Reason("qr_match", False, _NO_CONTENT, file))
            status = worst(status, Status.UNKNOWN_SIGNER)
        elif code.issued.content_hash in hashes:
            reasons.append(Reason("qr_match", True, _MATCH, file))
        else:
            reasons.append(Reason("qr_match", False, _MISMATCH, file))
            status = worst(status, Status.ALTERED)
    return replace(
        paper, status=status, signers=(*code.signers, *paper.signers), reasons=tuple(reasons), issued=code.issued
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
