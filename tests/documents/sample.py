"""Sample visits for reports: an instrument of the built-in one's shape, answered in full, with photos to match."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from random import Random
from types import MappingProxyType

from PIL import Image, ImageDraw

from gmsc_desktop.documents.filled import Filled
from gmsc_desktop.documents.scoretree import score_lines
from gmsc_desktop.domain.answers import AnswerSheet, Facet, RepeatItem
from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.domain.content import AspectScore, Assessor, Content, ContentEvidence, ContentScores, Explanation
from gmsc_desktop.domain.content_document import to_document
from gmsc_desktop.domain.instrument import Category, Choice, Instrument, Item, ItemType, ScoreMethod, Text
from gmsc_desktop.domain.region import Region
from gmsc_desktop.domain.visit import Mode, Person, PreviousResult, Role, VisitDraft

WIB = timezone(timedelta(hours=7))
DIMENSIONS = {
    "governance": "Smart Governance",
    "branding": "Smart Branding",
    "economy": "Smart Economy",
    "living": "Smart Living",
    "society": "Smart Society",
    "environment": "Smart Environment",
}
ELEMENTS = (
    "Pelayanan publik", "Manajemen birokrasi yang efisien", "Efisiensi kebijakan publik", "Pariwisata", "Bisnis",
    "Wajah kota", "Industri yang berdaya saing", "Kesejahteraan rakyat", "Transaksi keuangan",
    "Harmonisasi tata ruang", "Kesehatan", "Mobilitas", "Interaksi masyarakat", "Ekosistem belajar",
    "Keamanan masyarakat", "Proteksi lingkungan", "Sampah dan limbah", "Energi",
)  # fmt: skip
BASELINE = (
    "Tindak lanjut rekomendasi evaluasi lalu", "Ketersediaan data kondisi awal", "Perbaikan terhadap tahap sebelumnya",
    "Kesinambungan komitmen pimpinan", "Pembaruan masterplan",
)  # fmt: skip
OUTPUT = (
    "Masterplan ditetapkan dengan peraturan kepala daerah", "Masuk dalam RPJMD dan RKPD", "Dewan Smart City",
    "Tim pelaksana", "Forum smart city", "Sumber daya manusia", "Anggaran", "Kemitraan", "Literasi aparatur",
    "Jaringan", "Pusat data", "Aplikasi terpadu", "Satu data", "Keamanan informasi",
)  # fmt: skip
IMPACT = ("Manfaat yang dirasakan", "Keterlibatan warga", "Keberlanjutan")
QUICK_WIN = ("Inovasi", "Manfaat", "Kolaborasi", "Keberlanjutan dan replikasi")
LEVELS = (
    "Belum ada kegiatan yang dapat ditunjukkan untuk {subject}",
    "Kegiatan untuk {subject} baru direncanakan; dokumen rencananya ada tetapi belum dianggarkan",
    "Sebagian kegiatan untuk {subject} berjalan, hasilnya belum dicatat secara teratur",
    "Sebagian besar kegiatan untuk {subject} berjalan sesuai rencana dan hasilnya dicatat serta dilaporkan",
    "Seluruh kegiatan untuk {subject} berjalan, hasilnya terukur, diumumkan kepada warga, dan menjadi dasar perbaikan",
)
PREFACE = "Instrumen ini contoh dan bukan ketentuan resmi."
NOTE = (
    "Dokumen pendukung diperlihatkan oleh dinas pengampu dan dicocokkan dengan portal data daerah. Angka triwulan "
    "terakhir belum dimutakhirkan."
)


def _text(words: str) -> Text:
    return Text(MappingProxyType({"id": words, "en": f"({words})"}))


class _Builder:
    """Collects items in form order and the choice list of every indicator."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.choices: dict[str, tuple[Choice, ...]] = {
            "dimensions": tuple(Choice(name, _text(label)) for name, label in DIMENSIONS.items()),
            "book_status": (Choice("present", _text("Ada, sudah final")), Choice("draft", _text("Masih draf"))),
        }

    def add(self, path: str, kind: ItemType, label: str = "", **more: object) -> str:
        self.items.append(Item(path, kind, len(self.items) + 2, label=_text(label) if label else Text(), **more))  # type: ignore[arg-type]
        return path

    def indicator(self, path: str, label: str, dimension: str = "") -> str:
        name = f"lv_{len(self.choices)}"
        self.choices[name] = tuple(
            Choice(str(level), _text(f"{level} – {words.format(subject=label.lower())}."), Decimal(level))
            for level, words in enumerate(LEVELS)
        )
        return self.add(
            path, ItemType.SELECT_ONE, label, list_name=name, dimension=dimension, scored=True, self_assessment=True
        )

    def group(self, path: str, label: str, children: Callable[[], list[str]], **more: object) -> str:
        place = len(self.items)
        kind = more.pop("kind", ItemType.GROUP)
        self.add(path, kind, label, **more)  # type: ignore[arg-type]
        below = tuple(children())
        scored = any(item.scored for item in self.items[place + 1 :])
        self.items[place] = replace(self.items[place], children=below, scored=scored)
        return path


def sample_instrument() -> Instrument:
    """Five aspects of weights 10, 20, 30, 20, 20; masterplan, findings and recommendations beside them."""
    build = _Builder()
    dims = list(DIMENSIONS)

    def leaf(kind: ItemType, **more: object) -> Callable[[str, str], str]:
        return lambda path, label: build.add(path, kind, label, **more)

    text, day = leaf(ItemType.TEXT), leaf(ItemType.DATE)

    def masterplan() -> list[str]:
        return [
            build.add("/data/masterplan/book_2", ItemType.SELECT_ONE, "Buku 2: Masterplan", list_name="book_status"),
            text("/data/masterplan/legal_basis", "Dasar hukum masterplan"),
            leaf(ItemType.INTEGER)("/data/masterplan/year", "Tahun penyusunan masterplan"),
            build.add(
                "/data/masterplan/priority", ItemType.SELECT_MULTIPLE, "Dimensi yang diprioritaskan",
                list_name="dimensions",
            ),
        ]  # fmt: skip

    def outcome() -> list[str]:
        return [
            build.group(
                f"/data/outcome/{dim}",
                DIMENSIONS[dim],
                lambda dim=dim, n=n: [  # type: ignore[misc]
                    build.indicator(f"/data/outcome/{dim}/o{n * 3 + k}", ELEMENTS[n * 3 + k], dim) for k in range(3)
                ],
            )
            for n, dim in enumerate(dims)
        ]

    def impact() -> list[str]:
        return [
            build.group(
                f"/data/impact/{dim}",
                DIMENSIONS[dim],
                lambda dim=dim: [  # type: ignore[misc]
                    build.indicator(f"/data/impact/{dim}/i{k}", label, dim) for k, label in enumerate(IMPACT)
                ],
            )
            for dim in dims
        ]

    def quick_win() -> list[str]:
        def inside() -> list[str]:
            at = "/data/quick_win/programme"
            return [
                text(f"{at}/name", "Nama program"),
                *(build.indicator(f"{at}/q{k}", label) for k, label in enumerate(QUICK_WIN)),
            ]

        return [build.group("/data/quick_win/programme", "Program percepatan", inside, kind=ItemType.REPEAT)]

    def conclusion() -> list[str]:
        at = "/data/conclusion"
        return [
            text(f"{at}/summary", "Ringkasan"),
            text(f"{at}/strengths", "Kekuatan"),
            text(f"{at}/gaps", "Kesenjangan"),
            build.group(
                f"{at}/finding", "Temuan",
                lambda: [
                    text(f"{at}/finding/what", "Temuan"),
                    build.add(f"{at}/finding/dimension", ItemType.SELECT_ONE, "Dimensi", list_name="dimensions"),
                ],
                kind=ItemType.REPEAT,
            ),
            build.group(
                f"{at}/recommendation", "Rekomendasi",
                lambda: [
                    text(f"{at}/recommendation/what", "Rekomendasi"),
                    text(f"{at}/recommendation/who", "Penanggung jawab"),
                    day(f"{at}/recommendation/by", "Tenggat"),
                ],
                kind=ItemType.REPEAT,
            ),
        ]  # fmt: skip

    def root() -> list[str]:
        return [
            build.group(
                "/data/intro", "Tentang instrumen ini",
                lambda: [build.add("/data/intro/note", ItemType.NOTE, PREFACE)],
            ),
            build.group("/data/masterplan", "Masterplan (rencana induk)", masterplan),
            build.group(
                "/data/baseline", "Baseline",
                lambda: [build.indicator(f"/data/baseline/b{k}", label) for k, label in enumerate(BASELINE)],
                weight=Decimal(10),
            ),
            build.group(
                "/data/output", "Output",
                lambda: [build.indicator(f"/data/output/p{k}", label) for k, label in enumerate(OUTPUT)],
                weight=Decimal(20),
            ),
            build.group("/data/outcome", "Outcome", outcome, weight=Decimal(30)),
            build.group("/data/impact", "Impact", impact, weight=Decimal(20), score_method=ScoreMethod.MEAN),
            build.group("/data/quick_win", "Quick win", quick_win, weight=Decimal(20)),
            build.group("/data/conclusion", "Kesimpulan", conclusion),
        ]  # fmt: skip

    build.group("/data", "", root)
    names = ("Kurang", "Cukup", "Baik", "Sangat baik", "Memuaskan")
    floors = ("0", "1.5", "2.25", "3", "3.6")
    return Instrument(
        form_id="gmsc_contoh",
        version="2026.1",
        title=_text("Instrumen Evaluasi Smart City GMSC Desktop"),
        languages=("id", "en"),
        default_language="id",
        items=tuple(build.items),
        choices=MappingProxyType(build.choices),
        dimensions=MappingProxyType({name: _text(label) for name, label in DIMENSIONS.items()}),
        categories=tuple(
            Category(f"c{n}", _text(name), Decimal(floor))
            for n, (name, floor) in enumerate(zip(names, floors, strict=True))
        ),
        score_max=Decimal(4),
    )


PEOPLE = (
    Person(
        "Dr. Ir. Ratna Kusumawardani, M.Kom.",
        "197904122005012003",
        "Dosen",
        "Universitas Sebelas Maret",
        Role.LEAD,
    ),
    Person("Bagus Hermawan, S.T., M.T.I.", "", "Praktisi smart city", "Asosiasi Layanan Digital", Role.MEMBER),
    Person("Drs. H. Suharto Wibowo, M.Si.", "196811051993031007", "Sekretaris Daerah", "Pemerintah Kota Surakarta"),
    Person(
        "Endah Prameswari, S.Kom., M.M.",
        "198203152008042001",
        "Kepala Dinas",
        "Dinas Komunikasi, Informatika, Statistik dan Persandian",
    ),
    Person("Yoga Adiputra, S.STP.", "199006272012061002", "Kepala Bidang Aplikasi Informatika", "Diskominfo SP"),
)
PROGRAMMES = ("Solo Destination", "Layanan aduan warga ULAS", "Pasar tradisional nontunai")


def sample_content(instrument: Instrument, *, photos: tuple[bytes, ...] = (), skip: int = 0) -> Content:
    """A visit to Kota Surakarta with every indicator answered but the last ``skip``; ``photos`` on the first ones."""
    cells: dict[tuple[str, Facet], str] = {}
    repeats = {
        "/data/quick_win/programme": _items("/data/quick_win/programme", 3),
        "/data/conclusion/finding": _items("/data/conclusion/finding", 4),
        "/data/conclusion/recommendation": _items("/data/conclusion/recommendation", 5),
    }
    scored = list(_scored(instrument, repeats))
    for number, key in enumerate(scored[: len(scored) - skip]):
        cells[key, Facet.VALUE] = str(_level(number))
        cells[key, Facet.SELF] = str(min(4, _level(number) + (number % 3 == 0)))
        if number % 4 == 0:
            cells[key, Facet.NOTE] = NOTE
    cells |= _words(repeats)
    evidence = tuple(
        ContentEvidence(
            scored[n * 2 % len(scored)], sha256_hex(data), f"IMG_{n:04d}.jpg", "image/jpeg", len(data),
            f"Foto lapangan {n + 1}", "2026-03-02T09:41:00", "-7.5692 110.8284",
        )
        for n, data in enumerate(photos)
    )  # fmt: skip
    files = (
        ContentEvidence(
            scored[5], "7d" * 32, "Perwali 24 Tahun 2024.pdf", "application/pdf", 1_482_113, "Peraturan wali kota"
        ),
    )
    draft = VisitDraft(
        region=Region("33.72", "Kota Surakarta", "kota", "33", "Jawa Tengah"),
        cycle_year=2026,
        stage="Evaluasi tahap II",
        starts_on=date(2026, 3, 2),
        ends_on=date(2026, 3, 4),
        place="Balai Kota Surakarta, Jalan Jenderal Sudirman 2",
        mode=Mode.ON_SITE,
        people=PEOPLE,
        previous=PreviousResult(Decimal("2.86"), 2025, "Surat B-1003/DJAI/AI.01.04/12/2025"),
        instrument_hash="ab" * 32,
    )
    lead = PEOPLE[0]
    content = Content(
        visit_id="0195f000-0000-7000-8000-000000000001",
        revision=1,
        parent_hash="",
        draft=draft,
        form_id=instrument.form_id,
        form_version=instrument.version,
        sheet=AnswerSheet(MappingProxyType(cells), MappingProxyType(repeats)),
        evidence=evidence + files,
        scores=ContentScores(None, Decimal(4), "", skip == 0, (), ()),
        explanations=(
            Explanation("note_missing", scored[2], "Catatan diberikan lisan dan dituangkan dalam berita acara."),
        ),
        assessor=Assessor(lead.name, lead.nip, lead.title, lead.organisation, "cd" * 32),
        closed_at=datetime(2026, 3, 4, 16, 20, 7, tzinfo=WIB),
    )
    return with_scores(content, instrument)


def with_scores(content: Content, instrument: Instrument) -> Content:
    """``content`` with the scores its answers give."""
    filled = Filled(to_document(content), instrument)
    lines = [line for line in score_lines(filled, {}, None) if line.depth == 1]
    groups = [item for item in instrument.children(instrument.root.path) if item.scored]
    aspects = tuple(AspectScore(g.path, g.weight, line.value) for g, line in zip(groups, lines, strict=True))
    weights = sum((a.weight for a in aspects if a.value is not None), Decimal(0))
    index = sum((a.weight * a.value for a in aspects if a.value is not None), Decimal(0)) / weights if weights else None
    dimensions = []
    for name in instrument.dimensions:
        found = [
            Decimal(filled.text(key))
            for key, item in filled.walk(instrument.root.path)
            if item.dimension == name and filled.text(key)
        ]
        dimensions.append((name, sum(found, Decimal(0)) / len(found) if found else None))
    return replace(
        content, scores=replace(content.scores, index=index, aspects=aspects, dimensions=tuple(dimensions), category="")
    )


def _level(number: int) -> int:
    """Levels as they fall in a region that does well: some 4, mostly 3, a few below."""
    return (3, 4, 3, 2, 4, 3, 1, 3, 4, 3, 2, 4, 3)[number % 13]


def _items(repeat: str, count: int) -> tuple[RepeatItem, ...]:
    return tuple(RepeatItem(repeat, f"r{n}", n) for n in range(count))


def _scored(instrument: Instrument, repeats: dict[str, tuple[RepeatItem, ...]]) -> Iterator[str]:
    for item in instrument.items:
        if item.scored and not item.is_container:
            if item.parent in repeats:
                for each in repeats[item.parent]:
                    yield f"{each.key}/{item.name}"
            else:
                yield item.path


def _words(repeats: dict[str, tuple[RepeatItem, ...]]) -> dict[tuple[str, Facet], str]:
    at = "/data/conclusion"
    words = {
        "/data/masterplan/book_2": "present",
        "/data/masterplan/legal_basis": "Peraturan Wali Kota Surakarta Nomor 24 Tahun 2024",
        "/data/masterplan/year": "2024",
        "/data/masterplan/priority": "governance economy society",
        f"{at}/summary": "Kota Surakarta menjalankan sebagian besar rencana aksi masterplan tahun ini. Layanan publik "
        "dan ekosistem belajar menjadi kekuatan utama; pengelolaan energi dan pencatatan hasil program masih perlu "
        "ditata.\nKomitmen pimpinan berlanjut dan tampak dalam penganggaran.",
        f"{at}/strengths": "Layanan aduan warga terhubung dengan seluruh OPD.\nForum smart city bertemu setiap bulan.",
        f"{at}/gaps": "Data hasil program belum dibuka secara teratur.\nKeamanan informasi belum diaudit.",
    }
    for each, name in zip(repeats["/data/quick_win/programme"], PROGRAMMES, strict=True):
        words[f"{each.key}/name"] = name
    for n, each in enumerate(repeats[f"{at}/finding"]):
        words[f"{each.key}/what"] = f"Hasil program unggulan ke-{n + 1} dicatat oleh dua OPD dengan angka yang berbeda."
        words[f"{each.key}/dimension"] = list(DIMENSIONS)[n]
    for n, each in enumerate(repeats[f"{at}/recommendation"]):
        words[f"{each.key}/what"] = (
            "Menetapkan satu OPD pengampu data hasil program dan mengumumkannya setiap triwulan."
        )
        words[f"{each.key}/who"] = "Dinas Komunikasi, Informatika, Statistik dan Persandian"
        words[f"{each.key}/by"] = f"2026-{6 + n:02d}-30"
    return {(key, Facet.VALUE): text for key, text in words.items()}


def photo(number: int, size: tuple[int, int] = (1600, 1200)) -> bytes:
    """A JPEG as a camera might give it: a sky, a ground, some noise of its own."""
    grain = (max(size[0] // 8, 1), max(size[1] // 8, 1))
    small = Image.frombytes("L", grain, Random(number).randbytes(grain[0] * grain[1])).resize(size)
    image = Image.merge("RGB", [small.point(lambda v, k=k: (v + 37 * (number + k) + 30 * k) % 256) for k in range(3)])
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0], size[1] // 2), fill=(120 + number * 13 % 90, 170, 210))
    draw.ellipse((size[0] // 3, size[1] // 4, size[0] // 2, size[1] // 2), fill=(250, 220, 120))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88)
    return out.getvalue()


def loader(photos: tuple[bytes, ...]) -> Callable[[str], bytes | None]:
    """What ``draw_report`` reads evidence through."""
    return {sha256_hex(data): data for data in photos}.get
