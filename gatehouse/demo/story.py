"""What the demonstration shows, in order, and what has to be true at each step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import click
import orjson
import yaml

from catalog.loader import load_catalog
from gatehouse.demo.scratch import STACK, Ran, Scratch
from gatehouse.errors import OutsideError

CHANGES = Path(__file__).parent / "changes"
PROMPT = "ticket-routing"
_FLIPS_SHOWN = 5
_MENDED_ASKED = 20
_LOOK = "The clone stays for a look: .gatehouse/demo. `make demo-clean` removes it."


@dataclass
class Story:
    """One run of the demonstration. Each step fails loudly when what it shows is not so."""

    scratch: Scratch
    times: list[tuple[str, float]] = field(default_factory=list)
    gateway_url: str = ""

    def tell(self) -> None:
        """All of it: up, a better prompt, a worse one, a misspelt one, and the way back."""
        self._bring_up()
        ticket, first = self._improve()
        self._worsen()
        self._misspell()
        self._roll_back(ticket, first)
        self._end()

    def _bring_up(self) -> None:
        _heading("The local stack: main is checked whole, then brought up")
        self.scratch.create()
        self._run("check main", 0, "check")
        self._run("first up", 0, "up", STACK)
        self.gateway_url = self._gateway_url()

    def _improve(self) -> tuple[str, str]:
        """Returns the inputs of a ticket that the change mends, as JSON, and the answer before it."""
        self._check("improve-routing")
        mended = [(case, self._inputs(case["case"])) for case in self._flips("head")[:_MENDED_ASKED]]
        before = [self._ask(inputs) for _, inputs in mended]
        self.scratch.merge("improve-routing")
        self._run("up after the merge", 0, "up", STACK)
        for (case, inputs), old in zip(mended, before, strict=True):
            new = self._ask(inputs)
            # A server's cache moves an answer that hangs in the balance; one that both runs agree on is shown.
            if new != old and new == case["output"].strip():
                click.echo(f"\n  {case['description'][:100]!r}\n  before: {old!r}   after: {new!r}, as its label says")
                return orjson.dumps(inputs).decode(), old
        raise OutsideError("None of the mended cases answers better on the running stack.", _LOOK)

    def _worsen(self) -> None:
        self._check("worsen-routing")
        broken = self._flips("base")
        click.echo(f"\n  {len(broken)} cases that main answers rightly fail with this change, for example:")
        for case in broken[:_FLIPS_SHOWN]:
            click.echo(f"  - {case['description'][:90]!r}: {case['output'].strip()[:30]!r}")
        self.scratch.close()

    def _misspell(self) -> None:
        self._check("misspelt-field")
        self.scratch.close()

    def _roll_back(self, ticket: str, first: str) -> None:
        _heading("Rollback: the release before is put back, and proven")
        self._run("rollback", 0, "rollback", STACK)
        again = self._ask(orjson.loads(ticket))
        click.echo(f"\n  the first answer is back: {again!r}")
        _demand(again == first, f"After the rollback it answers {again!r}, not {first!r}.")

    def _check(self, name: str) -> None:
        """Open the pull request and gate it; its outcome is the one that the change announces."""
        folder = CHANGES / name
        change = yaml.safe_load((folder / "change.yaml").read_text(encoding="utf-8"))
        _heading(f"Pull request: {change['title']}")
        self.scratch.open_pull_request(name, change["title"], folder)
        expected = {"pass": 0, "block": 1, "invalid": 2}[change["expect"]]
        self._run(f"check {name}", expected, "check", "--base", "main")
        self.scratch.keep_review(name)

    def _run(self, what: str, expected: int, *arguments: str) -> Ran:
        click.secho(f"\n$ gatehouse {' '.join(arguments)}", bold=True)
        ran = self.scratch.gatehouse(*arguments)
        self.times.append((what, ran.seconds))
        click.echo("\n".join(f"  {line}" for line in ran.output.splitlines()))
        click.secho(f"  exit code {ran.code}, {ran.seconds:.1f} s", dim=True)
        _demand(ran.code == expected, f"`gatehouse {' '.join(arguments)}` ended with {ran.code}, not {expected}.")
        return ran

    def _flips(self, better: str) -> list[Mapping[str, Any]]:
        """Head's results of the prompt's cases that only the `better` side passes."""
        evaluations = [entry for entry in self.scratch.verdict()["evaluations"] if entry["subject"]["name"] == PROMPT]
        return [case for entry in evaluations for case in _flipped(entry, head_passes=better == "head")]

    def _inputs(self, case_id: str) -> dict[str, Any]:
        suite = load_catalog(self.scratch.folder).prompts[PROMPT].suite
        cases = suite.cases if suite else ()
        return next(dict(case.vars) for case in cases if case_id.startswith(case.id))

    def _ask(self, inputs: Mapping[str, Any]) -> str:
        body = orjson.dumps({"inputs": inputs})
        url = f"{self.gateway_url}/v1/prompts/{PROMPT}"
        with urlopen(Request(url, body, {"Content-Type": "application/json"}), timeout=60) as answer:  # noqa: S310 - our own gateway on loopback
            output: str = orjson.loads(answer.read())["output"]
        return output.strip()

    def _gateway_url(self) -> str:
        status = self.scratch.gatehouse("status", STACK, "--json")
        _demand(status.code == 0, f"The stack does not serve what main says:\n{status.output}")
        url: str = orjson.loads(status.output)["gateway_url"]
        return url

    def _end(self) -> None:
        _heading("Where the time went")
        for what, seconds in self.times:
            click.echo(f"  {seconds:6.1f} s  {what}")
        click.echo(f"  {sum(seconds for _, seconds in self.times):6.1f} s  in all")
        _heading("The models' licences")
        for model in load_catalog(self.scratch.folder).models.values():
            click.echo(f"  {model.name}: {model.spec.license.id}, {model.spec.license.url}")
        _heading("To look at")
        reviews = self.scratch.folder / ".gatehouse" / "reviews"
        click.echo(f"  gateway   {self.gateway_url}/")
        click.echo(f"  reports   {reviews / 'improve-routing' / 'report.html'}")
        click.echo(f"            {reviews / 'worsen-routing' / 'report.html'}")
        click.echo(f"  comment   {reviews / 'improve-routing' / 'comment.md'}")
        click.echo("  The stack keeps running. `make demo-clean` stops it and leaves nothing behind.")


def _flipped(evaluation: Mapping[str, Any], *, head_passes: bool) -> list[Mapping[str, Any]]:
    base = {case["case"]: case["passed"] for case in (evaluation["base"] or {"cases": ()})["cases"]}
    return [
        case
        for case in evaluation["head"]["cases"]
        if case["passed"] is head_passes and base.get(case["case"]) is (not head_passes)
    ]


def _heading(text: str) -> None:
    click.secho(f"\n== {text}", bold=True, fg="cyan")


def _demand(holds: bool, otherwise: str) -> None:
    if not holds:
        raise OutsideError(otherwise, "The clone stays for a look: .gatehouse/demo. `make demo-clean` removes it.")
