"""What may be said of a place of a visit: asked of every word that comes from another laptop before it is taken."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from gmsc_desktop.domain.answers import Facet, item_ids, key_path
from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.instrument import METADATA, Instrument, Item, ItemType
from gmsc_desktop.domain.merging import Word
from gmsc_desktop.domain.particulars import tidy_draft
from gmsc_desktop.domain.teamwork import (
    ANSWER,
    EXPLAINED,
    FIELD,
    FIELDS,
    FILE,
    FORM,
    ITEM,
    MEMBER,
    PERSON,
    SECTION,
    answer_of,
    draft_of,
    part_of,
    person_of,
    team_member,
    unpacked,
)
from gmsc_desktop.domain.texts import clean_name, clean_text

LONGEST = 100_000
"""Characters of the longest text a word may carry."""
LONGEST_KEY = 2_000
FILE_MEMBERS = ("key", "sha256", "name", "media_type", "size", "taken_at", "place", "added_at", "position")
"""What the word on a file tells."""
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ID = re.compile(r"[0-9A-Za-z-]{1,64}")
_NUMBER = re.compile(r"[0-9]{1,9}")
_MEDIA = re.compile(r"[a-z]+/[A-Za-z0-9.+-]+")
_HASH = re.compile(r"[0-9a-f]{64}")


def misplaced(instrument: Instrument, key: str) -> bool:
    """Whether ``key`` names no place of the form: every step must be there, items only at repeats."""
    if key_path(key) not in instrument.by_path:
        return True
    steps = key.split("/")
    for number in range(2, len(steps) + 1):
        way = "/".join(steps[:number])
        repeat = instrument.by_path[key_path(way)].type is ItemType.REPEAT
        if way.endswith("]") != repeat and not (repeat and number == len(steps)):
            return True
    return False


def takes(item: Item, facet: Facet) -> bool:
    """Whether a person may record ``facet`` at ``item``: notes anywhere, answers where the form asks for one."""
    if facet is Facet.NOTE:
        return True
    if item.lasts and facet is Facet.VALUE:
        return True  # The form sets it, and would set something else another time.
    if item.is_container or item.type in (ItemType.NOTE, ItemType.CALCULATE):
        return False
    return facet is not Facet.VALUE or not (item.read_only or item.calculation or item.type in METADATA)


def given_by_form(item: Item | None, facet: Facet) -> bool:
    """Whether the answer is the form's own, so that nobody can disagree about it."""
    return item is not None and facet is Facet.VALUE and (item.lasts or item.type in METADATA)


def first_unfit(instrument: Instrument, words: Iterable[Word]) -> Word | None:
    """The first of all ``words`` on a visit that says what cannot be said there, or None."""
    known = tuple(words)
    items = {part_of(word.place, ITEM)[0] for word in known if word.place.startswith(ITEM)}
    files: dict[str, str] = {}
    for word in known:
        try:
            fit = clean_text(word.value) == word.value and len(word.value) <= LONGEST and _fits(instrument, word, items)
            if fit and word.place.startswith(FILE) and part_of(word.place, FILE)[1] == "file":
                fit = files.setdefault(word.place, word.value) == word.value and bool(word.value)
        except (ValueError, KeyError, TypeError, RecursionError, InvalidInput):
            fit = False
        if not fit or clean_text(word.place) != word.place or len(word.place) > LONGEST_KEY:
            return word
    return None


def _fits(instrument: Instrument, word: Word, items: set[str]) -> bool:
    place, value = word.place, word.value
    if place.startswith((ANSWER, FORM)):
        return _answer_fits(instrument, place, items)
    return _FITS[place[:2]](instrument, place, value, items)


def _answer_fits(instrument: Instrument, place: str, items: set[str]) -> bool:
    key, facet = (place.removeprefix(FORM), Facet.VALUE) if place.startswith(FORM) else answer_of(place)
    if misplaced(instrument, key) or not _items_known(instrument, key, items):
        return False
    item = instrument.by_path[key_path(key)]
    return takes(item, facet) and given_by_form(item, facet) == place.startswith(FORM)


def _items_known(instrument: Instrument, key: str, items: set[str]) -> bool:
    steps = key.split("/")
    ways = ("/".join(steps[:number]) for number in range(2, len(steps) + 1))
    return all(
        way in items or instrument.by_path[key_path(way)].repeat_count
        for way in ways
        if way.endswith("]")
    )  # fmt: skip


def _item_fits(instrument: Instrument, place: str, value: str, items: set[str]) -> bool:
    key, part = part_of(place, ITEM)
    repeat, _, last = key.rpartition("[")
    if misplaced(instrument, repeat) or not key.endswith("]") or not _ID.fullmatch(last.removesuffix("]")):
        return False
    item = instrument.by_path[key_path(repeat)]
    if item.type is not ItemType.REPEAT or item.repeat_count or not all(map(_ID.fullmatch, item_ids(key))):
        return False
    around = repeat.rpartition("/")[0]
    return _items_known(instrument, around, items) and _flag(part, value)


def _flag(part: str, value: str) -> bool:
    if part == "position":
        return _NUMBER.fullmatch(value) is not None
    return part == "removed" and value in ("", "1")


def _file_fits(instrument: Instrument, place: str, value: str, items: set[str]) -> bool:
    evidence, part = part_of(place, FILE)
    if not _UUID.fullmatch(evidence):
        return False
    if part != "file":
        return len(value) <= LONGEST_KEY if part == "caption" else _flag(part, value)
    told = unpacked(value, *FILE_MEMBERS)
    datetime.fromisoformat(told["added_at"])
    return (
        not misplaced(instrument, told["key"])
        and _items_known(instrument, told["key"], items)
        and _HASH.fullmatch(told["sha256"]) is not None
        and clean_name(told["name"], "") == told["name"] != ""
        and _MEDIA.fullmatch(told["media_type"]) is not None
        and _NUMBER.fullmatch(told["position"]) is not None
        and 0 < int(told["size"]) < 1 << 40
    )


def _person_fits(_instrument: Instrument, _place: str, value: str, _items: set[str]) -> bool:
    if not value:
        return True
    person = person_of(value)
    return tidy_draft(replace(draft_of(_SOUND, ""), people=(person,))).people == (person,)


def _field_fits(_instrument: Instrument, place: str, value: str, _items: set[str]) -> bool:
    """One particular at a time, looked at within a visit that is otherwise all right."""
    name = place.removeprefix(FIELD)
    if name not in FIELDS:
        return False
    tidy_draft(draft_of({**_SOUND, place: value}, ""))
    return True


def _explained_fits(_instrument: Instrument, place: str, _value: str, _items: set[str]) -> bool:
    return "|" in place


def _member_fits(_instrument: Instrument, place: str, value: str, _items: set[str]) -> bool:
    if place.startswith(SECTION):
        return not value or _ID.fullmatch(value) is not None
    member = place.removeprefix(MEMBER)
    return place.startswith(MEMBER) and _ID.fullmatch(member) is not None and (not value or bool(team_member(value)))


_FITS = MappingProxyType(
    {
        ITEM: _item_fits,
        FILE: _file_fits,
        PERSON: _person_fits,
        FIELD: _field_fits,
        EXPLAINED: _explained_fits,
        "t:": _member_fits,
    }
)
_SOUND = MappingProxyType(
    {
        f"{FIELD}region": '{"code":"00.00","kind":"kota","name":"-","province":"-","province_code":"00"}',
        f"{FIELD}cycle_year": "2026",
        f"{FIELD}dates": '{"end":"2026-01-01","start":"2026-01-01"}',
        f"{FIELD}mode": "on_site",
    }
)


def require_choice(instrument: Instrument, key: str, facet: Facet, value: str) -> None:
    """Hold what is to stand against the choices of its question. Raises ``InvalidInput``."""
    item = instrument.by_path[key_path(key)]
    if facet not in (Facet.VALUE, Facet.SELF) or item.type is not ItemType.SELECT_ONE or not value:
        return
    choices = instrument.choices.get(item.list_name, ())
    if choices and value not in {choice.name for choice in choices}:
        raise InvalidInput(
            N_("“{value}” is none of the choices of this question."),
            kept=N_("Nothing was changed."),
            cure=N_("Choose one of: {choices}."),
            value=value[:80],
            choices=", ".join(choice.name for choice in choices[:20]),
        )
