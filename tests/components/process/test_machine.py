"""The machine of a local stack."""

from __future__ import annotations

from pathlib import Path

from components.process.machine import CODE, Machine, digest_of_code


def test_only_the_places_of_caches_are_handed_on() -> None:
    variables = {"GATEHOUSE_CACHE": "/cache", "AWS_SECRET_ACCESS_KEY": "secret", "XDG_CACHE_HOME": ""}
    machine = Machine.of(Path("/nowhere"), variables)
    assert machine.environment == {"GATEHOUSE_CACHE": "/cache"}
    assert set(machine.python_server()) == {"GATEHOUSE_CACHE", CODE}


def test_other_code_has_another_digest_and_compiled_files_have_none(tmp_path: Path) -> None:
    (tmp_path / "gateway" / "__pycache__").mkdir(parents=True)
    (tmp_path / "gateway" / "app.py").write_text("one")
    before = digest_of_code(tmp_path, ["gateway", "uv.lock"])
    (tmp_path / "gateway" / "__pycache__" / "app.pyc").write_text("x")
    assert digest_of_code(tmp_path, ["gateway", "uv.lock"]) == before
    (tmp_path / "uv.lock").write_text("newer libraries")
    with_lock = digest_of_code(tmp_path, ["gateway", "uv.lock"])
    (tmp_path / "gateway" / "app.py").write_text("two")
    assert len({before, with_lock, digest_of_code(tmp_path, ["gateway", "uv.lock"])}) == 3


def test_the_interpreter_is_that_of_the_environment() -> None:
    machine = Machine.of(Path("/nowhere"), {})
    assert machine.python.endswith("/bin/python")
    assert Path(machine.python).exists()
