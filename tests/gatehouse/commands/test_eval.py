"""The verb, as a person calls it: exit codes, and that imports stay lean."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit.evaluated import EvaluatedRepository, tickets
from tests.kit.model_stub import Brain, ModelStub
from tests.kit.scratch_repository import ScratchRepository

HEAVY = ("sklearn", "pulumi", "fastapi", "numpy", "scipy", "jinja2", "uvicorn", "grpc")
PROGRAM = "from gatehouse.cli import main; main()"
LISTED = "import sys; from gatehouse.cli import cli; cli.main(sys.argv[1:], standalone_mode=False); print(*sys.modules)"


@pytest.fixture
def repository(tmp_path: Path) -> EvaluatedRepository:
    found = EvaluatedRepository(tmp_path / "repository", tickets(100))
    ScratchRepository(found.root).commit()
    return found


def run(repository: EvaluatedRepository, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "GATEHOUSE_CACHE": str(repository.root.parent / "cache")}
    command = [sys.executable, "-c", program, "eval", *arguments]
    return subprocess.run(command, cwd=repository.root, env=environment, capture_output=True, text=True, check=False)


def gatehouse(
    repository: EvaluatedRepository, brain: Brain, *arguments: str, program: str = PROGRAM
) -> subprocess.CompletedProcess[str]:
    with ModelStub(brain) as stub:
        return run(repository, program, "--url", f"small={stub.address}", *arguments)


def test_a_pass_ends_with_0_and_prints_no_progress_into_a_pipe(repository: EvaluatedRepository) -> None:
    done = gatehouse(repository, lambda _: "billing")
    assert (done.returncode, done.stderr) == (0, "")
    assert "100.0 %" in done.stdout


def test_a_block_ends_with_1(repository: EvaluatedRepository) -> None:
    repository.variant("v1", "Sort: {{ticket}}")
    done = gatehouse(repository, lambda p: "?" if p.startswith("Sort") else "billing", "--base", "main", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["outcome"] == "block"


def test_wrong_files_end_with_2_and_name_the_line(repository: EvaluatedRepository) -> None:
    repository.write("prompts/routing/evals.yaml", "tests: file://cases.jsonl\ngates: {}\n")
    done = gatehouse(repository, lambda _: "billing")
    assert done.returncode == 2
    assert "prompts/routing/evals.yaml:2" in done.stderr


def test_an_undecided_change_ends_with_3(repository: EvaluatedRepository) -> None:
    repository.variant("v1", "Sort: {{ticket}}")
    brain: Brain = lambda p: "?" if p.startswith("Sort") and int(p.split()[-1]) < 5 else "billing"  # noqa: E731 - one line
    done = gatehouse(repository, brain, "--base", "main")
    assert done.returncode == 3
    assert "Add about" in done.stdout


def test_a_dead_model_ends_with_4(repository: EvaluatedRepository) -> None:
    done = run(repository, PROGRAM, "--url", "small=http://127.0.0.1:9")
    assert done.returncode == 4
    assert "given up" in done.stdout


def test_a_key_is_neither_printed_nor_stored(repository: EvaluatedRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_KEY", "sk-very-secret")
    done = gatehouse(repository, lambda _: "billing", "--api-key-env", "MODEL_KEY")
    assert done.returncode == 0
    assert "sk-very-secret" not in done.stdout + done.stderr
    kept = b"".join(file.read_bytes() for file in (repository.root.parent / "cache").rglob("*") if file.is_file())
    assert b"sk-very-secret" not in kept


def test_nothing_heavy_is_imported(repository: EvaluatedRepository) -> None:
    loaded = set(gatehouse(repository, lambda _: "billing", program=LISTED).stdout.split())
    assert {"gatehouse.evaluation.run", "aiohttp"} <= loaded
    assert [name for name in HEAVY if name in loaded] == []


def test_a_run_that_asks_nothing_imports_no_http_client(repository: EvaluatedRepository) -> None:
    with ModelStub(lambda _: "billing") as stub:
        url = f"small={stub.address}"
        first, second = (run(repository, LISTED, "--url", url).stdout.split() for _ in range(2))
    assert stub.calls == 100
    assert "aiohttp" in first
    assert "gatehouse.evaluation.run" in second
    assert "aiohttp" not in second
