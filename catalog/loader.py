"""Loads models/, prompts/ and stacks/ of a checkout, and says everything that is wrong with them at once.

The files may come from anybody's pull request: nothing is executed, no link is followed, sizes are bounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from catalog.digest import digest_of
from catalog.dotprompt import read_variant
from catalog.entries import Catalog, Model, Prompt, Stack, Suite, Variant
from catalog.folders import Folders
from catalog.model import ModelSpec
from catalog.problem import CatalogError
from catalog.prompt import RolloutSpec
from catalog.reading import MAX_CASES_BYTES
from catalog.references import check_references
from catalog.report import Mark, Report
from catalog.rules import model_breaches
from catalog.schema_files import ENGINE_KEYS, STACK_KEYS, STACK_NAMESPACE
from catalog.stack import StackSpec
from catalog.suites import read_suite
from catalog.validation import Naming, validate
from catalog.yaml_source import Located


def load_catalog(root: Path) -> Catalog:
    """Everything that the checkout at `root` declares. Raises CatalogError with every problem of every file."""
    files = Folders(root)
    catalog = Catalog(files.root, dict(_models(files)), dict(_prompts(files)), dict(_stacks(files)))
    check_references(catalog, files)
    problems = files.problems()
    if problems:
        raise CatalogError(problems)
    return catalog


def load_parts(root: Path) -> tuple[dict[str, Model], dict[str, Prompt]]:
    """The models and prompts that can be read, whatever is wrong with the others: for what writes new files."""
    files = Folders(root)
    return dict(_models(files)), dict(_prompts(files))


def _models(files: Folders) -> Iterator[tuple[str, Model]]:
    for folder in files.folders("models"):
        files.expect(folder, ("model.yaml",))
        suite = _suite(files, folder)
        located = files.yaml(folder / "model.yaml")
        report = files.report(folder / "model.yaml")
        spec = validate(ModelSpec, located, report, Naming("A model")) if located else None
        if spec is None or located is None:
            files.doubt(folder)
            continue
        for breach in model_breaches(spec):
            node = located.find(breach.path)
            report.add(node.mark if node else located.mark, breach.message, fix=breach.fix)
        if spec.artifact.source.startswith("file:"):
            files.use(folder, spec.artifact.source.removeprefix("file:").split("/")[0])
        yield folder.name, Model(folder.name, folder, spec, suite, digest_of(spec.model_dump(mode="json")))


def _prompts(files: Folders) -> Iterator[tuple[str, Prompt]]:
    for folder in files.folders("prompts"):
        files.expect(folder, ("rollout.yaml",))
        variants = dict(_variants(files, folder))
        suite = _suite(files, folder)
        rollout = _rollout(files, folder, variants)
        if rollout is not None:
            yield folder.name, Prompt(folder.name, folder, rollout, variants, suite)


def _variants(files: Folders, folder: Path) -> Iterator[tuple[str, Variant]]:
    names = files.names(folder, ".prompt")
    if not names:
        fix = "Write one, or run 'gatehouse new prompt NAME'."
        files.report(folder).add(None, "The prompt has no variant: no file NAME.prompt.", fix=fix)
    for name in names:
        path = folder / f"{name}.prompt"
        report = files.report(path)
        source = files.text(path) if files.is_name(path, name) else None
        variant = read_variant(source, report, prompt=folder.name, name=name) if source is not None else None
        if variant is not None:
            yield name, variant


def _rollout(files: Folders, folder: Path, variants: Mapping[str, Variant]) -> RolloutSpec | None:
    path = folder / "rollout.yaml"
    located = files.yaml(path)
    report = files.report(path)
    rollout = validate(RolloutSpec, located, report, Naming("A rollout")) if located else None
    if rollout is None or located is None:
        return None
    known = tuple(files.names(folder, ".prompt"))
    named = {("live",): rollout.live} | {
        ("candidates", index, "variant"): candidate.variant for index, candidate in enumerate(rollout.candidates)
    }
    for where, name in named.items():
        if name not in known:
            node = located.find(where) or located
            fix = None if known else f"Write {folder.name}/{name}.prompt."
            report.add(node.mark, f"There is no variant '{name}'.", allowed=known, given=name, fix=fix)
    return rollout if set(named.values()) <= variants.keys() else None


def _suite(files: Folders, folder: Path) -> Suite | None:
    path = folder / "evals.yaml"
    if not files.has(folder, "evals.yaml"):
        return None
    text = files.text(path)
    if text is None:
        return None

    def beside(name: str, report: Report, mark: Mark) -> tuple[str, Report] | None:
        files.use(folder, name)
        if not files.has(folder, name):
            message = f"There is no file '{name}' beside this one."
            report.add(mark, message, allowed=files.cases(folder), given=name)
            return None
        text = files.text(folder / name, max_bytes=MAX_CASES_BYTES, bom=True)
        return None if text is None else (text, files.report(folder / name))

    suite = read_suite(text, files.relative(path), files.report(path), beside)
    if suite is None:
        files.doubt(folder)
    return suite


def _stacks(files: Folders) -> Iterator[tuple[str, Stack]]:
    for name, path in files.stacks():
        located = files.yaml(path)
        report = files.report(path)
        config = _config(located, report) if located is not None else None
        spec = validate(StackSpec, config, report, Naming("A stack", STACK_NAMESPACE)) if config is not None else None
        if spec is not None and located is not None and config is not None:
            files.located[path] = config
            yield name, Stack(name, Path(files.relative(path)), spec, digest_of(_chosen(located.value)))


def _chosen(stack_file: Mapping[str, Any]) -> dict[str, Any]:
    """A stack file without what the engine itself writes into it: a first update must not change its own input."""
    return {key: value for key, value in stack_file.items() if key not in ENGINE_KEYS}


def _config(located: Located, report: Report) -> Located | None:
    """What is Gatehouse's in a stack file, without the namespace; other programs' keys are left alone."""
    for key, (mark, _) in (located.fields or {}).items():
        if key not in STACK_KEYS:
            report.add(mark, f"A stack file has no field '{key}'.", allowed=STACK_KEYS, given=key)
    config = located.child("config")
    if config is None or config.fields is None:
        fix = f"Add 'config:' with '{STACK_NAMESPACE}target: local' and the rest below it."
        report.add(config.mark if config else located.mark, "'config' is missing or holds no fields.", fix=fix)
        return None
    ours: dict[str, tuple[Mark, Located]] = {}
    for key, (mark, child) in config.fields.items():
        if ":" not in key:
            report.add(mark, f"The key '{key}' has no namespace.", fix=f"Write '{STACK_NAMESPACE}{key}'.")
        elif key.startswith(STACK_NAMESPACE):
            ours[key.removeprefix(STACK_NAMESPACE)] = (mark, child)
    return Located({key: child.value for key, (_, child) in ours.items()}, config.mark, fields=ours)
