"""A visit's form while it is being filled: what is shown, valid and calculated now.

An answer recalculates only what depends on it. Nothing here writes to the vault; the session is made from a sheet of
answers and can be made again from the sheet it gives.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from gmsc_desktop.domain.answers import AnswerSheet, Facet, RepeatItem
from gmsc_desktop.domain.errors import N_, NotFound, Refused
from gmsc_desktop.domain.instrument import Choice, Instrument, Item, ItemType, Text
from gmsc_desktop.domain.ports import Clock
from gmsc_desktop.domain.scoring import Assessment
from gmsc_desktop.domain.visit import Problem, Progress, Severity
from gmsc_desktop.forms.checks import FILES, problem, question_problems, says_something, type_problem
from gmsc_desktop.forms.instance import Instance, Node, mark, show
from gmsc_desktop.forms.plan import Part, plan_of
from gmsc_desktop.forms.scorer import Scorer, assessment_of
from gmsc_desktop.forms.xpath.compiled import Expression, result_text
from gmsc_desktop.forms.xpath.names import filled
from gmsc_desktop.i18n import _ as translated
from gmsc_desktop.i18n import language as current_language


@dataclass(frozen=True, slots=True)
class QuestionState:
    """One place of the form as it stands now.

    ``value`` is the answer, what the calculation gives, or the default while there is no answer. A question that is
    not ``relevant`` keeps its value but counts nowhere. ``not_applicable`` is the reason given, or empty.
    ``message`` says, in the language in use, why the value is not ``valid``.
    """

    key: str
    item: Item
    value: str
    self_value: str
    note: str
    not_applicable: str
    relevant: bool
    required: bool
    read_only: bool
    valid: bool
    message: str


class FormSession:
    """The live form of one visit. Not for use by several threads at once."""

    def __init__(self, instrument: Instrument, sheet: AnswerSheet, *, clock: Clock, username: str = "") -> None:
        self.instrument = instrument
        self.username = username
        self._clock = clock
        self._plan = plan_of(instrument)
        self._cells: dict[tuple[str, Facet], str] = {cell: text for cell, text in sheet.cells.items() if text}
        self._instance = Instance(self._plan, sheet.repeats)
        self._states: dict[str, QuestionState] = {}
        self._language = current_language()
        self._assessment: Assessment | None = None
        self._scorers = (
            Scorer(instrument, _Reading(self, Facet.VALUE)),
            Scorer(instrument, _Reading(self, Facet.SELF), own=True),
        )
        self._waiting: dict[int, tuple[Part, dict[str, Node]]] = {}
        self._heap: list[int] = []
        self._touched: set[str] = set()
        self._moment: dict[str, str] = {}
        for node in self._instance.root.walk():
            if node.item.calculation:
                node.computed = self._cells.pop((node.key, Facet.VALUE), "")
            self._queue(Part.RELEVANCE, node)
            self._queue(Part.VALUE, node)
        self._calculate()
        self._touched.clear()

    # What the person does

    def set(self, key: str, facet: Facet, value: str | None) -> frozenset[str]:
        """Record an answer (None or the empty text takes it away); returns the keys whose state changed, ``key``
        among them. Raises ``NotFound`` for a key the form has not now, ``Refused`` for what is not to be answered."""
        node = self._node(key)
        facet = Facet(facet)
        self._refuse(node, facet)
        if value:
            self._cells[key, facet] = value
        else:
            self._cells.pop((key, facet), None)
        self._touched.add(key)
        if facet in (Facet.VALUE, Facet.NOT_APPLICABLE):
            self._queue(Part.VALUE, node)
        return self._settled(always=(key,))

    def put_item(self, item: RepeatItem) -> frozenset[str]:
        """Add an item to a repeat, bring it back with its answers, or move it; returns the keys that changed."""
        repeat = self._node(item.repeat)
        if not repeat.is_repeat:
            raise NotFound(N_("There is no repeat {key} in this form."), key=item.repeat)
        if item.removed:
            return self.drop_item(item.key)
        node, new = self._instance.put(repeat, item)
        self._structure_changed(repeat, node)
        below = tuple(found.key for found in node.walk())
        if new:
            for found in node.walk():
                self._queue(Part.RELEVANCE, found)
                self._queue(Part.VALUE, found)
        return self._settled(always=(repeat.key, *below) if new else (repeat.key, node.key))

    def drop_item(self, item_key: str) -> frozenset[str]:
        """Take an item out of its repeat; its answers are kept for when it comes back. Returns the keys that changed,
        those that are gone among them."""
        node = self._node(item_key)
        if node.entry is None or node.parent is None:
            raise NotFound(N_("There is no item {key} in this form."), key=item_key)
        gone = tuple(found.key for found in node.walk())
        self._structure_changed(node.parent, node)
        self._instance.drop(node)
        for key in gone:
            self._states.pop(key, None)
        return self._settled(always=(node.parent.key, *gone))

    # What is there

    def keys(self, section: str = "") -> tuple[str, ...]:
        """The keys below ``section`` (all, when empty) in form order: groups, repeats, their items and questions,
        those that are not relevant too."""
        top = self._node(section) if section else self._instance.root
        return tuple(node.key for node in top.walk() if node is not top)

    def items(self, repeat_key: str) -> tuple[RepeatItem, ...]:
        """The items of a repeat, in order."""
        return tuple(child.entry for child in self._node(repeat_key).children if child.entry is not None)

    def state(self, key: str) -> QuestionState:
        """How ``key`` stands now. Raises ``NotFound``."""
        if self._language != current_language():
            self._language = current_language()
            self._states.clear()
        known = self._states.get(key)
        if known is None:
            known = self._states[key] = self._look(self._node(key))
        return known

    def label(self, key: str, language: str) -> str:
        """The label with every ``${name}`` filled in; of a repeat item, the repeat's label."""
        node = self._node(key)
        return self._text(node, node.item.label, language)

    def hint(self, key: str, language: str) -> str:
        """The hint, filled in like the label."""
        node = self._node(key)
        return self._text(node, node.item.hint, language)

    def guidance(self, key: str, language: str) -> str:
        """The guidance, filled in like the label."""
        node = self._node(key)
        return self._text(node, node.item.guidance, language)

    def choices(self, key: str) -> tuple[Choice, ...]:
        """The choices offered now, after the ``choice_filter``."""
        node = self._node(key)
        found = self.instrument.choices.get(node.item.list_name, ())
        choosing = node.spec.choice_filter
        if choosing is None:
            return found
        selected = self._run(choosing, node, self._plan.list_root(node.item.list_name))
        return tuple(found[int(element.get("at"))] for element in selected)

    # What it amounts to

    def assessment(self) -> Assessment:
        """The scores as they stand."""
        if self._assessment is None:
            self._assessment = assessment_of(*self._scorers)
        return self._assessment

    def problems(self, evidence: Mapping[str, int]) -> tuple[Problem, ...]:
        """What stands against closing the visit, in form order; ``evidence`` counts the files at each key."""
        return tuple(self._problems(evidence))

    def progress(self, evidence: Mapping[str, int]) -> Progress:
        """How many of the required questions that are asked now are answered."""
        return self._progress(self._instance.root.walk(), evidence)

    def section_progress(self, path: str, evidence: Mapping[str, int]) -> Progress:
        """The progress of a group, repeat or repeat item."""
        return self._progress(self._node(path).walk(), evidence)

    def sheet(self) -> AnswerSheet:
        """All answers in form order, of questions that are not relevant too, with calculated values and defaults."""
        cells: dict[tuple[str, Facet], str] = {}
        repeats: dict[str, tuple[RepeatItem, ...]] = {}
        for node in self._instance.root.walk():
            for facet in Facet:
                text = self._raw(node) if facet is Facet.VALUE else self._cells.get((node.key, facet), "")
                if text:
                    cells[node.key, facet] = text
            if node.is_repeat and node.children:
                repeats[node.key] = self.items(node.key)
        return AnswerSheet(MappingProxyType(cells), MappingProxyType(repeats))

    # Inside

    def _node(self, key: str) -> Node:
        node = self._instance.by_key.get(key)
        if node is None:
            raise NotFound(N_("There is no question {key} in this form."), key=key)
        return node

    def _refuse(self, node: Node, facet: Facet) -> None:
        if facet is Facet.NOTE:
            return
        if not node.is_question or node.item.type is ItemType.NOTE:
            raise Refused(N_("{key} is not a question that can be answered."), key=node.key)
        if facet is Facet.VALUE and (node.item.read_only or node.spec.calculated):
            raise Refused(N_("{key} is filled in by the form itself."), key=node.key)

    def _raw(self, node: Node) -> str:
        """The value shown: the calculation, else the answer, else the default."""
        if node.spec.calculated:
            return node.computed
        return self._cells.get((node.key, Facet.VALUE)) or node.computed

    def _queue(self, part: Part, node: Node) -> None:
        rank = node.spec.ranks[part]
        waiting = self._waiting.get(rank)
        if waiting is None:
            waiting = self._waiting[rank] = (part, {})
            heapq.heappush(self._heap, rank)
        waiting[1][node.key] = node

    def _calculate(self) -> None:
        """Work off what waits, each after what it reads."""
        now = self._clock.now()
        self._moment = {"today": now.date().isoformat(), "now": now.isoformat(timespec="seconds")}
        while self._heap:
            part, nodes = self._waiting.pop(heapq.heappop(self._heap))
            for node in nodes.values():
                if node.key not in self._instance.by_key:
                    continue
                if part is Part.RELEVANCE:
                    self._weigh(node)
                else:
                    self._evaluate(node)

    def _weigh(self, node: Node) -> None:
        """Settle whether the node is asked."""
        relevant = node.parent is None or node.parent.relevant
        if relevant and node.spec.relevant is not None and node.entry is None:
            relevant = bool(self._run(node.spec.relevant, node, node.element))
        if relevant == node.relevant:
            return
        node.relevant = relevant
        mark(node.element, relevant=relevant)
        self._touched.add(node.key)
        self._queue(Part.VALUE, node)
        for child in node.children:
            if child.entry is not None:
                self._weigh(child)
            else:
                self._queue(Part.RELEVANCE, child)
        if node.item.is_container:
            self._tell(node)

    def _evaluate(self, node: Node) -> None:
        """Settle what the node holds."""
        if not node.is_question:
            return
        expression = node.spec.value
        if expression is not None:
            computed = result_text(self._run(expression, node, node.element)) if node.relevant else ""
            if computed != node.computed:
                node.computed = computed
                self._touched.add(node.key)
        counts = node.relevant and (node.key, Facet.NOT_APPLICABLE) not in self._cells
        if show(node.element, self._raw(node) if counts else ""):
            self._touched.add(node.key)
            self._tell(node)

    def _tell(self, node: Node) -> None:
        """Have everything recalculated that reads ``node``."""
        for dependent in self._plan.dependents.get(node.item.path, ()):
            for reader in self._instance.instances(dependent.path, node.ids, dependent.shared):
                if dependent.part is Part.LOOK:
                    self._touched.add(reader.key)
                    self._touch_items(reader, node.ids[: dependent.shared])
                else:
                    self._queue(dependent.part, reader)

    def _touch_items(self, repeat: Node, ids: tuple[str, ...]) -> None:
        """The items of a repeat are shown by the repeat's row."""
        if repeat.is_repeat:
            self._touched.update(item.key for item in repeat.children if item.ids[: len(ids)] == ids)

    def _structure_changed(self, repeat: Node, item: Node) -> None:
        self._tell(repeat)
        for node in item.walk():
            if node.entry is None:
                self._tell(node)

    def _run(self, expression: Expression, node: Node, context: Any) -> Any:
        variables: dict[str, Any] = {}
        for name in expression.variables:
            match name:
                case "root":
                    variables[name] = self._instance.xml
                case "current":
                    variables[name] = node.element
                case "own":
                    variables[name] = node.computed
                case _:
                    variables[name] = self._moment[name]
        return expression.run(context, **variables)

    def _settled(self, always: Iterable[str]) -> frozenset[str]:
        """Recalculate, and tell which states are not what they were. A change of how something looks (its choices or
        label) counts as a change."""
        self._assessment = None
        self._calculate()
        changed = set(always)
        for key in changed | self._touched:
            for scorer in self._scorers:
                scorer.forget(key)
        for key in self._touched:
            if key not in self._instance.by_key:
                continue
            self._states.pop(key, None)
            changed.add(key)
        self._touched.clear()
        return frozenset(changed)

    def _look(self, node: Node) -> QuestionState:
        cells, key, item = self._cells, node.key, node.item
        not_applicable = cells.get((key, Facet.NOT_APPLICABLE), "")
        value = self._raw(node)
        message = ""
        if value and node.relevant and not not_applicable and node.is_question and item.type is not ItemType.NOTE:
            message = self._why_not(node, value)
        return QuestionState(
            key=key,
            item=item,
            value=value,
            self_value=cells.get((key, Facet.SELF), ""),
            note=cells.get((key, Facet.NOTE), ""),
            not_applicable=not_applicable,
            relevant=node.relevant,
            required=not not_applicable and self._required(node),
            read_only=item.read_only or node.spec.calculated or item.type is ItemType.NOTE or item.is_container,
            valid=not message,
            message=message,
        )

    def _required(self, node: Node) -> bool:
        if not node.relevant or not node.is_question or node.spec.calculated or node.item.type is ItemType.NOTE:
            return False
        required = node.spec.required
        return node.spec.always_required or (required is not None and bool(self._run(required, node, node.element)))

    def _why_not(self, node: Node, value: str) -> str:
        """Why the value is not valid, in the language in use; the empty text when it is."""
        item = node.item
        wrong = "" if node.spec.calculated else type_problem(item, value, self.choices(node.key))
        if wrong:
            return translated(wrong)
        constraint = node.spec.constraint
        if constraint is None or bool(self._run(constraint, node, node.element)):
            return ""
        own = self._text(node, item.constraint_message, current_language())
        return own or translated(N_("This answer is not within what the question allows."))

    def _text(self, node: Node, text: Text, language: str) -> str:
        found = text.get(language)
        if "${" not in found:
            return found
        values = {
            name: result_text(self._run(expression, node, node.element))
            for name, expression in node.spec.inserted.items()
        }
        return filled(found, values)

    def _problems(self, evidence: Mapping[str, int]) -> Iterator[Problem]:
        for node in self._instance.root.walk():
            if not node.relevant:
                continue
            if node.is_repeat:
                if node.item.scored and not node.children:
                    yield problem("repeat_empty", Severity.WARNING, node.key, N_("Nothing has been entered here yet."))
            elif node.is_question:
                state = self.state(node.key)
                yield from question_problems(
                    self.instrument,
                    node.item,
                    node.key,
                    value=state.value,
                    self_value=state.self_value,
                    note=state.note,
                    not_applicable=state.not_applicable,
                    required=state.required,
                    message=state.message,
                    required_message=self._text(node, node.item.required_message, current_language()),
                    evidence=evidence,
                )

    def _progress(self, nodes: Iterable[Node], evidence: Mapping[str, int]) -> Progress:
        answered = expected = 0
        for node in nodes:
            if not node.relevant or not node.is_question:
                continue
            state = self.state(node.key)
            if state.required or (state.not_applicable and self._required(node)):
                expected += 1
                answered += bool(
                    says_something(state.not_applicable)
                    or state.value
                    or (node.item.type in FILES and evidence.get(node.key, 0) > 0)
                )
        return Progress(answered, expected)


class _Reading:
    """What the scorer reads of a session, by one facet."""

    def __init__(self, session: FormSession, facet: Facet) -> None:
        self._session = session
        self._instance: Callable[[str], Node] = session._node  # noqa: SLF001 - its own helper
        self._facet = facet

    def answer(self, key: str) -> str:
        if self._facet is Facet.VALUE:
            return self._session._raw(self._instance(key))  # noqa: SLF001 - its own helper
        return self._session._cells.get((key, self._facet), "")  # noqa: SLF001 - its own helper

    def excluded(self, key: str) -> bool:
        return bool(self._session._cells.get((key, Facet.NOT_APPLICABLE)))  # noqa: SLF001 - its own helper

    def asked(self, key: str) -> bool:
        return self._instance(key).relevant

    def items(self, key: str) -> tuple[RepeatItem, ...]:
        return self._session.items(key)
