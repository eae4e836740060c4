"""What kind of machine this is."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

from gatehouse.engine import machine
from tests.kit.executables import executable, only_path


def test_the_processor_is_named_by_its_machine_and_its_instruction_sets() -> None:
    found = machine.processor()

    assert platform.machine() in found
    assert found == sorted(found)
    assert not {"fpu", "smep", "syscall"} & set(found), "only what code is compiled for"


def test_the_platform_is_named_as_pulumi_names_its_releases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "AMD64")
    monkeypatch.setattr(platform, "system", lambda: "Linux")

    assert machine.release_platform() == ("linux", "x64")


def test_cxx_names_the_compiler_before_path_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = executable(tmp_path / "mine", "my-c++", "true")
    found = executable(tmp_path / "path", "g++", "true")
    only_path(monkeypatch, tmp_path / "path")

    monkeypatch.delenv("CXX", raising=False)
    assert machine.cpp_compiler() == str(found)
    monkeypatch.setenv("CXX", str(mine))
    assert machine.cpp_compiler() == str(mine)


def test_without_a_compiler_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CXX", raising=False)
    only_path(monkeypatch, tmp_path)

    assert machine.cpp_compiler() is None


def test_chromium_is_found_by_any_of_its_names_or_by_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_path(monkeypatch, tmp_path / "path")
    monkeypatch.delenv("GATEHOUSE_CHROMIUM", raising=False)
    assert machine.chromium() is None

    found = executable(tmp_path / "path", "google-chrome", "true")
    assert machine.chromium() == str(found)

    chosen = executable(tmp_path / "elsewhere", "headless", "true")
    monkeypatch.setenv("GATEHOUSE_CHROMIUM", str(chosen))
    assert machine.chromium() == str(chosen)
