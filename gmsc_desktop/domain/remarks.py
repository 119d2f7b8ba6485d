"""What the office asked to have revised, and what the assessor says was done about it.

An answer to a comment is kept like the explanation of a warning, under a code that names the comment. So it is part of
the revised content: the hash covers it, and it travels back with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from gmsc_desktop.domain.content import Explanation
from gmsc_desktop.domain.exchange import Decision, Review, newest_review

REPLY = "reply:"
"""How the code of an answer to a comment begins; the id of the review and the comment's place in it follow."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One comment of returned work. An empty ``key`` means the visit as a whole; ``reply`` is what was done about it,
    empty while it is open."""

    code: str
    key: str
    text: str
    who: str
    at: datetime
    due: date | None
    reply: str = ""

    @property
    def open(self) -> bool:
        """Whether nobody has said yet what was done."""
        return not self.reply


def reply_code(review_id: str, position: int) -> str:
    """The code of the answer to the comment at ``position`` of a review."""
    return f"{REPLY}{review_id}:{position}"


def remarks_of(review: Review | None, explanations: Iterable[Explanation]) -> tuple[Remark, ...]:
    """The comments of ``review`` with what ``explanations`` answer to them; none unless it returned the work."""
    if review is None or review.decision is not Decision.RETURNED:
        return ()
    given = {found.code: found.text for found in explanations}
    return tuple(
        Remark(code, comment.key, comment.text, review.who, review.at, review.due, given.get(code, ""))
        for position, comment in enumerate(review.comments)
        for code in (reply_code(review.id, position),)
    )


def current_remarks(reviews: tuple[Review, ...], explanations: Iterable[Explanation]) -> tuple[Remark, ...]:
    """The comments that count: those of the newest word of the office."""
    return remarks_of(newest_review(reviews), explanations)
