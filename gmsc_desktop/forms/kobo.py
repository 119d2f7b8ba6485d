"""KoboToolbox's own rows written out as the standard groups that KoboToolbox deploys for them, under the same names, so
that standard tools and existing scripts find the same paths.

- ``begin_score`` … ``score__row``: a group; ``NAME_header`` of appearance ``label``; a ``list-nolabel`` select each.
- ``begin_rank`` … ``rank__level``: a group; the note ``NAME_label``; a required select each, no two the same.
- ``begin_kobomatrix`` … questions: the note ``NAME_header_note``; for each choice of the list a group ``NAME_CHOICE``
  of the note ``NAME_CHOICE_note`` and the questions ``NAME_CHOICE_QUESTION`` side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import MappingProxyType

from gmsc_desktop.domain.errors import N_
from gmsc_desktop.forms.cells import YES
from gmsc_desktop.forms.columns import MEDIA, TRANSLATED, Column, columns_of
from gmsc_desktop.forms.issues import IssueList
from gmsc_desktop.forms.limits import MAX_QUESTIONS
from gmsc_desktop.forms.reader import Row, Sheet, Workbook

_BEGIN = re.compile(r"begin[ _](score|rank|kobomatrix)", re.IGNORECASE)
_INSIDE = {"score": "score__row", "rank": "rank__level"}
_LISTS = {"score": "kobo--score-choices", "rank": "kobo--rank-items", "kobomatrix": "kobo--matrix_list"}
"""The column that names the list of choices, by kind."""
_MESSAGE = "kobo--rank-constraint-message"
_OF_GROUP = ("relevant", "weight", "score_method", "dimension", "critical")
"""What the first row says of the group rather than of its heading."""
_WIDE = re.compile(r"\bw(\d{1,2})\b")
_HEAD, _QUESTION = 1, 2
"""Columns of the page that the item of a matrix takes, and a question that does not say."""

MOST_LEVELS = 50
"""Of a rank: each level is compared with all before it, and nobody ranks more."""

_Texts = dict[tuple[str, str], str]
"""The cells of a row, by our name of the column and its language."""


def written_out(workbook: Workbook, issues: IssueList) -> Workbook:
    """``workbook`` with KoboToolbox's rows written out; the rows made keep the number of the row they come from."""
    survey = workbook.sheet("survey")
    columns = columns_of(survey)
    kinds = [heading for heading, column in columns.items() if column.name == "type"]
    if not any(_BEGIN.fullmatch(row.cells.get(heading, "").strip()) for row in survey.rows for heading in kinds):
        return workbook
    rows = [(row.number, _texts(row, columns)) for row in survey.rows]
    made = tuple(_Kobo(workbook.sheet("choices"), issues).expanded(rows))
    written = {(column.name, column.language): heading for heading, column in reversed(columns.items())}
    for _number, texts in made:
        for name, language in texts:
            default = Column("", name).language
            written.setdefault((name, language), name if language == default else f"{name}::{language}")
    sheet = Sheet(
        survey.name,
        tuple(heading for heading in written.values() if not heading.casefold().startswith("kobo--")),
        tuple(
            Row(number, {written[place]: text for place, text in texts.items() if not place[0].startswith("kobo--")})
            for number, texts in made
        ),
    )
    return replace(workbook, sheets=MappingProxyType({**workbook.sheets, "survey": sheet}))


def _texts(row: Row, columns: dict[str, Column]) -> _Texts:
    found: _Texts = {}
    for heading, text in row.cells.items():
        name = heading.strip().casefold()
        if name.startswith(_MESSAGE):
            # A sheet may hold the message in each language.
            found[_MESSAGE, name[len(_MESSAGE) :].strip(": ")] = text
        else:
            column = columns[heading]
            found.setdefault((name if name.startswith("kobo--") else column.name, column.language), text)
    return found


def _get(texts: _Texts, name: str) -> str:
    return texts.get((name, Column("", name).language), "").strip()


def _with(texts: _Texts, **cells: str) -> _Texts:
    """``texts`` with other cells; the empty text takes a cell away."""
    language = Column("", "").language
    changed = {**texts, **{(name, language): text for name, text in cells.items()}}
    return {place: text for place, text in changed.items() if text}


def _kept(texts: _Texts, *names: str) -> _Texts:
    return {place: text for place, text in texts.items() if place[0] in names}


def _without(texts: _Texts, *names: str) -> _Texts:
    return {place: text for place, text in texts.items() if place[0] not in names}


class _Kobo:
    def __init__(self, choices: Sheet, issues: IssueList) -> None:
        self._issues = issues
        self._choices: dict[str, list[_Texts]] = {}
        self._made = 0
        """Rows that the matrices so far were written out to."""
        columns = columns_of(choices)
        for row in choices.rows:
            texts = _texts(row, columns)
            self._choices.setdefault(_get(texts, "list_name"), []).append(texts)

    def expanded(self, rows: Sequence[tuple[int, _Texts]]) -> Iterator[tuple[int, _Texts]]:
        """Every row, those of KoboToolbox written out."""
        at = 0
        while at < len(rows):
            number, first = rows[at]
            begun = _BEGIN.fullmatch(_get(first, "type"))
            at += 1
            if begun is None or _get(first, "disabled").casefold() in YES:
                yield number, first
                continue
            kind = begun[1].casefold()
            end = re.compile(rf"end[ _]{kind}", re.IGNORECASE)
            inside: list[tuple[int, _Texts]] = []
            while at < len(rows) and not end.fullmatch(_get(rows[at][1], "type")):
                inside.append(rows[at])
                at += 1
            asked = [row for row in inside if _get(row[1], "type") and _get(row[1], "disabled").casefold() not in YES]
            ended = rows[at][0] if at < len(rows) else 0
            at += 1
            if not ended:
                self._not_ended(number, first)
            yield from self._group(kind, number, first, asked, ended or number)

    def _not_ended(self, number: int, first: _Texts) -> None:
        self._issues.error(
            "survey",
            number,
            "type",
            N_("The group or repeat “{name}” is not ended."),
            N_("Add a row {type} where it ends."),
            name=_get(first, "name"),
            type=_get(first, "type").casefold().replace("begin", "end"),
        )

    def _group(
        self, kind: str, number: int, first: _Texts, asked: list[tuple[int, _Texts]], ended: int
    ) -> Iterator[tuple[int, _Texts]]:
        column = _LISTS[kind]
        list_name = _get(first, column)
        if not list_name or list_name not in self._choices:
            template = N_("The row names no list of choices.")
            if list_name:
                template = N_("There is no choice list called “{name}”.")
            cure = N_("Write the name of a list of the choices sheet in the column {column}.")
            self._issues.error("survey", number, column, template, cure, name=list_name, column=column)
            return
        first = _without(first, column)
        if kind == "kobomatrix":
            yield from self._matrix(number, first, asked, ended, list_name)
            return
        for place, texts in asked:
            if _get(texts, "type").casefold() != _INSIDE[kind]:
                self._issues.error(
                    "survey",
                    place,
                    "type",
                    N_("Between begin_{kind} and end_{kind} only rows of type {type} may stand."),
                    N_("Move the row out of the group, or correct its type."),
                    kind=kind,
                    type=_INSIDE[kind],
                )
        group = _with(_kept(first, *_OF_GROUP), type="begin_group", name=_get(first, "name"), appearance="field-list")
        yield number, group
        asked = [row for row in asked if _get(row[1], "type").casefold() == _INSIDE[kind]]
        rows = self._scores if kind == "score" else self._ranks
        yield from rows(number, first, asked, list_name)
        yield ended, _with({}, type="end_group")

    def _scores(
        self, number: int, first: _Texts, asked: list[tuple[int, _Texts]], list_name: str
    ) -> Iterator[tuple[int, _Texts]]:
        common, needed = f"select_one {list_name}", _get(first, "required")
        heading = _without(first, "required", *_OF_GROUP)
        yield number, _with(heading, type=common, name=f"{_get(first, 'name')}_header", appearance="label")
        for place, texts in asked:
            shown = _get(texts, "appearance") or "list-nolabel"
            yield place, _with(texts, type=common, appearance=shown, required=needed or _get(texts, "required"))

    def _ranks(
        self, number: int, first: _Texts, asked: list[tuple[int, _Texts]], list_name: str
    ) -> Iterator[tuple[int, _Texts]]:
        heading = _without(first, "required", "appearance", _MESSAGE, *_OF_GROUP)
        yield number, _with(heading, type="note", name=f"{_get(first, 'name')}_label")
        default = Column("", "").language
        messages = {
            ("constraint_message", language or default): text
            for (name, language), text in first.items()
            if name == _MESSAGE
        }
        above: list[str] = []
        if len(asked) > MOST_LEVELS:
            template = N_("The rank has more than {most} levels.")
            cure = N_("Take fewer: each is compared with all before it.")
            self._issues.error("survey", asked[MOST_LEVELS][0], "type", template, cure, most=str(MOST_LEVELS))
        for place, texts in asked[:MOST_LEVELS]:
            name = _get(texts, "name")
            level = _with(
                {**_without(texts, "constraint", "constraint_message"), **(messages if above else {})},
                type=f"select_one {list_name}",
                appearance=_get(texts, "appearance") or "minimal",
                required="yes",
                constraint=" and ".join(f"${{{name}}} != ${{{other}}}" for other in above),
            )
            yield place, level
            above.append(name)

    def _matrix(
        self, number: int, first: _Texts, asked: list[tuple[int, _Texts]], ended: int, list_name: str
    ) -> Iterator[tuple[int, _Texts]]:
        name, items = _get(first, "name"), self._choices[list_name]
        self._made += len(items) * (len(asked) + 3)
        if self._made > MAX_QUESTIONS:
            self._issues.error(
                "survey",
                number,
                _LISTS["kobomatrix"],
                N_("The matrices up to here would make more than {most} rows."),
                N_("Take a shorter list, or fewer questions."),
                most=str(MAX_QUESTIONS),
            )
            return
        widths = (_WIDE.search(_get(texts, "appearance")) for _place, texts in asked)
        total = _HEAD + sum(int(found[1]) if found else _QUESTION for found in widths)
        group = _with(_kept(first, *_OF_GROUP), appearance=f"w{min(total, 99)}")
        titled = {place: text for place, text in first.items() if place[0] in TRANSLATED}
        if titled:
            yield number, _with(_kept(first, "relevant"), type="begin_group", name=f"{name}_header")
            yield number, _with(titled, type="note", name=f"{name}_header_note")
            yield number, _with({}, type="end_group")
        for item in items:
            base = f"{name}_{_get(item, 'name')}"
            named = (found for _place, texts in asked if (found := _get(texts, "name")))
            inner = {found: f"{base}_{found}" for found in named}
            yield number, _with(group, type="begin_group", name=base)
            head = f"{base}_item" if "note" in inner else f"{base}_note"
            yield number, _with(_kept(item, "label", *MEDIA), type="note", name=head, appearance=f"w{_HEAD}")
            for place, texts in asked:
                yield place, self._cell(texts, inner)
            yield ended, _with({}, type="end_group")

    @staticmethod
    def _cell(texts: _Texts, inner: dict[str, str]) -> _Texts:
        """A question of a matrix in the row of one item: what it reads of its neighbours it reads in the same row."""

        def here(found: re.Match[str]) -> str:
            return f"${{{inner.get(found[1], found[1])}}}"

        named = {place: re.sub(r"\$\{\s*([^}\s]+)\s*\}", here, text) for place, text in texts.items()}
        shown = _get(texts, "appearance")
        if not _WIDE.search(shown):
            shown = f"w{_QUESTION} {shown}".strip()
        return _with(named, name=inner.get(_get(texts, "name"), ""), appearance=shown)
