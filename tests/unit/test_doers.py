"""Who of a team does a page: by its own path, or that of the group around it."""

from __future__ import annotations

import pytest

from gmsc_desktop.domain.teamwork import TeamMember, doer_of


@pytest.mark.parametrize(
    ("path", "who"),
    [("/data/a", "1"), ("/data/a#later", "1"), ("/data/a#2", "1"),
     ("/data/a/b", "2"), ("/data/a/b/c", "2"), ("/data/x", None)],
)  # fmt: skip
def test_a_page_is_done_by_whoever_has_its_group(path: str, who: str | None) -> None:
    members = (TeamMember("1", "Sri", sections=("/data/a",)), TeamMember("2", "Budi", sections=("/data/a/b",)))
    found = doer_of(members, path)
    assert (found.id if found else None) == who
