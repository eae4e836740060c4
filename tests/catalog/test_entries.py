from __future__ import annotations

from pathlib import Path

from catalog.entries import Prompt
from catalog.loader import load_catalog
from tests.kit.catalog_files import SUITE, VARIANT, write_files


def prompt(root: Path, changes: dict[str, str | bytes | None]) -> Prompt:
    return load_catalog(write_files(root, changes)).prompts["routing"]


def test_a_prompt_knows_its_live_variant_and_its_models(tmp_path: Path) -> None:
    changes: dict[str, str | bytes | None] = {
        "prompts/routing/v2.prompt": VARIANT,
        "prompts/routing/rollout.yaml": "live: v2\nowner: us\ncandidates: [{variant: v1, share: 0.25}]\n",
    }
    found = prompt(tmp_path, changes)
    assert found.live.name == "v2"
    assert found.models == {"small"}
    assert found.rollout.shares == {"v2": 0.75, "v1": 0.25}


def test_a_new_case_changes_what_is_evaluated_and_not_what_is_served(tmp_path: Path) -> None:
    one = prompt(tmp_path / "a", {})
    other = prompt(tmp_path / "b", {"prompts/routing/evals.yaml": SUITE.replace("It crashes", "It broke")})
    assert one.served_digest == other.served_digest
    assert one.digest != other.digest


def test_a_new_share_changes_what_is_served(tmp_path: Path) -> None:
    candidates = "live: v1\nowner: us\ncandidates: [{variant: v2, share: %s}]\n"
    digests = {
        prompt(
            tmp_path / share,
            {"prompts/routing/v2.prompt": VARIANT, "prompts/routing/rollout.yaml": candidates % share},
        ).served_digest
        for share in ("0.1", "0.2")
    }
    assert len(digests) == 2
