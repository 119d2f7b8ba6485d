"""Minutes, recapitulations, awards and the printing of certificates, on a real vault."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pikepdf
import pytest
from PIL import Image

from gmsc_desktop.documents.drawn import SIGNATURE_FIELDS, signature_boxes
from gmsc_desktop.documents.qrscan import qr_in_picture
from gmsc_desktop.documents.signing import open_fields, sign_pdf
from gmsc_desktop.domain.awards import AwardDraft, Signatory
from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.domain.errors import (
    Cancelled,
    GmscError,
    InvalidInput,
    NotFound,
    Refused,
    StorageError,
    WrongPassphrase,
)
from gmsc_desktop.domain.papers import MinutesOptions, PaperSize, RecapOptions, ReportOptions
from gmsc_desktop.domain.region import Region
from gmsc_desktop.domain.verdict import Status
from gmsc_desktop.domain.visit import Visit, VisitState
from gmsc_desktop.identity.cose import read_qr
from gmsc_desktop.services.app import Services
from gmsc_desktop.services.awards import TEMPLATE_NAME, TEMPLATES
from gmsc_desktop.services.qr import issued_text
from gmsc_desktop.services.verification import verify_file, verify_text
from gmsc_desktop.store.journal import Journal
from tests.documents.awards_kit import award_draft, changed
from tests.documents.checks import pdfa_problems
from tests.documents.reading import flat, pages_of
from tests.documents.test_qr import last_page
from tests.helpers import PASSPHRASE, full_disk
from tests.services.helpers import draft, fill, told
from tests.signing_kit import BUDI, SRI, self_signed


def text_of(pdf: bytes) -> str:
    return flat(" ".join(pages_of(pdf)))


@pytest.fixture
def closed(services: Services, visit: Visit) -> Visit:
    """The visit, filled and closed."""
    fill(services, visit.id)
    for problem in services.visits.check(visit.id):
        if problem.blocks:
            services.visits.explain(visit.id, problem.code, problem.key, "Sudah dijelaskan.")
    services.visits.close(visit.id)
    return services.visits.get(visit.id)


def test_minutes_of_a_draft_are_a_preview_and_cannot_be_signed(services: Services, visit: Visit) -> None:
    assert "Draf untuk dibaca" in text_of(services.papers.preview_minutes(visit.id))
    with pytest.raises(Refused, match="not closed"):
        services.papers.sign_minutes(visit.id, PASSPHRASE)
    assert services.documents.list() == ()


def test_signed_minutes_are_kept_genuine_and_leave_the_visit_as_it_is(services: Services, closed: Visit) -> None:
    options = MinutesOptions(paper=PaperSize.F4, number="BA-1/2021", day=date(2021, 12, 14))
    done = services.papers.sign_minutes(closed.id, PASSPHRASE, options)
    kept = done.value
    assert (kept.kind, kept.name) == ("minutes", "BA-33.72-Kota-Surakarta-2021-rev1.pdf")
    assert kept.content_hash == closed.content_hash
    assert done.changed.kinds == {"document"}
    assert services.documents.list(closed.id) == (kept,)
    assert services.visits.get(closed.id).state is VisitState.CLOSED
    pdf = services.documents.read(kept.id)
    assert sha256_hex(pdf) == kept.sha256
    assert "Selasa, tanggal empat belas bulan Desember" in text_of(pdf)
    assert pdfa_problems(pdf) == []
    assert set(open_fields(pdf)) == set(SIGNATURE_FIELDS) - {"Asesor"}
    with full_disk(0):
        # Checked in memory: nothing of an encrypted vault lies open on the disk meanwhile.
        assert services.documents.verify(kept.id).status is Status.GENUINE
    with pikepdf.open(io.BytesIO(pdf)) as document:
        frozen = document.attachments["visit.json"].get_file().read_bytes()
    assert sha256_hex(frozen) == closed.content_hash
    assert told(services, closed.id, "document")[kept.id]["kind"] == "minutes"


def test_a_wrong_passphrase_signs_nothing(services: Services, closed: Visit) -> None:
    with pytest.raises(WrongPassphrase):
        services.papers.sign_minutes(closed.id, "bukan frasa sandi ini")
    assert services.documents.list() == ()


def test_a_report_is_drawn_and_signed_as_wanted(services: Services, closed: Visit) -> None:
    kept = services.documents.sign(closed.id, PASSPHRASE, options=ReportOptions(paper=PaperSize.F4)).value
    with pikepdf.open(io.BytesIO(services.documents.read(kept.id))) as document:
        assert round(float(document.pages[0].MediaBox[3])) == 935


def test_a_recapitulation_with_its_table(services: Services, closed: Visit, small: str, tmp_path: Path) -> None:
    other = services.visits.create(
        draft(small, region=Region("33.74", "Kota Semarang", "kota", "33", "Jawa Tengah"))
    ).value
    fill(services, other.id)
    told_progress: list[tuple[int, int]] = []
    pdf, table = services.papers.save_recap(
        (closed.id, other.id), tmp_path / "rekap.pdf", RecapOptions(title="Jawa Tengah"),
        lambda done, total, _text="": told_progress.append((done, total)),
    )  # fmt: skip
    assert told_progress == [(0, 3), (1, 3), (2, 3)]
    text = text_of(pdf.read_bytes())
    for part in ("Jawa Tengah", "1 Kota Surakarta", "Kota Semarang", "sementara: kunjungan belum ditutup"):
        assert part in text
    assert pdfa_problems(pdf.read_bytes()) == []
    lines = table.read_text(encoding="utf-8-sig").splitlines()
    assert table.name == "rekap.csv"
    assert [line.split(";")[2] for line in lines[1:]] == ["Kota Surakarta", "Kota Semarang"]


def test_a_signed_recapitulation_carries_its_places_and_a_qr_of_its_content(
    services: Services, closed: Visit, tmp_path: Path
) -> None:
    made = services.papers.recap((closed.id,), RecapOptions(title="Jawa Tengah"), passphrase=PASSPHRASE)
    assert pdfa_problems(made.pdf) == []
    assert open_fields(made.pdf) == ("Mengetahui",)
    path = tmp_path / "rekap.pdf"
    path.write_bytes(made.pdf)
    assert verify_file(path, vault=services.vault).status is Status.GENUINE
    with pikepdf.open(io.BytesIO(made.pdf)) as document:
        digest = sha256_hex(document.attachments["recap.json"].get_file().read_bytes())
    picture = tmp_path / "halaman.png"
    last_page(made.pdf, 150).save(picture)
    (text,) = qr_in_picture(picture.read_bytes()) or ()
    claims = read_qr(text)
    assert (claims.kind, claims.region_name, claims.number) == ("recap", "Jawa Tengah (1 daerah)", "2021")
    assert claims.content_hash == digest
    verdict = verify_text(text, vault=services.vault)
    assert verdict.status is Status.GENUINE
    assert verdict.issued is not None
    assert issued_text(verdict.issued).startswith("rekapitulasi untuk Jawa Tengah (1 daerah)")
    together = verify_file(picture, vault=services.vault, against=path)
    assert together.status is Status.GENUINE
    other = tmp_path / "lain.pdf"
    other.write_bytes(services.papers.recap((closed.id,), RecapOptions(title="Jawa"), passphrase=PASSPHRASE).pdf)
    assert verify_text(text, vault=services.vault, against=other).status is Status.ALTERED
    unsigned = services.papers.recap((closed.id,), RecapOptions(title="Jawa Tengah")).pdf
    assert {box.name for box in signature_boxes(unsigned)} == {"Penerbit", "Mengetahui"}


def test_a_recapitulation_of_nothing_or_the_unknown_is_refused(services: Services) -> None:
    with pytest.raises(InvalidInput):
        services.papers.recap(())
    with pytest.raises(NotFound):
        services.papers.recap(("0195f000-0000-7000-8000-00000000dead",))


def test_awards_are_registered_and_changed_until_printed(services: Services, tmp_path: Path) -> None:
    made = services.awards.add(award_draft(category="  Smart\tSociety ")).value
    assert made.category == "Smart Society"
    assert services.awards.get(made.id) == made
    edited = services.awards.edit(made.id, replace(made.draft, category="Smart Living")).value
    assert services.awards.get(made.id) == edited
    services.awards.print_one(made.id, tmp_path / "p.pdf")
    assert services.awards.edit(made.id, edited.draft).value == edited
    with pytest.raises(Refused, match="was printed"):
        services.awards.edit(made.id, made.draft)
    assert services.awards.get(made.id).category == "Smart Living"
    row = told(services, "vault", "award")[made.id]
    assert (row["category"], row["register_number"]) == ("Smart Living", made.register_number)


def test_a_register_number_is_one_awards_alone(services: Services) -> None:
    services.awards.add(award_draft())
    with pytest.raises(Refused, match="belongs to the award of Kota Surakarta"):
        services.awards.add(award_draft(name="Kota Semarang"))
    other = services.awards.add(award_draft("002")).value
    with pytest.raises(Refused):
        services.awards.edit(other.id, award_draft())
    assert [row.award.register_number for row in services.awards.list()] == ["001/GMSC/XII/2021", "002"]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"number": " "}, "no register number"),
        ({"name": ""}, "no recipient"),
        ({"category": "\x00"}, "no category"),
        ({"place": ""}, "no place"),
        ({"decision": "x" * 201}, "201 of at most 200"),
        ({"year": 1999}, "1999"),
        ({"signatories": ()}, "not 0"),
        ({"signatories": (Signatory("A", "B"),) * 3}, "not 3"),
        ({"signatories": (Signatory("", "B"),)}, "no name"),
        ({"signatories": (Signatory("A", ""),)}, "no position"),
    ],
)
def test_what_an_award_lacks_is_said(services: Services, changes: dict[str, object], named: str) -> None:
    with pytest.raises(InvalidInput, match=named):
        services.awards.add(award_draft(**changes))  # type: ignore[arg-type]
    assert services.awards.list() == ()


def three(services: Services) -> tuple[str, ...]:
    return tuple(
        services.awards.add(award_draft(f"00{n}", name)).value.id
        for n, name in enumerate(("Kota Surakarta", "Kabupaten Administrasi Kepulauan Seribu", "Kota Ambon"))
    )


def test_a_batch_in_one_file_and_its_log(services: Services, tmp_path: Path) -> None:
    ids = three(services)
    steps: list[tuple[int, int, str]] = []
    path = tmp_path / "semua.pdf"
    run = services.awards.print_together(
        ids, path, progress=lambda done, total, text="": steps.append((done, total, text))
    ).value
    assert steps[0][:2] == (0, 3)
    assert [number in steps[0][2] for number in ("1", "3")] == [True, True]
    assert steps[-1][:2] == (3, 3)
    assert run.files == (path,)
    pages = pages_of(path.read_bytes())
    assert ["Kota Surakarta" in pages[0], "Kepulauan Seribu" in pages[1], "Kota Ambon" in pages[2]] == [True] * 3
    assert pdfa_problems(path.read_bytes()) == []
    log = services.awards.prints()
    assert {made.award_id for made in log} == set(ids)
    assert {(made.number, made.batch, made.file_name, made.sha256) for made in log} == {
        (1, run.batch, "semua.pdf", sha256_hex(path.read_bytes()))
    }
    assert [row.prints for row in services.awards.list()] == [1, 1, 1]
    assert set(told(services, "vault", "certificate_print")) == {made.id for made in log}


def test_a_second_print_is_a_copy_whatever_the_way(services: Services, tmp_path: Path) -> None:
    first, *_others = ids = three(services)
    services.awards.print_one(first, tmp_path / "satu.pdf")
    run = services.awards.print_apart(ids, tmp_path).value
    assert run.copies == 1
    assert [path.name for path in run.files] == [
        "Piagam-000-Kota-Surakarta-salinan-2.pdf",
        "Piagam-001-Kabupaten-Administrasi-Kepulauan-Seribu.pdf",
        "Piagam-002-Kota-Ambon.pdf",
    ]
    assert ["SALINAN" in text_of(path.read_bytes()) for path in run.files] == [True, False, False]
    assert "SALINAN" not in text_of((tmp_path / "satu.pdf").read_bytes())
    assert [made.number for made in services.awards.prints(first)] == [2, 1]


def test_files_that_lie_there_stay(services: Services, tmp_path: Path) -> None:
    (award_id, *_others) = three(services)
    taken = tmp_path / "Piagam-000-Kota-Surakarta.pdf"
    taken.write_bytes(b"milik orang lain")
    (path,) = services.awards.print_apart((award_id,), tmp_path).value.files
    assert path.name == "Piagam-000-Kota-Surakarta-2.pdf"
    assert taken.read_bytes() == b"milik orang lain"


def test_the_same_award_named_twice_is_printed_once(services: Services, tmp_path: Path) -> None:
    (award_id, *_others) = three(services)
    run = services.awards.print_together((award_id, award_id), tmp_path / "x.pdf").value
    assert [made.number for made in run.prints] == [1]


def stopping(services: Services, ids: tuple[str, ...], folder: Path) -> None:
    def stop(done: int, _total: int, _text: str = "") -> None:
        if done == 1:
            raise Cancelled

    services.awards.print_apart(ids, folder, progress=stop)


def without_disk(services: Services, ids: tuple[str, ...], folder: Path) -> None:
    with full_disk(3):
        services.awards.print_apart(ids, folder)


def with_unknown(services: Services, ids: tuple[str, ...], folder: Path) -> None:
    services.awards.print_apart((*ids, "0195f000-0000-7000-8000-00000000dead"), folder)


def with_emoji(services: Services, ids: tuple[str, ...], folder: Path) -> None:
    odd = services.awards.add(award_draft("009", "Kota \U0001f600")).value
    services.awards.print_apart((*ids, odd.id), folder)


def wrongly(services: Services, ids: tuple[str, ...], folder: Path) -> None:
    services.awards.print_apart(ids, folder, "bukan frasa sandi ini")


@pytest.mark.parametrize(
    ("work", "error"),
    [
        (stopping, Cancelled),
        (without_disk, StorageError),
        (with_unknown, NotFound),
        (with_emoji, GmscError),
        (wrongly, WrongPassphrase),
    ],
)
def test_a_batch_that_fails_leaves_no_file_and_no_log(
    services: Services, tmp_path: Path, work: Callable[[Services, tuple[str, ...], Path], None], error: type[GmscError]
) -> None:
    folder = tmp_path / "keluar"
    folder.mkdir()
    ids = three(services)
    with pytest.raises(error):
        work(services, ids, folder)
    assert list(folder.iterdir()) == []
    assert services.awards.prints() == ()
    run = services.awards.print_apart(ids, folder).value
    assert run.copies == 0
    assert journal_holds(services)


def journal_holds(services: Services) -> bool:
    journal = services.vault.store.journal
    return isinstance(journal, Journal) and journal.verify() is None


def test_no_award_and_no_folder_are_refused(services: Services, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="No award"):
        services.awards.print_together((), tmp_path / "x.pdf")
    with pytest.raises(InvalidInput, match="no folder"):
        services.awards.print_apart(three(services), tmp_path / "tiada")


def test_with_the_passphrase_the_code_says_what_was_awarded(services: Services, tmp_path: Path) -> None:
    (award_id, *_others) = three(services)
    path = tmp_path / "p.pdf"
    services.awards.print_one(award_id, path, PASSPHRASE)
    with pikepdf.open(path) as document:
        (row,) = json.loads(document.attachments["award.json"].get_file().read_bytes())["certificates"]
    claims = read_qr(row["qr"])
    assert (claims.kind, claims.region_name, claims.number) == ("certificate", "Kota Surakarta", "000")
    assert claims.content_hash == sha256_hex(canonical_bytes(row["award"]))


def test_a_preview_shows_what_was_entered_and_keeps_nothing(services: Services) -> None:
    pdf = services.awards.preview(award_draft())
    assert "CONTOH" in text_of(pdf)
    assert services.awards.list() == ()
    assert services.awards.prints() == ()
    with pytest.raises(InvalidInput):
        services.awards.preview(AwardDraft("", Region("", "", "", "", ""), "", 2021, "", "", date(2021, 1, 1), ()))


def test_the_offices_own_template_is_used_and_its_faults_stop_printing(services: Services, tmp_path: Path) -> None:
    (award_id, *_others) = three(services)
    own = services.awards.copy_template()
    assert own == services.vault.folder / TEMPLATES / TEMPLATE_NAME == services.awards.template_path()
    own.write_text(changed(title="Sertifikat Utama"), encoding="utf-8")
    assert services.awards.copy_template() == own
    assert "Sertifikat Utama" in text_of(services.awards.preview(award_draft()))
    own.write_text(changed(title="{nama}"), encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"no placeholder \{nama\}"):
        services.awards.print_one(award_id, tmp_path / "p.pdf")
    assert services.awards.prints() == ()
    assert not (tmp_path / "p.pdf").exists()


def test_the_region_signs_the_minutes_too_and_all_of_it_holds(
    services: Services, closed: Visit, tmp_path: Path
) -> None:
    kept = services.papers.sign_minutes(closed.id, PASSPHRASE).value
    signed = services.documents.read(kept.id)
    for field, person in (("PejabatDaerah", BUDI), ("AsesorKedua", SRI)):
        signed = sign_pdf(signed, self_signed(person), at=services.clock.now(), field=field)
    assert open_fields(signed) == ("SertifikatNasional",)
    assert pdfa_problems(signed) == []
    path = tmp_path / kept.name
    path.write_bytes(signed)
    verdict = verify_file(path, vault=services.vault)
    assert [signer.intact for signer in verdict.signers] == [True] * 3
    assert verdict.status not in (Status.ALTERED, Status.DAMAGED)


def test_signed_minutes_travel_in_the_bundle(services: Services, closed: Visit, tmp_path: Path) -> None:
    services.documents.sign(closed.id, PASSPHRASE)
    minutes = services.papers.sign_minutes(closed.id, PASSPHRASE).value
    record = services.exports.write((closed.id,), tmp_path, PASSPHRASE).value
    path = tmp_path / record.file_name
    assert verify_file(path, vault=services.vault).status is Status.GENUINE
    with ZipFile(path) as bundle:
        names = [name for name in bundle.namelist() if "/documents/BA-" in name]
        assert len(names) == 1
        assert sha256_hex(bundle.read(names[0])) == minutes.sha256


def test_the_codes_on_paper_can_be_read_back(services: Services, closed: Visit, tmp_path: Path) -> None:
    award_id = three(services)[0]
    certificate = tmp_path / "piagam.pdf"
    services.awards.print_one(award_id, certificate, PASSPHRASE)
    minutes = services.documents.read(services.papers.sign_minutes(closed.id, PASSPHRASE).value.id)
    for pdf, kind, digest in ((certificate.read_bytes(), "certificate", ""), (minutes, "minutes", closed.content_hash)):
        (text,) = codes_on(pdf)
        claims = read_qr(text)
        assert (claims.kind, claims.region_name) == (kind, "Kota Surakarta")
        assert not digest or claims.content_hash == digest


def codes_on(pdf: bytes) -> list[str]:
    """What a scanner reads from the last page at 150 dots an inch."""
    reader = pytest.importorskip("zxingcpp")
    tool = shutil.which("pdftoppm")
    if tool is None:
        pytest.skip("pdftoppm is not installed")
    last = str(len(pages_of(pdf)))
    painted = subprocess.run([tool, "-r", "150", "-gray", "-f", last, "-"], input=pdf, capture_output=True, check=True)
    with Image.open(io.BytesIO(painted.stdout)) as page:
        return [found.text for found in reader.read_barcodes(page)]


def test_a_table_of_somebody_elses_is_not_replaced_by_that_of_a_recapitulation(
    services: Services, closed: Visit, tmp_path: Path
) -> None:
    theirs = tmp_path / "rekap.csv"
    theirs.write_text("milik orang lain")
    pdf, table = services.papers.save_recap((closed.id,), tmp_path / "rekap.pdf")
    assert table.name == "rekap-2.csv" and theirs.read_text() == "milik orang lain"
    theirs.unlink()
    table.rename(theirs)
    assert services.papers.save_recap((closed.id,), pdf)[1] == theirs
