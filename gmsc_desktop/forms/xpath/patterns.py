"""Regular expressions whose running time no pattern and no text can make explode.

Python's own engine goes back and forth and takes for ever over ``(a+)+b``; patterns come from workbooks, and texts from
anybody. Here a pattern becomes a machine that is in several states at once and reads every character once (K. Thompson,
"Regular Expression Search Algorithm", 1968); sets of states met before are remembered.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from gmsc_desktop.forms.xpath.readied import Kinds, readied

MAX_STATES = 2_000
"""Of one pattern: a ``{1,9999}`` is refused."""
MAX_TEXT = 5_000
MAX_TEXT_AHEAD = 500
"""For patterns that look ahead, which costs a reading of the rest at every place."""
_MAX_KNOWN = 2_000
_DIGITS = frozenset(string.digits)
_SPACES = frozenset(" \t\n\r\f\v")
_WORDS = frozenset(string.ascii_letters + string.digits + "_")
_CATEGORIES: dict[Any, Callable[[str], bool]] = {
    sre.CATEGORY_DIGIT: _DIGITS.__contains__,
    sre.CATEGORY_NOT_DIGIT: lambda c: c not in _DIGITS,
    sre.CATEGORY_SPACE: _SPACES.__contains__,
    sre.CATEGORY_NOT_SPACE: lambda c: c not in _SPACES,
    sre.CATEGORY_WORD: _WORDS.__contains__,
    sre.CATEGORY_NOT_WORD: lambda c: c not in _WORDS,
}
"""As Java, which ODK's programs run on, has them: ASCII."""
_Test = Callable[[str], bool]


class UnfitPattern(ValueError):
    """The pattern is none, or uses what cannot be bounded (references to groups)."""


@dataclass(slots=True)
class _Machine:
    """``steps`` leads from a state, over a character that passes, to another; ``free`` leads on without reading;
    ``places`` leads on only where the condition on (text, place) holds."""

    steps: list[tuple[_Test, int] | None] = field(default_factory=list)
    free: list[list[int]] = field(default_factory=list)
    places: list[tuple[Callable[[str, int], bool], int] | None] = field(default_factory=list)
    placed: bool = False
    ahead: bool = False

    def state(self) -> int:
        if len(self.steps) >= MAX_STATES:
            raise UnfitPattern("too large")
        self.steps.append(None)
        self.free.append([])
        self.places.append(None)
        return len(self.steps) - 1


class Pattern:
    """A pattern a whole text may match."""

    def __init__(self, source: str) -> None:
        self._kinds: Kinds = {}
        try:
            parsed = _parser.parse(readied(source, self._kinds))
        except (re.error, RecursionError, OverflowError, ValueError) as error:
            raise UnfitPattern(str(error)) from error
        self._machine = _Machine()
        self._over_lines = bool(parsed.state.flags & re.DOTALL)
        self._ignore_case = bool(parsed.state.flags & re.IGNORECASE)
        start = self._machine.state()
        self._end = self._sequence(parsed, start)
        self._start = start
        self._known: dict[tuple[frozenset[int], str], frozenset[int]] = {}

    def fullmatch(self, text: str) -> bool:
        """Whether all of ``text`` matches; a text of unreasonable length never does."""
        if len(text) > (MAX_TEXT_AHEAD if self._machine.ahead else MAX_TEXT):
            return False
        states = self._spread({self._start}, text, 0)
        for at, char in enumerate(text, 1):
            states = self._read(states, char, text, at)
            if not states:
                return False
        return self._end in states

    def _read(self, states: frozenset[int], char: str, text: str, at: int) -> frozenset[int]:
        if self._machine.placed:
            return self._spread(self._moved(states, char), text, at)
        known = self._known.get((states, char))
        if known is None:
            if len(self._known) >= _MAX_KNOWN:
                self._known.clear()
            known = self._known[states, char] = self._spread(self._moved(states, char), text, at)
        return known

    def _moved(self, states: frozenset[int], char: str) -> set[int]:
        moved = set()
        for state in states:
            step = self._machine.steps[state]
            if step is not None and step[0](char):
                moved.add(step[1])
        return moved

    def _spread(self, states: set[int], text: str, at: int) -> frozenset[int]:
        """The states reached without reading on."""
        machine, waiting = self._machine, list(states)
        while waiting:
            state = waiting.pop()
            further = list(machine.free[state])
            place = machine.places[state]
            if place is not None and place[0](text, at):
                further.append(place[1])
            for other in further:
                if other not in states:
                    states.add(other)
                    waiting.append(other)
        return frozenset(states)

    def _sequence(self, parsed: Any, start: int) -> int:
        for op, argument in parsed:
            start = self._part(op, argument, start)
        return start

    def _part(self, op: Any, argument: Any, start: int) -> int:
        match op:
            case sre.LITERAL | sre.NOT_LITERAL | sre.ANY | sre.IN:
                return self._step(self._test(op, argument), start)
            case sre.SUBPATTERN if not (argument[1] or argument[2]):
                return self._sequence(argument[3], start)
            case sre.BRANCH:
                end = self._machine.state()
                for option in argument[1]:
                    first = self._machine.state()
                    self._machine.free[start].append(first)
                    self._machine.free[self._sequence(option, first)].append(end)
                return end
            case sre.MAX_REPEAT | sre.MIN_REPEAT:
                least, most, inner = argument
                return self._repeat(least, most, inner, start)
            case sre.AT:
                return self._place(_at(argument), start)
            case sre.ASSERT | sre.ASSERT_NOT if argument[0] > 0:
                ahead = _Ahead(argument[1], self)
                self._machine.ahead = True
                return self._place(
                    ahead.holds if op is sre.ASSERT else lambda text, at: not ahead.holds(text, at), start
                )
        raise UnfitPattern(str(op))

    def _step(self, test: _Test, start: int) -> int:
        end = self._machine.state()
        if self._machine.steps[start] is not None or self._machine.free[start]:
            first = self._machine.state()
            self._machine.free[start].append(first)
            start = first
        self._machine.steps[start] = (test, end)
        return end

    def _place(self, holds: Callable[[str, int], bool], start: int) -> int:
        end, first = self._machine.state(), self._machine.state()
        self._machine.free[start].append(first)
        self._machine.places[first] = (holds, end)
        self._machine.placed = True
        return end

    def _repeat(self, least: int, most: int, inner: Any, start: int) -> int:
        for _ in range(least):
            start = self._sequence(inner, start)
        end = self._machine.state()
        if most == sre.MAXREPEAT:
            first = self._machine.state()
            self._machine.free[start].append(first)
            self._machine.free[first].append(end)
            self._machine.free[self._sequence(inner, first)].append(first)
            return end
        for _ in range(most - least):
            first = self._machine.state()
            self._machine.free[start] += [first, end]
            start = self._sequence(inner, first)
        self._machine.free[start].append(end)
        return end

    def _test(self, op: Any, argument: Any) -> _Test:
        if op is sre.ANY and self._over_lines:
            return lambda _char: True
        plain = _test(op, argument, self._kinds)
        if not self._ignore_case:
            return plain
        return lambda char: plain(char) or plain(char.lower()) or plain(char.upper())


class _Ahead:
    """What must, or must not, come next: tried over the rest of the text, which is bounded like the whole."""

    def __init__(self, parsed: Any, whole: Pattern) -> None:
        self._pattern = Pattern("")
        self._pattern._kinds, self._pattern._over_lines = whole._kinds, whole._over_lines
        self._pattern._ignore_case = whole._ignore_case
        self._pattern._end = self._pattern._sequence(parsed, self._pattern._start)
        if self._pattern._machine.ahead:
            raise UnfitPattern("looks ahead while looking ahead")

    def holds(self, text: str, at: int) -> bool:
        states = self._pattern._spread({self._pattern._start}, text, at)
        for place, char in enumerate(text[at:], at + 1):
            if self._pattern._end in states:
                return True
            states = self._pattern._read(states, char, text, place)
            if not states:
                return False
        return self._pattern._end in states


def _test(op: Any, argument: Any, kinds: Kinds) -> _Test:
    match op:
        case sre.LITERAL:
            return _member(op, argument, kinds)
        case sre.NOT_LITERAL:
            member = _member(sre.LITERAL, argument, kinds)
            return lambda char: not member(char)
        case sre.ANY:
            return lambda char: char != "\n"
    negated = argument[0][0] is sre.NEGATE
    tests = [_member(kind, value, kinds) for kind, value in argument[negated:]]
    return lambda char: any(test(char) for test in tests) != negated


def _member(kind: Any, value: Any, kinds: Kinds) -> _Test:
    match kind:
        case sre.LITERAL if value in kinds:
            return kinds[value]
        case sre.LITERAL:
            return lambda char: ord(char) == value
        case sre.RANGE:
            return lambda char: value[0] <= ord(char) <= value[1]
        case sre.CATEGORY:
            return _CATEGORIES[value]
    raise UnfitPattern(str(kind))


def _at(where: Any) -> Callable[[str, int], bool]:
    word = _CATEGORIES[sre.CATEGORY_WORD]

    def boundary(text: str, at: int) -> bool:
        before, after = at > 0 and word(text[at - 1]), at < len(text) and word(text[at])
        return before != after

    match where:
        case sre.AT_BEGINNING | sre.AT_BEGINNING_STRING:
            return lambda _text, at: at == 0
        case sre.AT_END | sre.AT_END_STRING:
            return lambda text, at: at == len(text)
        case sre.AT_BOUNDARY:
            return boundary
        case sre.AT_NON_BOUNDARY:
            return lambda text, at: not boundary(text, at)
    raise UnfitPattern(str(where))


@lru_cache(maxsize=500)
def pattern(source: str) -> Pattern | None:
    """The pattern, or None when it is none or cannot be bounded."""
    try:
        return Pattern(source)
    except UnfitPattern:
        return None
