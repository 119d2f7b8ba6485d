"""A visit's form while it is being filled: what is shown, valid and calculated now.

An answer recalculates only what depends on it. Nothing here writes to the vault; the session is made from a sheet of
answers and can be made again from the sheet it gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gmsc_desktop.domain.answers import AnswerSheet, Facet, RepeatItem
from gmsc_desktop.domain.emphasis import Run, escaped, runs
from gmsc_desktop.domain.errors import N_, NotFound, Refused
from gmsc_desktop.domain.instrument import METADATA, Choice, Instrument, Item, ItemType, Text
from gmsc_desktop.domain.ports import Clock
from gmsc_desktop.domain.scoring import Assessment
from gmsc_desktop.domain.visit import Problem, Progress, Severity
from gmsc_desktop.forms.checks import FILES, problem, question_problems, says_something
from gmsc_desktop.forms.engine import Engine, Known
from gmsc_desktop.forms.instance import Node
from gmsc_desktop.forms.plan import plan_of
from gmsc_desktop.forms.scorer import Scorer, assessment_of
from gmsc_desktop.forms.validity import Bounds, bounds_of, type_problem
from gmsc_desktop.i18n import _ as translated
from gmsc_desktop.i18n import language as current_language


@dataclass(frozen=True, slots=True)
class QuestionState:
    """One place of the form as it stands now.

    ``value`` is the answer (a default is one from the beginning), or what the calculation gives. A question that is
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

    def __init__(
        self,
        instrument: Instrument,
        sheet: AnswerSheet,
        *,
        clock: Clock,
        username: str = "",
        device: str = "",
        seed: str = "",
        begun: bool = False,
    ) -> None:
        """``seed`` is what chance draws from (``random()``, ``uuid()``): the visit's id, so that it draws the same when
        the visit is opened again. ``begun`` says of an empty ``sheet`` that it was not always so: defaults are given
        once."""
        self.instrument = instrument
        self.username = username
        self._engine = Engine(plan_of(instrument), sheet, clock, Known(username, device, seed), begun=begun)
        self._states: dict[str, QuestionState] = {}
        self._language = current_language()
        self._spoken = ""
        self._assessment: Assessment | None = None
        self._scorer = Scorer(instrument, _Reading(self._engine, Facet.VALUE))
        self._own_scorer: Scorer | None = None
        """Made with the region's first own answer."""

    # What the person does

    def set(self, key: str, facet: Facet, value: str | None) -> frozenset[str]:
        """Record an answer (None or the empty text takes it away); returns the keys whose state changed, ``key``
        among them. Raises ``NotFound`` for a key the form has not now, ``Refused`` for what is not to be answered."""
        node = self._node(key)
        facet = Facet(facet)
        _refuse(node, facet, locked=self._engine.locked(node))
        self._engine.write(node, facet, value or "")
        return self._settled((key,))

    def put_item(self, item: RepeatItem) -> frozenset[str]:
        """Add an item to a repeat, bring it back with its answers, or move it; returns the keys that changed."""
        repeat = self._node(item.repeat)
        if not repeat.is_repeat:
            raise NotFound(N_("There is no repeat {key} in this form."), key=item.repeat)
        _refuse_counted(repeat)
        if item.removed:
            return self.drop_item(item.key)
        return self._settled(self._engine.put(repeat, item))

    def drop_item(self, item_key: str) -> frozenset[str]:
        """Take an item out of its repeat; its answers are kept for when it comes back. Returns the keys that changed,
        those that are gone among them."""
        node = self._node(item_key)
        if node.entry is None or node.parent is None:
            raise NotFound(N_("There is no item {key} in this form."), key=item_key)
        _refuse_counted(node.parent)
        return self._settled(self._engine.drop(node.parent, node))

    def speak(self, language: str) -> None:
        """Say the messages the form brings (why an answer is not valid, that one is needed) in this language of the
        form rather than in the one of the program."""
        if language != self._spoken:
            self._spoken = language
            self._states.clear()

    # What is there

    def keys(self, section: str = "") -> tuple[str, ...]:
        """The keys below ``section`` (all, when empty) in form order: groups, repeats, their items and questions,
        those that are not relevant too."""
        top = self._node(section) if section else self._engine.instance.root
        return tuple(node.key for node in top.walk() if node is not top)

    def items(self, repeat_key: str) -> tuple[RepeatItem, ...]:
        """The items of a repeat, in order."""
        return _entries(self._node(repeat_key))

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
        return self._engine.text(node, node.item.label, language)

    def hint(self, key: str, language: str) -> str:
        """The hint, filled in like the label."""
        node = self._node(key)
        return self._engine.text(node, node.item.hint, language)

    def guidance(self, key: str, language: str) -> str:
        """The guidance, filled in like the label."""
        node = self._node(key)
        return self._engine.text(node, node.item.guidance, language)

    def emphasis(self, key: str, part: str, language: str) -> tuple[Run, ...]:
        """The ``label``, ``hint`` or ``guidance`` as runs of emphasis; empty when nothing in it is emphasised. What is
        filled in is never read as emphasis."""
        node = self._node(key)
        written = node.item.emphasis.get(part)
        text: Text = getattr(node.item, part)
        shown = language if text.by_language.get(language) else next(iter(text.by_language), "")
        if written is None or shown not in written.by_language:
            return ()
        return runs(self._engine.text(node, written, shown, escaped))

    def choices(self, key: str) -> tuple[Choice, ...]:
        """The choices offered now, after the ``choice_filter``."""
        return self._engine.choices(self._node(key))

    def bounds(self, key: str) -> Bounds | None:
        """Start, end and step of a ``range`` question; None for others."""
        return bounds_of(self._node(key).item)

    def counted(self, key: str) -> bool:
        """Whether the form itself says how many items the repeat at ``key`` has, so that nobody adds or removes any."""
        return bool(self._node(key).item.repeat_count)

    def lasting(self) -> Mapping[str, str]:
        """What the form has set once and would not set the same again (defaults, ``once()``, triggers, the day of the
        start), by key: to be stored beside the answers, as answers, when it changes."""
        instance, engine = self._engine.instance, self._engine
        nodes = (node for path in engine.plan.lasting for node in instance.by_path.get(path, {}).values())
        return MappingProxyType({node.key: text for node in nodes if (text := engine.value(node))})

    # What it amounts to

    def assessment(self) -> Assessment:
        """The scores as they stand."""
        if self._assessment is None:
            if self._own_scorer is None and any(facet is Facet.SELF for _key, facet in self._engine.cells):
                self._own_scorer = Scorer(self.instrument, _Reading(self._engine, Facet.SELF), own=True)
            self._assessment = assessment_of(self._scorer, self._own_scorer)
        return self._assessment

    def problems(self, evidence: Mapping[str, int]) -> tuple[Problem, ...]:
        """What stands against closing the visit, in form order; ``evidence`` counts the files at each key."""
        return tuple(self._problems(evidence))

    def progress(self, evidence: Mapping[str, int]) -> Progress:
        """How many of the required questions that are asked now are answered."""
        return self._progress(self._engine.instance.root.walk(), evidence)

    def section_progress(self, path: str, evidence: Mapping[str, int]) -> Progress:
        """The progress of a group, repeat or repeat item."""
        return self._progress(self._node(path).walk(), evidence)

    def sheet(self) -> AnswerSheet:
        """All answers in form order, of questions that are not relevant too, with calculated values and defaults."""
        engine = self._engine
        cells: dict[tuple[str, Facet], str] = {}
        repeats: dict[str, tuple[RepeatItem, ...]] = {}
        for node in self._engine.instance.root.walk():
            for facet in Facet:
                text = engine.value(node) if facet is Facet.VALUE else engine.cells.get((node.key, facet), "")
                if text:
                    cells[node.key, facet] = text
            if node.is_repeat and node.children:
                repeats[node.key] = _entries(node)
        return AnswerSheet(MappingProxyType(cells), MappingProxyType(repeats))

    # Inside

    def _node(self, key: str) -> Node:
        node = self._engine.instance.by_key.get(key)
        if node is None:
            raise NotFound(N_("There is no question {key} in this form."), key=key)
        return node

    def _settled(self, always: tuple[str, ...]) -> frozenset[str]:
        """Recalculate, and tell whose state may not be what it was; a label or choices that changed count."""
        self._assessment = None
        self._engine.calculate()
        changed = self._engine.touched.union(always)
        self._engine.touched.clear()
        for key in changed:
            self._states.pop(key, None)
            self._scorer.forget(key)
            if self._own_scorer is not None:
                self._own_scorer.forget(key)
        return frozenset(changed)

    def _look(self, node: Node) -> QuestionState:
        cells, key, item = self._engine.cells, node.key, node.item
        not_applicable = cells.get((key, Facet.NOT_APPLICABLE), "")
        value = self._engine.value(node)
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
            read_only=not _is_written(node) or self._engine.locked(node),
            valid=not message,
            message=message,
        )

    def _required(self, node: Node) -> bool:
        if not node.relevant or not _is_written(node) or not node.item.is_shown:
            return False
        required = node.spec.required
        return node.spec.always_required or (required is not None and self._engine.holds(required, node))

    def _why_not(self, node: Node, value: str) -> str:
        """Why the value is not valid, in the language in use; the empty text when it is."""
        item = node.item
        wrong = "" if node.spec.calculated else type_problem(item, value, lambda: self._engine.names(node))
        if wrong:
            return translated(wrong)
        constraint = node.spec.constraint
        if constraint is None or self._engine.holds(constraint, node):
            return ""
        own = self._own(node, item.constraint_message)
        return own or translated(N_("This answer is not within what the question allows."))

    def _own(self, node: Node, message: Text) -> str:
        """A message the form brings."""
        return self._engine.text(node, message, self._spoken or current_language())

    def _problems(self, evidence: Mapping[str, int]) -> Iterator[Problem]:
        for node in self._engine.instance.root.walk():
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
                    required_message=self._engine.text(
                        node, node.item.required_message, self._spoken or current_language()
                    ),
                    evidence=evidence,
                )

    def _progress(self, nodes: Iterable[Node], evidence: Mapping[str, int]) -> Progress:
        answered = expected = 0
        for node in nodes:
            if not node.relevant or not node.is_question:
                continue
            # Not by ``state``, which asks more of each question than is counted here.
            if self._required(node):
                expected += 1
                answered += bool(
                    says_something(self._engine.cells.get((node.key, Facet.NOT_APPLICABLE), ""))
                    or self._engine.value(node).strip()
                    or (node.item.type in FILES and evidence.get(node.key, 0) > 0)
                )
        return Progress(answered, expected)


def _entries(repeat: Node) -> tuple[RepeatItem, ...]:
    return tuple(child.entry for child in repeat.children if child.entry is not None)


_UNWRITTEN = METADATA | {ItemType.NOTE, ItemType.CALCULATE}


def _is_written(node: Node) -> bool:
    """Whether the person may answer there."""
    return node.is_question and not node.spec.calculated and node.item.type not in _UNWRITTEN


def _refuse_counted(repeat: Node) -> None:
    if repeat.item.repeat_count:
        raise Refused(N_("The form itself says how many items {key} has."), key=repeat.key)


def _refuse(node: Node, facet: Facet, *, locked: bool) -> None:
    if facet is Facet.NOTE:
        return
    if not node.is_question or node.item.type is ItemType.NOTE:
        raise Refused(N_("{key} is not a question that can be answered."), key=node.key)
    if facet is Facet.VALUE and (locked or not _is_written(node)):
        raise Refused(N_("{key} is filled in by the form itself."), key=node.key)


class _Reading:
    """What the scorer reads of the answers, by one facet."""

    def __init__(self, engine: Engine, facet: Facet) -> None:
        self._engine = engine
        self._by_key = engine.instance.by_key
        self._facet = facet

    def answer(self, key: str) -> str:
        if self._facet is Facet.VALUE:
            return self._engine.value(self._by_key[key])
        return self._engine.cells.get((key, self._facet), "")

    def excluded(self, key: str) -> bool:
        return bool(self._engine.cells.get((key, Facet.NOT_APPLICABLE)))

    def asked(self, key: str) -> bool:
        return self._by_key[key].relevant

    def items(self, key: str) -> tuple[RepeatItem, ...]:
        return _entries(self._by_key[key])
