from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog.schema_files import schema_texts
from gatehouse.commands.schemas import command
from gatehouse.errors import UsageError


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: gatehouse\n")
    (tmp_path / "stacks").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def schemas(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, catch_exceptions=False, standalone_mode=False)


def test_schemas_are_written_and_then_current(root: Path) -> None:
    assert "Wrote catalog/schemas/model.json." in schemas().output
    assert schemas("--check").output == f"All {len(schema_texts())} schemas are current.\n"
    for path, text in schema_texts().items():
        assert (root / path).read_text(encoding="utf-8") == text


def test_a_schema_that_is_not_current_is_named_and_left(root: Path) -> None:
    schemas()
    stale = root / "catalog/schemas/stack.json"
    stale.write_text("{}")
    with pytest.raises(UsageError, match=r"Not current: catalog/schemas/stack\.json\.\nRun 'gatehouse schemas'"):
        schemas("--check")
    assert stale.read_text() == "{}"
    assert json.loads(schemas("--json").output) == {"written": ["catalog/schemas/stack.json"], "current": False}
