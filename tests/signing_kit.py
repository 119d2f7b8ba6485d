"""Identities, a visit's content and a small real PDF/A, for the tests of signing, verifying and bundles."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from gmsc_desktop.documents import drawn, fonts
from gmsc_desktop.documents.pdfa import DocumentMeta, make_pdfa
from gmsc_desktop.documents.signing import sign_pdf
from gmsc_desktop.domain.answers import AnswerSheet, Facet
from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.domain.content import Assessor, Content, ContentEvidence, ContentScores
from gmsc_desktop.domain.content_document import to_document
from gmsc_desktop.domain.region import Region
from gmsc_desktop.domain.visit import Mode, Person, Role, VisitDraft
from gmsc_desktop.identity.certificates import issue, make_root, make_self_signed
from gmsc_desktop.identity.signer import SigningIdentity
from gmsc_desktop.identity.trust import TrustStore
from gmsc_desktop.system import SystemIds

NOW = datetime(2026, 3, 2, 10, 42, 7, tzinfo=UTC)
SRI = Person("Dr. Sri Wahyuni, M.T.", "198203142008012003", "Asesor", "Universitas Contoh", Role.LEAD)
BUDI = Person("Budi Santoso", "", "Kepala Dinas", "Diskominfo SP", Role.MET)
IDS = SystemIds()
NAME = (
    "Prof. Dr. Ir. Raden Mas Haji Bendara Pangeran Haryo Suryodiningrat-Wiryokusumo Notonegoro Kartohadiprodjo, "
    "S.T., M.T., M.Kom., Ph.D., IPU, ASEAN Eng."
)
TITLE = (
    "Pelaksana Tugas Kepala Dinas Komunikasi, Informatika, Statistik, Persandian, dan Perpustakaan Daerah merangkap "
    "Koordinator Gerakan Menuju Smart City Kabupaten Administrasi Kepulauan Seribu"
)
BODY = "Universitas <b>Contoh</b> & Nusantara Raya Jaya Makmur Sentosa Abadi"
"""A name, a position and an organisation as long as they come, for where people sign."""


@dataclass(frozen=True)
class FixedClock:
    """Says one time."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return 0.0


CLOCK = FixedClock(NOW - timedelta(days=30))


@cache
def office() -> SigningIdentity:
    return make_root("Kantor Pusat (uji)", clock=CLOCK, ids=IDS)


@cache
def other_office() -> SigningIdentity:
    return make_root("Kantor Lain", clock=CLOCK, ids=IDS)


def enrolled(person: Person = SRI) -> SigningIdentity:
    """The person's identity with a certificate of the office; the key is that of ``self_signed``."""
    return _enrolled(person)


def self_signed(person: Person = SRI) -> SigningIdentity:
    """The person's identity with the certificate of a first start."""
    return _self_signed(person)


@cache
def _enrolled(person: Person) -> SigningIdentity:
    own = _self_signed(person)
    certificate = issue(office(), person, own.private_key.public_key(), clock=CLOCK, ids=IDS)
    return SigningIdentity(own.private_key, certificate, (office().certificate,))


@cache
def _self_signed(person: Person) -> SigningIdentity:
    return make_self_signed(person, clock=CLOCK, ids=IDS)


def trusting() -> TrustStore:
    return TrustStore(roots=(office().certificate,))


def visit_content(
    number: int = 1, evidence: tuple[tuple[str, bytes], ...] = (), *, place: str = "Balai Kota Surakarta"
) -> Content:
    """The content of a small closed visit that names these evidence files (name, bytes)."""
    return Content(
        visit_id=f"0195f000-0000-7000-8000-{number:012d}",
        revision=1,
        parent_hash="",
        draft=VisitDraft(
            region=Region("33.72", "Kota Surakarta", "kota", "33", "Jawa Tengah"),
            cycle_year=2026,
            stage="Tahap 1",
            starts_on=date(2026, 3, 2),
            ends_on=date(2026, 3, 3),
            place=place,
            mode=Mode.ON_SITE,
            people=(SRI, BUDI),
            instrument_hash="ab" * 32,
        ),
        form_id="gmsc",
        form_version="2026",
        sheet=AnswerSheet(MappingProxyType({("/data/a", Facet.VALUE): "3"}), MappingProxyType({})),
        evidence=tuple(
            ContentEvidence("/data/a", sha256_hex(data), name, "image/jpeg", len(data)) for name, data in evidence
        ),
        scores=ContentScores(Decimal("3.315"), Decimal(4), "baik", True, (), ()),
        explanations=(),
        assessor=Assessor(SRI.name, SRI.nip, SRI.title, SRI.organisation, enrolled().fingerprint),
        closed_at=NOW,
    )


def content_bytes(content: Content) -> bytes:
    return canonical_bytes(to_document(content))


def assessed_by(content: Content, identity: SigningIdentity) -> Content:
    return replace(content, assessor=replace(content.assessor, key=identity.fingerprint))


BOXES = tuple(
    drawn.SignatureBox(name, 0, 72, 600 - place * 100, 308, 684 - place * 100)
    for place, name in enumerate(drawn.SIGNATURE_FIELDS)
)


@cache
def plain_pdf(pages: int = 2) -> bytes:
    """Pages with text, drawn as our documents are."""
    from reportlab.pdfgen.canvas import Canvas

    fonts.register()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), pageCompression=1, invariant=1, initialFontName=fonts.SANS)
    for number in range(pages):
        canvas.setFont(fonts.SANS, 12)
        canvas.drawString(72, 770, f"Laporan uji, halaman {number + 1}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def unsigned_pdf(content: bytes, pages: int = 2) -> bytes:
    meta = DocumentMeta(
        title="Laporan uji",
        author=SRI.name,
        subject="Uji",
        keywords="uji",
        created=NOW,
        identifier=sha256_hex(content),
        attachment_description="Isi kunjungan",
    )
    return make_pdfa(plain_pdf(pages), meta, content)


def signed_pdf(content: Content | None = None, identity: SigningIdentity | None = None) -> bytes:
    """Signed in the assessor's place; without arguments the same bytes throughout a run."""
    return _usual_pdf() if content is None and identity is None else _signed_pdf(content, identity)


@cache
def _usual_pdf() -> bytes:
    return _signed_pdf(None, None)


def _signed_pdf(content: Content | None, identity: SigningIdentity | None) -> bytes:
    identity = identity or enrolled()
    data = content_bytes(content or visit_content())
    return sign_pdf(
        unsigned_pdf(data), identity, at=NOW, boxes=BOXES, purpose="Asesor", reason="Laporan", location="Surakarta"
    )
