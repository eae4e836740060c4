"""`gatehouse preview`: what an update of a stack would do."""

from __future__ import annotations

import click

from gatehouse.checkout import checkout


@click.command("preview")
@click.argument("stack")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
def command(stack: str, as_json: bool) -> None:
    """Show what an update of STACK would do, by the real engine. Nothing is changed.

    Exit code: 0 shown, 2 no such stack or wrong files, 4 the engine failed.
    """
    from catalog.loader import load_catalog
    from gatehouse.deploy.update import find_stack
    from gatehouse.engine.pulumi import Engine
    from gatehouse.progress import Progress
    from policies.plan.gate import judge_plan, read_plan

    root = checkout()
    find_stack(load_catalog(root), stack)
    engine = Engine(root)
    with Progress(quiet=as_json) as progress:
        progress.update(f"stack {stack}", "preview")
        deployed = engine.has_stack(stack)
        plan = read_plan(stack, engine.preview(stack, deployed=deployed), deployed)
    if as_json:
        click.echo(plan.model_dump_json(indent=2))
        return
    for step in plan.steps:
        if step.op != "same":
            click.echo(f"{step.op:8} {step.name}  {step.type}  {', '.join(step.changed)}".rstrip())
    click.echo(f"Stack {stack}: {judge_plan(plan).headline}.")
