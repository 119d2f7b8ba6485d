"""The list of papers that no longer hold as it travels: told by an office, read, and given along with a check."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.exchange import Kind
from gmsc_desktop.domain.texts import clean_line
from gmsc_desktop.domain.withdrawals import (
    LONGEST_LABEL,
    LONGEST_REASON,
    GonePaper,
    Listed,
    PaperList,
    PaperStanding,
)
from gmsc_desktop.services.trusting import stamp
from gmsc_desktop.store.members import MemberRepository
from gmsc_desktop.store.trusting import TrustRepository

if TYPE_CHECKING:
    from cryptography import x509

    from gmsc_desktop.identity.trust import TrustStore
    from gmsc_desktop.services.vault import Vault

Message = dict[str, Any]


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
