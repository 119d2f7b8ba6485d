"""A verdict in words and as JSON, for the page and for the shell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.exchange import PlanItem
from gmsc_desktop.domain.numbers import show_date, show_local, show_time
from gmsc_desktop.domain.verdict import Issued, Reason, SignerReport, Status, Verdict
from gmsc_desktop.i18n import N_, _, filled, language, ngettext
from gmsc_desktop.services.qr import issued_text

if TYPE_CHECKING:
    from gmsc_desktop.services.waiting import WaitingBundle

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

HEADLINES = {
    Status.GENUINE: N_("Genuine"),
    Status.UNKNOWN_SIGNER: N_("Unknown signer"),
    Status.ALTERED: N_("Altered"),
    Status.DAMAGED: N_("Damaged"),
    Status.WITHDRAWN: N_("Paper withdrawn"),
    Status.SUPERSEDED: N_("Paper superseded"),
}
MEANINGS = {
    Status.GENUINE: N_("Every byte is as it was signed, by someone this installation trusts."),
    Status.UNKNOWN_SIGNER: N_(
        "The content is as it was signed, but nobody this installation trusts vouches for the signer. Anyone can write"
        " any name into a certificate: compare the fingerprint with the signer by telephone, or give the office's root."
    ),
    Status.ALTERED: N_("The content is not what was signed. Do not rely on it; ask the sender for the original."),
    Status.DAMAGED: N_("The file is incomplete or is no signed document of this program. Ask for it again."),
    Status.WITHDRAWN: N_(
        "The paper is as it was issued, and it no longer holds: it was withdrawn. Do not rely on it; ask the office."
    ),
    Status.SUPERSEDED: N_(
        "The paper is as it was issued, and it no longer holds: a later one took its place. Ask for the later one."
    ),
}
_SPECIAL = {
    "revoked": (
        N_("Signer's certificate revoked"),
        N_(
            "The content is as it was signed, but the signer's certificate had been taken back by then: the key may"
            " have been in other hands. Do not rely on it; ask the office."
        ),
    ),
    "not_valid": (
        N_("Signer's certificate not valid"),
        N_(
            "The content is as it was signed, but the signer's certificate was not valid at that time. Do not rely on"
            " it; ask the office whether the signer was entitled to sign."
        ),
    ),
    "encrypted": (
        N_("Encrypted"),
        N_("Nobody but its addressee can look into this bundle, so nothing is said of who signed it."),
    ),
}
"""Of those whose signer is not trusted: what says more than that the signer is unknown, by the reason's code."""

PLACES = {
    "Asesor": N_("Assessor"),
    "AsesorKedua": N_("Second assessor"),
    "PejabatDaerah": N_("Official of the region"),
    "SertifikatNasional": N_("Certificate of a national authority"),
    "Penerbit": N_("Issuer of the file"),
    "Mengetahui": N_("Acknowledging official"),
    "QR": N_("QR code"),
}
"""The places of our papers, by the names of their fields."""


def headline(verdict: Verdict) -> str:
    """The verdict in one word, or the fewest that tell it from others, in the language in use."""
    return _(_said(verdict)[0])


def meaning(verdict: Verdict) -> str:
    """What it means for the person who holds the file."""
    return _(_said(verdict)[1])


def _said(verdict: Verdict) -> tuple[str, str]:
    if verdict.status is Status.UNKNOWN_SIGNER:
        codes = {reason.code for reason in verdict.reasons if not reason.good}
        special = next((words for code, words in _SPECIAL.items() if code in codes), None)
        if special is not None:
            return special
    return HEADLINES[verdict.status], MEANINGS[verdict.status]


def reason_text(reason: Reason) -> str:
    """One reason as a sentence."""
    params = dict(reason.params)
    if "field" in params:
        params["field"] = place_name(params["field"])
    return filled(reason.template, params)


def plan_text(item: PlanItem, regions: Mapping[str, str]) -> str:
    """One line of a plan as a sentence, its region by name (``regions`` are names by code) and its days in words."""
    params = dict(item.params)
    if item.what == "assignment" and params.get("region") in regions:
        params["region"] = regions[params["region"]]
    for name in ("due", "until"):
        if _DAY.fullmatch(params.get(name, "")):
            params[name] = show_date(date.fromisoformat(params[name]), language())
    if item.what == "draft" and "time" in params:
        params["time"] = show_time(datetime.fromisoformat(params["time"]), language())
    return filled(item.template, params)


def waiting_text(bundle: WaitingBundle) -> str:
    """Which pieces of a bundle have not come yet."""
    count = len(bundle.missing)
    text = ngettext(
        "{name}: {count} of {all} pieces is still missing: {numbers}.",
        "{name}: {count} of {all} pieces are still missing: {numbers}.",
        count,
    )
    numbers = ", ".join(str(number) for number in bundle.missing)
    return text.format(name=bundle.name, count=count, all=bundle.count, numbers=numbers)


def place_name(field: str) -> str:
    """The place of a signature as people call it; another program's field keeps its name."""
    return _(PLACES[field]) if field in PLACES else field


def signer_text(signer: SignerReport) -> str:
    """Who signed and when, with the time marked as claimed unless an authority vouches for it."""
    who = f"{signer.name} ({signer.organisation})" if signer.organisation else signer.name
    if signer.drawn_by:
        drawn = ", ".join(part for part in (signer.drawn_by, signer.drawn_title) if part)
        who = _("{drawn}: drawn on the screen, sealed by {who}").format(drawn=drawn, who=who or signer.fingerprint)
    if signer.signed_at is None:
        return who or signer.fingerprint
    template = _("{who}, {when}") if signer.time_trusted else _("{who}, {when} (time as claimed by the signer)")
    return template.format(who=who or signer.fingerprint, when=show_local(signer.signed_at, language()))


def lines(verdict: Verdict) -> list[str]:
    """The verdict for a terminal."""
    out = [f"{headline(verdict).upper()}: {verdict.file_name or 'QR'}", meaning(verdict)]
    if verdict.issued is not None:
        template = _("Issued: {issued}") if verdict.status.proven else _("Claims to be, not proven: {issued}")
        out.append(template.format(issued=issued_text(verdict.issued)))
        out.append(_("  content {hash}").format(hash=verdict.issued.content_hash))
    for signer in verdict.signers:
        place = f" [{place_name(signer.field)}]" if signer.field else ""
        out.append(_("Signed by {signer}").format(signer=signer_text(signer)) + place)
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
