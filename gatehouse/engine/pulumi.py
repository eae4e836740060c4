"""Runs the Pulumi engine on one checkout, the way a person would who typed `pulumi`."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.locations import PULUMI
from gatehouse.engine.locks import release
from gatehouse.errors import OutsideError

POLICY_PACK = Path("policies/guardrails/pack/analyzer")
_SECONDS_TO_FINISH = 120.0


class EngineError(OutsideError):
    """The engine said no. `output` is all that it printed."""

    def __init__(self, problem: str, remedy: str, output: str) -> None:
        super().__init__(problem, remedy)
        self.output = output


@dataclass(frozen=True)
class Engine:
    """The engine, the checkout whose program it runs, and where its state is kept.

    `data_root` is the tree whose models, prompts and stacks are declared, when it is not the checkout itself.
    `backend` is Pulumi's backend URL; `PULUMI_BACKEND_URL` or a folder of the checkout if it is none.
    """

    root: Path
    data_root: Path | None = None
    backend: str | None = None

    def environment(self) -> dict[str, str]:
        """The variables with which `pulumi` typed by hand does the same as Gatehouse."""
        given = os.environ
        variables = {
            "PATH": os.pathsep.join(
                [str(PULUMI.bin_dir), str(Path(sys.executable).parent), given.get("PATH", os.defpath)]
            ),
            "PULUMI_BACKEND_URL": self.backend or given.get("PULUMI_BACKEND_URL") or f"file://{self._state_folder()}",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        if not any(name in given for name in ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")):
            variables["PULUMI_CONFIG_PASSPHRASE"] = ""
        if self.data_root:
            variables["GATEHOUSE_DATA_ROOT"] = str(self.data_root)
        return variables

    def has_stack(self, stack: str) -> bool:
        """Whether the backend knows the stack."""
        listed = json.loads(self._run(["stack", "ls", "--json"], what="list the stacks"))
        return any(entry["name"] == stack for entry in listed)

    def ensure_stack(self, stack: str) -> None:
        """Create the stack in the backend if it is not there."""
        if not self.has_stack(stack):
            self._run(["stack", "init", stack, "--no-select"], what=f"create stack {stack}")

    def preview(self, stack: str, *, deployed: bool | None = None) -> dict[str, Any]:
        """What an update would do: the JSON of `pulumi preview --json`. Nothing is written, wherever the state is.

        `deployed` says whether the backend knows the stack, where somebody asked already.
        """
        if self.has_stack(stack) if deployed is None else deployed:
            return self._preview(stack, [])
        with _scratch_backend(self, stack) as (engine, config_file):
            return engine._preview(stack, ["--config-file", str(config_file)])  # noqa: SLF001 - its own kind

    def up(self, stack: str, *, line: Callable[[str], None] | None = None) -> None:
        """Update the stack; the policy pack judges in the engine. `line` gets each line of output as it comes."""
        arguments = ["up", "--yes", "--skip-preview", "--stack", stack, *self._policy_pack(), *_PLAIN]
        self._run(arguments, what=f"update stack {stack}", line=line)

    def destroy(self, stack: str, *, line: Callable[[str], None] | None = None) -> None:
        """Delete every resource of the stack; its history stays."""
        self._run(["destroy", "--yes", "--skip-preview", "--stack", stack, *_PLAIN], what=f"destroy {stack}", line=line)

    def export(self, stack: str) -> dict[str, Any]:
        """The stack's state, secrets encrypted."""
        state: dict[str, Any] = json.loads(
            self._run(["stack", "export", "--stack", stack], what=f"read the state of {stack}")
        )
        return state

    def outputs(self, stack: str) -> dict[str, Any]:
        """What the stack exports."""
        outputs: dict[str, Any] = json.loads(
            self._run(["stack", "output", "--json", "--stack", stack], what=f"read the outputs of {stack}")
        )
        return outputs

    def _preview(self, stack: str, extra: Sequence[str]) -> dict[str, Any]:
        text = self._run(
            ["preview", "--json", "--show-sames", "--stack", stack, *extra, *_PLAIN], what=f"preview stack {stack}"
        )
        preview: dict[str, Any] = json.loads(text)
        return preview

    def _policy_pack(self) -> list[str]:
        return ["--policy-pack", str(self.root / POLICY_PACK)]

    def _state_folder(self) -> Path:
        folder = self.root / ".gatehouse" / "state"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _run(self, arguments: Sequence[str], *, what: str, line: Callable[[str], None] | None = None) -> str:
        executable = PULUMI.find()
        if executable is None:
            raise OutsideError(f"Cannot {what}: the Pulumi engine is not there.", "Run `make setup`.")
        environment = {**os.environ, **self.environment()}
        # Without checkpoints a killed update forgets what it created, and creates it again.
        environment.pop("PULUMI_SKIP_CHECKPOINTS", None)
        return _run([str(executable), *arguments], self.root, environment, what, line)


_PLAIN = ("--non-interactive", "--color", "never")


@contextmanager
def _scratch_backend(engine: Engine, stack: str) -> Iterator[tuple[Engine, Path]]:
    """A backend of its own that knows the stack as empty, and a copy of its configuration that may be written."""
    tree = engine.data_root or engine.root
    with tempfile.TemporaryDirectory(prefix="gatehouse-preview-") as name:
        project = Path(name)
        (project / "stacks").mkdir()
        (project / "state").mkdir()
        (project / "Pulumi.yaml").write_text("name: gatehouse\nruntime: python\nstackConfigDir: stacks\n")
        config_file = project / "stacks" / f"Pulumi.{stack}.yaml"
        shutil.copyfile(tree / "stacks" / config_file.name, config_file)
        backend = f"file://{project / 'state'}"
        Engine(project, backend=backend).ensure_stack(stack)
        yield Engine(engine.root, engine.data_root, backend), config_file


def _run(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    what: str,
    line: Callable[[str], None] | None,
) -> str:
    """Run in a process group of its own, so that an interrupt lets the engine finish what it began."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if line is None else subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            output, errors = _read(process, line)
        except BaseException:
            _finish(process)
            raise
        finally:
            # The engine takes its lock a moment before it listens to signals.
            if process.returncode is not None and process.returncode < 0:
                release(environment["PULUMI_BACKEND_URL"], process.pid)
    if process.returncode:
        raise _explain(what, output, errors)
    return output


def _read(process: subprocess.Popen[str], line: Callable[[str], None] | None) -> tuple[str, str]:
    if line is None:
        return process.communicate()
    lines = []
    assert process.stdout is not None  # noqa: S101 - it is a pipe: mypy cannot know
    for text in process.stdout:
        lines.append(text)
        line(text.rstrip())
    process.wait()
    return "".join(lines), ""


def _finish(process: subprocess.Popen[str]) -> None:
    """Ask the engine to stop, give it the time to write its state, and leave no process of it behind."""
    try:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=_SECONDS_TO_FINISH)
    except (subprocess.TimeoutExpired, KeyboardInterrupt, ValueError):
        pass
    finally:
        code = process.poll()
        if code is None or code < 0:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


_KNOWN = (
    (
        "currently locked",
        "Another update holds the stack's lock. Wait for it; if its process is gone, run `pulumi cancel`.",
    ),
    (
        "failed to load checkpoint",
        "The state is damaged. Restore the newest file of .gatehouse/backups with `pulumi stack import --file`.",
    ),
    ("incorrect passphrase", "Set PULUMI_CONFIG_PASSPHRASE to the passphrase with which the stack was created."),
    ("no stack named", "Create it: `gatehouse up STACK`."),
)


def _explain(what: str, output: str, errors: str) -> EngineError:
    said = errors.strip() or _diagnostics(output) or output.strip()
    remedy = next((advice for sign, advice in _KNOWN if sign in said), "Mend what the engine names, and run it again.")
    tail = "\n".join(f"  {text}" for text in said.splitlines()[-25:])
    return EngineError(f"The engine could not {what}:\n{tail}", remedy, said)


def _diagnostics(output: str) -> str:
    """The errors in a failed `preview --json`."""
    try:
        found = json.loads(output).get("diagnostics") or []
    except (ValueError, AttributeError):
        return ""
    return "\n".join(entry.get("message", "").strip() for entry in found if entry.get("severity") == "error")
