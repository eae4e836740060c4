"""`.ci/run` and the Makefile: they say what happened, and what is not heard of does not pass."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from gatehouse.engine import machine
from tests.kit.executables import executable, tools_of_the_system
from tests.kit.tree import ROOT

PASSED = "=========== 12 passed, 1 skipped in 3.21s ==========="
SYSTEM = ("bash", "dirname", "mktemp", "rm", "tee", "grep", "tail", "env", "cat", "id")


def run_ci(folder: Path, printed: str, code: int = 0, lint: int = 0) -> subprocess.CompletedProcess[str]:
    """`.ci/run` with a `make` that prints this and ends so, where a chromium is found."""
    executable(folder / "path", "make", f'[ "$1" = lint ] && exit {lint}; cat <<"END"\n{printed}\nEND\nexit {code}')
    return run_with_path(folder)


def run_with_path(folder: Path) -> subprocess.CompletedProcess[str]:
    executable(folder / "path", "chromium", "true")
    system = tools_of_the_system(folder / "system", *SYSTEM)
    environment = {**os.environ, "PATH": f"{folder / 'path'}:{system}"}
    return subprocess.run([ROOT / ".ci" / "run"], env=environment, capture_output=True, text=True, check=False)


def test_the_last_line_is_pytests_own(tmp_path: Path) -> None:
    done = run_ci(tmp_path, f"some words\n{PASSED}")

    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, PASSED)


@pytest.mark.parametrize(
    ("printed", "code", "lint"),
    [
        (PASSED, 1, 0),
        (PASSED, 0, 1),
        ("nothing was run", 0, 0),
        ("==== no tests ran in 0.01s ====", 0, 0),
        ("==== 1 failed, 12 passed in 3.21s ====", 0, 0),
        ("==== 12 passed, 1 error in 3.21s ====", 0, 0),
    ],
)
def test_anything_but_a_whole_pass_fails(tmp_path: Path, printed: str, code: int, lint: int) -> None:
    assert run_ci(tmp_path, printed, code, lint).returncode != 0


def test_without_a_browser_and_without_apt_it_fails_and_says_so(tmp_path: Path) -> None:
    executable(tmp_path / "path", "make", f"echo '{PASSED}'")
    environment = {**os.environ, "PATH": f"{tmp_path / 'path'}:{tools_of_the_system(tmp_path / 'system', *SYSTEM)}"}

    done = subprocess.run([ROOT / ".ci" / "run"], env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 4
    assert done.stderr.startswith("No chromium here")


@pytest.mark.skipif(not os.environ.get("CI"), reason="a person may test without a browser, CI may not")
def test_ci_has_a_browser() -> None:
    assert machine.chromium() is not None


def test_make_without_python_says_what_is_needed_and_where_to_get_it() -> None:
    done = subprocess.run(
        ["make", "-C", str(ROOT), "environment", "PYTHON="], capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert done.stderr.startswith("Gatehouse needs Python 3.11 or later, and PATH has none. Install it")


def test_make_passes_over_a_python_that_is_too_old(tmp_path: Path) -> None:
    executable(tmp_path, "python3", "exit 1")
    executable(tmp_path, "python3.12", "exit 0")
    system = tools_of_the_system(tmp_path / "system", "bash", "make", "env")

    done = subprocess.run(
        [shutil.which("make") or "make", "-C", str(ROOT), "--dry-run", "environment"],
        env={"PATH": f"{tmp_path}:{system}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "python3.12 -I gatehouse/engine/bootstrap.py" in done.stdout


def test_every_target_of_the_makefile_is_shown_and_short() -> None:
    text = (ROOT / "Makefile").read_text()

    shown = set(re.findall(r"^(\w+):.*  ## ", text, re.MULTILINE))
    recipes = [block.splitlines() for block in text.split("\n\n") if re.match(r"\w+:", block)]
    assert shown == {"help", "setup", "demo", "test", "lint", "fmt", "bench", "docs", "schemas", "goldens"}
    assert max(len(lines) - 1 for lines in recipes) <= 5
