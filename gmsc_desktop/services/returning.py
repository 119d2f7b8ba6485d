"""Comments on returned work: each beside a question the visit has, or on the visit as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from gmsc_desktop.domain.answers import key_path
from gmsc_desktop.domain.errors import N_, InvalidInput, NotFound
from gmsc_desktop.domain.exchange import Comment
from gmsc_desktop.store.instruments import InstrumentRepository

if TYPE_CHECKING:
    from gmsc_desktop.store.store import Store


def require_questions(store: Store, document: dict[str, Any], comments: Iterable[Comment]) -> None:
    """Hold the comments on a content against its instrument, as far as that is here: beside a question the visit does
    not have nobody would read them. Raises ``InvalidInput``."""
    from gmsc_desktop.forms.document import from_document

    try:
        data = InstrumentRepository(store).document(document["instrument"]["hash"])
    except NotFound:
        return
    known = from_document(json.loads(data)).by_path
    for comment in comments:
        if comment.key and key_path(comment.key) not in known:
            raise InvalidInput(
                N_("The visit has no question {key}."),
                kept=N_("Nothing was changed."),
                cure=N_("Check the name, or write the comment on the visit as a whole."),
                key=comment.key,
            )
