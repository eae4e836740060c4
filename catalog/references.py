"""Whether what the files name is there: models of prompts, models and prompts of stacks, variables of cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from catalog.entries import Case, Catalog, Prompt, Stack, Variant
from catalog.folders import Folders
from catalog.model import Task
from catalog.report import Mark, nearest, shown
from catalog.yaml_source import Located


def check_references(catalog: Catalog, files: Folders) -> None:
    """Report every name that leads nowhere. Names of files that have problems of their own count as known."""
    models = tuple(path.name for path in files.folders_of("models"))
    for prompt in catalog.prompts.values():
        _check_models(prompt, catalog, models, files)
        if prompt.suite is not None:
            _check_cases(prompt, prompt.suite.cases, files)
            _check_types(prompt, prompt.suite.cases, files)
    prompts = tuple(path.name for path in files.folders_of("prompts"))
    for stack in catalog.stacks.values():
        _check_stack(stack, catalog, models, prompts, files)


def _check_models(prompt: Prompt, catalog: Catalog, models: tuple[str, ...], files: Folders) -> None:
    for variant in prompt.variants.values():
        report = files.report(prompt.folder / f"{variant.name}.prompt")
        mark = _front_mark(variant)
        name = variant.spec.model
        if name not in models:
            report.add(
                mark, f"There is no model '{name}'.", allowed=models, given=name, fix=_write(models, "model", name)
            )
        elif name in catalog.models and catalog.models[name].spec.task is not Task.text_generation:
            message = f"The model '{name}' is for {catalog.models[name].spec.task}; it takes no prompt."
            allowed = tuple(n for n, m in catalog.models.items() if m.spec.task is Task.text_generation)
            report.add(mark, message, allowed=allowed)


def _front_mark(variant: Variant) -> Mark:
    """The line of `model:` in the front matter."""
    lines = variant.source.split("\n")
    line = next((number for number, text in enumerate(lines, start=1) if text.startswith("model:")), 1)
    return Mark(line, 1)


def _check_cases(prompt: Prompt, cases: Iterable[Case], files: Folders) -> None:
    required = {
        variable.name: variant.name
        for variant in prompt.variants.values()
        for variable in variant.variables
        if variable.required
    }
    for case in cases:
        for name in required.keys() - case.vars.keys():
            given = nearest(name, case.vars)
            files.report(files.root / case.path).add(
                _case_mark(case),
                f"The case lacks the variable '{name}', which {required[name]}.prompt uses.",
                fix=f"Is '{given}' meant by it?" if given else f"Add '{name}'.",
            )


def _check_stack(
    stack: Stack, catalog: Catalog, models: tuple[str, ...], prompts: tuple[str, ...], files: Folders
) -> None:
    path = files.root / stack.path
    report, config = files.report(path), files.located[path]
    for index, endpoint in enumerate(stack.spec.endpoints):
        if endpoint.model not in models:
            mark = _mark(config, ("endpoints", index, "model"))
            fix = _write(models, "model", endpoint.model)
            report.add(mark, f"There is no model '{endpoint.model}'.", allowed=models, given=endpoint.model, fix=fix)
    _check_once([endpoint.model for endpoint in stack.spec.endpoints], "endpoints", "model", stack, files)
    _check_once(list(stack.spec.prompts), "prompts", "prompt", stack, files)
    for index, name in enumerate(stack.spec.prompts):
        mark = _mark(config, ("prompts", index))
        if name not in prompts:
            fix = _write(prompts, "prompt", name)
            report.add(mark, f"There is no prompt '{name}'.", allowed=prompts, given=name, fix=fix)
        elif name in catalog.prompts:
            for model in sorted(_served_models(catalog.prompts[name]) - stack.models):
                message = f"The prompt '{name}' is answered by the model '{model}', which this stack does not serve."
                report.add(mark, message, fix=f"Add '- model: {model}' to gatehouse:endpoints.")


def _served_models(prompt: Prompt) -> frozenset[str]:
    return frozenset(prompt.variants[name].spec.model for name in prompt.rollout.shares)


def _check_once(names: list[str], key: str, kind: str, stack: Stack, files: Folders) -> None:
    path = files.root / stack.path
    for index, name in enumerate(names):
        if name in names[:index]:
            message = f"The {kind} '{name}' stands here a second time."
            files.report(path).add(_mark(files.located[path], (key, index)), message, fix="Remove one.")


_JSON_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


def _check_types(prompt: Prompt, cases: Iterable[Case], files: Folders) -> None:
    """Values that the gateway would refuse; a CSV file has only text, so there nothing is compared."""
    wanted = {
        variable.name: (variable.schema["type"], variant.name)
        for variant in prompt.variants.values()
        for variable in variant.variables
        if variable.schema.get("type") in _JSON_TYPES
    }
    for case in cases:
        if case.path.endswith(".csv"):
            continue
        for name in wanted.keys() & case.vars.keys():
            type_, variant = wanted[name]
            value = case.vars[name]
            if not isinstance(value, _JSON_TYPES[type_]) or (isinstance(value, bool) and type_ != "boolean"):
                message = f"The variable '{name}' is {shown(value)}; {variant}.prompt takes a {type_}."
                fix = "Put it in quotes." if type_ == "string" else None
                files.report(files.root / case.path).add(_case_mark(case), message, fix=fix)


def _case_mark(case: Case) -> Mark | None:
    return Mark(case.line, 1) if case.line else None


def _mark(config: Located, path: tuple[str | int, ...]) -> Mark:
    node = config.find(path)
    return node.mark if node else config.mark


def _write(known: Iterable[str] | Mapping[str, object], kind: str, name: str) -> str | None:
    """The next step where nothing near exists."""
    return None if nearest(name, known) else f"Run 'gatehouse new {kind} {name}' for a start."
