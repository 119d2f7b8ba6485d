"""What the page needs of a live form, as the services hand it out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from gmsc_desktop.domain.answers import Facet, RepeatItem
from gmsc_desktop.domain.emphasis import Run
from gmsc_desktop.domain.instrument import Choice
from gmsc_desktop.domain.scoring import Assessment
from gmsc_desktop.domain.visit import Problem, Progress


class State(Protocol):
    """How one question stands."""

    @property
    def value(self) -> str:
        """The answer, empty when there is none."""
        ...

    @property
    def self_value(self) -> str:
        """The region's own answer."""
        ...

    @property
    def note(self) -> str:
        """The assessor's note."""
        ...

    @property
    def not_applicable(self) -> str:
        """Why the question does not apply, empty when it does."""
        ...

    @property
    def relevant(self) -> bool:
        """Whether it is asked."""
        ...

    @property
    def required(self) -> bool:
        """Whether it must be answered."""
        ...

    @property
    def read_only(self) -> bool:
        """Whether the form fills it in itself."""
        ...

    @property
    def valid(self) -> bool:
        """Whether the answer fits."""
        ...

    @property
    def message(self) -> str:
        """Why it does not, in the language in use."""
        ...


class LiveForm(Protocol):
    """The session of a visit."""

    def set(self, key: str, facet: Facet, value: str | None) -> frozenset[str]:
        """Take an answer; returns the keys whose state changed."""
        ...

    def put_item(self, item: RepeatItem) -> frozenset[str]:
        """Add an item or bring it back."""
        ...

    def drop_item(self, item_key: str) -> frozenset[str]:
        """Take an item out."""
        ...

    def speak(self, language: str) -> None:
        """Say the form's own messages in this language of the form."""
        ...

    def keys(self, section: str = "") -> tuple[str, ...]:
        """Every key there is now, in form order."""
        ...

    def items(self, repeat_key: str) -> tuple[RepeatItem, ...]:
        """The items of a repeat."""
        ...

    def counted(self, key: str) -> bool:
        """Whether the form itself says how many items the repeat has."""
        ...

    def state(self, key: str) -> State:
        """How a question stands."""
        ...

    def label(self, key: str, language: str) -> str:
        """What a question is called."""
        ...

    def hint(self, key: str, language: str) -> str:
        """What stands below its label."""
        ...

    def guidance(self, key: str, language: str) -> str:
        """What helps to answer it."""
        ...

    def emphasis(self, key: str, part: str, language: str) -> tuple[Run, ...]:
        """Label, hint or guidance as runs of emphasis; empty without any."""
        ...

    def choices(self, key: str) -> tuple[Choice, ...]:
        """What can be chosen now."""
        ...

    def lasting(self) -> Mapping[str, str]:
        """What the form gave itself and would not give again, by key."""
        ...

    def assessment(self) -> Assessment:
        """The scores."""
        ...

    def problems(self, evidence: Mapping[str, int]) -> tuple[Problem, ...]:
        """What stands against closing."""
        ...

    def section_progress(self, path: str, evidence: Mapping[str, int]) -> Progress:
        """How far a group is."""
        ...
