"""The rule of imports, kept: domain ← forms, store, documents, identity, sync ← services ← cli, ui.

Every import statement is walked, also those inside functions, since that is where a forbidden one hides.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BASE = {"age", "domain", "i18n", "resources", "__init__"}
ALLOWED: dict[str, set[str]] = {
    "age": {"age"},
    "resources": set(),
    "domain": {"domain"},
    "i18n": {"domain", "resources", "catalogue"},
    "catalogue": set(),
    "system": {"domain"},
    "identity": BASE | {"identity"},
    "forms": BASE | {"forms"},
    "store": BASE | {"store"},
    "documents": BASE | {"documents", "identity"},
    "sync": BASE | {"sync", "identity"},
    "office": BASE | {"office"},
    "services": BASE | {"services", "forms", "store", "documents", "identity", "sync", "office", "system"},
    "cli": BASE
    | {
        "cli",
        "cli_backup",
        "cli_documents",
        "cli_instruments",
        "cli_office",
        "cli_team",
        "cli_upload",
        "cli_withdrawals",
        "services",
        "system",
    },
    "cli_backup": BASE | {"services", "system"},
    "cli_bags": BASE | {"services"},
    "cli_documents": BASE | {"services", "system"},
    "cli_instruments": BASE | {"services", "system"},
    "cli_office": BASE | {"cli_bags", "cli_orders", "cli_upload", "services", "system"},
    "cli_orders": BASE | {"services"},
    "cli_team": BASE | {"cli_office", "services", "system"},
    "cli_upload": BASE | {"services"},
    "cli_withdrawals": BASE | {"services", "system"},
    "__init__": set(),
}
HEAVY = {"reportlab", "pyhanko", "pikepdf", "cryptography", "openpyxl", "pyxform", "lxml"}


def _modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            assert node.module
            assert all(alias.name != "*" for alias in node.names), f"{path}:{node.lineno}: import *"
            if node.module in ("gmsc_desktop", "ui", "ui.pages"):
                for alias in node.names:
                    yield node.lineno, f"{node.module}.{alias.name}"
            else:
                yield node.lineno, node.module


def _part(path: Path) -> str:
    first = path.relative_to(ROOT / "gmsc_desktop").parts[0]
    return first.removesuffix(".py")


@pytest.mark.parametrize("path", _modules("gmsc_desktop"), ids=lambda p: str(p.relative_to(ROOT)))
def test_core_imports_only_downward(path: Path) -> None:
    for line, name in _imports(path):
        assert not name.startswith(("PySide6", "shiboken6", "ui.")) and name != "ui", (
            f"{path}:{line} imports {name}: the core knows no window"
        )
        if name.startswith("gmsc_desktop."):
            target = name.split(".")[1]
            if target == "__version__":
                continue
            assert target in ALLOWED[_part(path)], f"{path}:{line} imports {name}"


@pytest.mark.parametrize("path", _modules("ui"), ids=lambda p: str(p.relative_to(ROOT)))
def test_windows_go_through_services(path: Path) -> None:
    parts = path.relative_to(ROOT).parts
    own_page = parts[2] if parts[1] == "pages" and len(parts) > 3 else None
    for line, name in _imports(path):
        if name.startswith("gmsc_desktop."):
            target = name.split(".")[1]
            allowed = {"services", "domain", "i18n", "resources", "system", "__version__"}
            assert target in allowed, f"{path}:{line} imports {name}: windows use services"
            if parts[1] == "widgets":
                assert target in {"domain", "i18n", "resources"}, f"{path}:{line}: a widget knows no service"
        if name.startswith("ui.pages.") and own_page is not None:
            assert name.split(".")[2] == own_page, f"{path}:{line} imports {name}: pages never import each other"
        if parts[1] in ("widgets", "forms"):
            assert not name.startswith("ui.pages"), f"{path}:{line} imports {name}"


def test_top_level_is_what_was_agreed() -> None:
    agreed = {"main.py", "gmsc_desktop", "ui", "resources", "build.spec", "tests", "README.md"}
    tools = {"pyproject.toml", "docs", "LICENSE"}
    import subprocess

    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    top = {name.split("/")[0] for name in tracked}
    assert {name for name in top if not name.startswith(".")} <= agreed | tools
