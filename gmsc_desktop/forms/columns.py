"""Column headings of XLSForm sheets: aliases, languages, and which columns this program runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.instrument import Text
from gmsc_desktop.forms.issues import IssueList
from gmsc_desktop.forms.markup import marked, plain
from gmsc_desktop.forms.reader import Row, Sheet

NO_LANGUAGE = "default"
NO_TEXT = Text()
MEDIA = ("image", "big-image", "audio", "video")
TRANSLATED = frozenset({"label", "hint", "guidance_hint", "constraint_message", "required_message", *MEDIA})
SURVEY = TRANSLATED | {
    "type", "name", "required", "constraint", "relevant", "calculation", "default", "read_only", "choice_filter",
    "appearance", "parameters", "disabled", "repeat_count", "trigger",
    "weight", "score_method", "dimension", "evidence", "critical", "self_assessment",
}  # fmt: skip
CHOICES = frozenset({"list_name", "name", "label", "score", *MEDIA})
CATEGORIES = frozenset({"name", "label", "min"})
SETTINGS = frozenset({
    "form_title", "form_id", "version", "default_language", "style", "instance_name", "name", "allow_choice_duplicates",
    "score_decimals", "score_rounding", "score_max", "score_floor",
})  # fmt: skip
_REFUSED = frozenset({"query", "bind::jr:preload", "bind::jr:preloadparams"})
_OTHERS = re.compile(
    r"(body|bind|control|instance|entities|cht|sms_\w+)(::?.*)?|save_to|intent|rows|autoplay|no_?app_?error_?string|"
    r"accuracythreshold|compact_tag|sms_.*|public_key|submission_url|auto_send|auto_delete|add_none_option|"
    r"omit_instanceid|clean_text_values|namespaces|prefix|delimiter|kobo(matrix)?--.*|\$\w+"
)
"""Columns that speak to other programs, or of how these show the form."""
_ALIASES = {
    "caption": "label", "command": "type", "tag": "name", "value": "name", "relevance": "relevant",
    "calculate": "calculation", "readonly": "read_only", "constraining_message": "constraint_message",
    "constraint_msg": "constraint_message", "requiredmsg": "required_message", "count": "repeat_count",
    "jr:count": "repeat_count", "list": "list_name", "set_form_title": "form_title", "title": "form_title",
    "set_form_id": "form_id", "id_string": "form_id", "bind::jr:constraintmsg": "constraint_message",
    "bind::jr:requiredmsg": "required_message", "bind::relevant": "relevant", "bind::required": "required",
    "bind::constraint": "constraint", "bind::calculate": "calculation", "bind::readonly": "read_only",
    "control::appearance": "appearance", "body::appearance": "appearance", "minimum": "min",
    "control::jr:count": "repeat_count", "body::jr:count": "repeat_count", "bind::calculation": "calculation",
    "required_msg": "required_message", "guidance": "guidance_hint",
    **{f"media::{kind}": kind for kind in MEDIA},
}  # fmt: skip
_CHOICE_ALIASES = {"caption", "value", "list", "list_name", *(name for name in _ALIASES if name.startswith("media"))}
"""Of a choices sheet: other headings are columns of the form's author."""
_LANGUAGE_NAMES = {"bahasa indonesia": "id", "indonesia": "id", "indonesian": "id", "english": "en", "inggris": "en"}
_PROSE = frozenset({"form_title"})
_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'})
_NESTED = frozenset({"bind", "control", "body", "media"})
"""First words of headings in which one colon may stand for two."""
_CODE = re.compile(r"\(\s*([A-Za-z]{2,8}(?:-[A-Za-z0-9]+)*)\s*\)\s*$")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: heading as written, our name for it, and the code of its language (``default`` when it has none)."""

    heading: str
    name: str
    language: str = NO_LANGUAGE


def language_code(name: str) -> str:
    """``Bahasa Indonesia (id)`` as ``id``; a name without a code stays as it is."""
    found = _CODE.search(name)
    if found:
        return found[1]
    return _LANGUAGE_NAMES.get(name.strip().casefold(), name.strip())


def column_of(heading: str, *, choices: bool = False) -> Column:
    """What a heading stands for; ``choices`` is true of sheets whose further columns are the author's own."""
    separator = "::" if "::" in heading else ":"
    parts = [part.strip() for part in heading.split(separator)]
    names = [
        re.sub(r"[\s-]+(?=(msg|message|hint|count|only|filter|name)$)|\s+", "_", part.casefold()) for part in parts
    ]
    whole = separator.join(names)
    if separator == ":" and names[0] in _NESTED:
        whole = f"{names[0]}::{':'.join(names[1:])}"
    known = _aliased(whole, choices=choices)
    if known is not None:
        return Column(heading, known)
    if names[0] == "media" and len(names) == 3 and names[1] in MEDIA:
        return Column(heading, names[1], language_code(parts[2]))
    name = _aliased(names[0], choices=choices) or names[0]
    if len(parts) == 1:
        return Column(heading, name)
    if name in TRANSLATED and len(parts) == 2:
        return Column(heading, name, language_code(parts[1]))
    return Column(heading, whole)


def _aliased(name: str, *, choices: bool) -> str | None:
    return _ALIASES.get(name) if not choices or name in _CHOICE_ALIASES else None


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one row, by our names of the columns; ``texts`` by name and language."""

    row: int
    plain: Mapping[str, str]
    texts: Mapping[str, Mapping[str, str]]
    headings: Mapping[str, str]

    def get(self, name: str) -> str:
        """The cell, or the empty text."""
        return self.plain.get(name, "")

    def text(self, name: str, languages: Iterable[str]) -> Text:
        """A translated cell, in the order of ``languages``."""
        found = self.texts.get(name)
        if not found:
            return NO_TEXT
        return Text(MappingProxyType({code: plain(found[code]) for code in languages if found.get(code)}))

    def emphasis(self, names: Iterable[str], languages: tuple[str, ...]) -> Mapping[str, Text]:
        """What is emphasised in translated cells, by column, as ``domain.emphasis`` writes it; only where something
        is."""
        found = {}
        for name in names:
            cell = self.texts.get(name) or {}
            by_language = {code: text for code in languages if (text := marked(cell.get(code, "")))}
            if by_language:
                found[name.removesuffix("_hint")] = Text(MappingProxyType(by_language))
        return MappingProxyType(found)

    def media(self, languages: tuple[str, ...]) -> Mapping[str, Text]:
        """The files shown with the label, by kind."""
        return MappingProxyType({kind: self.text(kind, languages) for kind in MEDIA if self.texts.get(kind)})

    def heading(self, name: str) -> str:
        """The heading as the author wrote it."""
        return self.headings.get(name, name)


def columns_of(sheet: Sheet) -> dict[str, Column]:
    """The columns of a sheet, by heading."""
    choices = sheet.name in ("choices", "external_choices")
    return {heading: column_of(heading, choices=choices) for heading in sheet.headers}


def straightened(text: str) -> str:
    """``text`` with straight quotation marks: word processors bend those of expressions, and stock tools bend them
    back."""
    return text.translate(_QUOTES)


def cells_of(row: Row, columns: Mapping[str, Column]) -> Cells:
    """One row by our names."""
    plain: dict[str, str] = {}
    texts: dict[str, dict[str, str]] = {}
    headings: dict[str, str] = {}
    for heading, text in row.cells.items():
        column = columns[heading]
        headings.setdefault(column.name, heading)
        if column.name in TRANSLATED:
            texts.setdefault(column.name, {})[column.language] = text
        else:
            plain.setdefault(column.name, straightened(text) if column.name not in _PROSE else text)
    return Cells(row.number, plain, texts, headings)


def check_columns(sheet: Sheet, known: frozenset[str], issues: IssueList, *, extra: bool = False) -> None:
    """Refuse columns that would change what the form does and are not run; doubt those nobody knows.

    ``extra`` columns are allowed in the choices sheet: a ``choice_filter`` reads them.
    """
    for column in columns_of(sheet).values():
        used = [row for row in sheet.rows if row.cells.get(column.heading)]
        if column.name in known or not used:
            continue
        if column.name in _REFUSED:
            issues.error(
                sheet.name,
                used[0].number,
                column.heading,
                N_("The column “{column}” is not supported."),
                N_("Remove the column, or say the same with the columns that are supported."),
                column=column.heading,
            )
        elif not extra and _OTHERS.fullmatch(column.name):
            issues.warn(
                sheet.name,
                1,
                column.heading,
                N_("The column “{column}” is for other programs and is not read here."),
                "",
                column=column.heading,
            )
        elif not extra:
            issues.warn(
                sheet.name,
                1,
                column.heading,
                N_("The column “{column}” is not known and will not be read."),
                N_("Correct the heading if something else was meant."),
                column=column.heading,
            )


def languages_of(sheets: Iterable[Sheet], default: str) -> tuple[str, ...]:
    """The languages used, the default one first."""
    found: dict[str, None] = {}
    for sheet in sheets:
        for column in columns_of(sheet).values():
            if column.name in TRANSLATED:
                found.setdefault(column.language)
    chosen = language_code(default) if default else ""
    if chosen in found:
        return (chosen, *(code for code in found if code != chosen))
    return tuple(found) or (NO_LANGUAGE,)
