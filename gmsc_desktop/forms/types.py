"""The words of the ``type`` column, and which other cells mean something beside each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.instrument import FILE_TYPES, METADATA, ItemType

TYPES: Mapping[str, ItemType] = {
    "text": ItemType.TEXT, "string": ItemType.TEXT, "integer": ItemType.INTEGER, "int": ItemType.INTEGER,
    "decimal": ItemType.DECIMAL, "date": ItemType.DATE, "time": ItemType.TIME, "datetime": ItemType.DATETIME,
    "date time": ItemType.DATETIME, "range": ItemType.RANGE, "barcode": ItemType.BARCODE, "note": ItemType.NOTE,
    "calculate": ItemType.CALCULATE, "hidden": ItemType.HIDDEN, "acknowledge": ItemType.ACKNOWLEDGE,
    "trigger": ItemType.ACKNOWLEDGE, "geopoint": ItemType.GEOPOINT, "gps": ItemType.GEOPOINT,
    "location": ItemType.GEOPOINT, "geotrace": ItemType.GEOTRACE, "geoshape": ItemType.GEOSHAPE,
    "image": ItemType.IMAGE, "photo": ItemType.IMAGE, "file": ItemType.FILE, "audio": ItemType.AUDIO,
    "video": ItemType.VIDEO, "start": ItemType.START, "start time": ItemType.START, "end": ItemType.END,
    "end time": ItemType.END, "today": ItemType.TODAY, "get today": ItemType.TODAY, "username": ItemType.USERNAME,
    "uri:username": ItemType.USERNAME, "deviceid": ItemType.DEVICEID, "device id": ItemType.DEVICEID,
    "uri:deviceid": ItemType.DEVICEID, "imei": ItemType.DEVICEID, "phonenumber": ItemType.PROPERTY,
    "phone number": ItemType.PROPERTY, "uri:phonenumber": ItemType.PROPERTY, "email": ItemType.PROPERTY,
    "uri:email": ItemType.PROPERTY, "simserial": ItemType.PROPERTY, "sim id": ItemType.PROPERTY,
    "uri:simserial": ItemType.PROPERTY, "subscriberid": ItemType.PROPERTY, "subscriber id": ItemType.PROPERTY,
    "uri:subscriberid": ItemType.PROPERTY, "start-geopoint": ItemType.PROPERTY,
    "background-geopoint": ItemType.PROPERTY, "background-audio": ItemType.PROPERTY,
}  # fmt: skip
_SELECT_WORDS = {
    "select_one_from_file": (ItemType.SELECT_ONE, "file"), "select one from file": (ItemType.SELECT_ONE, "file"),
    "select_multiple_from_file": (ItemType.SELECT_MULTIPLE, "file"),
    "select multiple from file": (ItemType.SELECT_MULTIPLE, "file"),
    "select_one_external": (ItemType.SELECT_ONE, "external"), "select one external": (ItemType.SELECT_ONE, "external"),
    "select_one": (ItemType.SELECT_ONE, ""), "select one": (ItemType.SELECT_ONE, ""),
    "select1": (ItemType.SELECT_ONE, ""), "select one from": (ItemType.SELECT_ONE, ""),
    "add select one prompt using": (ItemType.SELECT_ONE, ""),
    "select_multiple": (ItemType.SELECT_MULTIPLE, ""), "select multiple": (ItemType.SELECT_MULTIPLE, ""),
    "select multiple from": (ItemType.SELECT_MULTIPLE, ""), "select all that apply": (ItemType.SELECT_MULTIPLE, ""),
    "select all that apply from": (ItemType.SELECT_MULTIPLE, ""),
    "add select multiple prompt using": (ItemType.SELECT_MULTIPLE, ""), "rank": (ItemType.RANK, ""),
}  # fmt: skip
_SELECTS = sorted(_SELECT_WORDS, key=len, reverse=True)
TYPES = {
    **TYPES,
    **{f"add {word} prompt": type_ for word, type_ in TYPES.items() if " " not in word},
    **{f"q {word}": type_ for word, type_ in TYPES.items() if " " not in word},
    "add date time prompt": ItemType.DATETIME, "q date time": ItemType.DATETIME, "q picture": ItemType.IMAGE,
    "get start time": ItemType.START, "get end time": ItemType.END, "get device id": ItemType.DEVICEID,
    "get phone number": ItemType.PROPERTY, "get sim id": ItemType.PROPERTY, "get subscriber id": ItemType.PROPERTY,
}  # fmt: skip
"""The words of older workbooks too, which stock tools still read."""
CONTAINERS = {
    "group": ItemType.GROUP, "repeat": ItemType.REPEAT, "lgroup": ItemType.REPEAT, "looped group": ItemType.REPEAT,
}  # fmt: skip
EXTERNAL: Mapping[str, str] = {"csv-external": ".csv", "xml-external": ".xml"}
"""Rows that name a file beside the workbook, which expressions read."""
OSM = re.compile(r"osm(\s+\S+)?", re.IGNORECASE)
IGNORED = frozenset({"audit"})
"""Rows that make nothing a form could read: the journal of the vault keeps more than an audit log."""
NUMBERS = frozenset({ItemType.INTEGER, ItemType.DECIMAL, ItemType.RANGE})
CHOOSING = frozenset({ItemType.SELECT_ONE, ItemType.SELECT_MULTIPLE, ItemType.RANK})

_OTHER = re.compile(r"\s+or[ _]+(?:specify[ _]+)?other\s*$", re.IGNORECASE)
_ONLY_QUESTIONS = ("evidence", "self_assessment")
UNFIT: Mapping[ItemType, tuple[str, ...]] = {
    ItemType.GROUP: ("calculation", *_ONLY_QUESTIONS),
    ItemType.REPEAT: ("calculation", *_ONLY_QUESTIONS),
    ItemType.NOTE: _ONLY_QUESTIONS,
    ItemType.CALCULATE: _ONLY_QUESTIONS,
    ItemType.HIDDEN: _ONLY_QUESTIONS,
    **dict.fromkeys(FILE_TYPES, ("calculation", "self_assessment")),
    **dict.fromkeys(METADATA, _ONLY_QUESTIONS),
}
"""Columns that would change what is asked and cannot for this type: refused."""
WITHOUT_EFFECT: Mapping[ItemType, tuple[str, ...]] = {
    ItemType.GROUP: ("constraint", "default", "required", "trigger"),
    ItemType.REPEAT: ("constraint", "default", "required", "trigger"),
    ItemType.NOTE: ("constraint",),
    **dict.fromkeys(FILE_TYPES, ("constraint", "default")),
    **dict.fromkeys(METADATA, ("calculation", "constraint", "default", "required")),
}
"""Columns that mean nothing for this type in any program: warned of and left out."""
PARAMETERS: Mapping[ItemType, frozenset[str]] = {
    ItemType.IMAGE: frozenset({"max-pixels"}),
    ItemType.RANGE: frozenset({"start", "end", "step"}),
    ItemType.TEXT: frozenset({"rows"}),
    **dict.fromkeys(CHOOSING, frozenset({"randomize", "seed", "value", "label"})),
}
APPEARANCES = frozenset({
    "minimal", "multiline", "table-list", "matrix", "field-list", "likert", "quick", "list-nolabel", "label",
    "numbers", "url", "masked", "thousands-sep", "counter", "bearing", "vertical", "no-ticks", "picker", "rating",
    "new", "selfie", "new-front", "draw", "annotate", "signature", "hidden-answer", "month-year", "year", "no-calendar",
    "columns", "columns-pack", "no-buttons", "compact", "quickcompact", "horizontal", "horizontal-compact", "map",
    "image-map", "placement-map", "maps", "search", "autocomplete", "autocomplete_chars", "list", "summary", "hidden",
    "textarea", "no-collapse",
})  # fmt: skip
_SIZED = re.compile(r"(w|columns-|compact-|quickcompact-)\d{1,2}")


@dataclass(frozen=True, slots=True)
class Selecting:
    """A select question as its ``type`` says it: where the choices are (``source`` is ``file``, ``external`` or empty
    for the choices sheet), and whether another answer than those listed may be written."""

    type: ItemType
    source: str
    list_name: str
    other: bool


def selecting(kind: str) -> Selecting | None:
    """What a ``type`` such as ``select_one LIST or_other`` says; None for other types."""
    bare = kind.casefold()
    word = next((word for word in _SELECTS if bare.startswith(f"{word} ")), None)
    if word is None:
        return None
    type_, source = _SELECT_WORDS[word]
    rest = kind[len(word) + 1 :].strip()
    name = _OTHER.sub("", rest)
    return Selecting(type_, source, name, name != rest)


def is_known_appearance(name: str) -> bool:
    """Whether the window, or another program, knows what to make of an appearance."""
    return name.casefold() in APPEARANCES or _SIZED.fullmatch(name.casefold()) is not None


UNSUPPORTED = N_("The type “{type}” is not supported.")
UNSUPPORTED_CURE = N_(
    "Use text, integer, decimal, range, date, time, dateTime, select_one, select_multiple, rank, acknowledge, note, "
    "calculate, hidden, image, audio, video, file, barcode, geopoint, geotrace, geoshape, begin_group or begin_repeat."
)
