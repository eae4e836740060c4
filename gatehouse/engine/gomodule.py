"""Builds the Pulumi engine and its Python language host from the Go modules that a committed go.sum pins."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from gatehouse.engine.longrun import Job, StepError
from gatehouse.engine.toolbox import UnavailableError

ENGINE_MODULE = Path(__file__).parent / "build" / "pulumi"
# The newest module that still holds the language host; later ones moved it to where no module proxy serves it.
LANGUAGE_MODULE = Path(__file__).parent / "build" / "language"
ENGINE_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
LANGUAGE_PACKAGE = "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python"
SDK_MODULE = "github.com/pulumi/pulumi/sdk/v3"
SCRIPTS = ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python")
# From here on Go fetches by itself the newer toolchain that go.mod asks for.
_OLDEST_GO = (1, 21)


def build_engine(job: Job, version: str) -> None:
    """Build into the job's `bin_dir`: the engine, the language host, and the scripts of the SDK beside them."""
    go = find_go()
    total = _packages(job, go, ENGINE_MODULE, ENGINE_PACKAGE)
    _build(job, go, LANGUAGE_MODULE, LANGUAGE_PACKAGE, "-s -w", total=0)
    stamp = f"-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version={version}"
    _build(job, go, ENGINE_MODULE, ENGINE_PACKAGE, stamp, total=total)
    _copy_scripts(go, job.bin_dir)


def find_go() -> str:
    """The Go command. Raises UnavailableError when there is none, or one too old to fetch a newer."""
    go = shutil.which("go")
    if go is None:
        raise UnavailableError("there is no go on PATH")
    printed = _ask(go, ["version"], Path.cwd())
    found = re.search(r"go(\d+)\.(\d+)", printed)
    if found and (int(found[1]), int(found[2])) < _OLDEST_GO:
        raise UnavailableError(f"{go} is {found[0]}, which is older than go{_OLDEST_GO[0]}.{_OLDEST_GO[1]}")
    return go


def environment() -> dict[str, str]:
    """The person's variables, without those that would build something else."""
    kept = {name: value for name, value in os.environ.items() if name not in ("GOOS", "GOARCH", "GOFLAGS")}
    # The committed go.sum is the whole truth: a module that it does not name is refused.
    return {**kept, "GOFLAGS": "-mod=readonly -buildvcs=false", "GOWORK": "off", "GOTOOLCHAIN": "auto"}


def progress_of(output: str, total: int) -> str:
    """A few words about a `go build -v`: it prints a line a module downloaded and a line a package compiled."""
    lines = output.splitlines()
    downloaded = sum(line.startswith("go: downloading") for line in lines)
    compiled = sum(bool(line) and not line.startswith(("go: ", "#", " ")) for line in lines)
    if not compiled:
        return f"downloading modules ({downloaded})" if downloaded else "starting"
    if total > compiled:
        return f"compiling {100 * compiled // total} %"
    return "linking" if total else "compiling"


def _build(job: Job, go: str, module: Path, package: str, flags: str, *, total: int) -> None:
    target = job.bin_dir / package.rpartition("/")[2]
    job.run(
        [go, "build", "-v", "-ldflags", flags, "-o", str(target), package],
        cwd=module,
        environment=environment(),
        watch=lambda output: progress_of(output, total),
    )


def _packages(job: Job, go: str, module: Path, package: str) -> int:
    """How many packages there are to compile. Downloads the modules."""
    command = [go, "list", "-deps", package]
    output = job.run(command, cwd=module, environment=environment(), watch=lambda so_far: progress_of(so_far, 0))
    return sum(not line.startswith("go: ") for line in output.splitlines())


def _copy_scripts(go: str, bin_dir: Path) -> None:
    folder = Path(_ask(go, ["list", "-m", "-f", "{{.Dir}}", SDK_MODULE], ENGINE_MODULE).strip())
    for script in SCRIPTS:
        target = bin_dir / Path(script).name
        shutil.copyfile(folder / script, target)
        target.chmod(0o755)


def _ask(go: str, arguments: list[str], cwd: Path) -> str:
    command = [go, *arguments]
    try:
        done = subprocess.run(
            command, cwd=cwd, env=environment(), capture_output=True, text=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StepError(f"`go {arguments[0]}` did not answer: {error}") from None
    if done.returncode:
        raise StepError(f"`go {arguments[0]}` said: {done.stderr.strip()[-500:] or done.returncode}")
    return done.stdout
