"""The files of this repository, and what is written in them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("catalog", "components", "gatehouse", "gateway", "policies")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def files() -> list[Path]:
    """Every file that belongs to the repository, relative to its root: committed, or new and not ignored."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\0")
    return sorted({Path(name) for name in listed if name and (ROOT / name).is_file()})


def modules(paths: Iterable[Path], *rooms: str) -> list[Path]:
    """The Python files in some rooms."""
    return [path for path in paths if path.suffix == ".py" and path.parts[0] in rooms]


def parse(path: Path) -> ast.Module:
    """A file of the repository as a tree."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), str(path))


def functions(tree: ast.AST) -> Iterator[Function]:
    """Every function, also those inside classes and functions."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the last word of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Attribute(attr=name) | ast.Name(id=name):
                    yield name, node
