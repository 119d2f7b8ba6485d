"""The journal as a person reads it, and the check that finds what was changed behind the program's back."""

from __future__ import annotations

from dataclasses import replace

from gmsc_desktop.domain.answers import Facet
from gmsc_desktop.domain.visit import Visit
from gmsc_desktop.services.app import Services
from tests.helpers import PROFILE
from tests.services.helpers import BUDGET, POLICY, fill, told


def test_the_history_tells_who_wrote_what_the_newest_first(services: Services, visit: Visit) -> None:
    services.answers.set(visit.id, POLICY, Facet.VALUE, "l0")
    services.answers.set(visit.id, POLICY, Facet.VALUE, "l3")
    newest, older = services.history.entries(visit.id, 2)
    assert newest.who == PROFILE.name and newest.table == "answer" and newest.at > older.at
    assert newest.before == older.after == {"key": POLICY, "facet": "value", "value": "l0"}
    assert newest.after == {"key": POLICY, "facet": "value", "value": "l3"}
    oldest = services.history.entries(visit.id)[-1]
    assert (oldest.table, oldest.key, oldest.before) == ("visit", visit.id, None)
    assert oldest.after and oldest.after["region_name"] == "Kota Surakarta"
    assert services.history.entries("none") == ()


def test_a_whole_vault_has_nothing_against_it(services: Services, visit: Visit) -> None:
    fill(services, visit.id)
    seen: list[tuple[int, int]] = []
    assert services.history.verify(lambda done, total, text="": seen.append((done, total))) == ()
    assert seen[-1] == (1, 1)


def test_the_journal_tells_of_every_row_as_it_is(services: Services, visit: Visit) -> None:
    fill(services, visit.id)
    (evidence,) = services.evidence.list(visit.id)
    services.evidence.caption(evidence.id, "Perwali")
    services.evidence.remove(evidence.id)
    services.evidence.restore(evidence.id)
    services.visits.edit(visit.id, replace(visit.draft, people=visit.draft.people[:1], place="Pendopo", previous=None))
    services.visits.explain(visit.id, "nobody_met", "", "Berhalangan.")
    services.visits.close(visit.id)
    services.visits.reopen(visit.id, "Keliru")
    services.visits.archive(visit.id)
    conn = services.vault.store.conn
    for table in ("visit", "person", "answer", "evidence", "explanation", "revision"):
        names = [row[1] for row in conn.execute(f"PRAGMA table_info ({table})")]
        where = "id" if table == "visit" else "visit_id"
        rows = [dict(zip(names, row, strict=True)) for row in conn.execute(f"SELECT * FROM {table}")]
        found = told(services, visit.id, table)
        assert rows and all(row[where] == visit.id for row in rows)
        assert len(found) == len(rows)
        for row in found.values():
            assert any(row.items() <= stored.items() for stored in rows), (table, row)
            untold = (
                set(names) - set(row) - {"visit_id", "updated_at", "answered", "expected", "score_index", "content"}
            )
            assert untold == set(), table


def test_a_changed_journal_row_is_found(services: Services, visit: Visit) -> None:
    services.answers.set(visit.id, BUDGET, Facet.VALUE, "l3")
    conn = services.vault.store.conn
    conn.execute("DROP TRIGGER journal_no_update")
    conn.execute("UPDATE journal SET who = 'orang lain' WHERE chain = ?", (visit.id,))
    (line,) = services.history.verify()
    assert line.startswith("Jurnal") or line.startswith("Journal")


def test_changed_frozen_content_and_a_missing_file_are_found(services: Services, visit: Visit) -> None:
    fill(services, visit.id)
    for problem in services.visits.check(visit.id):
        services.visits.explain(visit.id, problem.code, problem.key, "Memang demikian.")
    services.visits.close(visit.id)
    conn = services.vault.store.conn
    conn.execute("DROP TRIGGER revision_no_update")
    conn.execute("UPDATE revision SET content = CAST(replace(content, 'l4', 'l3') AS BLOB)")
    (evidence,) = services.evidence.list(visit.id)
    services.vault.store.blobs.path(evidence.sha256).unlink()
    lines = services.history.verify()
    assert len(lines) == 2
    assert visit.id in lines[0] and evidence.sha256 in lines[1]
