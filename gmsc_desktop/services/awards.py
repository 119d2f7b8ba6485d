"""The register of awards and the printing of their certificates, singly or by the hundred."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gmsc_desktop.domain.awards import (
    Award,
    AwardDraft,
    AwardRow,
    CertificatePrint,
    award_hash,
    award_of,
    cleaned,
)
from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import N_, InvalidInput, Refused
from gmsc_desktop.domain.ports import Progress, no_progress
from gmsc_desktop.domain.texts import clean_line
from gmsc_desktop.i18n import _
from gmsc_desktop.resources import resource
from gmsc_desktop.services.documents import slug
from gmsc_desktop.services.files import free_path, save_bytes
from gmsc_desktop.services.issuing import sign_unseen
from gmsc_desktop.store.awards import AwardRepository
from gmsc_desktop.store.seals import SealRepository
from gmsc_desktop.store.withdrawals import WithdrawalRepository

if TYPE_CHECKING:
    from gmsc_desktop.documents.certificate import Certificate
    from gmsc_desktop.documents.template import CertificateTemplate
    from gmsc_desktop.identity.signer import SigningIdentity
    from gmsc_desktop.services.vaults import Vault

TEMPLATE_NAME = "piagam.json"
TEMPLATES = "templates"
"""Folder in the vault in which an office's own template lies."""

CERTIFICATE = "certificate"
LONGEST_REASON = 500

Seal = Callable[[Award], str | None]
"""Gives the text of the QR of an award's certificate as the office signed it, None when it did not."""


def no_seal(_award: Award) -> str | None:
    """No award was sealed elsewhere."""
    return None


@dataclass(frozen=True, slots=True)
class PrintRun:
    """What was printed in one go: the files, and each sheet in order."""

    batch: str
    files: tuple[Path, ...]
    prints: tuple[CertificatePrint, ...]

    @property
    def copies(self) -> int:
        """How many of the sheets are marked as copies."""
        return sum(made.number > 1 for made in self.prints)


class AwardService:
    """Keeps the awards of one vault and prints their certificates."""

    def __init__(self, vault: Vault, seal: Seal = no_seal) -> None:
        self._vault = vault
        self._seal = seal
        self._awards = AwardRepository(vault.store)

    def list(self) -> tuple[AwardRow, ...]:
        """The register, newest year first; withdrawn is also what an office's list held here names."""
        told = self._told()
        if not told:
            return self._awards.list()
        return tuple(
            row if row.withdrawn else replace(row, withdrawn=told.get(award_hash(row.award), ""))
            for row in self._awards.list()
        )

    def get(self, award_id: str) -> Award:
        """The award with this id. Raises ``NotFound``."""
        return self._awards.get(award_id)

    def add(self, draft: AwardDraft) -> Done[Award]:
        """Register an award. Raises ``InvalidInput``, ``Refused`` when its register number is taken."""
        award = award_of(self._vault.store.ids.uuid7(), cleaned(draft))
        self._awards.put(award)
        return Done(award, Changed(frozenset({"award"})))

    def edit(self, award_id: str, draft: AwardDraft) -> Done[Award]:
        """Change an award not printed yet. Raises ``NotFound``, ``InvalidInput``, ``Refused``."""
        self._refuse_withdrawn(self._awards.get(award_id))
        seal = SealRepository(self._vault.store).get(award_id)
        if seal is not None and seal.office != self._vault.certificate_fingerprint:
            raise Refused(
                N_("The office decided this award and sealed it, so only the office can change it."),
                kept=N_("Nothing was changed."),
                cure=N_("Ask the office; a corrected award comes in a new bundle."),
            )
        award = award_of(award_id, cleaned(draft))
        self._awards.put(award)
        return Done(award, Changed(frozenset({"award"})))

    def withdraw(self, award_id: str, reason: str) -> Done[Award]:
        """Withdraw an award: its certificates are said to hold no longer wherever this vault verifies them.

        Raises ``NotFound``, ``InvalidInput`` without a reason of at most 500 letters, ``Refused`` when it is withdrawn.
        """
        award = self._awards.get(award_id)
        why = clean_line(reason)
        if not 0 < len(why) <= LONGEST_REASON:
            raise InvalidInput(
                N_("The withdrawal needs a reason of at most {most} letters."),
                kept=N_("Nothing was changed."),
                cure=N_("Say briefly why and by which decision."),
                most=LONGEST_REASON,
            )
        self._refuse_withdrawn(award)
        self._awards.withdraw(award_id, why)
        return Done(award, Changed(frozenset({"award", "withdrawal"})))

    def _refuse_withdrawn(self, award: Award) -> None:
        found = self._awards.withdrawals().get(award.id)
        why = found.reason if found is not None else self._told().get(award_hash(award))
        if why is not None:
            raise Refused(
                N_("The award {number} was withdrawn: {why}."),
                kept=N_("Nothing was changed."),
                number=award.register_number,
                why=why.rstrip("."),
            )

    def _told(self) -> dict[str, str]:
        """Which awards the lists of offices held here withdraw, and why, by content hash."""
        listed = WithdrawalRepository(self._vault.store).listed()
        return {item.paper.content_hash: item.paper.reason for item in listed if item.paper.kind == "award"}

    def prints(self, award_id: str | None = None) -> tuple[CertificatePrint, ...]:
        """The log of printings, of all awards or one; the newest first."""
        return self._awards.prints(award_id)

    def template_path(self) -> Path:
        """The template in use: the office's own in the vault's folder, or the one that came with the program."""
        own = self._vault.folder / TEMPLATES / TEMPLATE_NAME
        return own if own.is_file() else resource(TEMPLATES, TEMPLATE_NAME)

    def copy_template(self) -> Path:
        """Put the template into the vault's folder to be changed there, unless it is there already; answers where."""
        own = self._vault.folder / TEMPLATES / TEMPLATE_NAME
        if not own.is_file():
            data = self.template_path().read_bytes()
            own.parent.mkdir(exist_ok=True)
            save_bytes(own, data)
        return own

    def template(self) -> CertificateTemplate:
        """The template in use, read anew. Raises ``InvalidInput`` saying what is wrong with it where."""
        from gmsc_desktop.documents.template import read_template

        return read_template(self.template_path())

    def preview(self, draft: AwardDraft) -> bytes:
        """The certificate of what was entered so far, marked as an example; nothing is kept or logged. Raises
        ``InvalidInput`` when the award or the template cannot be printed."""
        from gmsc_desktop.documents.certificate import Certificate

        return self._archive((Certificate(award_of("", cleaned(draft)), example=True),), self.template(), no_progress)

    def print_one(self, award_id: str, path: Path, passphrase: str | None = None) -> Done[PrintRun]:
        """Print one certificate into the file ``path``, replacing one of that name, and log it.

        With the ``passphrase`` the file is signed by the vault's own key, and its QR too unless the office sealed the
        award; without, the file is not signed and an unsealed award has no QR. Raises ``NotFound``, ``InvalidInput``,
        ``WrongPassphrase``, ``StorageError``; then nothing is logged.
        """
        return self._print((award_id,), passphrase, no_progress, lambda sheets: [(path, sheets)])

    def print_together(
        self, award_ids: Sequence[str], path: Path, passphrase: str | None = None, progress: Progress = no_progress
    ) -> Done[PrintRun]:
        """Print many certificates into one file, a page each, in the order given, and log each; whole or not at all.
        Raises what ``print_one`` does, and ``Cancelled``."""
        return self._print(award_ids, passphrase, progress, lambda sheets: [(path, sheets)])

    def print_apart(
        self, award_ids: Sequence[str], folder: Path, passphrase: str | None = None, progress: Progress = no_progress
    ) -> Done[PrintRun]:
        """Print many certificates into ``folder``, a file each, replacing nothing, and log each; all or none. Raises
        what ``print_together`` does."""
        if not folder.is_dir():
            raise InvalidInput(
                N_("There is no folder {folder}."),
                kept=N_("Nothing was printed."),
                cure=N_("Check that the stick is connected, or choose another folder."),
                folder=folder,
            )
        return self._print(
            award_ids,
            passphrase,
            progress,
            lambda sheets: [(folder / certificate_name(sheet), (sheet,)) for sheet in sheets],
            own=True,
        )

    def _print(
        self,
        award_ids: Sequence[str],
        passphrase: str | None,
        progress: Progress,
        share: Callable[[Sequence[Certificate]], Sequence[tuple[Path, Sequence[Certificate]]]],
        *,
        own: bool = False,
    ) -> Done[PrintRun]:
        store = self._vault.store
        at, batch = store.clock.now(), store.ids.uuid7()
        template = self.template()
        identity = None if passphrase is None else self._vault.signing_identity(passphrase)
        files = share(self._sheets(award_ids, identity, at))
        total = sum(len(sheets) for _path, sheets in files)
        drawn: list[tuple[Path, bytes, Sequence[Certificate]]] = []
        done = 0
        for path, sheets in files:
            pdf = self._archive(sheets, template, _within(progress, done, total))
            drawn.append((path, pdf if identity is None else sign_unseen(pdf, identity, at), sheets))
            done += len(sheets)
        return self._keep(drawn, batch, at, own=own)

    def _keep(
        self, drawn: Sequence[tuple[Path, bytes, Sequence[Certificate]]], batch: str, at: datetime, *, own: bool
    ) -> Done[PrintRun]:
        """Write the files and log every sheet; a failure takes away the new files and logs nothing."""
        store = self._vault.store
        written: list[Path] = []
        prints: list[CertificatePrint] = []
        try:
            with store.writing():
                for path, pdf, sheets in drawn:
                    target = free_path(path) if own else path
                    digest = sha256_hex(pdf)
                    for sheet in sheets:
                        made = CertificatePrint(
                            store.ids.uuid7(), sheet.award.id, sheet.number, batch, target.name, digest, at
                        )
                        self._awards.add_print(made)
                        prints.append(made)
                    save_bytes(target, pdf)
                    written.append(target)
        except BaseException:
            for path in written:
                path.unlink(missing_ok=True)
            raise
        return Done(PrintRun(batch, tuple(written), tuple(prints)), Changed(frozenset({"award"})))

    def _sheets(
        self, award_ids: Sequence[str], identity: SigningIdentity | None, at: datetime
    ) -> Sequence[Certificate]:
        from gmsc_desktop.documents.certificate import Certificate

        chosen = tuple(dict.fromkeys(award_ids))
        if not chosen:
            raise InvalidInput(N_("No award was chosen."), cure=N_("Choose at least one award."))
        before = self._awards.printed(chosen)
        sheets = []
        for award_id in chosen:
            award = self._awards.get(award_id)
            self._refuse_withdrawn(award)
            qr = self._seal(award) or (None if identity is None else certificate_qr(award, at, identity))
            sheet = Certificate(award, before[award_id] + 1, qr=qr)
            sheets.append(replace(sheet, printed_on=at.date()) if sheet.number > 1 else sheet)
        return sheets

    def _archive(self, sheets: Sequence[Certificate], template: CertificateTemplate, progress: Progress) -> bytes:
        from gmsc_desktop.documents.certificate import certificates_json, certificates_meta, draw_certificates
        from gmsc_desktop.documents.pdfa import make_pdfa

        pdf = draw_certificates(sheets, template, progress)
        return make_pdfa(pdf, certificates_meta(sheets), certificates_json(sheets))


def _within(progress: Progress, before: int, whole: int) -> Progress:
    """``progress`` of one file as that of the whole run, of which ``before`` sheets lie in earlier files."""

    def step(done: int, total: int, text: str = "") -> None:
        sheet = min(before + done + 1, whole)
        progress(before + done, whole, _("Drawing certificate {number} of {count}").format(number=sheet, count=whole))

    return step


def certificate_qr(award: Award, at: datetime, identity: SigningIdentity) -> str:
    """The text of the QR of a certificate; its hash is that of the award's canonical document."""
    from gmsc_desktop.identity.cose import QrClaims, issue_qr

    digest = award_hash(award)
    region = award.region
    return issue_qr(QrClaims(CERTIFICATE, region.code, region.name, award.register_number, digest, at), identity)


def certificate_name(sheet: Certificate) -> str:
    """The file name of a certificate: ``Piagam-001-GMSC-XII-2021-Kota-Surakarta.pdf``, ``-salinan-2`` for a copy."""
    award = sheet.award
    copy = f"-salinan-{sheet.number}" if sheet.number > 1 else ""
    return f"Piagam-{slug(award.register_number)[:60]}-{slug(award.region.name)[:60]}{copy}.pdf"
