"""A visit as other tools read it: the submission fits stock pyxform's XForm, the tables are those of ODK Central."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from lxml import etree
from pyxform.xls2xform import convert

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.content import ContentEvidence
from gmsc_desktop.domain.errors import Cancelled, InvalidInput, NotFound
from gmsc_desktop.domain.visit import Visit
from gmsc_desktop.services.app import Services
from gmsc_desktop.services.open_exports import OpenExport, file_names
from tests.helpers import files_below
from tests.services.helpers import draft, fill

FORM = """
| survey |
| | type | name | label | relevant | calculation | score |
| | begin_group | main | Main | | | |
| | select_one level | policy | Policy | | | |
| | select_multiple colour | colours | Colours | | | |
| | date | day | Day | | | |
| | decimal | share | Share | | | |
| | note | remark | Remark | | | |
| | calculate | twice | | | ${share} * 2 | |
| | image | photo | Photo | | | |
| | end_group | | | | | |
| | begin_group | extra | Extra | ${policy} = '4' | | |
| | text | why | Why | | | |
| | end_group | | | | | |
| | begin_repeat | programme | Programme | | | |
| | text | title | Title | | | |
| | begin_group | inside | Inside | | | |
| | begin_repeat | step | Step | | | |
| | text | text | Text | | | |
| | end_repeat | | | | | |
| | end_group | | | | | |
| | end_repeat | | | | | |
| | begin_group | again | Again | | | |
| | begin_repeat | later | Later | | | |
| | text | other | Other | | | |
| | end_repeat | | | | | |
| | end_group | | | | | |
| choices |
| | list_name | name | label | score |
| | level | 1 | Poor | 1 |
| | level | 4 | Good | 4 |
| | colour | red | Red | |
| | colour | blue | Blue | |
| settings |
| | form_id | form_title | version |
| | terbuka | Terbuka | 3 |
"""
TRICKY = 'Satu, "dua" & <tiga>\nbaris kedua ⚑'


@pytest.fixture
def filled(services: Services, tmp_path: Path) -> Visit:
    """A draft with one of everything the form asks for."""
    path = tmp_path / "terbuka.md"
    path.write_text(FORM, encoding="utf-8")
    visit = services.visits.create(draft(services.instruments.install(path).value.hash)).value
    answers = services.answers
    for name, value in {
        "main/policy": "1",
        "main/colours": "blue red",
        "main/day": "2021-12-14",
        "main/share": "2.5",
        "extra/why": "Tidak ditanyakan lagi",
    }.items():
        answers.set(visit.id, f"/data/{name}", Facet.VALUE, value)
    answers.set(visit.id, "/data/main/policy", Facet.NOTE, "Catatan asesor")
    for text in ("Pertama", TRICKY):
        item = answers.add_item(visit.id, "/data/programme").value
        answers.set(visit.id, f"{item.key}/title", Facet.VALUE, text)
    for text in ("a", "b"):
        step = answers.add_item(visit.id, f"{item.key}/inside/step").value
        answers.set(visit.id, f"{step.key}/text", Facet.VALUE, text)
    services.evidence.attach_bytes(visit.id, "/data/main/photo", "foto kota.txt", b"foto")
    services.evidence.attach_bytes(visit.id, "/data/main/policy", "FOTO kota.txt", b"perwali")
    return visit


def exported(services: Services, visit: Visit, tmp_path: Path, **options: bool) -> OpenExport:
    folder = tmp_path / "stick"
    folder.mkdir(exist_ok=True)
    return services.open_exports.write(visit.id, folder, **options).value


def table(written: OpenExport, name: str) -> list[dict[str, str]]:
    with (written.folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def paths(element: Any, way: str = "") -> Iterator[str]:
    name = f"{way}/{etree.QName(element).localname}"
    yield name
    for child in element:
        yield from paths(child, name)


def instance_of(markdown: str) -> Any:
    xform = etree.fromstring(convert(markdown, file_type=".md").xform.encode())
    return xform.find(".//{http://www.w3.org/2002/xforms}instance")[0]


def test_the_submission_fits_the_xform_of_the_same_workbook(services: Services, filled: Visit, tmp_path: Path) -> None:
    written = exported(services, filled, tmp_path)
    submission = etree.parse(written.submission).getroot()
    instance = instance_of(FORM)
    assert set(paths(submission)) <= set(paths(instance))
    assert (submission.get("id"), submission.get("version")) == (instance.get("id"), instance.get("version"))
    assert submission.findtext("main/colours") == "blue red"
    assert submission.findtext("main/day") == "2021-12-14"
    assert submission.findtext("main/twice") == "5"
    assert submission.findtext("main/photo") == "foto_kota-2.txt"
    assert [found.findtext("title") for found in submission.findall("programme")] == ["Pertama", TRICKY]
    assert [found.text for found in submission.findall("programme[2]/inside/step/text")] == ["a", "b"]
    kind, _colon, identity = submission.findtext("meta/instanceID").partition(":")
    assert kind == "uuid" and str(UUID(identity)) == identity


def test_what_is_not_asked_is_left_out_and_comes_back(services: Services, filled: Visit, tmp_path: Path) -> None:
    before = etree.parse(exported(services, filled, tmp_path).submission)
    assert before.find("extra") is None
    assert before.find("main/remark") is not None and not before.find("main/remark").text
    services.answers.set(filled.id, "/data/main/policy", Facet.VALUE, "4")
    after = etree.parse(exported(services, filled, tmp_path).submission)
    assert after.findtext("extra/why") == "Tidak ditanyakan lagi"


def test_an_answer_that_does_not_apply_is_empty(services: Services, filled: Visit, tmp_path: Path) -> None:
    services.answers.set(filled.id, "/data/main/share", Facet.NOT_APPLICABLE, "Tidak ada anggaran tersendiri")
    submission = etree.parse(exported(services, filled, tmp_path).submission)
    assert submission.find("main/share") is not None and not submission.findtext("main/share")


def test_the_tables_are_those_of_central(services: Services, filled: Visit, tmp_path: Path) -> None:
    written = exported(services, filled, tmp_path)
    assert [path.name for path in written.tables] == [
        "terbuka.csv",
        "terbuka-programme.csv",
        "terbuka-step.csv",
        "terbuka-later.csv",
        "terbuka~assessment.csv",
    ]
    (row,) = table(written, "terbuka.csv")
    assert list(row) == [
        "SubmissionDate", "main-policy", "main-colours", "main-day", "main-share", "main-remark", "main-twice",
        "main-photo", "extra-why", "meta-instanceID", "KEY", "SubmitterID", "SubmitterName", "AttachmentsPresent",
        "AttachmentsExpected", "Status", "ReviewState", "DeviceID", "Edits", "FormVersion",
    ]  # fmt: skip
    key = row["KEY"]
    assert key == row["meta-instanceID"] == etree.parse(written.submission).findtext("meta/instanceID")
    assert (row["main-policy"], row["main-colours"], row["extra-why"]) == ("1", "blue red", "")
    assert (row["main-photo"], row["AttachmentsPresent"], row["FormVersion"]) == ("foto_kota-2.txt", "2", "3")
    assert row["SubmissionDate"].startswith("2021-12-14T02:") and row["SubmissionDate"].endswith("Z")
    programmes = table(written, "terbuka-programme.csv")
    assert [list(found.values()) for found in programmes] == [
        ["Pertama", key, f"{key}/programme[1]"],
        [TRICKY, key, f"{key}/programme[2]"],
    ]
    assert [list(found.items()) for found in table(written, "terbuka-step.csv")] == [
        [
            ("text", text),
            ("PARENT_KEY", f"{key}/programme[2]"),
            ("KEY", f"{key}/programme[2]/inside/step[{number}]"),
        ]
        for number, text in enumerate("ab", 1)
    ]
    assert table(written, "terbuka-later.csv") == []
    assert (written.folder / "terbuka-later.csv").read_text() == "other,PARENT_KEY,KEY\n"


NAMED = """
| survey |
| | type | name | label | repeat_count |
| | text | who | Who | |
| | begin_repeat | twice | Twice | 1 + 1 |
| | geopoint | where | Where | |
| | end_repeat | | | |
| settings |
| | form_id | name | instance_name |
| | bernama | kunjungan | concat('Kunjungan ', ${who}) |
"""


def test_names_and_counts_of_the_form_are_as_stock_tools_make_them(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "bernama.md"
    path.write_text(NAMED, encoding="utf-8")
    visit = services.visits.create(draft(services.instruments.install(path).value.hash)).value
    services.answers.set(visit.id, "/data/who", Facet.VALUE, "Bu Sri")
    item, _second = services.visits.open(visit.id).session.items("/data/twice")
    services.answers.set(visit.id, f"{item.key}/where", Facet.VALUE, "-7.57 110.82 95 5")
    written = exported(services, visit, tmp_path)
    submission = etree.parse(written.submission).getroot()
    assert set(paths(submission)) <= set(paths(instance_of(NAMED)))
    assert submission.tag == "kunjungan"
    assert submission.findtext("meta/instanceName") == "Kunjungan Bu Sri"
    assert submission.findtext("twice_count") == str(len(submission.findall("twice"))) == "2"
    (row,) = table(written, "bernama.csv")
    assert (row["meta-instanceName"], row["who"]) == ("Kunjungan Bu Sri", "Bu Sri")
    assert row["twice_count"] == submission.findtext("twice_count")
    where = table(written, "bernama-twice.csv")[0]
    assert list(where.values())[:4] == ["-7.57", "110.82", "95", "5"]
    assert list(where)[:2] == ["where-Latitude", "where-Longitude"]


def test_choices_are_split_on_request(services: Services, filled: Visit, tmp_path: Path) -> None:
    (row,) = table(exported(services, filled, tmp_path, split=True), "terbuka.csv")
    assert (row["main-colours"], row["main-colours/red"], row["main-colours/blue"]) == ("blue red", "1", "1")
    services.answers.set(filled.id, "/data/main/colours", Facet.VALUE, "red")
    (row,) = table(exported(services, filled, tmp_path, split=True), "terbuka.csv")
    assert (row["main-colours/red"], row["main-colours/blue"]) == ("1", "0")


def test_what_a_form_has_no_place_for_is_in_a_table_of_its_own(
    services: Services, filled: Visit, tmp_path: Path
) -> None:
    written = exported(services, filled, tmp_path)
    rows = {row["path"]: row for row in table(written, "terbuka~assessment.csv")}
    policy = rows["/data/main/policy"]
    assert (policy["value"], policy["note"], policy["files"]) == ("1", "Catatan asesor", "FOTO_kota.txt")
    assert rows["/data/programme[2]/inside/step[1]/text"]["value"] == "a"
    assert "/data/extra/why" not in rows
    media = {path.name: path.read_bytes() for path in written.media}
    assert sorted(media.values()) == [b"foto", b"perwali"] and set(media) == {"foto_kota-2.txt", "FOTO_kota.txt"}


def test_a_closed_visit_is_written_as_it_was_frozen_and_each_revision_is_another_submission(
    services: Services, visit: Visit, tmp_path: Path
) -> None:
    seen = set()
    fill(services, visit.id)
    for _round in range(2):
        seen.add(table(exported(services, visit, tmp_path), "small.csv")[0]["KEY"])
        closed = services.visits.close(visit.id).value
        first, second = (exported(services, visit, tmp_path) for _time in range(2))
        assert files_below(first.folder) == files_below(second.folder)
        (row,) = table(first, "small.csv")
        seen.add(row["KEY"])
        assert row["Edits"] == str(closed.number - 1)
        services.visits.reopen(visit.id, "Diminta kantor pusat")
    assert len(seen) == 4


def test_nothing_is_replaced_and_nothing_is_left_when_it_is_stopped(
    services: Services, filled: Visit, tmp_path: Path
) -> None:
    first, second = (exported(services, filled, tmp_path) for _time in range(2))
    assert first.folder != second.folder and first.folder.name == "terbuka-33.72"

    def stop(done: int, total: int, text: str = "") -> None:
        if done == 3:
            raise Cancelled

    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(Cancelled):
        services.open_exports.write(filled.id, empty, stop)
    assert list(empty.iterdir()) == []
    with pytest.raises(InvalidInput):
        services.open_exports.write(filled.id, tmp_path / "none")
    with pytest.raises(NotFound):
        services.open_exports.write("0192", empty)


def test_files_of_one_name_get_names_of_their_own() -> None:
    def file(name: str, sha256: str) -> ContentEvidence:
        return ContentEvidence("/data/a", sha256, name, "text/plain", 1)

    found = (file("a.txt", "1"), file("A.TXT", "2"), file("a.txt", "1"), file("../a.txt", "3"), file("", "4"))
    names = [file_names(found)[item] for item in found]
    assert names[0] == names[2] and len({name.casefold() for name in names}) == 4
    assert not any("/" in name or name.startswith(".") for name in names)
