"""Does this installation work? The core's part of ``--self-check``: the whole job in a temporary folder.

It opens a vault and brings its tables up to date, draws and signs a report, writes a bundle, verifies both, finds a
changed byte in each, and loads both languages. A frozen program with a library left out fails here, not in a regency.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from gmsc_desktop.domain.errors import GmscError
from gmsc_desktop.domain.ports import Clock, Ids
from gmsc_desktop.domain.verdict import Status
from gmsc_desktop.i18n import LANGUAGES, translator

Report = Callable[[str, bool, str], None]
"""Told of each check: what it is, whether it passed, and details."""


def self_check(report: Report, *, clock: Clock, ids: Ids) -> bool:
    """Run every check of the core; True when all pass."""
    with tempfile.TemporaryDirectory(prefix="gmsc-") as folder:
        return all([_languages(report), _job(report, Path(folder) / "job", clock, ids)])


def _languages(report: Report) -> bool:
    texts = {code: translator(code).gettext("Nothing was changed.") for code in LANGUAGES}
    passed = len(set(texts.values())) == len(LANGUAGES)
    report("languages", passed, ", ".join(LANGUAGES))
    return passed


def _job(report: Report, folder: Path, clock: Clock, ids: Ids) -> bool:
    from gmsc_desktop.services.demo import run_demo
    from gmsc_desktop.services.vaults import check_vault, open_vault

    try:
        made = run_demo(folder, clock=clock, ids=ids)
        report("vault, migration, report, signature, bundle", True, f"index {made.index}")
        passphrase = made.passphrase_file.read_text(encoding="utf-8").strip()
        vault = open_vault(made.vault, passphrase, clock=clock, ids=ids)
        try:
            problems = check_vault(vault)
        finally:
            vault.close()
    except GmscError as error:
        report("vault, migration, report, signature, bundle", False, str(error))
        return False
    report("vault opened again and intact", not problems, "; ".join(problems))
    genuine = all(verdict.status is Status.GENUINE for verdict in made.verdicts)
    report("report and bundle verified", genuine, ", ".join(verdict.status.value for verdict in made.verdicts))
    caught = [_change_is_caught(path, made.root) for path in (made.report, made.bundle)]
    report("one changed byte is found", all(caught), "")
    return not problems and genuine and all(caught)


def _change_is_caught(path: Path, root: Path) -> bool:
    from gmsc_desktop.services.verification import verify_file

    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    changed = path.with_name(f"changed-{path.name}")
    changed.write_bytes(data)
    return verify_file(changed, trust=(root,)).status in (Status.ALTERED, Status.DAMAGED)
