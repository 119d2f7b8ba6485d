"""Lists of choices and CSV files as expressions read them: looked up by a column, or as elements to be searched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gmsc_desktop.domain.instrument import Choice, Instrument
from gmsc_desktop.forms.tables import table_of
from gmsc_desktop.forms.xpath.tokens import XML_NAME

CHOICE_COLUMNS = frozenset({"name", "label", "score"})
ANSWERED = "${"
"""Begins the name of a list that is what was answered at a path: ``${/data/person/name}``."""
SUFFIXES = (".csv", ".xml", ".geojson")
"""Of files that are named without it."""


def source_name(written: str, instrument: Instrument) -> str:
    """Which list or file ``instance('written')`` or ``pulldata('written', …)`` means; empty when there is none."""
    if written in instrument.choices or written in instrument.tables:
        return written
    return next((name for suffix in SUFFIXES if (name := f"{written}{suffix}") in instrument.tables), "")


def columns_of(choices: Sequence[Choice]) -> frozenset[str]:
    """The columns an expression over these choices may name."""
    return CHOICE_COLUMNS.union(*(choice.extra for choice in choices))


class Rows:
    """The items of one list or file. Elements are made when they are asked for, indexes too."""

    def __init__(self, columns: Iterable[str], count: int) -> None:
        self.columns = frozenset(columns)
        self.count = count
        self._indexes: dict[str, dict[str, list[int]]] = {}
        self._elements: dict[int, Any] = {}
        self._root: Any = None

    def cells(self, at: int) -> Mapping[str, str]:
        """The cells of one item, by column; raises ``NotImplementedError`` here."""
        raise NotImplementedError

    def at(self, column: str, texts: Iterable[str]) -> list[int]:
        """Where ``column`` is one of ``texts``, in order."""
        index = self._indexes.get(column)
        if index is None:
            index = self._indexes[column] = {}
            for at in range(self.count):
                index.setdefault(self.cells(at).get(column, ""), []).append(at)
        places = [index.get(text, ()) for text in texts]
        return list(places[0]) if len(places) == 1 else sorted(at for found in places for at in found)

    def element(self, at: int) -> Any:
        """One item as an element, with its place as the attribute ``at``."""
        if self._root is not None:
            return self._root[at]
        known = self._elements.get(at)
        if known is None:
            known = self._elements[at] = self._made(at)
        return known

    def root(self) -> Any:
        """The element around all items."""
        if self._root is None:
            from lxml import etree

            root = etree.Element("root")
            root.extend(self._made(at) for at in range(self.count))
            self._root = root
            self._elements.clear()
        return self._root

    def _made(self, at: int) -> Any:
        from lxml import etree

        item = etree.Element("item", at=str(at))
        for column, text in self.cells(at).items():
            if XML_NAME.fullmatch(column):
                etree.SubElement(item, column).text = text
        return item


class _Choices(Rows):
    def __init__(self, choices: Sequence[Choice], language: str) -> None:
        super().__init__(columns_of(choices), len(choices))
        self._choices = choices
        self._language = language

    def cells(self, at: int) -> Mapping[str, str]:
        choice = self._choices[at]
        points = "" if choice.score is None else str(choice.score)
        return {"name": choice.name, "label": choice.label.get(self._language), "score": points, **choice.extra}


class _Table(Rows):
    def __init__(self, columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
        super().__init__(columns, len(rows))
        self._names = columns
        self._rows = rows

    def cells(self, at: int) -> Mapping[str, str]:
        return dict(zip(self._names, self._rows[at], strict=True))


class FormSources:
    """What expressions of one instrument read beside the answers."""

    def __init__(self, instrument: Instrument) -> None:
        self.version = instrument.version
        self._instrument = instrument
        self._known: dict[str, Rows] = {}

    def rows_of(self, name: str) -> Rows:
        """The items of the list or file ``name``."""
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._made(name)
        return known

    def _made(self, name: str) -> Rows:
        instrument = self._instrument
        if name in instrument.choices:
            return _Choices(instrument.choices[name], instrument.default_language)
        found = table_of(source_name(name, instrument), instrument.tables)
        return _Table((), ()) if found is None else _Table(found.columns, found.rows)

    def label(self, list_name: str, name: str) -> str:
        """The label of a choice in the form's default language; of what was answered in a repeat, the answer itself."""
        if list_name.startswith(ANSWERED):
            return name
        found = self._instrument.by_choice.get(list_name, {}).get(name)
        return found.label.get(self._instrument.default_language) if found is not None else ""

    def rows(self, source: str, column: str, texts: Iterable[str]) -> list[Any]:
        """The items whose ``column`` is one of ``texts``."""
        found = self.rows_of(source)
        return [found.element(at) for at in found.at(column, texts)]

    def root(self, source: str) -> Any:
        """The element around all items."""
        return self.rows_of(source).root()

    def pull(self, file: str, column: str, key_column: str, key: str) -> str:
        """The cell of the first row with that key; the empty text when there is none."""
        found = self.rows_of(file)
        places = found.at(key_column, (key,)) if key else []
        return found.cells(places[0]).get(column, "") if places else ""
