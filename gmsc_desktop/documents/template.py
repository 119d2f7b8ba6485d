"""The words, colours and logo of a certificate, from a file the office can change (docs/certificate-template.md).

The file is JSON. Whatever is wrong with it is said by member, so that the person who changed it finds it.
"""

from __future__ import annotations

import functools
import json
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gmsc_desktop.documents.images import LOGO_MOST, make_logo
from gmsc_desktop.domain.awards import Award
from gmsc_desktop.domain.canonical import sha256_hex
from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.numbers import show_date

FORMAT = "gmsc-certificate-template/1"
PLACEHOLDERS = ("register_number", "recipient", "province", "category", "year", "decision", "place", "date")
MOST_LINES = 4
LONGEST = 300
SMALLEST_LOGO, LARGEST_LOGO = 8, 30
"""Height of the logo in millimetres."""

_TEXTS = ("title", "number", "given_to", "as", "place_and_date", "qr_caption")
_LISTS = ("issuer", "body")
_COLOURS = ("main", "accent", "border", "ground")
_MEMBERS = ("format", *_TEXTS, *_LISTS, "logo", "logo_height_mm", "colours")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_KEPT = N_("Nothing was printed.")


@dataclass(frozen=True, slots=True)
class CertificateTemplate:
    """What every certificate of one office has in common. Texts may hold ``PLACEHOLDERS`` in braces. ``logo`` is a PNG
    without transparency or empty; colours are ``#RRGGBB``; ``digest`` is the SHA-256 of everything above."""

    issuer: tuple[str, ...]
    title: str
    number: str
    given_to: str
    as_what: str
    body: tuple[str, ...]
    place_and_date: str
    qr_caption: str
    logo: bytes
    logo_height_mm: int
    main: str
    accent: str
    border: str
    ground: str
    digest: str

    def filled(self, text: str, award: Award) -> str:
        """``text`` with the award's particulars in it; empty when it speaks of something the award does not have."""
        names = _names(text)
        if not names:
            return text.format()
        values = {
            "register_number": award.register_number,
            "recipient": award.region.name,
            "province": award.region.province,
            "category": award.category,
            "year": str(award.year),
            "decision": award.decision,
            "place": award.place,
            "date": show_date(award.day),
        }
        if any(not values[name] for name in names):
            return ""
        return text.format_map(values)


def read_template(path: Path) -> CertificateTemplate:
    """The template in the file ``path``; a logo it names lies beside it. Raises ``InvalidInput`` saying what is wrong
    where."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            N_("The certificate template {name} cannot be read: {detail}."),
            kept=_KEPT,
            name=path.name,
            detail=str(error),
        ) from error

    def load(name: str) -> bytes:
        logo = path.parent / name
        if logo.parent != path.parent or not logo.is_file() or logo.stat().st_size > LOGO_MOST:
            raise _wrong(
                path.name, N_("{name}: there is no picture {value} of at most 10 MB beside the template."), name
            )
        return logo.read_bytes()

    return parse_template(text, path.name, load)


def parse_template(text: str, name: str, load: Any) -> CertificateTemplate:
    """The template that the JSON ``text`` says; ``load`` gives the bytes of the logo it names. ``name`` is for the
    errors. Raises ``InvalidInput``."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise InvalidInput(
            N_("The certificate template {name} is no JSON: {detail}."), kept=_KEPT, name=name, detail=str(error)
        ) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _wrong(name, N_("{name}: the member format must be {value}."), FORMAT)
    for member in (*_MEMBERS, *document):
        if member not in document:
            raise _wrong(name, N_("{name}: the member {value} is missing."), member)
        if member not in _MEMBERS:
            raise _wrong(name, N_("{name}: there is no member {value} in a template."), member)
    texts = {member: _line(name, member, document[member]) for member in _TEXTS}
    lists = {member: _lines(name, member, document[member]) for member in _LISTS}
    colours = _colours(name, document["colours"])
    logo = document["logo"]
    height = document["logo_height_mm"]
    if not isinstance(logo, str):
        raise _wrong(name, N_("{name}: {value} must be a text."), "logo")
    if type(height) is not int or not SMALLEST_LOGO <= height <= LARGEST_LOGO:
        raise _wrong(
            name, N_("{name}: logo_height_mm must be a whole number from {value}."), f"{SMALLEST_LOGO}–{LARGEST_LOGO}"
        )
    picture = b""
    if logo:
        found = make_logo(load(logo))
        if found is None:
            raise _wrong(name, N_("{name}: the logo {value} is no picture this program can read (PNG or JPEG)."), logo)
        picture = found
    return CertificateTemplate(
        issuer=lists["issuer"],
        title=texts["title"],
        number=texts["number"],
        given_to=texts["given_to"],
        as_what=texts["as"],
        body=lists["body"],
        place_and_date=texts["place_and_date"],
        qr_caption=texts["qr_caption"],
        logo=picture,
        logo_height_mm=height,
        digest=sha256_hex(text.encode() + picture),
        **colours,
    )


def _wrong(name: str, template: str, value: str) -> InvalidInput:
    return InvalidInput(
        template,
        kept=_KEPT,
        cure=N_("Correct the template, or take it away to use the one that came with the program."),
        name=name,
        value=value,
    )


@functools.lru_cache(maxsize=64)
def _names(text: str) -> tuple[str, ...]:
    return tuple(field for _literal, field, _form, _conversion in string.Formatter().parse(text) if field is not None)


def _line(name: str, member: str, value: object) -> str:
    if not isinstance(value, str):
        raise _wrong(name, N_("{name}: {value} must be a text."), member)
    if len(value) > LONGEST:
        raise _wrong(name, N_("{name}: the text of {value} is longer than 300 letters."), member)
    try:
        parsed = list(string.Formatter().parse(value))
    except ValueError as error:
        raise _wrong(
            name, N_("{name}: the braces in {value} do not match; write {{ or }} twice for a brace."), member
        ) from error
    for _literal, field, form, conversion in parsed:
        if field is not None and (field not in PLACEHOLDERS or form or conversion):
            raise _wrong(name, N_("{name}: there is no placeholder {value}."), f"{{{field}}}")
    return " ".join(value.split())


def _lines(name: str, member: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST_LINES:
        raise _wrong(name, N_("{name}: {value} must be a list of at most four texts."), member)
    return tuple(_line(name, member, each) for each in value)


def _colours(name: str, value: object) -> Mapping[str, str]:
    if not isinstance(value, dict) or set(value) != set(_COLOURS):
        raise _wrong(name, N_("{name}: colours must name exactly {value}."), ", ".join(_COLOURS))
    for each in value.values():
        if not isinstance(each, str) or not _COLOUR.fullmatch(each):
            raise _wrong(name, N_("{name}: {value} is no colour of the form #0E4A56."), str(each))
    return value
