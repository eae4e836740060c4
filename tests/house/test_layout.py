"""Where things are, and how large they may get."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from tests.kit.tree import ROOMS, ROOT, files, functions, modules, parse

# A new entry at the root needs a reason in the design, not only a place.
ROOT_ENTRIES = {
    ".ci", ".github", ".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "Pulumi.yaml", "README.md", "__main__.py",
    "catalog", "components", "docs", "gatehouse", "gateway", "mkdocs.yml", "models", "policies", "prompts",
    "pyproject.toml", "stacks", "tests", "uv.lock",
}  # fmt: skip
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "base", "manager", "core", "misc", "shared"}
LINES_A_FILE = 400
LINES_A_FUNCTION = 60


def mirror_of(module: Path) -> Path:
    """Where the tests of a module are."""
    return Path("tests") / module.with_name(f"test_{module.name}")


def module_of(test: Path) -> Path:
    """The module that a test file belongs to."""
    return Path(*test.parts[1:]).with_name(test.name.removeprefix("test_"))


def entry_of(test: Path) -> Path:
    """`test_main.py` may belong to `__main__.py`, which needs no tests but may have some."""
    return module_of(test).with_name(f"__{test.stem.removeprefix('test_')}__.py")


def without_mirror(paths: Iterable[Path], decides: Callable[[Path], bool]) -> list[str]:
    """The modules that decide something and that no test file belongs to."""
    there = set(paths)
    wanted = [module for module in modules(there, *ROOMS) if module.name not in ("__init__.py", "__main__.py")]
    return sorted(str(module) for module in wanted if mirror_of(module) not in there and decides(module))


def has_functions(module: Path) -> bool:
    """Whether there is anything to test; a module that only declares types and constants has nothing."""
    return any(functions(parse(module)))


def test_the_root_is_quiet() -> None:
    assert {path.parts[0] for path in files()} - ROOT_ENTRIES == set()


def test_every_module_has_its_mirror_among_the_tests() -> None:
    assert [f"{module} -> {mirror_of(Path(module))}" for module in without_mirror(files(), has_functions)] == []


def test_a_module_without_a_mirror_would_be_noticed() -> None:
    paths = [Path(name) for name in ("catalog/a.py", "catalog/b.py", "catalog/__init__.py", "tests/catalog/test_a.py")]

    assert without_mirror(paths, lambda _module: True) == ["catalog/b.py"]
    assert without_mirror(paths, lambda _module: False) == []


def test_every_test_mirrors_a_module_that_is_there() -> None:
    """A test file whose module was renamed would go on testing by accident."""
    there = set(files())
    tests = [path for path in modules(there, "tests") if path.parts[1] in ROOMS and path.name.startswith("test_")]

    assert [str(test) for test in tests if not {module_of(test), entry_of(test)} & there] == []


def test_no_file_is_longer_than_a_person_reads() -> None:
    lengths = {str(path): len((ROOT / path).read_text().splitlines()) for path in modules(files(), *ROOMS, "tests")}

    assert {path: length for path, length in lengths.items() if length > LINES_A_FILE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = {}
    for path in modules(files(), *ROOMS, "tests"):
        for function in functions(parse(path)):
            if (length := (function.end_lineno or 0) - function.lineno + 1) > LINES_A_FUNCTION:
                long[f"{path}:{function.lineno} {function.name}"] = length

    assert long == {}


def test_names_say_what_is_inside() -> None:
    words = {part for path in modules(files(), *ROOMS, "tests") for part in PurePosixPath(path).with_suffix("").parts}

    assert words & NAMES_THAT_SAY_NOTHING == set()


def test_every_package_is_one_on_purpose() -> None:
    """A folder of modules without __init__.py is left out of the wheel and of type checking."""
    there = set(files())
    folders = {module.parent for module in modules(there, *ROOMS)}

    assert [str(folder) for folder in sorted(folders) if folder / "__init__.py" not in there] == []
