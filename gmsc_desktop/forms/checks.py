"""Whether an answer is of its question's type, and what stands against closing a visit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.domain.instrument import FILE_TYPES, EvidenceRule, Instrument, Item, ItemType
from gmsc_desktop.domain.numbers import show_decimal
from gmsc_desktop.domain.visit import Problem, Severity
from gmsc_desktop.forms.types import NUMBERS
from gmsc_desktop.forms.validity import DECIMAL, type_problem
from gmsc_desktop.i18n import language

SELF_GAP = Decimal(2)
"""From this distance between the region's own level and the assessor's on, a note should say why."""

FILES = FILE_TYPES
_LETTER = re.compile(r"\w")


def says_something(text: str) -> bool:
    """Whether a reason holds at least one letter or digit."""
    return _LETTER.search(text) is not None


def evidence_needed(item: Item, level: Decimal | None, *, answered: bool) -> bool:
    """Whether the answer must be backed by a file: always, or from a level on."""
    match item.evidence:
        case EvidenceRule.REQUIRED:
            return answered
        case EvidenceRule.REQUIRED_FROM:
            return level is not None and item.evidence_from is not None and level >= item.evidence_from
        case _:
            return False


def level_of(instrument: Instrument, item: Item, answer: str) -> Decimal | None:
    """The points an answer is worth; of a number, the number itself."""
    if item.type is ItemType.SELECT_ONE:
        choice = instrument.choice(item, answer)
        return choice.score if choice is not None else None
    if item.type in NUMBERS and DECIMAL.fullmatch(answer):
        return Decimal(answer)
    return None


def problem(code: str, severity: Severity, key: str, template: str, **params: str) -> Problem:
    """A problem of the question at ``key``."""
    return Problem(code, severity, key, template, MappingProxyType(params))


def question_problems(
    instrument: Instrument,
    item: Item,
    key: str,
    *,
    value: str,
    self_value: str,
    note: str,
    not_applicable: str,
    required: bool,
    message: str,
    required_message: str,
    evidence: Mapping[str, int],
) -> Iterator[Problem]:
    """What stands against the answer of one question that is asked; ``message`` says why it is not valid,
    ``required_message`` what the form says when the answer is missing; both in the language in use."""
    files = evidence.get(key, 0)
    if not_applicable:
        if not says_something(not_applicable):
            template = N_("It is marked as not applicable, but no reason is given.")
            yield problem("not_applicable_reason", Severity.ERROR, key, template)
        return
    answered = bool(value.strip()) or (item.type in FILES and files > 0)
    if required and not answered:
        if required_message:
            yield problem("required", Severity.ERROR, key, "{message}", message=required_message)
        else:
            yield problem("required", Severity.ERROR, key, N_("This question is not answered yet."))
    if value and message:
        yield problem("constraint", Severity.ERROR, key, "{message}", message=message)
    level = level_of(instrument, item, value) if value else None
    if not files and evidence_needed(item, level, answered=answered):
        if item.evidence is EvidenceRule.REQUIRED_FROM:
            template = N_("From level {level} on, evidence must be attached to this answer.")
            yield problem("evidence", Severity.ERROR, key, template, level=_shown(item.evidence_from))
        else:
            yield problem("evidence", Severity.ERROR, key, N_("Evidence must be attached to this answer."))
    if self_value and type_problem(item, self_value, lambda: frozenset(instrument.by_choice.get(item.list_name, ()))):
        yield problem("self_value", Severity.ERROR, key, N_("The self-assessment is not one of the possible answers."))
        return
    own = level_of(instrument, item, self_value) if self_value else None
    if level is not None and own is not None and abs(level - own) >= SELF_GAP and not says_something(note):
        template = N_("The level differs from the self-assessment by {gap}, but no note says why.")
        yield problem("self_gap", Severity.WARNING, key, template, gap=_shown(abs(level - own)))


def _shown(number: Decimal | None) -> str:
    """A number as the person reads it in the language in use."""
    return "" if number is None else show_decimal(number, language=language())
