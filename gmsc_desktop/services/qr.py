"""The QR of a paper, verified from pasted text or a picture, alone or against the PDF at hand."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.numbers import show_time
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.domain.verdict import Issued, Reason, Status, Verdict
from gmsc_desktop.i18n import _, language

if TYPE_CHECKING:
    from cryptography import x509

    from gmsc_desktop.documents.awarded import AwardSheet
    from gmsc_desktop.identity.trust import TrustStore
    from gmsc_desktop.services.vaults import Vault

LARGEST_PICTURE = 128 * 1024 * 1024
_WORST = (Status.DAMAGED, Status.ALTERED, Status.UNKNOWN_SIGNER, Status.GENUINE)


def verify_qr_text(
    text: str,
    store: TrustStore,
    vault: Vault | None = None,
    *,
    against: Path | None = None,
    progress: Progress = no_progress,
) -> Verdict:
    """What the QR ``text`` is worth: alone, or ``against`` the PDF it should belong to.

    With a PDF the verdict is the worse of the two, and *altered* when they name different content. What ``vault`` holds
    tells whether the paper was superseded. Raises ``InvalidInput`` when the PDF cannot be read at all, ``Cancelled``.
    """
    gone = gone_in(vault)
    if against is None:
        return _code(text, store, (), gone)
    from gmsc_desktop.documents.awarded import award_sheets
    from gmsc_desktop.documents.qrscan import certificates_in

    paper = verify_paper(against, store, vault, progress)
    certificates = certificates_in(against) if paper.signers else ()
    awards = () if paper.visits else award_sheets(against.read_bytes())
    hashes = {visit.content_hash for visit in paper.visits} | {sheet.content_hash for sheet in awards}
    return _together(_code(text, store, certificates, gone), paper, hashes)


def verify_paper(
    path: Path, store: TrustStore, vault: Vault | None = None, progress: Progress = no_progress
) -> Verdict:
    """What the PDF at ``path`` is worth; of a file of certificates also whether the QR of each names its award.

    Raises ``InvalidInput`` when it cannot be read at all, ``Cancelled``.
    """
    from gmsc_desktop.documents.verifying import verify_pdf

    verdict = verify_pdf(path, store, progress)
    gone = gone_in(vault)
    signed = verdict.status in (Status.GENUINE, Status.UNKNOWN_SIGNER)
    if verdict.visits:
        if not signed:
            return verdict
        no_longer = tuple(gone[visit.content_hash] for visit in verdict.visits if visit.content_hash in gone)
        return replace(verdict, reasons=(*verdict.reasons, *no_longer))
    if not (signed or {reason.code for reason in verdict.reasons} == {"never_signed"}):
        return verdict
    from gmsc_desktop.documents.awarded import award_sheets, recap_rows
    from gmsc_desktop.documents.qrscan import certificates_in

    data = path.read_bytes()
    sheets = award_sheets(data)
    if not sheets:
        return _with_recap(verdict, recap_rows(data)) if signed else verdict
    certificates = certificates_in(path) if verdict.signers else ()
    return _with_awards(verdict, sheets, store, certificates, gone, signed=signed)


def _with_recap(paper: Verdict, rows: int) -> Verdict:
    if not rows:
        return paper
    reasons = (reason for reason in paper.reasons if reason.code != "no_visit")
    return replace(paper, reasons=(*reasons, Reason("recap", True, _RECAP, MappingProxyType({"count": str(rows)}))))


def _with_awards(
    paper: Verdict,
    sheets: Sequence[AwardSheet],
    store: TrustStore,
    certificates: Sequence[x509.Certificate],
    gone: Mapping[str, Reason],
    *,
    signed: bool,
) -> Verdict:
    """The verdict of a file of certificates: never better than its worst sheet, nor than the file itself."""
    reasons = [reason for reason in paper.reasons if reason.code not in ("no_visit", "never_signed")]
    found = [_code(sheet.qr, store, certificates, gone) for sheet in sheets if sheet.qr]
    named = [verdict.issued.content_hash if verdict.issued else "" for verdict in found]
    status = min([paper.status if signed else Status.UNKNOWN_SIGNER, *(v.status for v in found)], key=_WORST.index)
    count = MappingProxyType({"count": str(len(sheets))})
    if named != [sheet.content_hash for sheet in sheets if sheet.qr]:
        status = min(status, Status.ALTERED, key=_WORST.index)
        reasons.append(Reason("award", False, _OTHER_AWARD, count))
    elif len(found) < len(sheets):
        status = min(status, Status.UNKNOWN_SIGNER, key=_WORST.index)
        reasons.append(Reason("award", False, _NO_STATEMENT, count))
    else:
        reasons.append(Reason("award", True, _AWARDS, count))
    worst = min(found, key=lambda verdict: _WORST.index(verdict.status), default=None)
    if worst is not None:
        reasons += [reason for reason in worst.reasons if reason not in reasons]
    no_longer = [gone[sheet.content_hash] for sheet in sheets if sheet.content_hash in gone]
    reasons += [reason for number, reason in enumerate(no_longer) if reason not in (*reasons, *no_longer[:number])]
    if not signed:
        reasons.append(Reason("award_unsigned", False, _UNSIGNED))
    signers = (*(() if worst is None else worst.signers), *paper.signers)
    issued = found[0].issued if len(found) == 1 else None
    return replace(paper, status=status, signers=signers, reasons=tuple(reasons), issued=issued)


def verify_picture(
    path: Path,
    store: TrustStore,
    vault: Vault | None = None,
    *,
    against: Path | None = None,
    progress: Progress = no_progress,
) -> Verdict:
    """What the QR on the picture at ``path`` is worth; of several the worst. Raises as ``verify_qr_text``."""
    from gmsc_desktop.documents.qrscan import qr_in_picture

    with path.open("rb") as file:
        data = file.read(LARGEST_PICTURE + 1)
    digest = sha256_hex(data) if len(data) <= LARGEST_PICTURE else _digest(path)
    texts = qr_in_picture(data) if len(data) <= LARGEST_PICTURE else None
    if not texts:
        reason = Reason("no_picture", False, _NO_PICTURE) if texts is None else Reason("no_qr", False, _NO_QR)
        return Verdict(Status.DAMAGED, "qr", path.name, digest, reasons=(reason,))
    found = [verify_qr_text(text, store, vault, against=against, progress=progress) for text in texts]
    worst = min(found, key=lambda verdict: _WORST.index(verdict.status))
    if len(found) > 1:
        several = Reason("several", False, _SEVERAL, MappingProxyType({"count": str(len(found))}))
        worst = replace(worst, reasons=(*worst.reasons, several))
    return replace(worst, file_name=path.name, file_sha256=digest)


def gone_in(vault: Vault | None) -> Mapping[str, Reason]:
    """Every paper that no longer holds by what ``vault`` knows, by its content hash: superseded or withdrawn, why."""
    from gmsc_desktop.domain.awards import to_document
    from gmsc_desktop.identity.cose import SUPERSEDED
    from gmsc_desktop.store.awards import AwardRepository
    from gmsc_desktop.store.revisions import RevisionRepository

    if vault is None:
        return {}
    template = _("revision {number}")
    gone = {
        content_hash: Reason("superseded", False, SUPERSEDED, MappingProxyType({"by": template.format(number=number)}))
        for content_hash, number in RevisionRepository(vault.store).superseded().items()
    }
    awards = AwardRepository(vault.store)
    for award_id, found in awards.withdrawals().items():
        said = MappingProxyType({"when": show_time(found.at, language()), "why": found.reason})
        digest = sha256_hex(canonical_bytes(to_document(awards.get(award_id))))
        gone[digest] = Reason("withdrawn", False, _WITHDRAWN, said)
    return gone


def _code(
    text: str, store: TrustStore, certificates: Sequence[x509.Certificate], gone: Mapping[str, Reason]
) -> Verdict:
    """What the QR alone is worth, and whether its paper still holds."""
    from gmsc_desktop.identity.cose import verify_qr

    verdict = verify_qr(text, store, certificates)
    if verdict.issued is None or verdict.issued.content_hash not in gone or verdict.status is Status.ALTERED:
        return verdict
    return replace(verdict, reasons=(*verdict.reasons, gone[verdict.issued.content_hash]))


def issued_text(issued: Issued) -> str:
    """What a QR says was issued, as one line in the language in use."""
    from gmsc_desktop.identity.cose import KINDS

    number = _(", number {number}").format(number=issued.number) if issued.number else ""
    code = f" ({issued.region_code})" if issued.region_code else ""
    return _("{paper} for {region}{number}, {when}").format(
        paper=_(KINDS.get(issued.kind, issued.kind)),
        region=f"{issued.region_name}{code}",
        number=number,
        when=show_time(issued.issued_at, language()),
    )


_WITHDRAWN = N_("This award was withdrawn on {when}: {why}")
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
    status = min(code.status, paper.status, key=_WORST.index)
    reasons = [*code.reasons, *paper.reasons]
    file = MappingProxyType({"file": paper.file_name})
    if code.issued is not None:
        if not hashes:
            reasons.append(Reason("qr_match", False, _NO_CONTENT, file))
            status = min(status, Status.UNKNOWN_SIGNER, key=_WORST.index)
        elif code.issued.content_hash in hashes:
            reasons.append(Reason("qr_match", True, _MATCH, file))
        else:
            reasons.append(Reason("qr_match", False, _MISMATCH, file))
            status = min(status, Status.ALTERED, key=_WORST.index)
    return replace(
        paper, status=status, signers=(*code.signers, *paper.signers), reasons=tuple(reasons), issued=code.issued
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
