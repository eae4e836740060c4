"""`.venv` becomes what uv.lock says, whoever asks, whenever somebody is killed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gatehouse.engine import bootstrap
from tests.kit.executables import executable, only_path

ROOT = Path(__file__).parents[3]
# Says that it is the pinned version, writes down how it was called, and makes an environment.
FAKE_UV = f"""
[ "$1" = --version ] && {{ echo uv {bootstrap.UV.version}; exit; }}
echo "$*" >> "$ASKED"
mkdir -p .venv/bin && touch .venv/bin/python && echo "#!$PWD/.venv/bin/python" > .venv/bin/gatehouse
sleep "${{TAKES:-0}}"
"""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GATEHOUSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ASKED", str(tmp_path / "asked"))
    executable(tmp_path / "path", "uv", FAKE_UV)
    only_path(monkeypatch, tmp_path / "path", "/usr/bin", "/bin")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)
    root = tmp_path / "checkout"
    root.mkdir()
    (root / "uv.lock").write_text("lock 1")
    (root / "pyproject.toml").write_text("project 1")
    return root


def asked(checkout: Path) -> list[str]:
    file = checkout.parent / "asked"
    return file.read_text().splitlines() if file.exists() else []


def test_the_first_time_installs_and_the_second_does_nothing(checkout: Path) -> None:
    assert bootstrap.ensure_environment(checkout) is True
    assert bootstrap.ensure_environment(checkout) is False

    assert asked(checkout) == [f"sync --frozen --python {sys.executable} --quiet"]


@pytest.mark.parametrize("name", ["uv.lock", "pyproject.toml"])
def test_a_changed_file_installs_again_into_the_same_environment(checkout: Path, name: str) -> None:
    bootstrap.ensure_environment(checkout)

    (checkout / name).write_text("changed")

    assert bootstrap.ensure_environment(checkout) is True
    assert asked(checkout)[1:] == ["sync --frozen --quiet"]


def test_an_environment_without_the_command_is_not_current(checkout: Path) -> None:
    bootstrap.ensure_environment(checkout)

    (checkout / ".venv" / "bin" / "gatehouse").unlink()

    assert not bootstrap.is_current(checkout)


def test_a_moved_checkout_gets_a_new_environment(checkout: Path) -> None:
    bootstrap.ensure_environment(checkout)
    moved = checkout.rename(checkout.with_name("moved"))
    (moved / ".venv" / "left-over").touch()

    assert bootstrap.ensure_environment(moved) is True

    assert not (moved / ".venv" / "left-over").exists(), "its scripts named a folder that is no more"


def test_a_failed_installation_says_so_and_is_not_taken_for_done(checkout: Path) -> None:
    executable(checkout.parent / "path", "uv", FAKE_UV + "\nexit 1")

    with pytest.raises(bootstrap.BootstrapError, match="uv could not install the packages"):
        bootstrap.ensure_environment(checkout)

    assert not bootstrap.is_current(checkout)


PROGRAM = "import sys; from pathlib import Path; from gatehouse.engine.bootstrap import ensure_environment as ensure; \
print(ensure(Path(sys.argv[1])))"


def another(checkout: Path, takes: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROGRAM, str(checkout)]
    environment = {**os.environ, "TAKES": takes}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def test_two_at_once_install_once(checkout: Path) -> None:
    both = [another(checkout, "1") for _ in range(2)]

    assert sorted(one.communicate(timeout=60)[0] for one in both) == ["False\n", "True\n"]
    assert len(asked(checkout)) == 1


def test_after_one_killed_half_way_every_package_is_installed_anew(checkout: Path) -> None:
    killed = another(checkout, "5")
    deadline = time.monotonic() + 30
    while not asked(checkout):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=30)

    assert not bootstrap.is_current(checkout)
    assert bootstrap.ensure_environment(checkout) is True
    assert "--reinstall" in asked(checkout)[1]
    (checkout / "uv.lock").write_text("lock 2")
    bootstrap.ensure_environment(checkout)
    assert "--reinstall" not in asked(checkout)[2], "once is enough"


def test_a_uv_of_another_version_is_not_used(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(checkout.parent / "path", "uv", "echo uv 0.1.0")
    executable(bootstrap.UV.bin_dir, "uv", FAKE_UV)

    assert bootstrap.ensure_uv() == bootstrap.UV.bin_dir / "uv"
    monkeypatch.setattr(bootstrap, "_install_uv", lambda target: executable(target.parent, "uv", FAKE_UV))
    shutil.rmtree(bootstrap.UV.bin_dir)
    assert bootstrap.ensure_uv() == bootstrap.UV.bin_dir / "uv"


def test_a_machine_that_cannot_fetch_uv_is_told_so(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout.parent / "path" / "uv").unlink()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(checkout))

    with pytest.raises(bootstrap.BootstrapError, match=r"pip could not fetch uv: .* its own words stand above"):
        bootstrap.ensure_uv()

    assert not bootstrap.UV.bin_dir.exists()


def test_uv_is_pinned_by_digests_and_to_the_version_that_is_asked_for() -> None:
    text = bootstrap.UV_REQUIREMENTS.read_text()

    assert re.findall(r"^uv==(\S+)", text, re.MULTILINE) == [bootstrap.UV.version]
    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", text)) > 5


def test_it_runs_before_anything_is_installed() -> None:
    """With Python's isolated mode and no packages, only the standard library and the catalogue's places are there."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "gatehouse/engine/bootstrap.py")],
        env={**os.environ, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 4)
