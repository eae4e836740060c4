"""Patterns from a pull request, run with a time limit: one that would not end is stopped, and says so."""

from __future__ import annotations

from catalog.patterns import code_units, compiled
from policies.evals.allowance import Allowance, TimeSpentError


def found(pattern: str, text: str, allowance: Allowance) -> bool:
    """`new RegExp(pattern).test(text)`. Raises BadPatternError, or TimeSpentError when it was stopped."""
    with allowance.step(pattern) as seconds:
        return search(pattern, text, seconds)


def search(pattern: str, text: str, seconds: float) -> bool:
    """The same, with a time limit for this search alone."""
    try:
        return compiled(pattern).search(code_units(text), timeout=max(seconds, 1e-6)) is not None
    except TimeoutError as error:
        raise TimeSpentError(f"took longer than {seconds:.2g} s and was stopped") from error
    except MemoryError as error:
        raise TimeSpentError("needed more memory than there is and was stopped") from error
