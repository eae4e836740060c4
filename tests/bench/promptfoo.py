"""promptfoo, the evaluation tool that most people use: fetched once, pinned, run without telling anybody."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

from catalog.locations import cache_dir
from tests.bench.portkey import NoPeerError

NAME = "promptfoo 0.121.20"
_PACKAGE = "promptfoo@0.121.20"
# The one native part that it cannot do without; the other optional ones are 1.6 GB.
_DATABASE = "0.5.29"
_FETCH_SECONDS = 600
_QUIET = {
    "PROMPTFOO_DISABLE_TELEMETRY": "1",
    "PROMPTFOO_DISABLE_UPDATE": "1",
    "PROMPTFOO_DISABLE_REMOTE_GENERATION": "1",
    "OPENAI_API_KEY": "none",
}


def evaluate(folder: Path, address: str, cases: int, *, cached: bool, limit_seconds: float = 300) -> float | None:
    """Seconds that promptfoo takes over so many cases at an address; none when it had not ended in time.

    Raises NoPeerError when it cannot be had, or did not answer its cases.
    """
    program = _program()
    folder.mkdir(parents=True, exist_ok=True)
    output, config = folder / "output.json", folder / "promptfooconfig.yaml"
    output.unlink(missing_ok=True)
    config.write_text(json.dumps(_config(address, cases)), encoding="utf-8")
    command = [program[0], program[1], "eval", "-c", str(config), "-j", "32", "--no-table", "--no-progress-bar"]
    command += ["--output", str(output), *([] if cached else ["--no-cache"])]
    environment = {**os.environ, **_QUIET, "PROMPTFOO_CONFIG_DIR": str(folder / "home")}
    started = time.perf_counter()
    try:
        subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=limit_seconds, check=False)
    except subprocess.TimeoutExpired:
        return None
    return time.perf_counter() - started


def passed(folder: Path) -> int:
    """How many cases of the last run passed."""
    try:
        found = json.loads((folder / "output.json").read_bytes())
    except (OSError, ValueError) as error:
        raise NoPeerError(f"promptfoo was not measured: it wrote no results ({type(error).__name__})") from None
    successes: int = found["results"]["stats"]["successes"]
    return successes


def _config(address: str, cases: int) -> dict[str, object]:
    provider = {"id": "openai:chat:stub", "config": {"apiBaseUrl": f"{address}/v1", "apiKey": "none", "temperature": 0}}
    tests = [{"vars": {"ticket": f"ticket {n}"}, "assert": [{"type": "equals", "value": "ok"}]} for n in range(cases)]
    return {"prompts": ["Route this ticket: {{ticket}}"], "providers": [provider], "tests": tests}


def _program() -> tuple[str, str]:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise NoPeerError("promptfoo was not measured: npm and node are not on the PATH")
    folder = cache_dir() / "bench" / "promptfoo-0.121.20"
    script = folder / "node_modules" / "promptfoo" / "dist" / "src" / "entrypoint.js"
    if not (script.is_file() and (folder / "complete").is_file()):
        _fetch(npm, folder)
    return node, str(script)


def _fetch(npm: str, folder: Path) -> None:
    system = {"linux": "linux", "darwin": "darwin"}.get(sys.platform, "win32")
    machine = "arm64" if platform.machine() in {"arm64", "aarch64"} else "x64"
    database = f"@libsql/{system}-{machine}{'-gnu' if system == 'linux' else ''}@{_DATABASE}"
    folder.mkdir(parents=True, exist_ok=True)
    command = [npm, "install", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        subprocess.run(
            [*command, "--omit=optional", _PACKAGE, database], check=True, capture_output=True, timeout=_FETCH_SECONDS
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise NoPeerError(f"promptfoo was not measured: npm could not fetch it ({type(error).__name__})") from None
    (folder / "complete").touch()
