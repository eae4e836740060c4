"""The engine is built from exactly the modules that go.sum names."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest

from catalog.locations import PULUMI
from gatehouse.engine import gomodule
from gatehouse.engine.longrun import Job, StepError
from gatehouse.engine.recipes import LANGUAGE_HOST
from gatehouse.engine.toolbox import UnavailableError
from tests.kit.executables import executable, only_path

# Answers as Go does, and writes down how it was asked.
FAKE_GO = """
echo "$PWD $GOFLAGS $*" >> {folder}/asked
case "$1 $2" in
  "version ") echo "go version go{version} linux/amd64" ;;
  "list -deps") printf 'a\\nb\\nc\\n' ;;
  "list -m") echo {folder}/sdk ;;
  "build -v") while [ "$1" != "-o" ]; do shift; done; echo binary > "$2" ;;
esac
"""


@pytest.fixture
def job(tmp_path: Path) -> Job:
    made = Job(tmp_path / "scratch", tmp_path / "log", lambda _state: None, threading.Event())
    made.bin_dir.mkdir(parents=True)
    return made


def fake_go(folder: Path, monkeypatch: pytest.MonkeyPatch, version: str = "1.26.8") -> None:
    executable(folder / "go-bin", "go", FAKE_GO.format(folder=folder, version=version))
    for script in gomodule.SCRIPTS:
        executable(folder / "sdk" / Path(script).parent, Path(script).name, "true").chmod(0o444)
    only_path(monkeypatch, folder / "go-bin", "/usr/bin", "/bin")


def test_the_engine_the_host_and_the_scripts_of_the_sdk_end_up_side_by_side(
    tmp_path: Path, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_go(tmp_path, monkeypatch)

    gomodule.build_engine(job, "9.9.9")

    assert {path.name for path in job.bin_dir.iterdir()} == {"pulumi", *LANGUAGE_HOST}
    scripts = [job.bin_dir / Path(script).name for script in gomodule.SCRIPTS]
    assert all(script.stat().st_mode & 0o111 for script in scripts), "modules are kept without the right to run them"


def test_each_module_is_built_where_its_go_sum_lies_and_nothing_may_be_added_to_it(
    tmp_path: Path, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_go(tmp_path, monkeypatch)
    monkeypatch.setenv("GOFLAGS", "-mod=mod")

    gomodule.build_engine(job, "9.9.9")

    builds = [line for line in (tmp_path / "asked").read_text().splitlines() if " build " in line]
    assert [line.split()[0] for line in builds] == [str(gomodule.LANGUAGE_MODULE), str(gomodule.ENGINE_MODULE)]
    assert all(line.split()[1:3] == ["-mod=readonly", "-buildvcs=false"] for line in builds)
    assert "version.Version=9.9.9" in builds[1]


def test_variables_that_would_build_for_another_machine_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOS", "plan9")
    monkeypatch.setenv("GOARCH", "mips")

    assert not {"GOOS", "GOARCH"} & set(gomodule.environment())


def test_without_go_the_way_is_closed(tmp_path: Path, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    only_path(monkeypatch, tmp_path)

    with pytest.raises(UnavailableError, match="there is no go on PATH"):
        gomodule.build_engine(job, "9.9.9")


def test_a_go_that_cannot_fetch_a_newer_one_is_refused(
    tmp_path: Path, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_go(tmp_path, monkeypatch, version="1.19.8")

    with pytest.raises(UnavailableError, match=r"is go1\.19, which is older than go1\.21"):
        gomodule.build_engine(job, "9.9.9")


def test_a_module_proxy_that_does_not_answer_is_a_failed_step_in_gos_own_words(
    tmp_path: Path, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    executable(tmp_path, "go", '[ "$1" = version ] && echo go version go1.26.8 || { echo no such host >&2; exit 1; }')
    only_path(monkeypatch, tmp_path, "/usr/bin", "/bin")

    with pytest.raises(StepError, match=r"go ended with 1; its output is in .*\n    no such host"):
        gomodule.build_engine(job, "9.9.9")


@pytest.mark.parametrize(
    ("output", "total", "said"),
    [
        ("", 4, "starting"),
        ("go: downloading a v1\ngo: downloading b v2\n", 4, "downloading modules (2)"),
        ("go: downloading a v1\ninternal/abi\nfmt\n", 4, "compiling 50 %"),
        ("a\nb\nc\nd\n", 4, "linking"),
        ("a\nb\n", 0, "compiling"),
    ],
)
def test_what_go_prints_becomes_a_few_words(output: str, total: int, said: str) -> None:
    assert gomodule.progress_of(output, total) == said


def test_the_committed_module_pins_the_engine_that_is_asked_for() -> None:
    required = re.search(r"pulumi/pkg/v3 v(\S+)", (gomodule.ENGINE_MODULE / "go.mod").read_text())

    assert required is not None
    assert required[1] == PULUMI.version


@pytest.mark.parametrize("module", [gomodule.ENGINE_MODULE, gomodule.LANGUAGE_MODULE], ids=lambda path: path.name)
def test_go_sum_names_the_content_of_what_go_mod_requires(module: Path) -> None:
    required = re.findall(r"(github\.com/pulumi/\S+) (v\S+)", (module / "go.mod").read_text())
    sums = (module / "go.sum").read_text()

    assert required
    for path, version in required:
        assert re.search(rf"^{re.escape(path)} {re.escape(version)} h1:\S+=$", sums, re.MULTILINE)


def test_the_scripts_come_from_a_module_that_go_sum_names() -> None:
    sums = (gomodule.ENGINE_MODULE / "go.sum").read_text()

    assert f"\n{gomodule.SDK_MODULE} v{PULUMI.version} h1:" in sums
