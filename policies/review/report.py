"""The report: one HTML file that needs no network, with everything that the comment had no room for."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policies.review import figures, words
from policies.review.escape import one_line, visible
from policies.review.flips import Fate, Pair, of_fate, pairs, selection
from policies.review.plots.quality import plots_of
from policies.review.plots.shapes import Plot
from policies.review.plots.spending import cost, time_spent
from policies.review.prompt_diff import Row, side_by_side
from policies.review.report_numbers import Number, numbers_of
from policies.review.subjects import Measured, Place, asides, measured, places, reasons, stopping
from policies.verdict import RenderedCase, Verdict

if TYPE_CHECKING:
    from jinja2 import Environment

MOST_BYTES = 5_000_000
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Limits:
    """How much of a list the report shows. What is more stays in verdict.json, and the report says so."""

    evaluations: int = 12
    cases: int = 2_000
    rendered: int = 4
    rows: int = 300
    letters: int = 1_000

    def half(self) -> Limits:
        """Half of everything."""
        return Limits(self.evaluations // 2, self.cases // 2, self.rendered // 2, self.rows // 2, self.letters // 2)


@dataclass(frozen=True)
class Rendered:
    """One case's prompt on both sides."""

    case: RenderedCase
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Judged:
    """A model or prompt with everything that the page shows of it."""

    measured: Measured
    plots: tuple[Plot, ...]
    numbers: tuple[Number, ...]
    rendered: tuple[Rendered, ...]
    cases: tuple[Pair, ...]
    tally: dict[Fate, int]
    slices: tuple[str, ...]

    @property
    def changed(self) -> int:
        """Cases that head breaks or fixes, of those shown."""
        return len(of_fate(self.cases, Fate.broken, Fate.fixed))

    @property
    def newly_failing(self) -> int:
        """Cases without a base that fail, of those shown."""
        return len(of_fate(self.cases, Fate.new_failing))

    @property
    def left_out(self) -> int:
        """Cases that the page does not show."""
        return sum(self.tally.values()) - len(self.cases)


def render_report(verdict: Verdict) -> str:
    """HTML of at most 5 MB, whatever comes in: lists are cut, and halved again until it fits."""
    limits = Limits()
    page = _page(verdict, limits)
    while len(page.encode()) > MOST_BYTES and limits.rows:
        limits = limits.half()
        page = _page(verdict, limits)
    return page


def _page(verdict: Verdict, limits: Limits) -> str:
    found = measured(verdict)[: limits.evaluations]
    judged = tuple(_judged(each, limits, limits.cases // len(found)) for each in found)
    stacks = tuple((place, _cost_plot(place)) for place in places(verdict)[: limits.evaluations])
    template = _environment().get_template("report.html")
    return template.render(
        verdict=verdict,
        limits=limits,
        judged=judged,
        stacks=stacks,
        stopping=[(gate, reasons(gate)[: limits.rows]) for gate in stopping(verdict)[: limits.rows]],
        asides=asides(verdict),
        time_plot=time_spent(verdict.timings),
        style=_source("report.css"),
        script=_source("report.js"),
        style_hash=_hash("report.css"),
        script_hash=_hash("report.js"),
    )


def _judged(each: Measured, limits: Limits, most_cases: int) -> Judged:
    evaluation = each.evaluation
    if evaluation is None:
        return Judged(each, (), (), (), (), {}, ())
    found = pairs(evaluation)
    shown = selection(found, most_cases)
    return Judged(
        measured=each,
        plots=plots_of(evaluation),
        numbers=numbers_of(evaluation),
        rendered=tuple(Rendered(case, side_by_side(case)) for case in evaluation.rendered[: limits.rendered]),
        cases=shown,
        tally={fate: number for fate in Fate if (number := len(of_fate(found, fate)))},
        slices=tuple(sorted({pair.head.slice for pair in shown if pair.head.slice})),
    )


def _cost_plot(place: Place) -> Plot | None:
    return cost(place.cost) if place.cost else None


@cache
def _source(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _hash(name: str) -> str:
    return b64encode(sha256(_source(name).encode()).digest()).decode()


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def shown(value: Any) -> Any:
        """Text that is nobody's markup shows its hidden letters; line ends and tabs stay."""
        if not isinstance(value, str) or isinstance(value, Markup):
            return value
        return "\n".join("\t".join(map(visible, line.split("\t"))) for line in value.split("\n"))

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(figures=figures, words=words)
    environment.filters.update(line=one_line, short=_short, trusted=Markup)
    return environment


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]}\u2026"
