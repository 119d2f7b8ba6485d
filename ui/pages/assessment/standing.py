"""What the banner over the questions says of a visit: that it is reopened, returned, frozen or locked. Pure."""

from __future__ import annotations

from gmsc_desktop.domain.visit import Visit, VisitState
from gmsc_desktop.i18n import _


def standing(visit: Visit | None, asked: str) -> tuple[str, str]:
    """The text and the tone (a name of ``Banner``) for ``visit``; ``asked`` is what the office asks for, or empty."""
    if visit is None or visit.editable:
        returned = visit is not None and visit.revision > 0
        text = _("Reopened: what you change becomes revision {number}.") if returned else ""
        text = text.format(number=(visit.revision + 1) if visit else 0)
        return f"{text} {asked}".strip(), "warning" if asked else "accent"
    if visit.state is VisitState.RETURNED and asked:
        return asked + " " + _("Reopen the visit to revise it."), "warning"
    if visit.state is VisitState.CLOSED:
        text = _("Closed. The content is frozen and can only be read. Hash: {hash}")
        return text.format(hash=visit.content_hash), "success"
    return _("This visit is locked and can only be read. Hash: {hash}").format(hash=visit.content_hash), "accent"
