"""Keeps a form calculated: what is relevant and what it holds, each after what it reads, and no more than needed."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from gmsc_desktop.domain.answers import AnswerSheet, Facet, RepeatItem
from gmsc_desktop.domain.instrument import Choice, ItemType, Text
from gmsc_desktop.domain.ports import Clock
from gmsc_desktop.forms.instance import Instance, Node, mark, show
from gmsc_desktop.forms.offered import offered
from gmsc_desktop.forms.plan import Dependent, Part, Plan
from gmsc_desktop.forms.validity import typed
from gmsc_desktop.forms.xpath.basics import number
from gmsc_desktop.forms.xpath.compiled import Expression, result_text
from gmsc_desktop.forms.xpath.names import filled

MOST_ITEMS = 1_000
"""Of a counted repeat: more is a slip of the keyboard."""
MOST_PLACES = 50_000
"""From so many places in a form on, counted repeats (which may stand in each other) get no more items."""
MANY = 8
"""Nodes of one place that are settled together, from which on it is kept in mind who was told."""
MOST_ROUNDS = 50
"""Of questions that trigger each other."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a form may know of where it is filled: who, on which device, and what chance draws from (the visit)."""

    username: str = ""
    device: str = ""
    seed: str = ""


class Engine:
    """The answers of a visit, the tree they live in, and what follows from them.

    ``touched`` gathers the keys whose state may have changed since it was last emptied.
    """

    def __init__(
        self,
        plan: Plan,
        sheet: AnswerSheet,
        clock: Clock,
        known: Known = Known(),  # noqa: B008
        *,
        begun: bool = False,
    ) -> None:
        self.plan = plan
        self._known = known
        self._choices: dict[str, tuple[Choice, ...]] = {}
        self._fired: dict[str, Node] = {}
        self._switched: set[str] = set()
        """Questions whose relevance has just changed: that is no new answer, and triggers nothing."""
        self._loading = True
        self._first = not begun and not sheet.cells and not sheet.repeats
        """Whether nothing was ever entered: then the form gives its defaults."""
        self._begun: set[str] = set()
        """Questions that had their default, or were there before: it is given once."""
        self.cells: dict[tuple[str, Facet], str] = {cell: text for cell, text in sheet.cells.items() if text}
        self._resting: dict[str, str] = {}
        """What the form set once in items that were taken out, for when they come back."""
        self.instance = Instance(plan, sheet.repeats)
        self.touched: set[str] = set()
        self._clock = clock
        self._waiting: dict[int, tuple[Part, dict[str, Node]]] = {}
        self._heap: list[int] = []
        self._moment: dict[str, str] = {}
        self._told: set[tuple[Dependent, tuple[str, ...]]] | None = None
        for node in self.instance.root.walk():
            self._take_up(node)
            self._renew(node)
        self.calculate()
        self._loading = False
        self.touched.clear()

    def value(self, node: Node) -> str:
        """The value shown: the calculation, else the answer."""
        if node.spec.calculated:
            return node.computed
        return self.cells.get((node.key, Facet.VALUE)) or node.computed

    def write(self, node: Node, facet: Facet, text: str) -> None:
        """Record an answer; the empty text takes it away."""
        if text:
            self.cells[node.key, facet] = text
        else:
            self.cells.pop((node.key, facet), None)
        self.touched.add(node.key)
        if facet in (Facet.VALUE, Facet.NOT_APPLICABLE):
            self._queue(Part.VALUE, node)

    def put(self, repeat: Node, entry: RepeatItem) -> tuple[str, ...]:
        """Add an item to a repeat, or move the one that is there; returns the keys that are new or moved."""
        node, keys = self._put(repeat, entry)
        self._structure_changed(repeat, (node,))
        return keys

    def _put(self, repeat: Node, entry: RepeatItem) -> tuple[Node, tuple[str, ...]]:
        node, new = self.instance.put(repeat, entry)
        if not new:
            return node, (repeat.key, node.key)
        for found in node.walk():
            self._take_up(found)
            self._renew(found)
        return node, (repeat.key, *(found.key for found in node.walk()))

    def drop(self, repeat: Node, node: Node) -> tuple[str, ...]:
        """Take an item out of its repeat; returns the keys that are gone, and the repeat's."""
        return self._drop(repeat, (node,))

    def _drop(self, repeat: Node, items: tuple[Node, ...]) -> tuple[str, ...]:
        gone = tuple(found for item in items for found in item.walk())
        self._resting.update((found.key, found.computed) for found in gone if found.spec.lasting)
        self._structure_changed(repeat, items)
        for item in items:
            self.instance.drop(item)
        for found in gone:
            self._choices.pop(found.key, None)
        return (repeat.key, *(found.key for found in gone))

    def run(self, expression: Expression, node: Node, context: Any) -> Any:
        """What an expression of ``node`` gives at the element ``context``."""
        variables: dict[str, Any] = {}
        for name in expression.variables:
            match name:
                case "root":
                    variables[name] = self.instance.xml
                case "current":
                    variables[name] = node.element
                case "own":
                    variables[name] = node.computed
                case "seed":
                    variables[name] = f"{self._known.seed}|{node.key}"
                case _:
                    variables[name] = self._moment[name]
        return expression.run(context, **variables)

    def holds(self, expression: Expression, node: Node) -> bool:
        """Whether an expression of ``node`` is true there."""
        return bool(self.run(expression, node, node.element))

    def choices(self, node: Node) -> tuple[Choice, ...]:
        """The choices offered now, after the ``choice_filter``, in the order they are shown."""
        known = self._choices.get(node.key)
        if known is None:
            known = self._choices[node.key] = offered(self.plan, node, self._known.seed, self.run)
        return known

    def names(self, node: Node) -> frozenset[str]:
        """The names of the choices offered now."""
        if node.spec.choice_filter is None:
            return self.plan.names_in(node.item.list_name)
        return frozenset(choice.name for choice in self.choices(node))

    def locked(self, node: Node) -> bool:
        """Whether the form lets nobody write there now: the question itself, or a group around it, is read only."""
        place: Node | None = node
        while place is not None:
            expression = place.spec.read_only
            if place.item.read_only or (expression is not None and self.holds(expression, place)):
                return True
            place = place.parent
        return False

    def text(self, node: Node, text: Text, language: str, write: Callable[[str], str] = str) -> str:
        """A text of the form with every ``${name}`` filled in, each as ``write`` puts it."""
        found = text.get(language)
        if "${" not in found:
            return found
        values = {
            name: write(result_text(self.run(expression, node, node.element)))
            for name, expression in node.spec.inserted.items()
        }
        return filled(found, values)

    def _take_up(self, node: Node) -> None:
        """Give a new node what the form set there before."""
        node.computed = self._resting.pop(node.key, "")
        if self._loading and not self._first:
            self._begun.add(node.key)
        if node.spec.calculated:
            # Not an answer, but what ``once`` gave before.
            node.computed = self.cells.pop((node.key, Facet.VALUE), "") or node.computed

    def _renew(self, node: Node) -> None:
        self._queue(Part.RELEVANCE, node)
        self._queue(Part.VALUE, node)

    def _queue(self, part: Part, node: Node) -> None:
        rank = node.spec.ranks[part]
        waiting = self._waiting.get(rank)
        if waiting is None:
            waiting = self._waiting[rank] = (part, {})
            heapq.heappush(self._heap, rank)
        waiting[1][node.key] = node

    def calculate(self) -> None:
        """Work off what waits, each after what it reads; then what that triggered, and what follows from it."""
        now = self._clock.now()
        self._moment = {"today": now.date().isoformat(), "now": now.isoformat(timespec="milliseconds")}
        for _ in range(MOST_ROUNDS):
            self._work_off()
            if not self._fired:
                break
            fired, self._fired = self._fired, {}
            for node in fired.values():
                self._fire(node)
        self._fired.clear()
        self._switched.clear()
        for key in self.touched:
            self._choices.pop(key, None)

    def _work_off(self) -> None:
        while self._heap:
            part, nodes = self._waiting.pop(heapq.heappop(self._heap))
            # What reads several of them comes after all of them, and need be told by one.
            self._told = set() if len(nodes) > MANY else None
            for node in nodes.values():
                if self.instance.by_key.get(node.key) is not node:
                    continue
                if part is Part.RELEVANCE:
                    self._weigh(node)
                elif node.is_repeat:
                    self._count(node)
                else:
                    self._evaluate(node)
        self._told = None

    def _fire(self, node: Node) -> None:
        """Set what a trigger sets; from then on it is an answer like any other."""
        expression = node.spec.fired
        if expression is None or not node.relevant or self.instance.by_key.get(node.key) is not node:
            return
        self.write(node, Facet.VALUE, self._given(expression, node))

    def _count(self, repeat: Node) -> None:
        """Give a repeat as many items as its ``repeat_count`` says; those that go keep their answers."""
        expression = repeat.spec.count
        if expression is None:
            return
        wanted = number(self.run(expression, repeat, repeat.element))
        whole = min(MOST_ITEMS, max(0, int(wanted))) if math.isfinite(wanted) else 0
        made: list[Node] = []
        for at in range(len(repeat.children), whole):
            if len(self.instance.by_key) > MOST_PLACES:
                break
            node, keys = self._put(repeat, RepeatItem(repeat.key, str(at + 1), at))
            made.append(node)
            self.touched.update(keys)
        if made:
            self._structure_changed(repeat, made)
        if len(repeat.children) > whole:
            self.touched.update(self._drop(repeat, tuple(repeat.children[whole:])))

    def _weigh(self, node: Node) -> None:
        """Settle whether the node is asked."""
        relevant = node.parent is None or node.parent.relevant
        if relevant and node.spec.relevant is not None and node.entry is None:
            relevant = self.holds(node.spec.relevant, node)
        if relevant == node.relevant:
            return
        node.relevant = relevant
        self._switched.add(node.key)
        mark(node.element, relevant=relevant)
        self.touched.add(node.key)
        self._queue(Part.VALUE, node)
        for child in node.children:
            if child.entry is not None:
                self._weigh(child)
            else:
                self._queue(Part.RELEVANCE, child)
        self._tell(node)

    def _evaluate(self, node: Node) -> None:
        """Settle what the node holds."""
        if not node.is_question:
            return
        computed = self._computed(node)
        if computed != node.computed:
            node.computed = computed
            self.touched.add(node.key)
        counts = node.relevant and (node.key, Facet.NOT_APPLICABLE) not in self.cells
        if show(node.element, self.value(node) if counts else ""):
            self.touched.add(node.key)
            self._tell(node)
            if not self._loading and node.key not in self._switched:
                self._trigger(node)

    def _computed(self, node: Node) -> str:
        """What its calculation or default gives."""
        self._begin(node)
        expression = node.spec.value
        if node.item.type is ItemType.USERNAME:
            return self._known.username
        if node.item.type is ItemType.DEVICEID:
            return self._known.device
        if expression is None:
            return node.computed
        if not node.relevant:
            return node.computed if node.spec.lasting else ""
        return self._given(expression, node)

    def _given(self, expression: Expression, node: Node) -> str:
        """What an expression gives, as the question holds it."""
        return typed(node.item.type, result_text(self.run(expression, node, node.element)))

    def _begin(self, node: Node) -> None:
        """Give a question its default, the first time it is there: from then on it is an answer like any other."""
        if node.spec.initial is None or node.key in self._begun:
            return
        self._begun.add(node.key)
        text = self._given(node.spec.initial, node)
        if text and (node.key, Facet.VALUE) not in self.cells:
            self.cells[node.key, Facet.VALUE] = text
            self.touched.add(node.key)

    def _trigger(self, node: Node) -> None:
        for path, shared in self.plan.triggers.get(node.item.path, ()):
            for triggered in self.instance.instances(path, node.ids, shared):
                self._fired[triggered.key] = triggered

    def _tell(self, node: Node, told: set[tuple[Dependent, tuple[str, ...]]] | None = None) -> None:
        """Have everything recalculated that reads ``node``, but for those in ``told``, which grows."""
        told = self._told if told is None else told
        for dependent in self.plan.dependents.get(node.item.path, ()):
            ids = node.ids[: dependent.shared]
            if told is not None:
                if (dependent, ids) in told:
                    continue
                told.add((dependent, ids))
            for reader in self.instance.instances(dependent.path, node.ids, dependent.shared):
                if dependent.part is Part.LOOK:
                    self.touched.add(reader.key)
                    self._touch_items(reader, ids)
                    if reader.spec.read_only is not None and not reader.is_question:
                        self.touched.update(found.key for found in reader.walk())
                else:
                    self._queue(dependent.part, reader)

    def _touch_items(self, repeat: Node, ids: tuple[str, ...]) -> None:
        """The items of a repeat are shown by the repeat's row."""
        if repeat.is_repeat:
            self.touched.update(item.key for item in repeat.children if item.ids[: len(ids)] == ids)

    def _structure_changed(self, repeat: Node, items: Iterable[Node]) -> None:
        """Have everything recalculated that reads the repeat or what is in ``items``: once, however many they are."""
        told: set[tuple[Dependent, tuple[str, ...]]] = set()
        self._tell(repeat, told)
        for node in (node for item in items for node in item.walk()):
            if node.entry is None:
                self._tell(node, told)
