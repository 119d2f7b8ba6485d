"""Lists of papers that no longer hold: what an office withdraws, its signed list, and the lists held here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.changes import Changed, Done
from gmsc_desktop.domain.errors import N_, InvalidInput, Refused
from gmsc_desktop.domain.exchange import Kind
from gmsc_desktop.domain.exports import ExportRecord
from gmsc_desktop.domain.lineage import lineage
from gmsc_desktop.domain.ports import Clock, Progress, no_progress
from gmsc_desktop.domain.texts import clean_line
from gmsc_desktop.domain.withdrawals import (
    LONGEST_LABEL,
    LONGEST_REASON,
    PAPER_KINDS,
    GonePaper,
    HeldList,
    Listed,
    PaperList,
    PaperStanding,
)
from gmsc_desktop.services.trusting import OFFICE_NAME, stamp
from gmsc_desktop.store.awards import AwardRepository
from gmsc_desktop.store.members import MemberRepository
from gmsc_desktop.store.received import ReceivedRepository, ReceivedRevision
from gmsc_desktop.store.store import Store
from gmsc_desktop.store.trusting import TrustRepository
from gmsc_desktop.store.withdrawals import WithdrawalRepository

if TYPE_CHECKING:
    from cryptography import x509

    from gmsc_desktop.identity.trust import TrustStore
    from gmsc_desktop.services.vault import Vault

Message = dict[str, Any]
LARGEST_LIST = 64 * 1024 * 1024
_UNCHANGED = N_("Nothing was changed.")
_HEX = frozenset("0123456789abcdef")


class WithdrawalService:
    """What one vault knows of papers that no longer hold, and, at an office, the list it issues."""

    def __init__(self, vault: Vault, *, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock
        self._rows = WithdrawalRepository(vault.store)

    def lists(self) -> tuple[HeldList, ...]:
        """The newest list of every office that is held here."""
        return self._rows.lists()

    def listed(self) -> tuple[Listed, ...]:
        """Every paper the lists held here name."""
        return self._rows.listed()

    def own(self) -> tuple[GonePaper, ...]:
        """Every paper this office says no longer holds, by hash. Raises ``Refused`` when this vault is no office."""
        return own_papers(self._vault)

    def withdraw_file(self, path: Path, reason: str, progress: Progress = no_progress) -> Done[tuple[GonePaper, ...]]:
        """Withdraw the papers of every content the PDF at ``path`` carries. ``reason`` as in ``withdraw``.

        Raises ``InvalidInput`` when it carries none as it was issued, or without a reason, ``Refused``, ``Cancelled``.
        """
        from gmsc_desktop.services.qr import contents_of
        from gmsc_desktop.services.verification import verify_file

        verdict = verify_file(path, vault=self._vault, progress=progress)
        named = contents_of(path) if verdict.status.whole else ()
        if not named:
            raise InvalidInput(
                N_("{name} is no paper of this program as it was issued; only such a one can be withdrawn."),
                kept=_UNCHANGED,
                cure=N_("Verify it first, or name its content hash."),
                name=path.name,
            )
        done = [self.withdraw(digest, kind, label, reason).value for digest, kind, label in named]
        return Done(tuple(done), Changed(frozenset({"withdrawal", "award"})))

    def withdraw(self, content_hash: str, kind: str, label: str, reason: str) -> Done[GonePaper]:
        """Withdraw every paper of the content ``content_hash`` (of ``PAPER_KINDS``), known to people by ``label``.

        It goes into the next list, and into every bundle of this office. Raises ``InvalidInput`` without a reason of at
        most 500 letters or for what is no hash, ``Refused`` when this vault is no office.
        """
        from gmsc_desktop.services.trust_message import root_of

        root_of(self._vault)
        why, digest = clean_line(reason), content_hash.strip().lower()
        if not 0 < len(why) <= LONGEST_REASON:
            raise InvalidInput(
                N_("The withdrawal needs a reason of at most {most} letters."),
                kept=_UNCHANGED,
                cure=N_("Say briefly why and by which decision."),
                most=LONGEST_REASON,
            )
        if len(digest) != 64 or not set(digest) <= _HEX or kind not in PAPER_KINDS:
            raise InvalidInput(
                N_("{text} is no content hash."),
                kept=_UNCHANGED,
                cure=N_("It has 64 digits 0–9 and a–f and stands at the foot of a paper's stamp."),
                text=content_hash[:80],
            )
        now = self._clock.now()
        name = clean_line(label)[:LONGEST_LABEL] or digest[:16]
        paper = GonePaper(digest, kind, PaperStanding.WITHDRAWN, now, why, self._vault.profile.name, name)
        store = self._vault.store
        with store.writing():
            self._award(digest, why)
            for known in self._rows.listed(digest):
                if known.office == self._vault.certificate_fingerprint:
                    now = max(now, known.issued_at + timedelta(microseconds=1))
            self._rows.take(_told(self._vault, now, (paper,)))
        return Done(paper, Changed(frozenset({"withdrawal", "award"})))

    def write(self, folder: Path, passphrase: str, progress: Progress = no_progress) -> Done[ExportRecord]:
        """Write this office's list as a signed file into ``folder``, for anybody to take in.

        Raises ``Refused`` when this vault is no office, ``InvalidInput`` without a folder, ``WrongPassphrase``,
        ``StorageError``.
        """
        from gmsc_desktop.services.posting import post

        papers = own_papers(self._vault)
        own = self._vault.certificate_fingerprint
        at = self._clock.now()
        for held in self._rows.lists():
            if held.office == own:
                # A clock that ran backwards must not make the newer list the older one.
                at = max(at, held.issued_at + timedelta(microseconds=1))
        told = _told(self._vault, at, papers)
        message = {
            "organisation": told.organisation,
            "issued_at": stamp(at),
            "certificates": certificates_told(self._vault),
            "gone": [told_of(paper) for paper in papers],
        }
        record = post(self._vault, Kind.WITHDRAWALS, message, folder, passphrase, progress=progress)
        self._rows.take(PaperList(told.office, told.organisation, at))
        return Done(record, Changed(frozenset({"export", "withdrawal"})))

    def _award(self, digest: str, why: str) -> None:
        """An award of this vault's own register is withdrawn there too, so that it is not printed again."""
        from gmsc_desktop.services.standing import award_hash

        awards = AwardRepository(self._vault.store)
        for row in awards.list():
            if award_hash(row.award) == digest and not row.withdrawn:
                awards.withdraw(row.award.id, why)


def own_papers(vault: Vault) -> tuple[GonePaper, ...]:
    """Every paper the office with ``vault`` says no longer holds, by hash: papers it withdrew, awards withdrawn in its
    register, and visits of which it has a later content. Raises ``Refused`` when it is no office."""
    from gmsc_desktop.services.standing import award_hash
    from gmsc_desktop.services.trust_message import root_of

    root_of(vault)
    found: dict[str, GonePaper] = {}
    for older, newer in superseded_here(vault.store):
        label = f"{newer.region_name} ({newer.region_code}), {newer.cycle_year}"
        found[older] = GonePaper(
            older, "visit", PaperStanding.SUPERSEDED, newer.closed_at, "", newer.assessor, label, newer.content_hash
        )
    awards = AwardRepository(vault.store)
    for award_id, gone in awards.withdrawals().items():
        award = awards.get(award_id)
        digest = award_hash(award)
        label = f"{award.register_number}, {award.region.name}"[:LONGEST_LABEL]
        who = vault.profile.name
        found[digest] = GonePaper(digest, "award", PaperStanding.WITHDRAWN, gone.at, gone.reason, who, label)
    own = vault.certificate_fingerprint
    found |= {
        item.paper.content_hash: item.paper
        for item in WithdrawalRepository(vault.store).listed()
        if item.office == own and item.paper.standing is PaperStanding.WITHDRAWN
    }
    return tuple(found[digest] for digest in sorted(found))


def superseded_here(store: Store) -> Iterator[tuple[str, ReceivedRevision]]:
    """The hash of every content that arrived and no longer counts, with the one that counts now."""
    rows = ReceivedRepository(store)
    visits: dict[str, list[ReceivedRevision]] = {}
    for revision in rows.revisions():
        visits.setdefault(revision.visit_id, []).append(revision)
    for visit_id, revisions in visits.items():
        if len(revisions) < 2:
            continue
        current = lineage((item.link for item in revisions), rows.choices(visit_id)).current
        newer = next((item for item in revisions if item.content_hash == current), None)
        if newer is not None:
            yield from ((item.content_hash, newer) for item in revisions if item is not newer)


def told_of(paper: GonePaper) -> Message:
    """A paper as a message tells it."""
    return {
        "hash": paper.content_hash,
        "kind": paper.kind,
        "standing": paper.standing.value,
        "since": stamp(paper.since),
        "reason": paper.reason,
        "who": paper.who,
        "label": paper.label,
        "successor": paper.successor or None,
    }


def list_told(told: Message, office: str) -> PaperList:
    """The list a message tells, signed by ``office``: a ``withdrawals`` message, or the ``trust`` of another.

    Texts come from outside and are made harmless; of a hash named twice the graver word counts.
    """
    papers: dict[str, GonePaper] = {}
    for item in told.get("gone", ()):
        paper = _paper(item)
        known = papers.get(paper.content_hash)
        if known is None or known.standing is not PaperStanding.WITHDRAWN:
            papers[paper.content_hash] = paper
    return PaperList(
        office,
        clean_line(told["organisation"])[:LONGEST_LABEL],
        datetime.fromisoformat(told["issued_at"]),
        tuple(papers.values()),
    )


def certificates_told(vault: Vault) -> list[str]:
    """The certificates an office tells of, PEM: its own and every one it issued, those taken back too, so that whoever
    holds them knows the issuer of a QR."""
    from gmsc_desktop.identity.certificates import load_certificate, to_pem

    members = MemberRepository(vault.store)
    issued = (members.certificate(member.fingerprint) for member in members.list())
    found = [vault.certificate, *(load_certificate(der) for der in issued if der is not None)]
    return [to_pem(certificate).decode("ascii") for certificate in dict.fromkeys(found)]


def know_certificates(vault: Vault, told: Message) -> bool:
    """Keep the certificates a message tells of that a root trusted here vouches for. Says whether any is news."""
    from gmsc_desktop.identity.certificates import load_certificate, to_der
    from gmsc_desktop.identity.trust import TrustStore

    rows = TrustRepository(vault.store)
    trust = TrustStore(roots=tuple(load_certificate(der) for der in rows.roots()))
    news = [rows.add_known(to_der(certificate)) for certificate in vouched(told, trust)]
    return any(news)


def vouched(told: Message, trust: TrustStore) -> tuple[x509.Certificate, ...]:
    """The certificates a message tells of, but for those that lead to no root in ``trust``."""
    from gmsc_desktop.identity.certificates import load_certificate

    found = []
    for pem in told.get("certificates", ()):
        try:
            certificate = load_certificate(pem.encode())
        except InvalidInput:
            # Of a kind this program does not know: who signs with it stays unknown here, and nothing else is lost.
            continue
        if trust.judge(certificate, (), certificate.not_valid_before_utc).trusted:
            found.append(certificate)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class GivenLists:
    """Lists given along with a check: what they name, and the certificates they tell of."""

    listed: tuple[Listed, ...] = ()
    certificates: tuple[x509.Certificate, ...] = ()


def lists_in(files: Iterable[Path], trust: TrustStore) -> GivenLists:
    """What the lists in the ``files`` say, for a check without a vault.

    Raises ``InvalidInput`` when one cannot be read, is no list, is not as it was signed, or is by nobody who may speak
    for an office trusted here: a check that passed such a list over would say less than was asked.
    """
    listed: list[Listed] = []
    certificates: list[x509.Certificate] = []
    for path in files:
        told, office = _list_in(path, trust)
        found = list_told(told, office)
        listed += (Listed(paper, found.office, found.organisation, found.issued_at) for paper in found.papers)
        certificates += vouched(told, trust)
    return GivenLists(tuple(listed), tuple(dict.fromkeys(certificates)))


def _list_in(path: Path, trust: TrustStore) -> tuple[Message, str]:
    """What the list in a file says, and the key that signed it."""
    from gmsc_desktop.identity.certificates import speaks_for_office
    from gmsc_desktop.sync.messages import PATH, read_message
    from gmsc_desktop.sync.reading import read_bundle

    try:
        with path.open("rb") as file:
            bundle = read_bundle(file, path.name, trust)
            info, verdict = bundle.info, bundle.verdict
            if info is None or info.kind != Kind.WITHDRAWALS.value:
                raise _refused(path, N_("{name} is no list of withdrawn papers as it was signed."))
            signer = verdict.signers[0]
            if not signer.trusted or bundle.certificate is None or not speaks_for_office(bundle.certificate):
                raise _refused(
                    path, N_("{name} is a list by {who}, who speaks for no office trusted here."), signer.name
                )
            return read_message(bundle.data(PATH), info.kind), signer.fingerprint
    except OSError as error:
        raise InvalidInput(
            N_("The file {name} cannot be read: {detail}."), name=path.name, detail=error.strerror or str(error)
        ) from error


def _refused(path: Path, template: str, who: str = "") -> InvalidInput:
    return InvalidInput(
        template,
        cure=N_("Get the list from the office again, and give the office's root with --trust."),
        name=path.name,
        who=who,
    )


def _paper(item: Message) -> GonePaper:
    return GonePaper(
        content_hash=item["hash"],
        kind=item["kind"],
        standing=PaperStanding(item["standing"]),
        since=datetime.fromisoformat(item["since"]),
        reason=clean_line(item["reason"])[:LONGEST_REASON],
        who=clean_line(item["who"])[:LONGEST_LABEL],
        label=clean_line(item["label"])[:LONGEST_LABEL],
        successor=item["successor"] or "",
    )


def _told(vault: Vault, at: datetime, papers: tuple[GonePaper, ...]) -> PaperList:
    name = vault.store.settings.get(OFFICE_NAME)
    if not name:
        raise Refused(N_("This vault is not that of a central office."), kept=_UNCHANGED)
    return PaperList(vault.certificate_fingerprint, name, at, papers)
