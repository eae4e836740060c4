"""Which variant of a prompt answers a request: pure."""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Callable, Mapping

_UNIT = 1 / 2**64


def variant_for_user(prompt: str, user: str, shares: Mapping[str, float]) -> str:
    """The variant of one user, always the same while the shares stand.

    Each variant draws a number in (0, 1) from the hash of prompt, variant and user; the lowest -ln(number) / share
    wins. A variant so gets its share of the users, and a change of the shares moves hardly more of them than it must,
    whatever the order of the variants: with two, exactly those who have to move; a variant that alone grows takes
    from the others, and nobody moves between those.
    Source: weighted rendezvous hashing, Thaler and Ravishankar 1998, in its logarithmic form.
    """
    return min(shares, key=lambda variant: (_delay(prompt, variant, user, shares[variant]), variant))


def variant_by_chance(shares: Mapping[str, float], draw: Callable[[], float] = random.random) -> str:
    """The variant of a request without a user key; `draw` gives numbers in [0, 1)."""
    point = draw() * sum(shares.values())
    for variant, share in shares.items():
        point -= share
        if point < 0:
            return variant
    return max(shares, key=lambda variant: shares[variant])


def _delay(prompt: str, variant: str, user: str, share: float) -> float:
    if share <= 0:
        return math.inf
    seed = "\0".join((prompt, variant, user)).encode("utf-8", "surrogatepass")
    number = int.from_bytes(hashlib.blake2b(seed, digest_size=8).digest(), "big")
    return -math.log((number + 0.5) * _UNIT) / share
