"""Instruments from the shell: what a person of the office types, and what is answered."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from pyxform.xls2xform import convert

from gmsc_desktop.cli import run
from gmsc_desktop.i18n import translator
from gmsc_desktop.resources import resource
from gmsc_desktop.services.demo import DemoResult
from tests.helpers import PASSPHRASE

SPBE = resource("instruments", "spbe.md")
FORM = """
| survey |
| | type | name | label::Bahasa Indonesia (id) | label::English (en) | relevant | constraint | constraint_message::Bahasa Indonesia (id) | constraint_message::English (en) | calculation | weight | self_assessment |
| | select_one level | policy | Kebijakan | Policy | | | | | | 3 | yes |
| | select_one level | budget | Anggaran | Budget | | | | | | 1 |
| | text | basis | Dasar | Basis | ${policy} = '4' | | | | | |
| | integer | people | Orang | People | | . < 100 | Terlalu banyak | Too many | | |
| | calculate | twice | | | | | | | ${people} * 2 | |
| | select_multiple level | several | Beberapa | Several | | | | | | |
| | begin_repeat | r | Program | Programme | | | | | | |
| | text | q | Judul | Title | | | | | | |
| | begin_repeat | inner | Langkah | Step | | | | | | |
| | integer | n | Nomor | Number | | | | | | |
| | end_repeat | | | | | | | | | |
| | end_repeat | | | | | | | | | |
| choices |
| | list_name | name | label::Bahasa Indonesia (id) | label::English (en) | score |
| | level | 1 | Kurang | Poor | 1 |
| | level | 4 | Baik | Good | 4 |
| settings |
| | form_id | form_title | version | default_language |
| | coba | Coba | 7 | Bahasa Indonesia (id) |
"""  # noqa: E501


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "coba.md"
    path.write_text(FORM, encoding="utf-8")
    return path


def ran(
    capsys: pytest.CaptureFixture[str], form: Path, answers: str, *, language: str = "id", code: int = 0
) -> dict[str, Any]:
    file = form.with_name("answers.json")
    file.write_text(answers, encoding="utf-8")
    assert run(["--language", language, "instrument", "run", str(form), "--answers", str(file)]) == code
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_a_run_tells_values_relevance_validity_and_scores(form: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = ran(
        capsys,
        form,
        """{"/data/policy": "4", "/data/budget": 1, "/data/people": 120, "/data/several": ["1", "4"],
            "/data/r[1]/q": "Satu", "/data/r[2]/q": "Dua", "/data/r[2]/inner[2]/n": 5}""",
    )
    values = told["values"]
    assert (values["/data/policy"], values["/data/several"], values["/data/twice"]) == ("4", "1 4", "240")
    assert (values["/data/r[1]/q"], values["/data/r[2]/q"], values["/data/r[2]/inner[2]/n"]) == ("Satu", "Dua", "5")
    assert values["/data/r[2]/inner[1]/n"] == ""
    assert told["relevant"]["/data/basis"] is True and told["relevant"]["/data/r[2]/inner[1]"] is True
    assert told["invalid"] == {"/data/people": "Terlalu banyak"}
    total = told["scores"]["total"]
    assert (total["value"], total["shown"], total["answered"], total["expected"]) == ("3.25", "3.25", 2, 2)
    assert [(part["path"], part["label"], part["value"], part["weight"]) for part in total["parts"]] == [
        ("/data/policy", "Kebijakan", "4", "3"),
        ("/data/budget", "Anggaran", "1", "1"),
    ]
    assert told["refused"] == []


def test_answers_are_applied_in_order_and_a_path_may_come_twice(form: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = ran(
        capsys,
        form,
        '[{"/data/policy": "4", "/data/basis": "Perwali 5", "/data/policy": "1"}, {"/data/r[1]": {}, "/data/r[2]": {}},'
        ' {"/data/r[1]/q": "pergi", "/data/r[2]/q": "tinggal"}, {"/data/r[1]": null}]',
        language="en",
    )
    assert told["values"]["/data/policy"] == "1"
    assert told["relevant"]["/data/basis"] is False
    assert told["values"]["/data/r[1]/q"] == "tinggal"
    assert "/data/r[2]/q" not in told["values"]


def test_the_root_may_be_named_as_the_xform_names_it(form: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = FORM.replace("| form_id | form_title |", "| form_id | name | form_title |")
    form.write_text(text.replace("| coba | Coba |", "| coba | kunjungan | Coba |"), encoding="utf-8")
    told = ran(capsys, form, '{"/kunjungan/policy": "4", "/data/budget": "1"}')
    assert (told["values"]["/data/policy"], told["values"]["/data/budget"]) == ("4", "1")


def test_facets_and_what_does_not_apply_count_in_the_scores(form: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = ran(
        capsys,
        form,
        """{"/data/policy": {"value": "4", "self": "1", "note": "tetap"},
            "/data/budget": {"not_applicable": "Tidak ada anggaran tersendiri"}}""",
    )
    total = told["scores"]["total"]
    assert (total["value"], total["expected"]) == ("4", 1)
    assert total["parts"][1]["not_applicable"] is True
    assert told["scores"]["self_total"]["value"] == "1"


def test_what_the_form_does_not_take_is_named_and_the_rest_is_done(
    form: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ran(
        capsys,
        form,
        '{"/data/none": "1", "/data/twice": 3, "/data/r[0]/q": "x", "/data/policy[2]": "1", "/data/budget": "4"}',
        code=1,
    )
    assert [entry["path"] for entry in told["refused"]] == [
        "/data/none",
        "/data/twice",
        "/data/r[0]/q",
        "/data/policy[2]",
    ]
    assert all(entry["reason"] for entry in told["refused"])
    assert told["values"]["/data/budget"] == "4"


@pytest.mark.parametrize("text", ["", "[1]", '{"/data/people": {"unknown": 1}}', '{"/data/people": [[1]]}', "[" * 9999])
def test_answers_that_cannot_be_read_are_refused_plainly(
    form: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    file = form.with_name("answers.json")
    file.write_text(text, encoding="utf-8")
    assert run(["instrument", "run", str(form), "--answers", str(file)]) == 1
    found = capsys.readouterr()
    assert found.out == "" and "Traceback" not in found.err and found.err.strip()


def test_check_tells_what_an_instrument_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--language", "en", "instrument", "check", str(SPBE)]) == 0
    out = capsys.readouterr().out
    assert "55 questions, of them scored: 47" in out
    assert "Domain 4: SPBE services  × 45.5  weighted_mean  45.50 %" in out
    assert "47. Maturity of: Public service of sector 3  × 3  3.00 %" in out
    assert "≥ 4.2  Excellent" in out


def test_check_names_every_error_with_its_place_in_the_language_asked_for(
    form: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = FORM.replace("${policy} = '4'", "${polcy} = '4'").replace("| integer | people", "| hologram | people")
    form.write_text(broken.replace(" form_id | form_title ", " form_id | nonsense "), encoding="utf-8")
    said = {}
    for language in ("id", "en"):
        assert run(["--language", language, "instrument", "check", str(form)]) == 1
        found = capsys.readouterr()
        assert found.out == ""
        said[language] = found.err
    assert "sheet survey, row 4, column relevant: " in said["en"]
    assert "sheet survey, row 5, column type: " in said["en"]
    place = ", ".join(translator("id").gettext(part) for part in ("sheet {sheet}", "row {row}", "column {column}"))
    assert f"{place.format(sheet='survey', row=4, column='relevant')}: " in said["id"]
    assert said["en"].count("\n") == said["id"].count("\n") == 3


def test_install_and_list_work_on_a_vault(form: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(PASSPHRASE, encoding="utf-8")
    vault = ["--vault", str(tmp_path / "vault"), "--passphrase-file", str(secret)]
    who = ["--name", "Dr. Sri Wahyuni", "--title", "Asesor", "--organisation", "UNS"]
    assert run(["init", *vault, *who, "--recovery-file", str(tmp_path / "code.txt")]) == 0
    capsys.readouterr()
    assert run(["instrument", "install", str(form), *vault]) == 0
    digest = capsys.readouterr().out.split("\t")[0]
    form.write_text("| survey |\n| | type | name | label |\n| | hologram | a | A |\n", encoding="utf-8")
    assert run(["instrument", "install", str(form), *vault]) == 1
    capsys.readouterr()
    assert run(["instrument", "list", *vault]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [digest, "Coba", "7"] in rows and len(rows) == 2
    assert run(["instrument", "list", "--vault", str(tmp_path / "vault")]) == 1


def test_without_a_vault_the_shipped_instruments_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["instrument", "list"]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [Path(row[3]).name for row in rows] == ["gmsc.md", "spbe.md"]
    assert run(["instrument", "list", str(SPBE)]) == 0
    assert capsys.readouterr().out.split("\t")[1:3] == rows[1][1:3]


def test_one_workbook_that_is_refused_does_not_hide_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.md"
    broken.write_text("| survey |\n| | type | name | label |\n| | hologram | a | A |\n", encoding="utf-8")
    assert run(["instrument", "list", str(broken), str(tmp_path / "gone.md"), str(SPBE)]) == 1
    told = capsys.readouterr()
    assert [Path(line.split("\t")[3]).name for line in told.out.splitlines()] == ["spbe.md"]
    assert [line.partition(": ")[0] for line in told.err.splitlines()] == [str(broken), str(tmp_path / "gone.md")]


def test_a_visit_is_written_for_other_tools(
    demo: DemoResult, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vault = ["--vault", str(demo.vault), "--passphrase-file", str(demo.passphrase_file)]
    assert run(["visits", *vault]) == 0
    visit = capsys.readouterr().out.split("\t")[0]
    assert run(["visit-export", *vault, "--visit", visit, "--to", str(tmp_path)]) == 0
    written = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert written[0].name == "submission.xml" and all(path.is_file() for path in written)
    assert {path.suffix for path in written[1:5]} == {".csv"}
    xform = etree.fromstring(convert(resource("instruments", "gmsc.md").read_bytes(), file_type=".md").xform.encode())
    instance = xform.find(".//{http://www.w3.org/2002/xforms}instance")[0]
    places = {way for way, _text in _ways(instance)}
    submission = list(_ways(etree.parse(written[0]).getroot()))
    assert {way for way, _text in submission} <= places
    assert sum(bool(text) for _way, text in submission) > 80


def _ways(element: Any, above: str = "") -> Iterator[tuple[str, str]]:
    way = f"{above}/{etree.QName(element).localname}"
    yield way, (element.text or "").strip()
    for child in element:
        yield from _ways(child, way)


def test_a_workbook_of_another_program_leaves_nothing_but_its_issues_on_standard_error(
    capsys: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder, tmp_path: Path
) -> None:
    from openpyxl import Workbook

    book = Workbook()
    survey, settings = book.active, book.create_sheet("settings")
    for row in (("type", "name", "label"), ("text", "q", "Q")):
        survey.append(row)
    for row in (("form_id", "name"), ("f", "akar")):
        settings.append(row)
    survey.title = "survey"
    path = tmp_path / "f.xlsx"
    book.save(path)
    _without_default_style(path)
    assert run(["--language", "en", "instrument", "check", str(path)]) == 0
    assert capsys.readouterr().err == ""
    assert [str(found.message) for found in recwarn if "openpyxl" in found.filename] == []


def _without_default_style(path: Path) -> None:
    """As some programs save workbooks: openpyxl warns of them."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    styles = parts["xl/styles.xml"]
    parts["xl/styles.xml"] = re.sub(rb"<cellStyles.*</cellStyles>", b"", styles, flags=re.DOTALL)
    assert parts["xl/styles.xml"] != styles
    with zipfile.ZipFile(path, "w") as new:
        for name, data in parts.items():
            new.writestr(name, data)
