"""The catalogue is complete: nothing untranslated, nothing mismatched, the compiled file up to date."""

from __future__ import annotations

import ast
import importlib.util
import string
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("i18n_tool", ROOT / ".ci" / "i18n.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _fields(text: str) -> set[str]:
    return {name for _text, name, _format, _conversion in string.Formatter().parse(text) if name is not None}


def test_every_text_is_translated(tool: ModuleType) -> None:
    _catalog, missing = tool.merged()
    assert missing == []


def test_translations_keep_the_parameters(tool: ModuleType) -> None:
    catalog, _missing = tool.merged()
    for message in catalog:
        if not message.id:
            continue
        source = message.id if isinstance(message.id, str) else message.id[-1]
        text = message.string if isinstance(message.string, str) else message.string[0]
        assert _fields(source) == _fields(text), source
        assert source.endswith("…") == text.endswith("…"), source


def test_the_files_are_what_the_code_needs(tool: ModuleType) -> None:
    catalog, _missing = tool.merged()
    po, mo = tool.rendered(catalog)
    # Told apart without pytest's comparison, which takes minutes for two long files.
    if (po, mo) != (tool.PO.read_bytes(), tool.MO.read_bytes()):
        pytest.fail("the catalogue is not up to date; run: python .ci/i18n.py")


def test_no_text_hides_in_a_formatted_string(tool: ModuleType) -> None:
    """What is asked for within an f-string is not found when texts are gathered, and would stay English."""
    catalog, _missing = tool.merged()
    known = {message.id if isinstance(message.id, str) else message.id[0] for message in catalog}
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno} {call.args[0].value!r}"
        for folder in ("ui", "gmsc_desktop")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in ("_", "N_", "ngettext")
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and call.args[0].value not in {"", *known}
    ]
    assert hidden == []
