"""Where to go next: questions in order, problems in order, questions by their words. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from gmsc_desktop.domain.visit import Problem, Severity


def step(keys: Sequence[str], current: str, forward: bool) -> str | None:
    """The key after (or before) ``current``; the first (last) one when ``current`` is not among them."""
    if not keys:
        return None
    if current not in keys:
        return keys[0] if forward else keys[-1]
    index = keys.index(current) + (1 if forward else -1)
    return keys[index] if 0 <= index < len(keys) else None


def next_problem(
    problems: Sequence[Problem], order: Sequence[str], current: str, forward: bool = True
) -> Problem | None:
    """The next problem of a question in form order after ``current``, going round at the end.

    What blocks closing comes before what may be explained: warnings are only offered when no error is left.
    Problems of the visit's own particulars (no key) are not questions and are left out.
    """
    place = {key: index for index, key in enumerate(order)}
    known = [problem for problem in problems if problem.key in place]
    errors = [problem for problem in known if problem.severity is Severity.ERROR]
    pool = errors or [problem for problem in known if problem.blocks] or known
    ranked = sorted(pool, key=lambda problem: place[problem.key])
    if not ranked:
        return None
    here = place.get(current, -1 if forward else len(order))
    if forward:
        return next((p for p in ranked if place[p.key] > here), ranked[0])
    return next((p for p in reversed(ranked) if place[p.key] < here), ranked[-1])


def matches(labels: Sequence[tuple[str, str]], typed: str) -> tuple[tuple[str, str], ...]:
    """The (key, label) pairs in whose label every typed word occurs; those that begin with it first."""
    words = typed.casefold().split()
    whole = " ".join(words)
    found = [pair for pair in labels if all(word in pair[1].casefold() for word in words)]
    return tuple(sorted(found, key=lambda pair: not pair[1].casefold().startswith(whole)))
