"""The attacks on signed PDFs that are known by name, each on a real file, each called altered or damaged.

Universal forgery (USF), incremental saving (ISA), signature wrapping (SWA), shadow attacks (hide, replace, hide and
replace), and on certified documents evil annotations (EAA) and sneaky signatures (SSA), as published by the PDF
insecurity project of Ruhr University Bochum; and exchanges between two papers that are both genuine.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import cache

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec

from gmsc_desktop.documents.signing import sign_pdf
from gmsc_desktop.domain.verdict import Status
from gmsc_desktop.identity.signer import SigningIdentity
from tests.documents.test_verifying import (
    CAUGHT,
    add_annotation,
    appended,
    codes,
    countersigned,
    overlay,
    pyhanko_signer,
    sign_with_pyhanko,
    swap_attachment,
    verify,
)
from tests.signing_kit import (
    BOXES,
    BUDI,
    NOW,
    SRI,
    content_bytes,
    enrolled,
    other_office,
    plain_pdf,
    self_signed,
    signed_pdf,
    unsigned_pdf,
    visit_content,
)


def edited(pdf: bytes, pattern: bytes, replacement: bytes | Callable[[re.Match[bytes]], bytes]) -> bytes:
    """``pdf`` with the last place ``pattern`` matches replaced; it must be there."""
    (*_before, found) = re.finditer(pattern, pdf, re.DOTALL)
    new = replacement(found) if callable(replacement) else replacement
    return pdf[: found.start()] + new + pdf[found.end() :]


def padded(new: bytes) -> Callable[[re.Match[bytes]], bytes]:
    """A replacement of the same length, so that no offset in the file moves."""
    return lambda found: new.ljust(len(found[0]))


# universal signature forgery: a signature with something missing that a verifier might take for valid


CONTENTS = rb"/Contents <[0-9a-fA-F]+>"
RANGE = rb"/ByteRange ?\[[0-9 ]+\]"
UNIVERSAL = {
    "no contents": (CONTENTS, padded(b"")),
    "contents under another name": (rb"/Contents <", b"/Kontents <"),
    "empty contents": (CONTENTS, padded(b"/Contents <>")),
    "contents null": (CONTENTS, padded(b"/Contents null")),
    "contents a name": (CONTENTS, padded(b"/Contents /X")),
    "contents one byte": (CONTENTS, padded(b"/Contents <00>")),
    "contents all zero": (CONTENTS, lambda found: b"/Contents <" + b"0" * (len(found[0]) - 12) + b">"),
    "contents a literal string": (CONTENTS, padded(b"/Contents (x)")),
    "no range": (RANGE, padded(b"")),
    "range null": (RANGE, padded(b"/ByteRange null")),
    "range empty": (RANGE, padded(b"/ByteRange []")),
    "range of nothing": (RANGE, padded(b"/ByteRange [0 0 0 0]")),
    "range of two": (RANGE, padded(b"/ByteRange [0 100]")),
    "range negative": (RANGE, padded(b"/ByteRange [0 -1 -1 0]")),
    "range beyond the end": (RANGE, padded(b"/ByteRange [0 9 99 99999999]")),
    "range of text": (RANGE, padded(b"/ByteRange [(0) (1) (2) (3)]")),
    "range twice": (RANGE, padded(b"/ByteRange [0 1 2 3]/ByteRange [0 1 2 3]")),
    "no subfilter": (rb"/SubFilter ?/ETSI.CAdES.detached", padded(b"")),
    "another subfilter": (rb"/SubFilter ?/ETSI.CAdES.detached", padded(b"/SubFilter /adbe.pkcs7.sha1")),
    "an old subfilter": (rb"/SubFilter ?/ETSI.CAdES.detached", padded(b"/SubFilter /adbe.x509.rsa_sha1")),
    "no type": (rb"/Type ?/Sig\b", padded(b"")),
}


@pytest.mark.parametrize("name", sorted(UNIVERSAL))
def test_a_signature_with_something_missing_is_none(name: str) -> None:
    pattern, replacement = UNIVERSAL[name]
    assert verify(edited(signed_pdf(), pattern, replacement)).status in CAUGHT
    verdict = verify(edited(countersigned(), pattern, replacement))
    assert verdict.status in CAUGHT
    assert not all(signer.trusted for signer in verdict.signers) or len(verdict.signers) < 2


# incremental saving: something appended with less and less around it


def _object(pdf: bytes) -> bytes:
    """The page's content, written once more as something else."""
    reader = PdfFileReader(io.BytesIO(pdf))
    page = reader.root["/Pages"]["/Kids"][0]
    number = page.raw_get("/Contents").idnum
    body = b"q 1 0 0 rg 0 0 300 300 re f Q"
    return b"%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (number, len(body), body)


def _saved(pdf: bytes, *, table: bool, trailer: bool, start: bool, end: bool, copied: bytes = b"") -> bytes:
    begin = len(pdf)
    out = pdf + copied + _object(pdf)
    number = int(_object(pdf).split()[0])
    at = len(out)
    size, root = 200, re.findall(rb"/Root (\d+ \d+ R)", pdf)[-1]
    previous = re.findall(rb"startxref\s+(\d+)", pdf)[-1]
    if table:
        out += b"xref\n%d 1\n%010d 00000 n \n" % (number, begin + len(copied))
    if trailer:
        out += b"trailer\n<< /Size %d /Root %s /Prev %s >>\n" % (size, root, previous)
    if start:
        out += b"startxref\n%d\n" % (at if table else int(previous))
    return out + b"%%EOF\n" if end else out


def _copied_signature(pdf: bytes) -> bytes:
    end = pdf.index(b"endobj\n", pdf.index(b"/ByteRange"))
    return pdf[pdf.rindex(b"endobj\n", 0, pdf.index(b"/Contents <")) + 7 : end + 7]


def incremental() -> dict[str, Callable[[bytes], bytes]]:
    return {
        "whole": lambda pdf: _saved(pdf, table=True, trailer=True, start=True, end=True),
        "no table": lambda pdf: _saved(pdf, table=False, trailer=True, start=True, end=True),
        "no table, no trailer": lambda pdf: _saved(pdf, table=False, trailer=False, start=True, end=True),
        "no trailer": lambda pdf: _saved(pdf, table=True, trailer=False, start=True, end=True),
        "nothing but the object": lambda pdf: _saved(pdf, table=False, trailer=False, start=False, end=False),
        "no start": lambda pdf: _saved(pdf, table=True, trailer=True, start=False, end=True),
        "with a copy of the signature": lambda pdf: _saved(
            pdf, table=True, trailer=True, start=True, end=True, copied=_copied_signature(pdf)
        ),
        "no table, with a copy of the signature": lambda pdf: _saved(
            pdf, table=False, trailer=False, start=True, end=True, copied=_copied_signature(pdf)
        ),
        "the old end once more": lambda pdf: pdf + _object(pdf) + pdf[pdf.rindex(b"startxref") :],
        "the old table once more": lambda pdf: pdf + _object(pdf) + pdf[pdf.rindex(b"xref\n", 0, -30) :],
        "an end within a comment": lambda pdf: pdf + b"%" + _object(pdf) + b"\n%%EOF\n",
    }


@pytest.mark.parametrize("name", sorted(incremental()))
def test_what_is_saved_behind_a_signature_is_found(name: str) -> None:
    for pdf in (signed_pdf(), countersigned()):
        assert verify(incremental()[name](pdf)).status in CAUGHT


# signature wrapping: the signed bytes moved away, others in their place


def _hole(pdf: bytes) -> tuple[int, int]:
    """Where the digits of the last signature begin and end, without the brackets."""
    found = [*re.finditer(rb"/Contents <([0-9a-fA-F]+)>", pdf)][-1]
    return found.start(1), found.end(1)


def _wrapped(pdf: bytes, gap: bytes) -> bytes:
    """The second signed part moved behind ``gap``; a second range, in the zeros of the hole, points there."""
    begin, end = _hole(pdf)
    digits = pdf[begin:end].rstrip(b"0")
    digits += b"0" * (len(digits) % 2)
    start, first, second, length = map(int, re.findall(rb"/ByteRange ?\[(\d+) (\d+) (\d+) (\d+)\]", pdf)[-1])
    moved = b"/ByteRange [%d %d %d %d]" % (start, first, second + len(gap), length)
    inside = digits + b">" + moved + b" /X <"
    assert len(inside) <= end - begin
    return pdf[:begin] + inside.ljust(end - begin, b"0") + pdf[end : end + 1] + gap + pdf[end + 1 :]


def _other_range(pdf: bytes, change: Callable[[list[int]], list[int]]) -> bytes:
    def new(found: re.Match[bytes]) -> bytes:
        numbers = change([int(item) for item in re.findall(rb"\d+", found[0])])
        return (b"/ByteRange [" + b" ".join(b"%d" % item for item in numbers) + b"]").ljust(len(found[0]))

    return edited(pdf, RANGE, new)


def wrappings() -> dict[str, Callable[[bytes], bytes]]:
    return {
        "moved behind an object": lambda pdf: _wrapped(pdf, b"\n" + _object(pdf)),
        "moved behind white space": lambda pdf: _wrapped(pdf, b"\n" * 40),
        "a range in the hole": lambda pdf: _wrapped(pdf, b""),
        "a hole that begins later": lambda pdf: _other_range(pdf, lambda r: [r[0], r[1] + 4, r[2], r[3]]),
        "a hole that ends later": lambda pdf: _other_range(pdf, lambda r: [r[0], r[1], r[2] + 4, r[3] - 4]),
        "a hole that begins before": lambda pdf: _other_range(pdf, lambda r: [r[0], r[1] - 20, r[2], r[3]]),
        "a start that is not the start": lambda pdf: _other_range(pdf, lambda r: [9, r[1] - 9, r[2], r[3]]),
        "an end before the end": lambda pdf: _other_range(pdf, lambda r: [r[0], r[1], r[2], r[3] - 6]),
        "the second part twice": lambda pdf: pdf + pdf[_hole(pdf)[1] + 1 :],
    }


@pytest.mark.parametrize("name", sorted(wrappings()))
def test_signed_bytes_that_were_moved_are_found(name: str) -> None:
    for pdf in (signed_pdf(), countersigned()):
        assert verify(wrappings()[name](pdf)).status in CAUGHT


# shadow attacks: what will be shown is prepared before signing and turned over afterwards


@cache
def prepared() -> bytes:
    """A paper with a text field, a drawing that nothing shows and a picture over a text, made before it was signed."""
    with pikepdf.open(io.BytesIO(unsigned_pdf(content_bytes(visit_content())))) as document:
        page = document.pages[0]
        hidden = document.make_stream(b"q 1 0 0 rg 0 0 300 300 re f Q")
        cover = document.make_stream(
            b"1 1 1 rg 0 0 200 40 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 200, 40]
        )
        face = document.make_stream(b"q Q", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 90, 20])
        field = document.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T="Indeks", V="3,31", F=4,
                Rect=[300, 700, 390, 720], AP=pikepdf.Dictionary(N=face),
            )
        )  # fmt: skip
        page.obj.Annots = pikepdf.Array([field])
        page.obj.PieceInfo = pikepdf.Dictionary(Shadow=hidden)
        page.obj.Resources.XObject = pikepdf.Dictionary(Tutup=document.make_indirect(cover))
        page.contents_add(b"q 1 0 0 1 60 760 cm /Tutup Do Q")
        document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
        out = io.BytesIO()
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    made = out.getvalue()
    for box in BOXES:
        writer = IncrementalPdfFileWriter(io.BytesIO(made))
        fields.append_signature_field(writer, SigFieldSpec(box.name, on_page=0, box=box.rect))
        filled = io.BytesIO()
        writer.write(filled)
        made = filled.getvalue()
    return sign_pdf(made, enrolled(), at=NOW)


def _page(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    return writer.root["/Pages"]["/Kids"][0]


def _hide(writer: IncrementalPdfFileWriter) -> None:
    """The picture that covers the text is taken away."""
    cover = _page(writer)["/Resources"]["/XObject"].raw_get("/Tutup")
    empty = generic.StreamObject(dict_data=dict(cover.get_object()), stream_data=b" ")
    writer.objects[(cover.generation, cover.idnum)] = empty


def _hide_reference(writer: IncrementalPdfFileWriter) -> None:
    del _page(writer)["/Resources"]["/XObject"]["/Tutup"]
    writer.update_container(_page(writer)["/Resources"])


def _replace_value(writer: IncrementalPdfFileWriter) -> None:
    """Another text in a form field."""
    field = _page(writer)["/Annots"][0]
    field["/V"] = generic.pdf_string("4,00")
    writer.update_container(field)


def _replace_appearance(writer: IncrementalPdfFileWriter) -> None:
    """The same text in a form field, looking like another."""
    field = _page(writer)["/Annots"][0]
    box = generic.ArrayObject(generic.NumberObject(item) for item in (0, 0, 90, 20))
    form = {pdf_name("/Type"): pdf_name("/XObject"), pdf_name("/Subtype"): pdf_name("/Form"), pdf_name("/BBox"): box}
    face = generic.StreamObject(dict_data=form, stream_data=b"0 0 90 20 re f")
    field["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(face)})
    writer.update_container(field)


def _replace_font(writer: IncrementalPdfFileWriter) -> None:
    """The same text in a typeface with other figures."""
    found = _page(writer)["/Resources"]["/Font"]
    font = found[next(iter(found))]
    font["/Widths"] = generic.ArrayObject(generic.NumberObject(0) for _width in range(256))
    writer.update_container(font)


def _hide_and_replace(writer: IncrementalPdfFileWriter) -> None:
    """The drawing that nothing showed becomes the page."""
    page = _page(writer)
    page["/Contents"] = page["/PieceInfo"].raw_get("/Shadow")
    writer.update_container(page)


def _another_object_under_the_number(writer: IncrementalPdfFileWriter) -> None:
    """Nothing in the page changes but what the number of its content means."""
    contents = _page(writer).raw_get("/Contents")
    first = contents.get_object()
    reference = first.raw_get(0) if isinstance(first, generic.ArrayObject) else contents
    writer.objects[(reference.generation, reference.idnum)] = generic.StreamObject(stream_data=b"q Q")


def _new_text_field(writer: IncrementalPdfFileWriter) -> None:
    form, page = writer.root["/AcroForm"], _page(writer)
    box = generic.ArrayObject(generic.NumberObject(item) for item in (60, 740, 400, 800))
    entries = {
        pdf_name("/Type"): pdf_name("/Annot"),
        pdf_name("/Subtype"): pdf_name("/Widget"),
        pdf_name("/FT"): pdf_name("/Tx"),
        pdf_name("/T"): generic.pdf_string("Baru"),
        pdf_name("/V"): generic.pdf_string("4,00"),
        pdf_name("/Rect"): box,
    }
    made = writer.add_object(generic.DictionaryObject(entries))
    form["/Fields"].append(made)
    page["/Annots"].append(made)
    writer.update_container(form)
    writer.update_container(page)


def _rename_title(writer: IncrementalPdfFileWriter) -> None:
    writer.trailer["/Info"]["/Title"] = generic.pdf_string("Laporan Kota Lain")
    writer.update_container(writer.trailer["/Info"])


def _other_metadata(writer: IncrementalPdfFileWriter) -> None:
    metadata = writer.root.raw_get("/Metadata")
    text = metadata.get_object().data.replace(b"Laporan uji", b"Laporan lain")
    stream = generic.StreamObject(dict_data={pdf_name("/Type"): pdf_name("/Metadata")}, stream_data=text)
    stream[pdf_name("/Subtype")] = pdf_name("/XML")
    writer.root["/Metadata"] = writer.add_object(stream)
    writer.update_root()


SHADOWS = {
    "hide": _hide,
    "hide the reference": _hide_reference,
    "replace a value": _replace_value,
    "replace an appearance": _replace_appearance,
    "replace a typeface": _replace_font,
    "hide and replace": _hide_and_replace,
    "hide and replace under the number": _another_object_under_the_number,
    "a new text field": _new_text_field,
    "another title": _rename_title,
    "another title in the metadata": _other_metadata,
}


def _changed(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    # pyHanko brings the metadata up to date by itself, which would undo what is changed in them.
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer._update_meta = lambda: None  # type: ignore[method-assign]
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_prepared_paper_is_genuine_until_it_is_turned_over() -> None:
    assert verify(prepared()).status is Status.GENUINE
    assert verify(countersigned(pdf=prepared())).status is Status.GENUINE


@pytest.mark.parametrize("name", sorted(SHADOWS))
def test_what_is_turned_over_after_signing_is_found(name: str) -> None:
    changed = _changed(prepared(), SHADOWS[name])
    assert len(changed) > len(prepared()) + 100
    assert (verify(changed).status, codes(verify(changed))[-1]) == (Status.ALTERED, "appended")
    # By somebody who signs the change as well, in one update with it and in the next.
    assert verify(countersigned(pdf=changed)).status is Status.ALTERED
    writer = IncrementalPdfFileWriter(io.BytesIO(prepared()))
    writer._update_meta = lambda: None  # type: ignore[method-assign]
    SHADOWS[name](writer)
    verdict = verify(sign_with_pyhanko(writer, enrolled(BUDI), "PejabatDaerah"))
    assert (verdict.status, codes(verdict)[-1]) == (Status.ALTERED, "between")


# certified documents of other programs


def certified(permission: MDPPerm) -> bytes:
    """A document another program certified, with one more place to sign in."""
    writer = IncrementalPdfFileWriter(io.BytesIO(plain_pdf()))
    for number, name in enumerate(("Sertifikasi", "Kedua")):
        box = (60, 100 + 80 * number, 200, 160 + 80 * number)
        fields.append_signature_field(writer, SigFieldSpec(name, on_page=0, box=box))
    meta = signers.PdfSignatureMetadata(
        field_name="Sertifikasi", subfilter=fields.SigSeedSubFilter.PADES, certify=True, docmdp_permissions=permission,
        md_algorithm="sha256",
    )  # fmt: skip
    out = io.BytesIO()
    signers.PdfSigner(meta, pyhanko_signer(enrolled())).sign_pdf(writer, output=out, in_place=False)
    return out.getvalue()


def _sneaky(pdf: bytes, identity: SigningIdentity) -> bytes:
    """One more signature, whose face covers the page."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    fields.append_signature_field(writer, SigFieldSpec("Menutup", on_page=0, box=(0, 700, 595, 842)))
    return sign_with_pyhanko(writer, identity, "Menutup")


@pytest.mark.parametrize("permission", list(MDPPerm))
def test_nothing_is_added_to_a_certified_document(permission: MDPPerm) -> None:
    pdf = certified(permission)
    assert verify(pdf).status is Status.GENUINE
    # evil annotations: a figure over the page, which a certification may allow and a paper of ours never does
    for change in (add_annotation, overlay):
        assert verify(appended(pdf, change)).status is Status.ALTERED
    # sneaky signatures, by whom nobody knows and by somebody trusted here
    for identity in (other_office(), self_signed(BUDI), enrolled(BUDI)):
        assert verify(_sneaky(pdf, identity)).status is Status.ALTERED


def test_a_place_left_by_a_certified_document_may_be_signed_where_it_says_so() -> None:
    for permission, status in (
        (MDPPerm.NO_CHANGES, Status.ALTERED),
        (MDPPerm.FILL_FORMS, Status.GENUINE),
        (MDPPerm.ANNOTATE, Status.GENUINE),
    ):
        writer = IncrementalPdfFileWriter(io.BytesIO(certified(permission)))
        assert verify(sign_with_pyhanko(writer, enrolled(BUDI), "Kedua")).status is status, permission


# fields, tables, revisions


def _field_twice(writer: IncrementalPdfFileWriter) -> None:
    """A second field of the same name, which points to the same signature."""
    form = writer.root["/AcroForm"]
    form["/Fields"].append(writer.add_object(generic.DictionaryObject(dict(form["/Fields"][0].get_object()))))
    writer.update_container(form)


def _field_elsewhere(writer: IncrementalPdfFileWriter) -> None:
    """A field of another name that borrows the assessor's signature."""
    form = writer.root["/AcroForm"]
    entries = {pdf_name("/FT"): pdf_name("/Sig"), pdf_name("/T"): generic.pdf_string("Pejabat")}
    entries[pdf_name("/V")] = form["/Fields"][0].raw_get("/V")
    form["/Fields"].append(writer.add_object(generic.DictionaryObject(entries)))
    writer.update_container(form)


@pytest.mark.parametrize("change", [_field_twice, _field_elsewhere, swap_attachment])
def test_a_signature_is_not_used_twice(change: Callable[[IncrementalPdfFileWriter], None]) -> None:
    assert verify(appended(signed_pdf(), change)).status in CAUGHT
    assert verify(countersigned(pdf=appended(signed_pdf(), change))).status in CAUGHT


def test_a_table_that_old_and_new_readers_read_differently_is_refused() -> None:
    pdf = signed_pdf()
    body = b"\x00\x00\x00\xff"
    stream = b"900 0 obj\n<< /Type /XRef /Size 901 /W [1 2 1] /Index [0 1] /Length %d >>"
    stream += b"\nstream\n%s\nendstream\nendobj\n"
    hybrid = pdf + stream % (len(body), body)
    at = len(hybrid)
    root, previous = re.findall(rb"/Root (\d+ \d+ R)", pdf)[-1], re.findall(rb"startxref\s+(\d+)", pdf)[-1]
    hybrid += b"xref\n0 0\ntrailer\n<< /Size 901 /Root %s /Prev %s /XRefStm %d >>\n" % (root, previous, len(pdf))
    hybrid += b"startxref\n%d\n%%%%EOF\n" % at
    assert verify(hybrid).status in CAUGHT
    # Already there when it is signed: nobody can say which of the two was meant.
    writer = IncrementalPdfFileWriter(io.BytesIO(hybrid), strict=False)
    assert verify(sign_with_pyhanko(writer, enrolled(BUDI), "PejabatDaerah")).status in CAUGHT


def test_every_cut_but_to_a_whole_earlier_document_is_found() -> None:
    pdf = countersigned()
    ends = [found.end() for found in re.finditer(rb"%%EOF\n", pdf)]
    assert ends[-1] == len(pdf)
    said = [verify(pdf[:end]).status for end in ends[:-1]]
    # Unsigned, with its empty places, and by the assessor alone: that is the paper as it was then.
    assert said == [Status.ALTERED, Status.GENUINE]
    for end in ends[:-1]:
        for beside in (end - 7, end - 1, end + 1, end + 400):
            assert verify(pdf[:beside]).status in CAUGHT
            assert verify(pdf[:beside] + b"%%EOF\n").status in CAUGHT


# two genuine papers against each other


@cache
def _other() -> bytes:
    return signed_pdf(visit_content(2, place="Tempat lain"), enrolled())


def test_a_signature_taken_from_another_paper_does_not_hold() -> None:
    mine, other = signed_pdf(), _other()
    begin, end = _hole(mine)
    first, last = _hole(other)
    assert end - begin == last - first
    assert verify(mine[:begin] + other[first:last] + mine[end:]).status is Status.ALTERED


def test_a_page_taken_from_another_paper_is_found() -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(signed_pdf())) as mine, pikepdf.open(io.BytesIO(_other())) as other:
        mine.pages[1] = other.pages[1]
        mine.save(out)
    assert verify(out.getvalue()).status in CAUGHT


@pytest.mark.parametrize("signer", [None, self_signed(BUDI), other_office(), enrolled(BUDI)])
def test_the_content_of_another_visit_is_not_this_assessors(signer: SigningIdentity | None) -> None:
    """The pages of one paper with the content of another, all hashes worked out anew."""
    content = content_bytes(visit_content(2, place="Tempat lain"))
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(signed_pdf())) as document:
        del document.Root.AcroForm
        for page in document.pages:
            if "/Annots" in page:
                del page.Annots
        specification = document.Root.AF[0]
        for name in ("/F", "/UF"):
            if name in specification.EF:
                specification.EF[name].write(content)
        document.save(out)
    forged = out.getvalue()
    if signer is None:
        assert verify(forged).status is Status.ALTERED
        return
    verdict = verify(sign_pdf(forged, signer, at=NOW, boxes=BOXES))
    assert verdict.status is Status.UNKNOWN_SIGNER
    assert signer.fingerprint != enrolled(SRI).fingerprint
    assert "not_assessor" in codes(verdict)
