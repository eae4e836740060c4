"""`gatehouse eval`: base against head, on the cases of their suites."""

from __future__ import annotations

import click

from gatehouse.checkout import checkout


@click.command("eval")
@click.option("--base", metavar="REF", help="The commit to compare with; without one, only the floors are judged.")
@click.option("--prompt", "prompts", multiple=True, metavar="NAME", help="Only this prompt, touched or not.")
@click.option("--model", "models", multiple=True, metavar="NAME", help="Only this model and the prompts it answers.")
@click.option("--url", "urls", multiple=True, metavar="MODEL=URL", help="Where a model answers, instead of here.")
@click.option("--api-key-env", metavar="NAME", help="Environment variable with the key for those addresses.")
@click.option("--json", "as_json", is_flag=True, help="Print verdicts and evaluations as JSON.")
def command(
    base: str | None,
    prompts: tuple[str, ...],
    models: tuple[str, ...],
    urls: tuple[str, ...],
    api_key_env: str | None,
    as_json: bool,
) -> int:
    """Ask base and head the same cases, and judge the difference.

    What did not change is not asked again. A model without an address is served here while it is needed.

    Exit code: 0 pass, 1 blocked, 2 the files are wrong, 3 undecided, 4 a model did not answer.
    """
    from gatehouse.evaluation.addresses import parse_addresses
    from gatehouse.evaluation.command import Question, run
    from gatehouse.evaluation.words import as_text
    from gatehouse.progress import Progress
    from policies.verdict import exit_code, worst

    question = Question(checkout(), base, prompts, models, parse_addresses(urls), api_key_env)
    with Progress(quiet=as_json) as progress:
        results = run(question, lambda done, total, label: progress.update(label, f"{done}/{total}"))
    outcome = worst(verdict.outcome for _, verdict in results)
    if as_json:
        from gatehouse.evaluation.words import as_json_text

        click.echo(as_json_text(outcome, results))
    else:
        click.echo(as_text(outcome, results, base))
    return exit_code(outcome)
