"""The live form of one visit: a node for every question, group, repeat and repeat item, over an XML instance.

The XML is what expressions run on. A node that is not relevant keeps its answer but shows no text there. Each repeat
has an anchor element after its items, so that its own expressions have a place to stand when it has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gmsc_desktop.domain.answers import RepeatItem, child_key
from gmsc_desktop.domain.instrument import Item, ItemType
from gmsc_desktop.forms.plan import Plan, Spec
from gmsc_desktop.forms.xpath.basics import OFF

ANCHOR = "{urn:gmsc:anchor}repeat"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True, eq=False)
class Node:
    """One place of the form. ``ids`` are the repeat items on the way; ``entry`` is set for a repeat item;
    ``computed`` is what its calculation or default gives."""

    key: str
    spec: Spec
    element: Any
    parent: Node | None
    ids: tuple[str, ...]
    entry: RepeatItem | None = None
    relevant: bool = False
    computed: str = ""
    children: list[Node] = field(default_factory=list)

    @property
    def item(self) -> Item:
        """Its row of the instrument."""
        return self.spec.item

    @property
    def is_repeat(self) -> bool:
        """Whether it is a repeat as a whole; its children are its items."""
        return self.item.type is ItemType.REPEAT and self.entry is None

    @property
    def is_question(self) -> bool:
        """Whether it holds an answer and no other nodes."""
        return not self.item.is_container

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in form order."""
        yield self
        for child in self.children:
            yield from child.walk()


class Instance:
    """The tree of nodes. Knows nothing of answers' meaning; the session tells it what to show."""

    def __init__(self, plan: Plan, repeats: Mapping[str, Iterable[RepeatItem]]) -> None:
        from lxml import etree

        self._etree = etree
        self._plan = plan
        self._repeats = dict(repeats)
        """Items that were there before, also those in an item that was taken out: it comes back with them."""
        self.by_key: dict[str, Node] = {}
        self.by_path: dict[str, dict[tuple[str, ...], Node]] = {}
        item = plan.instrument.root
        self.xml = etree.Element(item.name, {OFF: ""})
        self.root = self._register(Node(item.path, plan.specs[item.path], self.xml, None, ()))
        self._fill(self.root)

    def _register(self, node: Node) -> Node:
        self.by_key[node.key] = node
        if node.entry is None:
            self.by_path.setdefault(node.item.path, {})[node.ids] = node
        return node

    def _fill(self, node: Node) -> None:
        """Make everything below a group or repeat item."""
        for path in node.item.children:
            spec = self._plan.specs[path]
            key = child_key(node.key, spec.item.name)
            repeat = spec.item.type is ItemType.REPEAT
            element = self._etree.SubElement(node.element, ANCHOR if repeat else spec.item.name, {OFF: ""})
            child = self._register(Node(key, spec, element, node, node.ids))
            node.children.append(child)
            if repeat:
                # A counted repeat gets its items when its count is known.
                entries = [] if spec.item.repeat_count else sorted(self._repeats.get(key, ()), key=_place)
                for entry in (entry for entry in entries if not entry.removed):
                    self._add(child, entry)
            elif spec.item.is_container:
                self._fill(child)

    def _add(self, repeat: Node, entry: RepeatItem) -> Node:
        element = self._etree.Element(repeat.item.name, {OFF: ""})
        repeat.element.addprevious(element)
        node = self._register(Node(entry.key, repeat.spec, element, repeat, (*repeat.ids, entry.id), entry))
        repeat.children.append(node)
        self._fill(node)
        return node

    def put(self, repeat: Node, entry: RepeatItem) -> tuple[Node, bool]:
        """Add an item to a repeat, or move the one that is there; returns it and whether it is new."""
        known = self.by_key.get(entry.key)
        node = known or self._add(repeat, entry)
        node.entry = entry
        if known is None and (len(repeat.children) < 2 or _of(repeat.children[-2]) <= _place(entry)):
            return node, True  # It stands at the end already.
        repeat.children.sort(key=_of)
        for child in repeat.children:
            repeat.element.addprevious(child.element)
        return node, known is None

    def drop(self, node: Node) -> None:
        """Take an item out of its repeat."""
        for gone in node.walk():
            if gone.is_repeat:
                self._repeats[gone.key] = tuple(child.entry for child in gone.children if child.entry is not None)
            del self.by_key[gone.key]
            if gone.entry is None:
                del self.by_path[gone.item.path][gone.ids]
        node.element.getparent().remove(node.element)
        if node.parent is not None:
            node.parent.children.remove(node)

    def instances(self, path: str, ids: tuple[str, ...], shared: int) -> Iterator[Node]:
        """The nodes at ``path`` whose first ``shared`` repeat items are those of ``ids``.

        A repeat around fewer items than that is meant by all of those it is around.
        """
        found = self.by_path.get(path)
        if not found:
            return
        wanted = ids[:shared]
        exact = found.get(wanted)
        if exact is not None:
            yield exact
            return
        for own, node in found.items():
            if own[: len(wanted)] == wanted[: len(own)]:
                yield node


def show(element: Any, text: str) -> bool:
    """Put ``text`` into the element, without characters XML cannot hold; returns whether that changed it."""
    clean = _NOT_XML.sub("", text) or None
    if element.text == clean:
        return False
    element.text = clean
    return True


def mark(element: Any, *, relevant: bool) -> None:
    """Mark the element as relevant or not, for the functions over several nodes."""
    if relevant:
        element.attrib.pop(OFF, None)
    else:
        element.set(OFF, "")


def _of(node: Node) -> tuple[int, str]:
    return _place(node.entry) if node.entry else (0, "")


def _place(entry: RepeatItem) -> tuple[int, str]:
    return entry.position, entry.id
