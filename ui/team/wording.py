"""What the team's dialog says, in the language in use. Pure."""

from __future__ import annotations

from gmsc_desktop.domain.numbers import show_time
from gmsc_desktop.i18n import _, language, ngettext
from gmsc_desktop.services.team_views import MemberView, TeamView


def member_line(each: MemberView) -> str:
    """How far a member is and when something last came from them."""
    parts = []
    count = len(each.member.sections)
    if count:
        parts.append(ngettext("{count} section", "{count} sections", count).format(count=count))
        done = _("{answered} of {expected} answered")
        parts.append(done.format(answered=each.progress.answered, expected=each.progress.expected))
    else:
        parts.append(_("no section yet"))
    if each.own:
        parts.append(_("this laptop"))
    elif each.heard_at is not None:
        parts.append(_("last bundle {at}").format(at=show_time(each.heard_at.astimezone(), language())))
    else:
        parts.append(_("nothing has come from this laptop yet"))
    return " · ".join(parts)


def state_text(view: TeamView) -> str:
    """What is to be done next, in one or two sentences."""
    parts = []
    if view.open:
        text = ngettext(
            "The team disagrees about {count} question; F8 leads to it.",
            "The team disagrees about {count} questions; F8 leads to them.",
            len(view.open),
        )
        parts.append(text.format(count=len(view.open)))
    if view.unsent or not parts:
        parts.append(unsent_text(view.unsent))
    return " ".join(parts)


def unsent_text(count: int) -> str:
    """How much of what was entered here has not gone out yet."""
    if not count:
        return _("Everything entered here has gone out in a bundle.")
    return ngettext(
        "{count} entry of this laptop is in no bundle yet.",
        "{count} entries of this laptop are in no bundle yet.",
        count,
    ).format(count=count)


def state_tone(view: TeamView) -> str:
    """How pressing that is."""
    return "warning" if view.open else "accent" if view.unsent else "success"
