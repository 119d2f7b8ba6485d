"""A signature drawn on the screen, by somebody who has no certificate."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from math import isfinite

from gmsc_desktop.domain.errors import N_, InvalidInput
from gmsc_desktop.domain.texts import clean_line

Stroke = tuple[tuple[float, float], ...]
MOST_POINTS = 20_000
FARTHEST = 1e6
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class DrawnMark:
    """Who signed by hand and how: ``strokes`` are lines of points (x to the right, y down) in any one unit."""

    name: str
    title: str
    strokes: tuple[Stroke, ...]
    organisation: str = ""

    def checked(self) -> DrawnMark:
        """The mark with its texts tidied. Raises ``InvalidInput`` when name, position or drawing is missing, or when
        the drawing is no drawing."""
        name, title, organisation = (clean_line(text) for text in (self.name, self.title, self.organisation))
        if not name or not title:
            raise InvalidInput(N_("Whoever signs on the screen gives name and position (jabatan)."))
        if max(len(name), len(title), len(organisation)) > LONGEST_NAME:
            raise InvalidInput(N_("The name or position is too long."))
        points = list(chain.from_iterable(self.strokes))
        if len(points) > MOST_POINTS or any(
            not isfinite(number) or abs(number) > FARTHEST for point in points for number in point
        ):
            raise InvalidInput(N_("The drawn signature cannot be used; clear it and draw it again."))
        xs, ys = {x for x, _y in points}, {y for _x, y in points}
        if len(xs) < 2 and len(ys) < 2:
            raise InvalidInput(N_("Nothing was drawn yet; sign in the field."))
        return DrawnMark(name, title, self.strokes, organisation)
