"""The same documents as Typst sets them, for the bars that name it: the report, and sheets of certificates.

Typst is called through its Python package (``pip install typst``, the extra ``bench``) as its manual has it, each time
in a process of its own, since it remembers what it has laid out before: ``typst.compile`` with the folders of the two
typefaces and without those of the system. Its processor time is what counts, as on our side; the process is there
already, and photos are made small beforehand by whoever measures.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from math import cos, pi, sin
from pathlib import Path
from typing import Any

from gmsc_desktop.documents import texts
from gmsc_desktop.documents.certificate import Certificate
from gmsc_desktop.documents.model import Field, Heading, Indicator, ReportModel
from gmsc_desktop.documents.template import CertificateTemplate
from gmsc_desktop.domain.numbers import show_date, show_decimal

ROOT = Path(__file__).resolve().parents[2]
MISSING = "Typst is not installed: pip install 'typst>=0.15,<0.16' (the extra `bench`), then run this bench again."


def typst_seconds(source: str, files: Mapping[str, bytes], runs: int = 3) -> float:
    """The middle of the processor times that Typst needs to compile ``source`` beside ``files``."""
    if importlib.util.find_spec("typst") is None:
        raise SystemExit(MISSING)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "main.typ").write_text(source, encoding="utf-8")
        for file, data in files.items():
            (folder / file).write_bytes(data)
        command = [sys.executable, "-m", "tests.bench._typst", str(folder / "main.typ")]
        taken = [
            float(subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout)
            for _run in range(runs)
        ]
    return statistics.median(taken)


def _compile(path: Path) -> float:
    from font_source_sans_pro import font_files_ttf as sans
    from font_source_serif_pro import font_files_ttf as serif

    typst: Any = importlib.import_module("typst")
    faces = [Path(next(iter(files.values()))).parent for files in (sans, serif)]
    start = time.process_time()
    typst.compile(path, font_paths=faces, ignore_system_fonts=True, format="pdf")
    return time.process_time() - start


def _say(text: str) -> str:
    """``text`` as a string of Typst's."""
    return json.dumps(text, ensure_ascii=False)


_REPORT = """
#set page(paper: "a4", margin: (x: 56pt, top: 70pt, bottom: 66pt),
  header: [#text(7.6pt)[TITLE]], footer: context [#text(7pt)[FOOTER #h(1fr)
    Halaman #counter(page).display() dari #counter(page).final().first()]])
#set text(font: "Source Sans Pro", size: 8.2pt, lang: "id", hyphenate: false)
#set par(leading: 0.55em)
#show heading: it => block(above: 14pt, below: 8pt, text(font: "Source Serif Pro", size: 19pt, it.body))
#let rule = (x, y) => (bottom: 0.5pt + gray)
#let strong-cell = (body) => text(weight: 600, body)
"""


def report_source(model: ReportModel, photos: Sequence[str]) -> str:
    """The evaluation report as Typst source, its photos being files named by their SHA-256."""
    said = [
        _REPORT.replace("TITLE", f"#{_say(f'{texts.REPORT} · {model.region.name}')}").replace(
            "FOOTER", f"#{_say(texts.FOOTER)}"
        ),
        f'#text(font: "Source Serif Pro", size: 24pt, {_say(texts.REPORT)})\n\n= #{_say(model.region.name)}',
        f"#text(size: 40pt, {_say(model.shown(model.index))}) #{_say(model.category)}",
        "#pagebreak()\n#outline()",
    ]
    facts = [(model.region.name, model.region.code), (model.place, model.stage), (model.content_hash, "")]
    people = [(p.name, p.nip, p.title, p.organisation) for p in model.people]
    said += [_head(texts.IDENTITY), _table((2, 2), ("", ""), facts)]
    said += [_table((2, 1, 1, 1), ("Nama", "NIP", "Jabatan", "Instansi"), people)]
    said += [_head(texts.SUMMARY), _radar(model), _bars(model), f"#{_say(model.results.summary)}"]
    lines = {line.number: line for line in model.evidence}
    for section in model.sections:
        rows: list[tuple[str, ...]] = []
        for entry in section.entries:
            if isinstance(entry, Heading):
                rows.append(("[]", f"strong-cell({_say(entry.label)})", "[]", "[]"))
            elif isinstance(entry, Field):
                rows.append(("[]", _say(f"{entry.label}: {entry.value}"), "[]", "[]"))
            elif isinstance(entry, Indicator):
                cell = [f"#strong-cell({_say(entry.label)})", f"#{_say(entry.dimension)}", f"#{_say(entry.descriptor)}"]
                if entry.self_level != entry.level:
                    cell.append(f"#{_say(entry.self_descriptor)}")
                if entry.note:
                    cell.append(f'#text(style: "italic", {_say(texts.NOTE + entry.note)})')
                for number in entry.evidence:
                    line = lines[number]
                    shown = f"image({_say(line.sha256 + '.jpg')}, height: 74pt)" if line.sha256 in photos else None
                    cell.append(f"#{shown}" if shown else f"#{_say(line.name)}")
                inside = "[" + " \\\n".join(cell) + "]"
                rows.append((_say(entry.number), inside, _say(str(entry.level)), _say(str(entry.self_level))))
        titles = ("No.", "Indikator", "Tingkat", "Mandiri")
        said += [_head(section.label), _table((30, 321, 66, 66), titles, rows, raw=True)]
    across = [
        (entry.number, entry.label, section.label, str(entry.level), str(entry.self_level))
        for section in model.sections
        for entry in section.entries
        if isinstance(entry, Indicator) and entry.dimension
    ]
    said += [_head(texts.DIMENSIONS), _table((30, 195, 130, 66, 62), ("No.", "Indikator", "Aspek", "", ""), across)]
    for name, items in (
        (texts.FINDINGS, model.results.findings),
        (texts.RECOMMENDATIONS, model.results.recommendations),
    ):
        found = [
            (str(n), item.text, "; ".join(f"{label}: {value}" for label, value in item.particulars))
            for n, item in enumerate(items, 1)
        ]
        said += [_head(name), _table((30, 303, 150), ("No.", name, ""), found)]
    matrix = [
        (e.number, f"{e.name} {e.caption}", e.subject, f"{e.sha256[:32]} {e.sha256[32:]}") for e in model.evidence
    ]
    said += [_head(texts.EVIDENCE), _table((42, 176, 142, 123), ("No.", "Berkas", "Butir", "SHA-256"), matrix)]
    tree = [
        (
            f"{line.label} {texts.METHODS.get(line.method, '') if line.method else ''}",
            "" if line.share is None else show_decimal(round(line.share, 2)),
            "" if line.value is None else show_decimal(round(line.value, 4)),
        )
        for line in model.tree
    ]
    said += [_head(texts.SCORING), _table((333, 74, 76), ("Butir", "Porsi", "Nilai"), tree)]
    return "\n\n".join([*said, "#pagebreak()", _head(texts.SIGNATURES)])


def _head(text: str) -> str:
    return f"= #{_say(text)}"


def _table(widths: Sequence[int], titles: Sequence[str], rows: Sequence[Sequence[str]], *, raw: bool = False) -> str:
    columns = ", ".join(f"{width}fr" for width in widths)
    head = ", ".join(f"strong-cell({_say(title)})" for title in titles)
    cells = ",\n".join(", ".join(cell if raw else _say(cell) for cell in row) for row in rows)
    return f"#table(columns: ({columns}), stroke: rule, inset: 4pt, table.header({head}),\n{cells})"


def _radar(model: ReportModel) -> str:
    count = len(model.dimensions)

    def ring(radii: Sequence[float]) -> str:
        points = [
            f"({110 + 90 * r * sin(2 * pi * n / count):.2f}pt, {110 - 90 * r * cos(2 * pi * n / count):.2f}pt)"
            for n, r in enumerate(radii)
        ]
        return ", ".join(points)

    rings = "\n".join(f"#place(polygon(stroke: 0.5pt + gray, {ring([level / 4] * count)}))" for level in range(1, 5))
    shares = [float((bar.value or 0) / model.index_max) for bar in model.dimensions]
    return f'#box(width: 220pt, height: 220pt)[{rings}\n#place(polygon(fill: rgb("d5e6e6"), {ring(shares)}))]'


def _bars(model: ReportModel) -> str:
    return "\n".join(
        f"#{_say(bar.label)} #box(rect(width: {80 * float((bar.value or 0) / model.index_max):.1f}pt, height: 5pt, "
        'fill: rgb("2c8c91")))'
        for bar in model.aspects
    )


def border_pdf(template: CertificateTemplate, width: float, height: float) -> bytes:
    """The border of a certificate alone, for Typst to lay under every sheet."""
    from reportlab.lib.colors import HexColor
    from reportlab.pdfgen.canvas import Canvas

    from gmsc_desktop.documents.guilloche import draw_border

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(width, height), pageCompression=1, invariant=1)
    colours = (HexColor(colour) for colour in (template.border, template.accent, template.ground))
    draw_border(canvas, width, height, 28.35, *colours)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def certificates_source(certificates: Sequence[Certificate], template: CertificateTemplate) -> str:
    """Certificates as Typst source over the border in ``border.pdf``."""
    said = [
        "#set page(width: 841.89pt, height: 595.28pt, margin: (top: 80pt, x: 60pt, bottom: 40pt),\n"
        '  background: image("border.pdf", width: 100%, height: 100%))\n'
        '#set text(lang: "id", hyphenate: false)\n#set align(center)\n#set par(spacing: 9pt)'
    ]
    for number, certificate in enumerate(certificates):
        award, region = certificate.award, certificate.award.region
        first = award.signatories[0]
        if number:
            said.append("#pagebreak()")
        for face, weight, size, text in (
            ("Source Sans Pro", 600, 9.2, template.issuer[0].upper()),
            ("Source Serif Pro", 600, 39, template.title),
            ("Source Sans Pro", 400, 10.5, f"Nomor {award.register_number}"),
            ("Source Serif Pro", 400, 13.5, template.given_to),
            ("Source Serif Pro", 600, 36, region.name),
            ("Source Sans Pro", 400, 10.5, f"Provinsi {region.province}"),
            ("Source Serif Pro", 400, 13.5, template.as_what),
            ("Source Serif Pro", 600, 25, award.category),
            ("Source Serif Pro", 400, 11.6, f"atas capaian dalam pelaksanaan Gerakan Menuju Smart City {award.year}"),
            ("Source Serif Pro", 400, 11.6, f"berdasarkan {award.decision}"),
            ("Source Serif Pro", 400, 11, f"{award.place}, {show_date(award.day)}"),
            ("Source Serif Pro", 400, 11, first.title),
            ("Source Serif Pro", 600, 13, first.name),
            ("Source Sans Pro", 400, 8.6, f"NIP {first.nip}"),
        ):
            said.append(f'#text(font: "{face}", weight: {weight}, size: {size}pt, {_say(text)})')
        said.append("#line(length: 180pt, stroke: 0.7pt)")
    return "\n\n".join(said)


if __name__ == "__main__":
    print(_compile(Path(sys.argv[1])))
