"""What was recorded in a visit as the tree its form has: what submissions and tables are made from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from gmsc_desktop.domain.answers import AnswerSheet, Facet, child_key
from gmsc_desktop.domain.instrument import Instrument, Item, ItemType
from gmsc_desktop.domain.texts import clean_text

_PLACE = re.compile(r"(?:/|\.{1,2}/)[\w./-]+")


@dataclass(frozen=True, slots=True)
class Recorded:
    """One place of the form that was asked: a question with its text (empty when unanswered), a group, or one item of a
    repeat. The items of a repeat stand right in its parent, in order, as an XForms instance has them."""

    item: Item
    key: str
    text: str = ""
    children: tuple[Recorded, ...] = ()

    def walk(self) -> Iterator[Recorded]:
        """This place and all below it, in form order."""
        yield self
        for child in self.children:
            yield from child.walk()


def form_children(instrument: Instrument, item: Item) -> Iterator[Item]:
    """What stands right below ``item`` in the XForm: before a repeat whose count is no plain question, stock tools put
    a hidden question of their own that holds it."""
    for child in instrument.children(item.path):
        if child.type is ItemType.REPEAT and child.repeat_count and not _PLACE.fullmatch(child.repeat_count.strip()):
            yield Item(f"{child.path}_count", ItemType.CALCULATE, child.row, calculation=child.repeat_count)
        yield child


def recorded(
    instrument: Instrument, sheet: AnswerSheet, relevant: Callable[[str], bool], files: Mapping[str, str]
) -> Recorded:
    """The tree of what was asked. ``relevant`` says of a key whether it was; ``files`` names the file that answers a
    question for one. A question that does not apply holds nothing, as it does in the form's own expressions."""

    def places(item: Item, key: str) -> Iterator[Recorded]:
        if not relevant(key):
            return
        if item.type is ItemType.REPEAT:
            for entry in sheet.repeats.get(key, ()):
                if not entry.removed and relevant(entry.key):
                    yield Recorded(item, entry.key, children=below(item, entry.key))
        elif item.is_container:
            yield Recorded(item, key, children=below(item, key))
        else:
            applies = not sheet.get(key, Facet.NOT_APPLICABLE)
            yield Recorded(item, key, clean_text(files.get(key) or sheet.get(key) or "") if applies else "")

    def below(item: Item, key: str) -> tuple[Recorded, ...]:
        found: list[Recorded] = []
        for child in form_children(instrument, item):
            if child.path not in instrument.by_path:
                repeat = child_key(key, child.name.removesuffix("_count"))
                if relevant(repeat):
                    found.append(Recorded(child, f"{repeat}_count", str(len(sheet.repeats.get(repeat, ())))))
                continue
            found += places(child, child_key(key, child.name))
        return tuple(found)

    root = instrument.root
    return Recorded(root, root.path, children=below(root, root.path))
