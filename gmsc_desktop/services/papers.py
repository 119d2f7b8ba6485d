"""The papers beside the evaluation report: minutes of a visit, and the recapitulation of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gmsc_desktop.documents.drawn import FIELD_ISSUER
from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.papers import MinutesOptions, RecapOptions
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.domain.visit import Person, Role, StoredDocument, Visit, VisitState
from gmsc_desktop.i18n import _
from gmsc_desktop.services.documents import canonical, slug
from gmsc_desktop.services.files import free_path, save_bytes
from gmsc_desktop.services.issuing import refuse_open, sign_for_owner, stored
from gmsc_desktop.store.documents import DocumentRepository
from gmsc_desktop.store.visits import VisitRepository

if TYPE_CHECKING:
    from gmsc_desktop.documents.recap import RecapPaper
    from gmsc_desktop.domain.content import Content
    from gmsc_desktop.identity.signer import SigningIdentity
    from gmsc_desktop.services.instruments import InstrumentService
    from gmsc_desktop.services.vaults import Vault
    from gmsc_desktop.services.visits import VisitService

MINUTES = "minutes"
MINUTES_OPTIONS = MinutesOptions()
RECAP_OPTIONS = RecapOptions()


@dataclass(frozen=True, slots=True)
class Recap:
    """A recapitulation: the PDF/A, and the same rows as CSV (UTF-8 with signature, semicolons)."""

    pdf: bytes
    csv: bytes
    regions: int


class PaperService:
    """Draws and signs minutes and draws recapitulations of the visits of one vault."""

    def __init__(self, vault: Vault, visits: VisitService, instruments: InstrumentService) -> None:
        self._vault = vault
        self._visits = visits
        self._instruments = instruments
        self._documents = DocumentRepository(vault.store)
        self._rows = VisitRepository(vault.store)

    def preview_minutes(self, visit_id: str, options: MinutesOptions = MINUTES_OPTIONS) -> bytes:
        """The minutes as they would be drawn now, marked as a draft; nothing is kept. Raises ``NotFound``,
        ``DocumentError``."""
        content = self._visits.content(visit_id)
        return self._draw(content, canonical(content), options, None, draft=True)

    def sign_minutes(
        self,
        visit_id: str,
        passphrase: str,
        options: MinutesOptions = MINUTES_OPTIONS,
        progress: Progress = no_progress,
    ) -> Done[StoredDocument]:
        """Draw the minutes of the closed visit, make them PDF/A-3b with the content embedded, sign and keep them.

        The visit's state stays: that is the report's business. Raises ``WrongPassphrase``, ``Refused`` when the visit
        is not closed, ``Cancelled``, ``DocumentError``, ``StorageError``; nothing is changed then.
        """
        store = self._vault.store
        visit = self._rows.get(visit_id)
        refuse_open(visit)
        identity = self._vault.signing_identity(passphrase)
        revision = self._visits.revisions(visit_id)[-1]
        progress(0, 2, _("Drawing the pages"))
        at = store.clock.now()
        qr = minutes_qr(visit, revision.content_hash, options, at, identity)
        pdf = self._draw(self._visits.content(visit_id), revision.content, options, qr)
        signed = sign_for_owner(self._vault, pdf, identity, at, revision.content_hash)
        progress(1, 2, _("Keeping the signed document"))
        document = stored(
            self._vault,
            signed,
            visit,
            content_hash=revision.content_hash,
            kind=MINUTES,
            name=minutes_name(visit),
            at=at,
        )
        with store.writing():
            self._documents.add(document)
        progress(2, 2)
        return Done(document, Changed(frozenset({"document"}), frozenset({visit_id})))

    def recap(
        self,
        visit_ids: Sequence[str],
        options: RecapOptions = RECAP_OPTIONS,
        progress: Progress = no_progress,
        *,
        passphrase: str | None = None,
    ) -> Recap:
        """The recapitulation of these visits, one row a region; with the ``passphrase`` signed by the vault's own key.

        Raises ``InvalidInput`` when none is named or they were assessed by instruments that cannot be compared,
        ``NotFound``, ``Cancelled``, ``WrongPassphrase``, ``DocumentError``.
        """
        from gmsc_desktop.documents.model import build_model
        from gmsc_desktop.documents.pdfa import make_pdfa
        from gmsc_desktop.documents.recap import draw_recap, recap_csv, recap_meta, recap_paper
        from gmsc_desktop.documents.recap_model import build_recap, entry_of

        chosen = tuple(dict.fromkeys(visit_ids))
        if not chosen:
            raise InvalidInput(N_("No visit was chosen."), cure=N_("Choose at least one visit."))
        identity = None if passphrase is None else self._vault.signing_identity(passphrase)
        entries = []
        for number, visit_id in enumerate(chosen):
            text = _("Reading visit {number} of {count}").format(number=number + 1, count=len(chosen))
            progress(number, len(chosen) + 1, text)
            content = self._visits.content(visit_id)
            model = build_model(content, self._instruments.get(content.draft.instrument_hash))
            entries.append(entry_of(model, closed=self._rows.get(visit_id).state is not VisitState.DRAFT))
        progress(len(chosen), len(chosen) + 1, _("Drawing the pages"))
        recap = build_recap(entries, title=options.title)
        paper = recap_paper(recap)
        at = self._vault.store.clock.now()
        qr = None if identity is None else recap_qr(paper, at, identity)
        drawn = draw_recap(paper, options, issuer=None if identity is None else self._owner(), qr=qr)
        pdf = make_pdfa(drawn, recap_meta(paper), paper.content)
        if identity is not None:
            # The hash a signature names is that of a visit's content; this file holds that of many.
            pdf = sign_for_owner(self._vault, pdf, identity, at, "", field=FIELD_ISSUER)
        return Recap(pdf, recap_csv(recap), len(recap.rows))

    def _owner(self) -> Person:
        owner = self._vault.profile
        return Person(owner.name, owner.nip, owner.title, owner.organisation, Role.LEAD)

    def save_recap(
        self,
        visit_ids: Sequence[str],
        path: Path,
        options: RecapOptions = RECAP_OPTIONS,
        progress: Progress = no_progress,
        *,
        passphrase: str | None = None,
    ) -> tuple[Path, Path]:
        """Write the recapitulation to ``path`` and its CSV beside it; answers both. A CSV of that name is replaced only
        where the PDF beside it is, too. Raises what ``recap`` does, and ``StorageError``."""
        made = self.recap(visit_ids, options, progress, passphrase=passphrase)
        table = path.with_suffix(".csv")
        if not path.exists():
            table = free_path(table)
        save_bytes(path, made.pdf)
        save_bytes(table, made.csv)
        return path, table

    def _draw(
        self, content: Content, frozen: bytes, options: MinutesOptions, qr: str | None, *, draft: bool = False
    ) -> bytes:
        from gmsc_desktop.documents.minutes import draw_minutes, minutes_meta
        from gmsc_desktop.documents.model import build_model
        from gmsc_desktop.documents.pdfa import make_pdfa

        model = build_model(content, self._instruments.get(content.draft.instrument_hash))
        return make_pdfa(draw_minutes(model, options, draft=draft, qr=qr), minutes_meta(model), frozen)


def minutes_qr(
    visit: Visit, content_hash: str, options: MinutesOptions, at: datetime, identity: SigningIdentity
) -> str:
    """The text of the QR of the minutes; their number is the register number, or names year, visit and revision."""
    from gmsc_desktop.identity.cose import QrClaims, issue_qr

    region = visit.draft.region
    number = options.number or f"{visit.draft.cycle_year}/{visit.id[-12:].upper()}/{visit.revision}"
    return issue_qr(QrClaims(MINUTES, region.code, region.name, number, content_hash, at), identity)


def recap_qr(paper: RecapPaper, at: datetime, identity: SigningIdentity) -> str:
    """The text of the QR of a recapitulation: it has no region of its own, so it names what was brought together (its
    title and how many regions) in the region's place, with no code; its number is the cycle."""
    from gmsc_desktop.identity.cose import QrClaims, issue_qr

    recap = paper.model
    regions = f"{len(recap.rows)} daerah"
    named = f"{recap.title} ({regions})" if recap.title else regions
    return issue_qr(QrClaims("recap", "", named, recap.years, paper.digest, at), identity)


def minutes_name(visit: Visit) -> str:
    """The file name of minutes: ``BA-33.72-Kota-Surakarta-2026-rev1.pdf``, safe on every file system."""
    region = visit.draft.region
    return f"BA-{slug(region.code)}-{slug(region.name)}-{visit.draft.cycle_year}-rev{visit.revision}.pdf"
