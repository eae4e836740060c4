"""`gatehouse new`: the files of a new model, prompt or stack."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import click

from catalog.atomic import write
from catalog.model import Task
from catalog.scaffold import ENGINE_OF_SUFFIX, Bytes, model_files, prompt_files, stack_files
from catalog.spec import NAME_RE
from gatehouse.checkout import checkout
from gatehouse.errors import UsageError

_OWNER = click.option("--owner", default="your-team", show_default=True, help="The team that answers for it.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the paths as JSON.")


@click.group("new")
def command() -> None:
    """Write the first files of a model, a prompt or a stack. They load as they are."""


@command.command("model")
@click.argument("name")
@click.option(
    "--file",
    "source",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A .gguf or .skops file; it is copied beside model.yaml and pinned by its digest. Without it: a hosted model.",
)
@_OWNER
@_JSON
def new_model(name: str, source: Path | None, owner: str, as_json: bool) -> None:
    """models/NAME/model.yaml"""
    root = _room_for("model", name)
    content = _bytes_of(source) if source else None
    written = _write(root, model_files(name, owner, content))
    if source is not None and content is not None:
        _copy(source, root / "models" / name / content.file_name)
        written.append(f"models/{name}/{content.file_name}")
    after = [
        "Say what it is for, who owns it, and under which licence it may be used.",
        f"Add '- model: {name}' to gatehouse:endpoints of a stack in stacks/.",
        "Run 'gatehouse check --base main'.",
    ]
    _say(written, after, as_json=as_json)


@command.command("prompt")
@click.argument("name")
@click.option("--model", help="The folder under models/ that answers it; needed where there are several.")
@_OWNER
@_JSON
def new_prompt(name: str, model: str | None, owner: str, as_json: bool) -> None:
    """prompts/NAME with a variant, a rollout and a suite"""
    root = _room_for("prompt", name)
    written = _write(root, prompt_files(name, owner, _answering(root, model)))
    after = [
        f"Write the prompt in prompts/{name}/v1.prompt, and cases in evals.yaml that say what a good answer is.",
        f"Run 'gatehouse eval {name}'.",
        f"Add '- {name}' to gatehouse:prompts of a stack in stacks/.",
    ]
    _say(written, after, as_json=as_json)


@command.command("stack")
@click.argument("name")
@_OWNER
@_JSON
def new_stack(name: str, owner: str, as_json: bool) -> None:
    """stacks/Pulumi.NAME.yaml, which serves every model and prompt"""
    from catalog.loader import load_parts

    root = _room_for("stack", name)
    models, prompts = load_parts(root)
    if not models:
        raise UsageError("There is no model that a stack could serve.", "Run 'gatehouse new model NAME' first.")
    answered = [prompt for prompt, entry in prompts.items() if entry.models <= models.keys()]
    written = _write(root, stack_files(name, owner, models, answered))
    after = [
        "Remove the models and prompts that it shall not serve, and set its budget.",
        f"Run 'gatehouse preview {name}', then 'gatehouse up {name}'.",
    ]
    _say(written, after, as_json=as_json)


def _room_for(kind: str, name: str) -> Path:
    """The checkout, if the name is fit and free."""
    if not NAME_RE.fullmatch(name):
        raise UsageError(
            f"'{name}' cannot be a name.", "Use lower-case letters, digits and dashes, as in ticket-routing."
        )
    root = checkout()
    path = Path("stacks", f"Pulumi.{name}.yaml") if kind == "stack" else Path(f"{kind}s", name)
    if os.path.lexists(root / path):
        raise UsageError(f"{path} is there already; nothing was written.", "Choose another name, or edit it.")
    return root


def _answering(root: Path, model: str | None) -> str:
    from catalog.loader import load_parts
    from catalog.report import nearest

    models, _ = load_parts(root)
    fit = [name for name, entry in models.items() if entry.spec.task is Task.text_generation]
    if model is None and len(fit) == 1:
        return fit[0]
    if model in fit:
        return str(model)
    listed = f"Models that take prompts: {', '.join(fit) or 'none; run gatehouse new model NAME first'}."
    if model is None:
        raise UsageError("Which model answers the prompt?", f"Add --model NAME. {listed}")
    near = nearest(model, fit)
    raise UsageError(
        f"'{model}' is no model that takes prompts.", f"Did you mean '{near}'? {listed}" if near else listed
    )


def _bytes_of(source: Path) -> Bytes:
    engine = ENGINE_OF_SUFFIX.get(source.suffix)
    if engine is None:
        raise UsageError(f"{source} is neither a .gguf nor a .skops file.", "Convert it, or leave --file out.")
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Bytes(f"model{source.suffix}", f"sha256:{digest}", engine)


def _copy(source: Path, to: Path) -> None:
    draft = to.with_name(f".{to.name}.{os.getpid()}")
    try:
        shutil.copyfile(source, draft)
        draft.replace(to)
    finally:
        draft.unlink(missing_ok=True)


def _write(root: Path, files: Mapping[str, str]) -> list[str]:
    for path, text in files.items():
        write(root / path, text)
    return list(files)


def _say(written: list[str], after: list[str], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"written": written}))
        return
    for path in written:
        click.echo(f"Wrote {path}")
    click.echo("Next:")
    for step, text in enumerate(after, start=1):
        click.echo(f"  {step}. {text}")
