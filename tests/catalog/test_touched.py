from __future__ import annotations

from pathlib import Path

import pytest

from catalog.loader import load_catalog
from catalog.touched import Touched, touched
from tests.kit.catalog_files import MODEL, STACK, SUITE, VARIANT, write_files

ONE = frozenset({"small"}), frozenset({"routing"}), frozenset({"dev"})
NONE: frozenset[str] = frozenset()


def change(tmp_path: Path, changes: dict[str, str | bytes | None]) -> Touched:
    base = load_catalog(write_files(tmp_path / "base"))
    return touched(base, load_catalog(write_files(tmp_path / "head", changes)))


def test_without_a_base_everything_is_touched(tmp_path: Path) -> None:
    assert touched(None, load_catalog(write_files(tmp_path))) == Touched(*ONE)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("models/small/model.yaml", MODEL.replace("512", "600"), ONE),
        ("models/small/model.yaml", "# a comment\n" + MODEL, (NONE, NONE, NONE)),
        ("models/small/card.md", "words", (NONE, NONE, NONE)),
        ("models/small/evals.yaml", SUITE, (ONE[0], NONE, NONE)),
        ("prompts/routing/v1.prompt", VARIANT.replace("Team:", "Queue:"), (NONE, *ONE[1:])),
        ("prompts/routing/v2.prompt", VARIANT, (NONE, *ONE[1:])),
        ("prompts/routing/rollout.yaml", "live: v1\nowner: others\n", (NONE, *ONE[1:])),
        ("prompts/routing/evals.yaml", SUITE.replace("It crashes", "It broke"), (NONE, ONE[1], NONE)),
        ("stacks/Pulumi.dev.yaml", STACK.replace("50", "60"), (NONE, NONE, ONE[2])),
        ("stacks/Pulumi.dev.yaml", STACK + "  aws:region: eu-west-1\n", (NONE, NONE, ONE[2])),
        ("stacks/Pulumi.dev.yaml", STACK + "encryptionsalt: v1:abc\n", (NONE, NONE, NONE)),
        ("stacks/Pulumi.dev.yaml", STACK + "environment: [prod]\n", (NONE, NONE, ONE[2])),
        ("stacks/Pulumi.more.yaml", STACK, (NONE, NONE, frozenset({"more"}))),
    ],
)
def test_a_change_touches_what_rests_on_it_and_no_more(
    tmp_path: Path, path: str, text: str, expected: tuple[frozenset[str], frozenset[str], frozenset[str]]
) -> None:
    found = change(tmp_path, {path: text})
    assert (found.models, found.prompts, found.stacks) == expected
    assert bool(found) == any(expected)


def test_what_is_gone_is_named(tmp_path: Path) -> None:
    gone = change(tmp_path, {"stacks/Pulumi.dev.yaml": None})
    assert gone == Touched(NONE, NONE, NONE, removed_stacks=frozenset({"dev"}))
