"""Trying an instrument without a vault: answers in, and what the form makes of them out, as JSON-ready data."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.answers import AnswerSheet, Facet, RepeatItem, key_path
from gmsc_desktop.domain.errors import N_, GmscError, InvalidInput, NotFound
from gmsc_desktop.domain.instrument import Instrument, ItemType, Text
from gmsc_desktop.domain.ports import Clock
from gmsc_desktop.domain.scoring import Score, rounded
from gmsc_desktop.i18n import _ as translated
from gmsc_desktop.i18n import error_text, language

if TYPE_CHECKING:
    from gmsc_desktop.forms.session import FormSession

MOST_ANSWERS = 10_000_000
"""Bytes a file of answers may have."""
MOST_ITEMS = 10_000
"""Items a position may ask for in one repeat."""
_STEP = re.compile(r"([^\[\]/]+)(?:\[(\d+)\])?")
_FACETS = {"value": Facet.VALUE, "self": Facet.SELF, "note": Facet.NOTE, "not_applicable": Facet.NOT_APPLICABLE}


@dataclass(frozen=True, slots=True)
class Given:
    """One line of the answers: a path with positions and, by facet, what to write there. ``item`` is set when the path
    names an item of a repeat: True adds it, False takes it out."""

    path: str
    facets: tuple[tuple[Facet, str], ...] = ()
    item: bool | None = None


class _Pairs(list[tuple[str, Any]]):
    """An object of the answers with its members in the order written, doubled ones too."""


def read_answers(text: str) -> tuple[Given, ...]:
    """The answers in JSON: an object, or a list of objects, of paths to what is answered, in the order to be applied.

    A text, number, boolean or null is the answer; a list of texts the chosen choices; an object holds ``value``,
    ``self``, ``note`` and ``not_applicable``. At an item of a repeat ``{}`` adds it and null takes it out. Raises
    ``InvalidInput``.
    """
    try:
        found = json.loads(text, object_pairs_hook=_Pairs, parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(N_("The answers are not JSON: {reason}"), reason=str(error)) from error
    parts = [found] if isinstance(found, _Pairs) else found
    if not isinstance(parts, list) or not all(isinstance(part, _Pairs) for part in parts):
        raise InvalidInput(
            N_("The answers are not an object of paths and answers."),
            cure=N_('Write {{"/data/group/question": "answer"}}.'),
        )
    return tuple(_given(path, value) for part in parts for path, value in part)


def _given(path: str, value: Any) -> Given:
    if path.endswith("]") and (value is None or value == _Pairs()):
        return Given(path, item=value is not None)
    members = value if isinstance(value, _Pairs) else _Pairs([("value", value)])
    unknown = [name for name, _value in members if name not in _FACETS]
    if unknown:
        raise InvalidInput(
            N_("“{name}” at {path} is not known."),
            cure=N_("Write value, self, note or not_applicable."),
            name=unknown[0],
            path=path,
        )
    return Given(path, tuple((_FACETS[name], _text(path, found)) for name, found in members))


def _text(path: str, value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case list() if all(isinstance(part, str) for part in value) and not isinstance(value, _Pairs):
            return " ".join(value)
        case _:
            raise InvalidInput(N_("The answer at {path} is neither a text, a number nor a list of texts."), path=path)


def trial(instrument: Instrument, *, clock: Clock, username: str = "") -> FormSession:
    """A live form that is stored nowhere, for trying an instrument in a window; ``put_item`` adds its items."""
    from gmsc_desktop.forms.session import FormSession

    return FormSession(instrument, AnswerSheet(), clock=clock, username=username)


def try_instrument(instrument: Instrument, answers: Iterable[Given], *, clock: Clock) -> dict[str, Any]:
    """What the form holds after ``answers`` were given one after the other; nothing is stored.

    ``values``, ``relevant`` and ``invalid`` are keyed by path with positions (``/data/r[1]/q``); ``refused`` lists the
    answers the form did not take; ``scores`` opens every number into its parts; ``problems`` is what would stand
    against closing. Texts are in the language in use.
    """
    session = trial(instrument, clock=clock)
    refused = []
    for given in answers:
        try:
            _apply(session, given)
        except GmscError as error:
            refused.append({"path": given.path, "reason": error_text(error)})
    return _told(session, refused)


def _apply(session: FormSession, given: Given) -> None:
    if given.item is False:
        session.drop_item(key_of(session, given.path, grow=False))
        return
    key = key_of(session, given.path)
    for facet, text in given.facets:
        session.set(key, facet, text or None)


def key_of(session: FormSession, path: str, *, grow: bool = True) -> str:
    """The key of ``path``, whose repeats are named by position; a repeat without a position means its first item.

    With ``grow`` items are added up to the position named. Raises ``NotFound``, ``InvalidInput``.
    """
    steps = path.strip().strip("/").split("/")
    if steps[0] == session.instrument.settings.get("name"):
        # The setting gives the root of the XForm another name.
        steps[0] = session.instrument.root.name
    key = ""
    for number, step in enumerate(steps, 1):
        found = _STEP.fullmatch(step)
        name = found[1] if found else step
        key = f"{key}/{name}"
        item = session.instrument.by_path.get(key_path(key))
        if found is None or item is None or (found[2] and item.type is not ItemType.REPEAT):
            raise NotFound(N_("The instrument has no question {key}."), key=path)
        if item.type is ItemType.REPEAT and (found[2] or number < len(steps)):
            key = _item_key(session, key, int(found[2] or 1), grow=grow)
    return key


def _item_key(session: FormSession, repeat: str, position: int, *, grow: bool) -> str:
    if not 1 <= position <= MOST_ITEMS:
        raise InvalidInput(N_("A position is from 1 to {most}."), most=MOST_ITEMS)
    items = session.items(repeat)
    while grow and len(items) < position:
        known = {item.id for item in items}
        fresh = next(str(number) for number in range(1, len(items) + 2) if str(number) not in known)
        after = max((item.position for item in items), default=-1) + 1
        session.put_item(RepeatItem(repeat, fresh, after))
        items = session.items(repeat)
    if position > len(items):
        raise NotFound(N_("There is no item {position} in {key}."), position=position, key=key_path(repeat))
    return items[position - 1].key


def positions(session: FormSession) -> Mapping[str, str]:
    """Every key of the form as it stands, and its path with positions."""
    root = session.instrument.root.path
    named = {root: root}
    counts: Counter[str] = Counter()
    for key in session.keys(""):
        if key.endswith("]"):
            repeat = key[: key.rindex("[")]
            counts[repeat] += 1
            named[key] = f"{named[repeat]}[{counts[repeat]}]"
        else:
            above, _slash, name = key.rpartition("/")
            named[key] = f"{named[above]}/{name}"
    return named


def _told(session: FormSession, refused: list[dict[str, str]]) -> dict[str, Any]:
    instrument, named = session.instrument, positions(session)
    values, relevant, invalid = {}, {}, {}
    for key in session.keys(""):
        state = session.state(key)
        relevant[named[key]] = state.relevant
        if not state.item.is_container:
            values[named[key]] = state.value
        if state.relevant and not state.valid:
            invalid[named[key]] = state.message
    return {
        "form_id": instrument.form_id,
        "version": instrument.version,
        "values": values,
        "relevant": relevant,
        "invalid": invalid,
        "scores": _scores(session, named),
        "problems": [
            {
                "path": named.get(problem.key, problem.key),
                "code": problem.code,
                "severity": problem.severity.value,
                "message": translated(problem.template).format(**problem.params),
            }
            for problem in session.problems({})
        ],
        "refused": refused,
    }


def _scores(session: FormSession, named: Mapping[str, str]) -> dict[str, Any]:
    instrument, assessment = session.instrument, session.assessment()
    labels = instrument.dimensions
    category, own = assessment.category, assessment.self_total
    return {
        "total": _score(session, assessment.total, named),
        "category": None if category is None else {"name": category.name, "label": _said(category.label)},
        "dimensions": [
            {"name": name, "label": _said(labels.get(name, Text())), **_score(session, score, named, path=False)}
            for name, score in assessment.dimensions
        ],
        "self_total": None if own is None else _score(session, own, named),
        "below_floor": [named.get(key, key) for key in assessment.floors],
    }


def _score(session: FormSession, score: Score, named: Mapping[str, str], *, path: bool = True) -> dict[str, Any]:
    place = {"path": named.get(score.key, score.key), "label": _label(session, score.key)} if path else {}
    return {
        **place,
        "value": None if score.value is None else _plain(score.value),
        "shown": None if score.value is None else str(rounded(session.instrument, score.value)),
        "weight": _plain(score.weight),
        "method": None if score.method is None else score.method.value,
        "answered": score.answered,
        "expected": score.expected,
        "not_applicable": score.not_applicable,
        "parts": [_score(session, part, named) for part in score.parts],
    }


def _label(session: FormSession, key: str) -> str:
    if key == session.instrument.root.path:
        return _said(session.instrument.title)
    return session.label(key, language())


def _said(text: Text) -> str:
    return text.get(language())


def _plain(value: Decimal) -> str:
    """Digits without an exponent and without zeros that say nothing."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
