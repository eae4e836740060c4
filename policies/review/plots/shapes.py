"""What a plot is made of, in units of a drawing that is 360 wide."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, isfinite, log10
from typing import Literal

WIDTH = 360.0
LEFT, RIGHT = 10.0, 350.0

Side = Literal["base", "head"]


def finite(number: float, instead: float = 0.0) -> float:
    """The number, or something else for what is none."""
    return number if isfinite(number) else instead


@dataclass(frozen=True)
class Scale:
    """From values to places; what lies outside is drawn at the edge."""

    low: float
    high: float
    start: float = LEFT
    end: float = RIGHT

    def at(self, value: float) -> float:
        """The place of a value, to a tenth."""
        span = (self.high - self.low) or 1.0
        share = (min(max(finite(value, self.low), self.low), self.high) - self.low) / span
        return round(self.start + share * (self.end - self.start), 1)

    def ticks(self, about: int = 4) -> tuple[float, ...]:
        """Round values within the scale, some `about` of them."""
        step = _round_step((self.high - self.low) / about)
        first = ceil(round(self.low / step, 9))
        return tuple(number * step for number in range(first, floor(round(self.high / step, 9)) + 1))


def _round_step(rough: float) -> float:
    if not isfinite(rough) or rough <= 0:
        return 1.0
    power = 10.0 ** floor(log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)


@dataclass(frozen=True)
class Mark:
    """A point of one side, with an interval when there is one."""

    side: Side
    x: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class DotRow:
    """One line of a dot plot: what it is, what it says in words, its points."""

    label: str
    value: str
    marks: tuple[Mark, ...]
    y: float


@dataclass(frozen=True)
class Tick:
    """A place on an axis and what stands there."""

    at: float
    label: str


@dataclass(frozen=True)
class Rule:
    """A line across a plot with a name, such as a budget."""

    x: float
    label: str
    kind: Literal["zero", "limit"]


@dataclass(frozen=True)
class DotPlot:
    """Points and intervals in rows over one scale."""

    title: str
    summary: str
    rows: tuple[DotRow, ...]
    ticks: tuple[Tick, ...]
    rules: tuple[Rule, ...]
    height: float
    shape: str = "dots"

    @property
    def floor(self) -> float:
        """Where the axis lies."""
        return self.height - 20


@dataclass(frozen=True)
class Curve:
    """One side's line, as the points of an SVG polyline."""

    side: Side
    points: str
    label: str


@dataclass(frozen=True)
class CurvePlot:
    """Lines over two scales."""

    title: str
    summary: str
    curves: tuple[Curve, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    height: float
    shape: str = "curves"

    @property
    def floor(self) -> float:
        """Where the axis lies."""
        return self.height - 20


@dataclass(frozen=True)
class Bar:
    """A piece of a bar."""

    kind: Literal["base", "head", "time", "model"]
    x: float
    width: float


@dataclass(frozen=True)
class BarRow:
    """One bar, with what it is and what it says in words."""

    label: str
    value: str
    bars: tuple[Bar, ...]
    y: float


@dataclass(frozen=True)
class BarPlot:
    """Bars from a common start."""

    title: str
    summary: str
    rows: tuple[BarRow, ...]
    height: float
    shape: str = "bars"


Plot = DotPlot | CurvePlot | BarPlot
ROW = 40.0
TOP = 4.0


def dot_height(rows: int) -> float:
    """Height of a dot plot with its axis."""
    return TOP + rows * ROW + 26
