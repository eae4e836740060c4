"""The split holds its shares, keeps its users, and moves as few of them as it can."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.splitting import variant_by_chance, variant_for_user

USERS = [f"user-{number}" for number in range(4_000)]
# Six standard deviations of a share among 4,000 users.
SLACK = 6 * (0.25 / len(USERS)) ** 0.5
parts = st.lists(st.integers(1, 20), min_size=2, max_size=5)


def shares_of(weights: list[int]) -> dict[str, float]:
    return {f"v{place}": weight / sum(weights) for place, weight in enumerate(weights)}


def assigned(shares: dict[str, float], prompt: str = "routing") -> list[str]:
    return [variant_for_user(prompt, user, shares) for user in USERS]


@given(weights=parts)
@settings(max_examples=10, deadline=None)
def test_each_variant_gets_its_share_of_the_users(weights: list[int]) -> None:
    shares = shares_of(weights)
    got = assigned(shares)
    for variant, share in shares.items():
        assert abs(got.count(variant) / len(USERS) - share) < SLACK


@given(user=st.text(max_size=60), prompt=st.text(min_size=1, max_size=20), weights=parts)
def test_a_user_stays_with_the_variant_in_whatever_order_they_stand(user: str, prompt: str, weights: list[int]) -> None:
    shares = shares_of(weights)
    turned = dict(reversed(shares.items()))
    assert variant_for_user(prompt, user, shares) == variant_for_user(prompt, user, turned)


@given(before=st.integers(1, 99), after=st.integers(1, 99))
@settings(max_examples=15, deadline=None)
def test_with_two_variants_only_those_move_who_must(before: int, after: int) -> None:
    old = {"live": 1 - before / 100, "new": before / 100}
    new = {"live": 1 - after / 100, "new": after / 100}
    moves = {(was, now) for was, now in zip(assigned(old), assigned(new), strict=True) if was != now}
    assert moves <= {("live", "new")} if after >= before else moves <= {("new", "live")}
    moved = sum(was != now for was, now in zip(assigned(old), assigned(new), strict=True)) / len(USERS)
    assert abs(moved - abs(after - before) / 100) < SLACK


@given(weights=parts, grown=st.integers(1, 30))
@settings(max_examples=10, deadline=None)
def test_a_variant_that_grows_takes_users_and_nobody_moves_between_the_others(weights: list[int], grown: int) -> None:
    before, after = shares_of(weights), shares_of([weights[0] + grown, *weights[1:]])
    moves = {(was, now) for was, now in zip(assigned(before), assigned(after), strict=True) if was != now}
    assert all(now == "v0" for _, now in moves)


def test_two_prompts_split_their_users_independently() -> None:
    shares = {"live": 0.5, "new": 0.5}
    together = list(zip(assigned(shares, "one"), assigned(shares, "other"), strict=True))
    assert abs(together.count(("new", "new")) / len(USERS) - 0.25) < SLACK


def test_a_variant_without_a_share_gets_nobody() -> None:
    assert set(assigned({"live": 1.0, "paused": 0.0})) == {"live"}
    assert {variant_by_chance({"live": 1.0, "paused": 0.0}) for _ in range(100)} == {"live"}


@given(weights=parts, seed=st.integers())
@settings(max_examples=10, deadline=None)
def test_chance_holds_the_shares_too(weights: list[int], seed: int) -> None:
    shares, draw = shares_of(weights), random.Random(seed).random  # noqa: S311 - a split is no secret
    got = [variant_by_chance(shares, draw) for _ in range(4_000)]
    for variant, share in shares.items():
        assert abs(got.count(variant) / 4_000 - share) < SLACK


@given(point=st.floats(0, 1, exclude_max=True), weights=parts)
def test_chance_always_finds_a_variant_with_a_share(point: float, weights: list[int]) -> None:
    shares = shares_of(weights)
    assert shares[variant_by_chance(shares, lambda: point)] > 0
