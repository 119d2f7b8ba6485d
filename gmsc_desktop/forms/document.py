"""A compiled instrument as the document the vault keeps under its hash, and back. Lossless."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from gmsc_desktop.domain.canonical import canonical_bytes, sha256_hex
from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.instrument import (
    Category,
    Choice,
    Document,
    EvidenceRule,
    Instrument,
    Item,
    ItemType,
    ScoreMethod,
    Text,
)
from gmsc_desktop.forms.tables import choices_from, csv_text, read_csv, table_of

FORMAT = "gmsc-instrument/1"
_TEXTS = ("label", "hint", "guidance", "constraint_message", "required_message")


def to_document(instrument: Instrument) -> Document:
    """``instrument`` as JSON-ready data; members of an item that hold their usual value are left out."""
    found: Document = {
        "format": FORMAT,
        "form_id": instrument.form_id,
        "version": instrument.version,
        "title": _text(instrument.title),
        "languages": list(instrument.languages),
        "default_language": instrument.default_language,
        "items": [_item(item) for item in instrument.items],
        "choices": [
            {"list": name, "choices": [_choice(choice) for choice in found]}
            for name, found in instrument.choices.items()
            if table_of(name, instrument.tables) is None
        ],
        "dimensions": [{"name": name, "label": _text(label)} for name, label in instrument.dimensions.items()],
        "categories": [
            {"name": found.name, "label": _text(found.label), "min": str(found.minimum)}
            for found in instrument.categories
        ],
        "score_decimals": instrument.score_decimals,
        "score_rounding": instrument.score_rounding,
        "score_max": None if instrument.score_max is None else str(instrument.score_max),
        "settings": dict(instrument.settings),
    }
    if instrument.tables:
        found["tables"] = [{"name": name, "csv": csv_text(table)} for name, table in instrument.tables.items()]
    return found


def instrument_hash(instrument: Instrument) -> str:
    """The SHA-256 of the document's canonical JSON: what a visit is pinned to."""
    return sha256_hex(canonical_bytes(to_document(instrument)))


def from_document(document: Document) -> Instrument:
    """The instrument a document of this format holds. Raises ``InvalidInput`` when it is something else."""
    found = document.get("format") if isinstance(document, dict) else None
    if found != FORMAT:
        raise InvalidInput(N_("This is not an instrument in a form this program knows: {format}."), format=str(found))
    try:
        return _instrument(document)
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation, IndexError) as error:
        raise InvalidInput(N_("The instrument cannot be read: {detail}."), detail=str(error)) from error


def _instrument(data: Document) -> Instrument:
    languages = tuple(data["languages"])

    def text(found: Mapping[str, str]) -> Text:
        return Text(MappingProxyType({code: found[code] for code in languages if code in found}))

    tables = {found["name"]: read_csv(found["csv"]) for found in data.get("tables", ())}
    items = tuple(_read_item(found, text) for found in data["items"])
    listed = {
        found["list"]: tuple(_read_choice(choice, text) for choice in found["choices"]) for found in data["choices"]
    }
    return Instrument(
        form_id=data["form_id"],
        version=data["version"],
        title=text(data["title"]),
        languages=languages,
        default_language=data["default_language"],
        items=items,
        choices=MappingProxyType(listed | choices_from(tables, items, languages[0], listed)),
        dimensions=MappingProxyType({found["name"]: text(found["label"]) for found in data["dimensions"]}),
        categories=tuple(
            Category(found["name"], text(found["label"]), Decimal(found["min"])) for found in data["categories"]
        ),
        score_decimals=int(data["score_decimals"]),
        score_rounding=data["score_rounding"],
        score_max=None if data["score_max"] is None else Decimal(data["score_max"]),
        settings=MappingProxyType(dict(data["settings"])),
        tables=MappingProxyType(tables),
    )


def _text(text: Text) -> Document:
    return dict(text.by_language)


def _item(item: Item) -> Document:
    found: Document = {}
    for field in fields(Item):
        value = getattr(item, field.name)
        usual = field.default_factory() if field.default_factory is not MISSING else field.default
        if usual is MISSING or value != usual:
            found[field.name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    match value:
        case Text():
            return _text(value)
        case Decimal():
            return str(value)
        case tuple():
            return list(value)
        case Mapping():
            return {name: _plain(found) for name, found in value.items()}
        case str():
            return str(value)
        case _:
            return value


def _choice(choice: Choice) -> Document:
    found: Document = {"name": choice.name, "label": _text(choice.label)}
    if choice.score is not None:
        found["score"] = str(choice.score)
    if choice.extra:
        found["extra"] = dict(choice.extra)
    if choice.media:
        found["media"] = {kind: _text(text) for kind, text in choice.media.items()}
    return found


_Text = Callable[[Mapping[str, str]], Text]


def _read_choice(data: Document, text: _Text) -> Choice:
    score = data.get("score")
    extra = MappingProxyType(dict(data.get("extra", {})))
    media = MappingProxyType({kind: text(found) for kind, found in data.get("media", {}).items()})
    return Choice(data["name"], text(data["label"]), None if score is None else Decimal(score), extra, media)


def _read_item(data: Document, text: _Text) -> Item:
    makers: Mapping[str, Callable[[Any], Any]] = {
        **dict.fromkeys(_TEXTS, text),
        "type": ItemType,
        "score_method": ScoreMethod,
        "evidence": EvidenceRule,
        "weight": Decimal,
        "evidence_from": Decimal,
        "appearance": tuple,
        "children": tuple,
        "trigger": tuple,
        "parameters": lambda found: MappingProxyType(dict(found)),
        "media": lambda found: MappingProxyType({kind: text(named) for kind, named in found.items()}),
        "emphasis": lambda found: MappingProxyType({kind: text(written) for kind, written in found.items()}),
    }
    return Item(**{name: makers[name](value) if name in makers else value for name, value in data.items()})
