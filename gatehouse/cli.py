"""The command `gatehouse`: its verbs, its errors, its exit codes."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import NoReturn

import click

from gatehouse.errors import GatehouseError

# Each verb is imported only when it is called, so that `gatehouse --help` does not wait for what it does not need.
VERBS = {
    "check": "Run every gate that a change needs; one verdict.",
    "cost": "Price a stack from its preview and the price book.",
    "demo": "Walk pull requests through, on a real language model.",
    "doctor": "Say what is there, what is missing and what to do.",
    "env": "Print the environment in which `pulumi` typed by hand does the same.",
    "eval": "Compare base and head on the cases of their suites.",
    "new": "Write the files of a new model, prompt or stack.",
    "preview": "Show what an update of a stack would do.",
    "rollback": "Put an earlier release of a stack back, and prove it.",
    "schemas": "Write the JSON Schemas that editors use.",
    "setup": "Find or build what Gatehouse needs.",
    "status": "Say what a stack serves, asked of the running system.",
    "up": "Update a stack, prove what it serves, go back if it does not.",
    "down": "Destroy a stack; no process is left.",
}


class _Verbs(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return sorted(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(f"gatehouse.commands.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in VERBS:
            from difflib import get_close_matches

            near = get_close_matches(args[0], VERBS, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise click.UsageError(f"No such verb '{args[0]}'.{hint} Verbs: {', '.join(sorted(VERBS))}.", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Verbs"):
            formatter.write_dl(sorted(VERBS.items()))
        with formatter.section("Exit codes"):
            formatter.write_dl(
                [
                    ("0", "pass"),
                    ("1", "blocked"),
                    ("2", "the files or the command are wrong"),
                    ("3", "undecided"),
                    ("4", "something outside failed: no model, no network, no engine"),
                ]
            )


@click.command(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gatehouse")
def cli() -> None:
    """The pull request is the deployment interface of your models, prompts and environments."""


def main() -> NoReturn:
    """Run a verb. Mistakes of the person end with 2, failures outside with 4, and none with a traceback."""
    try:
        result = cli.main(standalone_mode=False)
        sys.exit(result if isinstance(result, int) else 0)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted. Nothing is half-written; run the same command again.", err=True)
        sys.exit(130)
    except GatehouseError as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except ValueError as error:
        from catalog.problem import CatalogError

        if not isinstance(error, CatalogError):
            raise
        click.echo(f"{len(error.problems)} problem(s) in the files:\n{error}", err=True)
        sys.exit(2)
