"""Makes `.venv` from uv.lock with nothing but Python: `python3 -I gatehouse/engine/bootstrap.py`.

Runs before anything is installed, so it imports the standard library and `catalog.locations` only.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from catalog.locations import Tool, cache_dir  # noqa: E402 - found only through the line above

UV = Tool("uv", "0.13.9")
UV_REQUIREMENTS = ROOT / "gatehouse" / "engine" / "build" / "uv.txt"
STAMP = ".gatehouse-stamp"


class BootstrapError(Exception):
    """The environment could not be made; the text says why and what to do."""


def wanted(root: Path) -> str:
    """What `.venv` must have been made from: the lock, the project file, the place; a moved checkout is another one."""
    content = hashlib.sha256()
    for name in ("uv.lock", "pyproject.toml"):
        content.update((root / name).read_bytes())
    content.update(f"{UV.version} {root}".encode())
    return content.hexdigest()


def is_current(root: Path) -> bool:
    """Whether `.venv` was finished from just these files."""
    stamp = root / ".venv" / STAMP
    commands = [root / ".venv" / "bin" / name for name in ("python", "gatehouse")]
    return stamp.is_file() and stamp.read_text() == wanted(root) and all(command.is_file() for command in commands)


def ensure_environment(root: Path) -> bool:
    """Make `.venv` what uv.lock says. Returns whether there was anything to do.

    Two at once wait for each other. One that was killed half-way leaves its mark in the lock's file, and the
    next installs every package anew, since a package may be there in part.
    """
    if is_current(root):
        return False
    name = f"environment-{hashlib.sha256(str(root).encode()).hexdigest()[:16]}"
    with _locked(name, "another set-up of this checkout") as lock:
        if is_current(root):
            return False
        broken = lock.read_text() != ""
        lock.write_text("half-way\n")
        _sync(root, ensure_uv(), reinstall=broken)
        lock.write_text("")
    return True


def ensure_uv() -> Path:
    """The pinned uv: on PATH, in the cache, or installed there by its digests."""
    for found in (shutil.which("uv"), str(UV.bin_dir / "uv")):
        if found and _version_of(found) == UV.version:
            return Path(found)
    with _locked(f"uv-{UV.version}", "another set-up, which fetches uv"):
        target = UV.bin_dir / "uv"
        if not target.is_file() or _version_of(str(target)) != UV.version:
            _install_uv(target)
    return target


def _sync(root: Path, uv: Path, *, reinstall: bool) -> None:
    environment_dir = root / ".venv"
    stamp = environment_dir / STAMP
    if stamp.is_file() and not _is_at_home(environment_dir):
        shutil.rmtree(environment_dir)
    stamp.unlink(missing_ok=True)
    command = [str(uv), "sync", "--frozen"]
    if not (environment_dir / "bin" / "python").exists():
        command += ["--python", sys.executable]
    if reinstall:
        command.append("--reinstall")
    if not sys.stderr.isatty():
        command.append("--quiet")
    _say(f"Installing the packages of uv.lock into {environment_dir} ...")
    kept = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT")}
    _run(command, "uv could not install the packages", cwd=root, env={**kept, "UV_PYTHON_DOWNLOADS": "never"})
    part = stamp.with_suffix(f".{os.getpid()}")
    part.write_text(wanted(root))
    part.replace(stamp)


def _is_at_home(environment_dir: Path) -> bool:
    """Whether the environment was made where it lies; its scripts hold absolute paths."""
    script = environment_dir / "bin" / "gatehouse"
    return script.is_file() and str(environment_dir) in script.read_text(errors="replace")


def _install_uv(target: Path) -> None:
    _say(f"Fetching uv {UV.version} ...")
    home = target.parent.parent
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{home.name}-", dir=home.parent) as scratch:
        arguments = ["--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:"]
        packages = _pip_install(Path(scratch), [*arguments, "-r", str(UV_REQUIREMENTS)])
        made = Path(scratch) / home.name / "bin"
        made.mkdir(parents=True)
        shutil.copy2(packages / "bin" / "uv", made / "uv")
        shutil.rmtree(home, ignore_errors=True)
        made.parent.replace(home)


def _pip_install(scratch: Path, arguments: Sequence[str]) -> Path:
    """Install into a fresh environment, or with the system's pip where venv is missing. Returns what holds `bin`."""
    environment = scratch / "venv"
    made = subprocess.run([sys.executable, "-m", "venv", str(environment)], capture_output=True, text=True, check=False)
    if made.returncode == 0:
        _run([str(environment / "bin" / "python"), "-m", "pip", "install", *arguments], "pip could not fetch uv")
        return environment
    aside = scratch / "packages"
    try:
        _run([sys.executable, "-m", "pip", "install", "--target", str(aside), *arguments], "pip could not fetch uv")
    except BootstrapError as error:
        raise BootstrapError(
            f"{error}\n{sys.executable} could not make a virtual environment either: {_last_line(made)}\n"
            f"Install Python's venv module (Debian, Ubuntu: apt-get install python3-venv), or uv {UV.version} itself."
        ) from None
    return aside


def _run(command: list[str], problem: str, *, cwd: Path | None = None, env: dict[str, str] | None = None) -> None:
    code = subprocess.run(command, cwd=cwd, env=env, check=False).returncode
    if code:
        raise BootstrapError(f"{problem}: {' '.join(command)} ended with {code}; its own words stand above.")


def _version_of(uv: str) -> str:
    try:
        printed = subprocess.run([uv, "--version"], capture_output=True, text=True, timeout=20, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return [*printed.split(), "", ""][1]


def _last_line(process: subprocess.CompletedProcess[str]) -> str:
    lines = (process.stdout + process.stderr).strip().splitlines()
    return lines[-1] if lines else f"exit code {process.returncode}"


@contextmanager
def _locked(name: str, other: str) -> Iterator[Path]:
    """Hold the lock of that name; the operating system lets go of it when this process ends, however it ends."""
    path = cache_dir() / "locks" / f"{name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say(f"Waiting for {other} ...")
            fcntl.flock(opened, fcntl.LOCK_EX)
        yield path


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - runs before click is there


def main() -> int:
    """Exit codes as everywhere: 0 done, 4 something outside failed."""
    try:
        ensure_environment(ROOT)
    except BootstrapError as error:
        _say(str(error))
        return 4
    except KeyboardInterrupt:
        _say("Interrupted. Run the same command again.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
