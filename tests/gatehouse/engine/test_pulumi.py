"""The real engine, run the way a person would run it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import psutil
import pytest

from gatehouse.engine.pulumi import POLICY_PACK, Engine, EngineError

pytestmark = pytest.mark.engine

PROGRAM = """
import pulumi

class Thing(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("test:thing:Thing", name)
        self.register_outputs({})

for number in range(pulumi.Config().require_int("things")):
    Thing(f"thing-{number}")
pulumi.export("gateway_url", "http://127.0.0.1:1")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: gatehouse\nruntime: python\nstackConfigDir: stacks\n")
    (tmp_path / "stacks/Pulumi.one.yaml").write_text("config:\n  gatehouse:things: 2\n")
    (tmp_path / "__main__.py").write_text(PROGRAM)
    pack = tmp_path / POLICY_PACK
    pack.parent.mkdir(parents=True)
    pack.symlink_to(Path(__file__).parents[3] / POLICY_PACK)
    return tmp_path


@pytest.fixture(autouse=True)
def _no_backend_of_the_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)


def test_a_stack_is_previewed_updated_exported_and_destroyed(project: Path) -> None:
    engine = Engine(project)
    engine.ensure_stack("one")
    engine.ensure_stack("one")
    lines: list[str] = []
    engine.up("one", line=lines.append)
    assert engine.outputs("one") == {"gateway_url": "http://127.0.0.1:1"}
    assert len(engine.export("one")["deployment"]["resources"]) == 3
    assert any("3 created" in line for line in lines)
    assert {step["op"] for step in engine.preview("one")["steps"]} == {"same"}
    engine.destroy("one")
    assert not engine.export("one")["deployment"].get("resources")


def test_a_stack_that_was_never_deployed_is_previewed_without_a_trace(project: Path) -> None:
    before = (project / "stacks/Pulumi.one.yaml").read_bytes()
    steps = Engine(project).preview("one")["steps"]
    assert [step["op"] for step in steps] == ["create"] * 3
    assert (project / "stacks/Pulumi.one.yaml").read_bytes() == before
    assert not Engine(project).has_stack("one")


def test_a_program_that_fails_is_shown_in_its_own_words(project: Path) -> None:
    (project / "__main__.py").write_text("raise ValueError('no such thing as a free GPU')\n")
    with pytest.raises(EngineError, match="no such thing as a free GPU"):
        Engine(project).preview("one")


def test_a_locked_stack_says_how_to_go_on(project: Path) -> None:
    engine = Engine(project)
    engine.ensure_stack("one")
    locks = project / ".gatehouse/state/.pulumi/locks/organization/gatehouse/one"
    locks.mkdir(parents=True, exist_ok=True)
    (locks / "lock.json").write_text(
        '{"pid": 1, "username": "x", "hostname": "y", "timestamp": "2026-01-01T00:00:00Z"}'
    )
    with pytest.raises(EngineError, match="pulumi cancel"):
        engine.up("one")


def test_checkpoints_are_never_skipped(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_SKIP_CHECKPOINTS", "true")
    (project / "__main__.py").write_text(
        "import os, pulumi; pulumi.export('skip', os.environ.get('PULUMI_SKIP_CHECKPOINTS'))\n"
    )
    engine = Engine(project)
    engine.ensure_stack("one")
    engine.up("one")
    assert engine.outputs("one").get("skip") is None


def test_the_data_of_another_tree_is_named_to_the_program(tmp_path: Path) -> None:
    environment = Engine(tmp_path, data_root=tmp_path / "release").environment()
    assert environment["GATEHOUSE_DATA_ROOT"] == str(tmp_path / "release")


def test_the_backend_of_the_person_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://state")
    assert Engine(tmp_path).environment()["PULUMI_BACKEND_URL"] == "s3://state"
    assert os.environ["PATH"] in Engine(tmp_path).environment()["PATH"]


@pytest.mark.parametrize("seconds", [0.0, 1.0])
def test_an_interrupt_leaves_no_lock_and_no_process(project: Path, seconds: float) -> None:
    """At once after the engine's first words it holds its lock, and may not listen to signals yet."""

    def interrupt(_: str) -> None:
        time.sleep(seconds)
        raise KeyboardInterrupt

    engine = Engine(project)
    engine.ensure_stack("one")
    with pytest.raises(KeyboardInterrupt):
        engine.up("one", line=interrupt)
    assert list((project / ".gatehouse/state/.pulumi/locks").rglob("*.json")) == []
    assert [process for process in psutil.process_iter(["cwd"]) if process.info["cwd"] == str(project)] == []
    engine.up("one")
