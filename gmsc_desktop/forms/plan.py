"""What a session needs to know about an instrument before the first answer: compiled expressions and who depends on
whom. Made once per instrument and kept for the few used last."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from threading import Lock

from gmsc_desktop.domain.instrument import METADATA, Choice, Instrument, Item, ItemType
from gmsc_desktop.forms.lists import ANSWERED, FormSources, columns_of
from gmsc_desktop.forms.xpath.compiled import Expression, compile_expression, compile_node
from gmsc_desktop.forms.xpath.functions import Kind
from gmsc_desktop.forms.xpath.lower import kind_of, split
from gmsc_desktop.forms.xpath.names import LAST_SAVED, Names, Reference, inserts, references, written_path
from gmsc_desktop.forms.xpath.parser import Call, parse, walk
from gmsc_desktop.forms.xpath.scope import Scope

ALWAYS = "true()"
_METADATA = {ItemType.START: "once(now())", ItemType.TODAY: "once(today())", ItemType.END: "now()"}


class Part(IntEnum):
    """What of a question depends on something: whether it is asked, what it holds, or only how it looks."""

    RELEVANCE = 0
    VALUE = 1
    LOOK = 2


@dataclass(frozen=True, slots=True)
class Dependent:
    """``part`` of the question at ``path`` reads something; ``shared`` repeat items on the way are its own."""

    part: Part
    path: str
    shared: int


@dataclass(slots=True)
class Spec:
    """One question of the instrument, ready to run. ``ranks`` are the places of its relevance and of its value in the
    order of calculation. ``lasting`` is what keeps the value it was first given; ``initial`` is what is an answer from
    the first opening of the form, or of its item, on; ``fired`` is what a trigger sets."""

    item: Item
    relevant: Expression | None = None
    value: Expression | None = None
    initial: Expression | None = None
    read_only: Expression | None = None
    required: Expression | None = None
    always_required: bool = False
    constraint: Expression | None = None
    choice_filter: Filter | None = None
    seed: Expression | None = None
    count: Expression | None = None
    fired: Expression | None = None
    lasting: bool = False
    ranks: tuple[int, int] = (0, 0)
    inserted: Mapping[str, Expression] = field(default_factory=dict)

    @property
    def calculated(self) -> bool:
        """Whether the person never writes it."""
        return self.item.type in METADATA or bool(self.item.calculation and not self.item.trigger)


@dataclass(frozen=True, slots=True)
class Filter:
    """A ``choice_filter``: columns that must equal an answer, which are looked up, and what else must hold of a choice
    (``rest``); or, when there is nothing to look up, the choices as ``nodes`` among all; or the ``answers`` in a repeat
    that are the choices."""

    equal: tuple[tuple[str, Expression], ...] = ()
    rest: Expression | None = None
    nodes: Expression | None = None
    answers: Expression | None = None


@dataclass(slots=True)
class Plan:
    """An instrument ready to run."""

    instrument: Instrument
    names: Names
    specs: Mapping[str, Spec]
    dependents: Mapping[str, tuple[Dependent, ...]]
    order: tuple[tuple[Part, str], ...]
    sources: FormSources
    triggers: Mapping[str, tuple[tuple[str, int], ...]]
    """Paths to those they trigger, with the number of repeat items both have in common."""
    lasting: tuple[str, ...]
    """Paths whose values a form would not make a second time."""
    listed: dict[str, frozenset[str]] = field(default_factory=dict)

    def names_in(self, list_name: str) -> frozenset[str]:
        """The names of the choices of a list."""
        known = self.listed.get(list_name)
        if known is None:
            known = self.listed[list_name] = frozenset(self.instrument.by_choice.get(list_name, ()))
        return known


def names_of(items: Iterable[Item], root: str = "") -> Names:
    """The names of a form; its root has none, but may be called ``root`` in paths written out."""
    paths: dict[str, tuple[str, ...]] = {}
    repeats = set()
    for item in items:
        if item.parent:
            paths[item.name] = (*paths.get(item.name, ()), item.path)
        if item.type is ItemType.REPEAT:
            repeats.add(item.path)
    return Names(paths, frozenset(repeats), root)


_LONGEST_CHAIN = 40


class Kinds:
    """What kind of value each path holds; of a calculation, what its expression gives."""

    def __init__(self, items: Mapping[str, Item]) -> None:
        self._items = items
        self._known: dict[str, Kind] = {}
        self._open = 0
        self._repeats = frozenset(item.path for item in items.values() if item.type is ItemType.REPEAT)

    def __call__(self, path: str) -> Kind:
        """The kind of ``path``; text for what is unknown."""
        item = self._items.get(path)
        if item is None:
            return Kind.TEXT
        match item.type:
            case ItemType.INTEGER | ItemType.DECIMAL | ItemType.RANGE:
                return Kind.NUMBER
            case ItemType.DATE | ItemType.DATETIME | ItemType.START | ItemType.END | ItemType.TODAY:
                return Kind.DATE
            case ItemType.CALCULATE if item.calculation:
                return self._known.get(path) or self._calculated(path, item)
            case _:
                return Kind.TEXT

    def _calculated(self, path: str, item: Item) -> Kind:
        if self._open >= _LONGEST_CHAIN:
            return Kind.TEXT
        self._known[path] = Kind.TEXT
        self._open += 1
        self._known[path] = found = kind_of(parse(item.calculation), self.scope(path))
        self._open -= 1
        return found

    def scope(self, path: str, *, choices: bool = False) -> Scope:
        """What expressions of ``path`` are rewritten with."""
        return Scope(path, self, self._list_of, choices, self._repeats, self._untyped)

    def _untyped(self, path: str) -> bool:
        item = self._items.get(path)
        return item is not None and item.type is ItemType.CALCULATE

    def _list_of(self, path: str) -> str:
        item = self._items.get(path)
        return item.list_name if item is not None else ""


def reads(item: Item, names: Names, choices: Mapping[str, tuple[Choice, ...]]) -> Iterator[tuple[Part, Reference]]:
    """Every place the expressions and labels of ``item`` read, and what of it depends on that."""
    sources = (
        (Part.RELEVANCE, item.relevant),
        (Part.VALUE, item.default if item.trigger else item.calculation or item.default),
        (Part.VALUE, item.repeat_count),
        (Part.LOOK, item.parameters.get("seed", "")),
        (Part.LOOK, item.required if item.required != ALWAYS else ""),
        (Part.LOOK, item.constraint),
        (Part.LOOK, item.read_only_if),
    )
    for part, source in sources:
        for found in references(parse(source), item.path) if source else ():
            yield from ((part, replace(found, path=path)) for path in names.meant(found.path))
    if item.choice_filter:
        columns = None if item.list_name.startswith(ANSWERED) else columns_of(choices.get(item.list_name, ()))
        found_there = references(parse(item.choice_filter), item.path, columns=columns)
        yield from ((Part.LOOK, reference) for reference in found_there)
    for name in inserted_names(item):
        path = names.path_of(name)
        yield Part.LOOK, Reference(path, names.shared_repeat(item.path, path))


def inserted_names(item: Item) -> frozenset[str]:
    """The names inserted into the texts of ``item``; what was saved last is known of nothing, and blank."""
    texts = (item.label, item.hint, item.guidance, item.constraint_message, item.required_message)
    names = (name for text in texts for found in text.by_language.values() for name in inserts(found))
    return frozenset(name for name in names if not name.startswith(LAST_SAVED))


_Place = tuple[Part, str]


def calculation_order(items: Iterable[Item], read: Mapping[str, tuple[tuple[Part, Reference], ...]]) -> list[_Place]:
    """Relevance and value of every item, each after what it reads. What cannot be ordered is left out: those are
    circles and what hangs on them (see ``circles``)."""
    return _ordered(_needs(items, read))


def _ordered(needs: Mapping[_Place, set[_Place]]) -> list[_Place]:
    users: dict[_Place, list[_Place]] = {}
    for place, needed in needs.items():
        for other in needed:
            users.setdefault(other, []).append(place)
    open_needs = {place: len(needed) for place, needed in needs.items()}
    ready = [place for place, count in open_needs.items() if not count]
    order: list[_Place] = []
    while ready:
        place = ready.pop()
        order.append(place)
        for user in users.get(place, ()):
            open_needs[user] -= 1
            if not open_needs[user]:
                ready.append(user)
    return order


def circles(
    items: Iterable[Item], read: Mapping[str, tuple[tuple[Part, Reference], ...]], most: int = 20
) -> Iterator[list[_Place]]:
    """Circles of items that wait for each other, each in order, at most ``most``; those that share a place with one
    told before are left out."""
    needs = _needs(items, read)
    for _circle in range(most):
        waiting = set(needs).difference(_ordered(needs))
        place = min(waiting, default=None)
        if place is None:
            return
        way: dict[_Place, int] = {}
        while place not in way:
            way[place] = len(way)
            place = min(needs[place] & waiting)
        found = list(way)[way[place] :]
        yield found
        for done in found:
            del needs[done]
        told = set(found)
        for place, needed in needs.items():
            if not needed.isdisjoint(told):
                needs[place] = needed - told


def _needs(items: Iterable[Item], read: Mapping[str, tuple[tuple[Part, Reference], ...]]) -> dict[_Place, set[_Place]]:
    needs: dict[_Place, set[_Place]] = {}
    counted = {item.path for item in items if item.repeat_count}
    for item in items:
        around: set[_Place] = {(Part.RELEVANCE, item.parent)} if item.parent else set()
        if item.parent in counted:
            around.add((Part.VALUE, item.parent))  # It makes the items before anything in them is calculated.
        needs[Part.RELEVANCE, item.path] = around
        needs[Part.VALUE, item.path] = {(Part.RELEVANCE, item.path)}
    for path, found in read.items():
        for part, reference in found:
            place = (Part.VALUE, reference.path)
            if part is not Part.LOOK and place in needs:
                needs[part, path].add(place)
    return needs


_plans: OrderedDict[int, Plan] = OrderedDict()
"""By the instrument's identity, which stays taken while the plan holds the instrument."""
_KEPT = 4
_lock = Lock()
"""Windows and the worker each open forms."""


def plan_of(instrument: Instrument) -> Plan:
    """The plan of ``instrument``; made once while the instrument is among those used last."""
    with _lock:
        plan = _plans.pop(id(instrument), None) or _make(instrument)
        _plans[id(instrument)] = plan
        while len(_plans) > _KEPT:
            _plans.popitem(last=False)
        return plan


def _make(instrument: Instrument) -> Plan:
    names = names_of(instrument.items)
    kinds = Kinds(instrument.by_path)
    read = {item.path: tuple(reads(item, names, instrument.choices)) for item in instrument.items}
    order = tuple(calculation_order(instrument.items, read))
    rank = {place: at for at, place in enumerate(order)}
    for part, path in order:
        if part is Part.VALUE:
            kinds(path)  # In this order no chain of calculations is followed twice, however long it is.
    sources = FormSources(instrument)
    specs = {item.path: _spec(sources, item, names, kinds) for item in instrument.items}
    for path, spec in specs.items():
        spec.ranks = (rank[Part.RELEVANCE, path], rank[Part.VALUE, path])
    dependents: dict[str, list[Dependent]] = {}
    for path, found in read.items():
        for part, reference in dict.fromkeys(found):
            shared = names.depth(reference.base) if reference.base else 0
            dependents.setdefault(reference.path, []).append(Dependent(part, path, shared))
    return Plan(
        instrument,
        names,
        specs,
        {path: tuple(found) for path, found in dependents.items()},
        order,
        sources,
        _triggers(instrument.items, names),
        tuple(path for path, spec in specs.items() if spec.lasting or spec.fired or spec.initial),
    )


def _triggers(items: Iterable[Item], names: Names) -> dict[str, tuple[tuple[str, int], ...]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for item in items:
        for trigger in item.trigger:
            shared = names.depth(names.shared_repeat(item.path, trigger))
            found.setdefault(trigger, []).append((item.path, shared))
    return {path: tuple(triggered) for path, triggered in found.items()}


def _spec(sources: FormSources, item: Item, names: Names, kinds: Kinds) -> Spec:
    scope = kinds.scope(item.path)

    def compiled(source: str, *, truth: bool = False) -> Expression | None:
        return compile_expression(source, scope, sources, truth=truth) if source else None

    value = _METADATA.get(item.type, "") or ("" if item.trigger else item.calculation)
    lasting = _lasts(value)
    spec = Spec(
        item,
        relevant=compiled(item.relevant, truth=True),
        value=compiled(value),
        initial=compiled("" if value else item.default),
        read_only=compiled(item.read_only_if, truth=True),
        required=compiled(item.required if item.required != ALWAYS else "", truth=True),
        always_required=item.required == ALWAYS,
        constraint=compiled(item.constraint, truth=True),
        seed=compiled(item.parameters.get("seed", "")),
        count=compiled(item.repeat_count),
        fired=compiled(item.calculation) if item.trigger else None,
        lasting=lasting,
    )
    if item.list_name.startswith(ANSWERED):
        spec.choice_filter = Filter(answers=compiled(item.choice_filter))
    elif item.choice_filter:
        spec.choice_filter = _filter(item.choice_filter, kinds.scope(item.path, choices=True), sources)
    spec.inserted = {
        name: compile_expression(_insert_source(names, item, name), scope, sources) for name in inserted_names(item)
    }
    return spec


def _lasts(value: str) -> bool:
    """Whether the value is only made once: by ``once()``."""
    return bool(value) and any(isinstance(node, Call) and node.name == "once" for node in walk(parse(value)))


def _filter(source: str, scope: Scope, sources: FormSources) -> Filter:
    found = split(parse(source), scope)
    if not found.equal:
        return Filter(nodes=compile_expression(source, scope, sources, truth=True, inside="item[{}]"))
    equal = tuple((column, compile_node(value, scope, sources)) for column, value in found.equal)
    rest = compile_node(found.rest, scope, sources, truth=True) if found.rest is not None else None
    return Filter(equal, rest)


def _insert_source(names: Names, item: Item, name: str) -> str:
    return written_path(names, item.path, names.path_of(name))
