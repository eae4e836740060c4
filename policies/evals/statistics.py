"""Paired statistics of an evaluation, exact where that is affordable, without scipy.

A pair is a case asked on both sides. `only_base` counts the cases that pass at base alone (head broke them),
`only_head` those that pass at head alone (head mended them); `cases` counts all of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import NormalDist

_EXACT_PAIRS = 2_000
_MOST_CASES = 1_000_000
_TOLERANCE = 1e-10
_NEGLIGIBLE = 1e-17


@dataclass(frozen=True, slots=True)
class Bounds:
    """The ends of an interval."""

    low: float
    high: float


def z_of(confidence: float) -> float:
    """How many standard deviations a two-sided interval of this confidence reaches to each side."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def mcnemar_p(only_base: int, only_head: int) -> float:
    """Exact two-sided McNemar test: the binomial test of the discordant pairs against one half.

    Source: McNemar, Psychometrika 12 (1947), 153-157; exact form in Fagerland, Lydersen and Laake, BMC Medical
    Research Methodology 13 (2013), 91. Above 2,000 discordant pairs the sum is taken in logarithms.
    """
    pairs = only_base + only_head
    smaller = min(only_base, only_head)
    if pairs <= _EXACT_PAIRS:
        ways = 2 * sum(math.comb(pairs, k) for k in range(smaller + 1))
        return min(1.0, ways / (1 << pairs))
    return min(1.0, 2 * math.exp(_log_half_binomial(pairs, smaller)) * _tail(pairs, smaller))


def _tail(pairs: int, k: int) -> float:
    """All terms of the binomial up to the k-th, as a multiple of that one; they shrink towards the first."""
    total = term = 1.0
    while k > 0 and term > _NEGLIGIBLE * total:
        term *= k / (pairs - k + 1)
        total += term
        k -= 1
    return total


def _log_half_binomial(pairs: int, k: int) -> float:
    choose = math.lgamma(pairs + 1) - math.lgamma(k + 1) - math.lgamma(pairs - k + 1)
    return choose - pairs * math.log(2)


def wilson(passed: int, cases: int, confidence: float = 0.95) -> Bounds:
    """Wilson's score interval of a pass rate. Source: Wilson, JASA 22 (1927), 209-212."""
    if cases == 0:
        return Bounds(0.0, 1.0)
    z = z_of(confidence)
    rate = passed / cases
    scale = 1 + z * z / cases
    centre = (rate + z * z / (2 * cases)) / scale
    reach = z / scale * math.sqrt(rate * (1 - rate) / cases + z * z / (4 * cases * cases))
    return Bounds(
        0.0 if passed == 0 else max(0.0, centre - reach), 1.0 if passed == cases else min(1.0, centre + reach)
    )


def paired_difference(only_base: float, only_head: float, cases: float, confidence: float = 0.95) -> Bounds:
    """Tango's score interval of head's pass rate minus base's.

    Source: Tango, Statistics in Medicine 17 (1998), 891-908. It holds its confidence for few cases and for no flips at
    all, where the usual interval shrinks to a point. Counts may be fractions, to ask what more cases would bring.
    """
    if cases <= 0:
        return Bounds(-1.0, 1.0)
    z = z_of(confidence)
    estimate = (only_head - only_base) / cases

    def score(difference: float) -> float:
        return tango_score(only_base, only_head, cases, difference)

    low = -1.0 if score(-1.0) <= z else _root(lambda difference: score(difference) - z, -1.0, estimate)
    high = 1.0 if score(1.0) >= -z else _root(lambda difference: score(difference) + z, estimate, 1.0)
    return Bounds(low, high)


def tango_score(only_base: float, only_head: float, cases: float, difference: float) -> float:
    """The score statistic of a difference, with the flips' rate at its maximum likelihood under that difference."""
    b, c, n, delta = only_head, only_base, cases, difference
    first = 2 * n
    second = -b - c + (2 * n - b + c) * delta
    third = -c * delta * (1 - delta)
    rate = (math.sqrt(max(second * second - 4 * first * third, 0.0)) - second) / (2 * first)
    variance = n * (2 * rate + delta * (1 - delta))
    numerator = b - c - n * delta
    if variance <= _TOLERANCE:
        return 0.0 if abs(numerator) <= _TOLERANCE else math.copysign(math.inf, numerator)
    return numerator / math.sqrt(variance)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a falling function crosses 0."""
    while high - low > _TOLERANCE:
        middle = (low + high) / 2
        if function(middle) > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def not_worse(only_base: float, only_head: float, cases: float, smallest_effect: float, alpha: float) -> bool:
    """Is a drop of `smallest_effect` or more excluded? One-sided test of non-inferiority at level `alpha`.

    The lower end of Tango's interval of confidence 1 - 2 alpha lies above -smallest_effect.
    """
    return cases > 0 and tango_score(only_base, only_head, cases, -smallest_effect) > z_of(1 - 2 * alpha)


def cases_needed(only_base: int, only_head: int, cases: int, smallest_effect: float, alpha: float) -> int | None:
    """How many more cases would bring a decision, pass or block, if they flipped as the ones so far.

    None when a million would not be enough, or when there is no case to go by.
    """
    if cases == 0:
        return None

    def decided(total: int) -> bool:
        grown = total / cases
        broken, mended = only_base * grown, only_head * grown
        passes = not_worse(broken, mended, total, smallest_effect, alpha)
        return passes or (broken > mended and mcnemar_p(int(broken), math.ceil(mended)) < alpha)

    high = cases
    while not decided(high):
        high *= 2
        if high > _MOST_CASES:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if decided(middle) else (middle, high)
    return max(high - cases, 0)


def percentile(values: Iterable[float], percent: float) -> float:
    """The value below which so many percent lie, between neighbours in proportion; 0 for no values."""
    ordered = sorted(values)
    if not ordered:
        return 0.0
    place = (len(ordered) - 1) * percent / 100
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
