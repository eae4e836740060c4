"""The doctor sees what is there and what is not, and says what to do."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from catalog.locations import LLAMA_SERVER, PULUMI
from gatehouse.engine import diagnosis
from gatehouse.engine.diagnosis import Finding, State, diagnose, everything_needed_is_there
from gatehouse.engine.recipes import LANGUAGE_HOST
from tests.kit.executables import executable, only_path

ROOT = Path(__file__).parents[3]


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any tool; its PATH is the folder that is returned."""
    for name in ("CXX", "GATEHOUSE_CHROMIUM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GATEHOUSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(diagnosis, "verify_models", lambda _root: [])
    only_path(monkeypatch, tmp_path / "path")
    return tmp_path / "path"


def by_name(root: Path) -> dict[str, Finding]:
    return {finding.name.split()[0]: finding for finding in diagnose(root)}


def test_on_a_bare_machine_the_tools_are_missing_and_set_up_is_the_remedy(bare: Path, tmp_path: Path) -> None:
    findings = by_name(tmp_path)

    missing = {name for name, finding in findings.items() if finding.state is State.missing}
    assert missing == {"environment", "pulumi", "pulumi-language-python", "llama-server"}
    assert {findings[name].remedy for name in missing} == {"Run `make setup`."}
    assert findings["pulumi"].found == "there is no pulumi on PATH"
    assert not everything_needed_is_there(findings.values())
    assert not bare.exists()


def test_what_would_be_needed_to_build_is_said_only_while_something_has_to_be_built(bare: Path, tmp_path: Path) -> None:
    assert "https://go.dev/dl" in by_name(tmp_path)["go"].remedy
    assert "g++" in by_name(tmp_path)["c++"].remedy

    executable(bare, "pulumi", f"echo {PULUMI.version}")
    executable(bare, "llama-server", "exit 0")
    for name in LANGUAGE_HOST:
        executable(bare, name, "exit 0")

    findings = by_name(tmp_path)
    assert findings["go"].remedy == findings["c++"].remedy == "Not needed now."
    assert findings["pulumi"].found == f"{bare}/pulumi (PATH)"
    assert findings["pulumi-language-python"].found == f"{bare}/pulumi-language-python"


def test_a_browser_is_never_a_must(bare: Path, tmp_path: Path) -> None:
    assert by_name(tmp_path)["chromium"].state is State.optional

    executable(bare, "chromium", "exit 0")

    assert by_name(tmp_path)["chromium"] == Finding("chromium", State.good, f"{bare}/chromium")


def test_a_full_disk_is_named_with_how_much_is_wanted(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del bare
    monkeypatch.setattr(diagnosis, "_BYTES_FREE_TO_BUILD", 10**18)

    disk = by_name(tmp_path)["disk"]

    assert disk.state is State.missing
    assert disk.remedy == "Free 1000000000.0 GB, or set GATEHOUSE_CACHE."


def test_a_model_file_that_is_not_the_one_meant_is_missing(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del bare

    def wrong(_root: Path) -> list[object]:
        raise diagnosis.GatehouseError("gemma has another digest", "Restore it.")

    monkeypatch.setattr(diagnosis, "verify_models", wrong)

    assert by_name(tmp_path)["model"] == Finding(
        "model files", State.missing, "gemma has another digest", "Restore it."
    )


def test_a_pinned_server_in_the_cache_is_found(bare: Path, tmp_path: Path) -> None:
    del bare
    executable(LLAMA_SERVER.bin_dir, "llama-server", "exit 0")

    assert by_name(tmp_path)["llama-server"].state is State.good


def test_python_is_the_one_that_runs(bare: Path, tmp_path: Path) -> None:
    del bare

    python = by_name(tmp_path)["python"]

    assert (python.state, python.found.split()[-1]) == (State.good, sys.executable)
