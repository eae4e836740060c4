"""`gatehouse check`: every gate that a change needs, one verdict."""

from __future__ import annotations

from pathlib import Path

import click

from gatehouse.checkout import checkout


@click.command("check")
@click.option("--base", metavar="REF", help="The commit to compare with; the whole tree is checked without one.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for verdict.json, comment.md and report.html.")
@click.option("--url", "urls", multiple=True, metavar="MODEL=URL", help="Where a model answers, instead of here.")
@click.option("--api-key-env", metavar="NAME", help="Environment variable with the key for those addresses.")
@click.option("--json", "as_json", is_flag=True, help="Print verdict.json instead of a summary.")
def command(base: str | None, out: Path | None, urls: tuple[str, ...], api_key_env: str | None, as_json: bool) -> int:
    """Run every gate that a change needs, side by side, and write the verdict, the comment and the report.

    Exit code: 0 pass, 1 blocked, 2 the files are wrong, 3 undecided, 4 something outside failed.
    """
    from gatehouse.checking import verdicts
    from gatehouse.checking.run import Question, check
    from gatehouse.checking.writing import write_review
    from gatehouse.evaluation.addresses import parse_addresses
    from gatehouse.progress import Progress
    from policies.review.comment import render_summary
    from policies.verdict import exit_code

    root = checkout()
    question = Question(root, base, parse_addresses(urls), api_key_env)
    with Progress(quiet=as_json) as progress:
        verdict = check(question, progress)
    verdicts.keep(root, verdict)
    folder = write_review(verdict, out or root / ".gatehouse" / "check")
    if as_json:
        click.echo(verdict.model_dump_json(indent=2))
    else:
        click.echo(render_summary(verdict))
        click.echo(f"\nReport: {folder / 'report.html'}")
    return exit_code(verdict.outcome)
