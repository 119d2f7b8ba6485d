"""A verdict in words and as JSON, for the page and for the shell."""

from __future__ import annotations

from typing import Any

from gmsc_desktop.domain.numbers import show_time
from gmsc_desktop.domain.verdict import Issued, Reason, SignerReport, Status, Verdict
from gmsc_desktop.i18n import N_, _, filled, language
from gmsc_desktop.services.qr import issued_text

HEADLINES = {
    Status.GENUINE: N_("Genuine"),
    Status.UNKNOWN_SIGNER: N_("Unknown signer"),
    Status.ALTERED: N_("Altered"),
    Status.DAMAGED: N_("Damaged"),
}
MEANINGS = {
    Status.GENUINE: N_("Every byte is as it was signed, by someone this installation trusts."),
    Status.UNKNOWN_SIGNER: N_(
        "The content is as it was signed, but nobody this installation trusts vouches for the signer. Anyone can write"
        " any name into a certificate: compare the fingerprint with the signer by telephone, or give the office's root."
    ),
    Status.ALTERED: N_("The content is not what was signed. Do not rely on it; ask the sender for the original."),
    Status.DAMAGED: N_("The file is incomplete or is no signed document of this program. Ask for it again."),
}


def headline(status: Status) -> str:
    """The one word for a status, in the language in use."""
    return _(HEADLINES[status])


def meaning(status: Status) -> str:
    """What the status means for the person who holds the file."""
    return _(MEANINGS[status])


def reason_text(reason: Reason) -> str:
    """One reason as a sentence."""
    return filled(reason.template, reason.params)


def signer_text(signer: SignerReport) -> str:
    """Who signed and when, with the time marked as claimed unless an authority vouches for it."""
    who = f"{signer.name} ({signer.organisation})" if signer.organisation else signer.name
    if signer.drawn_by:
        drawn = ", ".join(part for part in (signer.drawn_by, signer.drawn_title) if part)
        who = _("{drawn}: drawn on the screen, sealed by {who}").format(drawn=drawn, who=who or signer.fingerprint)
    if signer.signed_at is None:
        return who or signer.fingerprint
    template = _("{who}, {when}") if signer.time_trusted else _("{who}, {when} (time as claimed by the signer)")
    return template.format(who=who or signer.fingerprint, when=show_time(signer.signed_at, language()))


def lines(verdict: Verdict) -> list[str]:
    """The verdict for a terminal."""
    out = [f"{headline(verdict.status).upper()}: {verdict.file_name or 'QR'}", meaning(verdict.status)]
    if verdict.issued is not None:
        out.append(_("Issued: {issued}").format(issued=issued_text(verdict.issued)))
        out.append(_("  content {hash}").format(hash=verdict.issued.content_hash))
    for signer in verdict.signers:
        out.append(_("Signed by {signer}").format(signer=signer_text(signer)))
        out.append(_("  key fingerprint {fingerprint}").format(fingerprint=signer.fingerprint))
    for visit in verdict.visits:
        out.append(
            _("Visit {visit_id}: {region} ({code}), {year}").format(
                visit_id=visit.visit_id, region=visit.region_name, code=visit.region_code, year=visit.cycle_year
            )
        )
        out.append(_("  content {hash}").format(hash=visit.content_hash))
    said = (f"{'+' if reason.good else '-'} {reason_text(reason)}" for reason in verdict.reasons)
    # A bundle and the report in it have one signer: what holds of both is said once.
    out.extend(dict.fromkeys(said))
    out.append(f"SHA-256 {verdict.file_sha256}")
    return out


def to_json(verdict: Verdict) -> dict[str, Any]:
    """The verdict for programs: stable English codes, and the reasons also as text in the language in use."""
    return {
        "status": verdict.status.value,
        "exit_code": verdict.status.exit_code,
        "kind": verdict.kind,
        "file": verdict.file_name,
        "sha256": verdict.file_sha256,
        "issued": None if verdict.issued is None else _issued(verdict.issued),
        "signers": [
            {
                "name": signer.name,
                "organisation": signer.organisation,
                "fingerprint": signer.fingerprint,
                "signed_at": signer.signed_at.isoformat() if signer.signed_at else None,
                "time_trusted": signer.time_trusted,
                "intact": signer.intact,
                "trusted": signer.trusted,
                "field": signer.field or None,
                "drawn_by": signer.drawn_by or None,
                "drawn_title": signer.drawn_title or None,
            }
            for signer in verdict.signers
        ],
        "visits": [
            {
                "visit_id": visit.visit_id,
                "region_code": visit.region_code,
                "region_name": visit.region_name,
                "cycle_year": visit.cycle_year,
                "content_hash": visit.content_hash,
            }
            for visit in verdict.visits
        ],
        "reasons": [
            {"code": reason.code, "good": reason.good, "text": reason_text(reason)} for reason in verdict.reasons
        ],
    }


def _issued(issued: Issued) -> dict[str, str]:
    return {
        "kind": issued.kind,
        "region_code": issued.region_code,
        "region_name": issued.region_name,
        "number": issued.number,
        "content_hash": issued.content_hash,
        "issued_at": issued.issued_at.isoformat(),
    }
