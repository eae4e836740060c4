from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.loader import load_catalog, load_parts
from tests.kit.catalog_files import DIGEST, FILES, MODEL, STACK, SUITE, VARIANT, problems_of, write_files

REPOSITORY = Path(__file__).parents[2]


def test_a_good_repository_loads(tmp_path: Path) -> None:
    catalog = load_catalog(write_files(tmp_path))
    assert catalog.models["small"].spec.artifact.digest == DIGEST
    assert catalog.models["small"].folder == tmp_path / "models" / "small"
    assert catalog.prompts["routing"].live.name == "v1"
    assert catalog.prompts["routing"].models == {"small"}
    suite = catalog.prompts["routing"].suite
    assert suite is not None
    assert [case.vars["ticket"] for case in suite.cases] == ["I was charged twice", "It crashes"]
    assert catalog.stacks["dev"].models == {"small"}


def test_the_files_of_this_repository_load() -> None:
    assert "gemma-3-270m" in load_catalog(REPOSITORY).models


def test_an_empty_folder_is_an_empty_catalogue(tmp_path: Path) -> None:
    catalog = load_catalog(tmp_path)
    assert (catalog.models, catalog.prompts, catalog.stacks) == ({}, {}, {})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"prompts/routing/v1.prompt": VARIANT.replace("model: small", "model: smal")},
            "prompts/routing/v1.prompt:2:1: There is no model 'smal'. Did you mean 'small'? Allowed: small.",
        ),
        (
            {"prompts/routing/rollout.yaml": "live: v2\nowner: us\n"},
            "prompts/routing/rollout.yaml:1:7: There is no variant 'v2'. Allowed: v1.",
        ),
        (
            {"prompts/routing/rollout.yaml": "live: v1\nowner: us\ncandidates:\n  - {variant: other, share: 0.1}\n"},
            "prompts/routing/rollout.yaml:4:15: There is no variant 'other'. Allowed: v1.",
        ),
        (
            {"stacks/Pulumi.dev.yaml": STACK.replace("model: small", "model: samll")},
            "stacks/Pulumi.dev.yaml:4:14: There is no model 'samll'. Did you mean 'small'? Allowed: small.",
        ),
        (
            {"stacks/Pulumi.dev.yaml": STACK.replace("- routing", "- rooting")},
            "stacks/Pulumi.dev.yaml:6:7: There is no prompt 'rooting'. Did you mean 'routing'? Allowed: routing.",
        ),
        (
            {"stacks/Pulumi.dev.yaml": STACK.replace("target: local", "target: lokal")},
            "stacks/Pulumi.dev.yaml:2:21: 'gatehouse:target' cannot be 'lokal'. Did you mean 'local'? Allowed: local.",
        ),
        (
            {"stacks/Pulumi.dev.yaml": STACK.replace("gatehouse:budget", "gatehouse:buget")},
            "stacks/Pulumi.dev.yaml:7:3: A stack has no field 'buget'. Did you mean 'budget'?",
        ),
        (
            {"stacks/Pulumi.dev.yaml": STACK.replace("gatehouse:target", "target")},
            "stacks/Pulumi.dev.yaml:2:3: The key 'target' has no namespace. Write 'gatehouse:target'.",
        ),
        (
            {"stacks/Pulumi.dev.yaml": STACK + "confg: {}\n"},
            "stacks/Pulumi.dev.yaml:10:1: A stack file has no field 'confg'.",
        ),
        ({"stacks/Pulumi.dev.yaml": "encryptionsalt: x\n"}, "stacks/Pulumi.dev.yaml:1:1: 'config' is missing"),
        ({"stacks/dev.yaml": STACK}, "stacks/dev.yaml: This is no stack file. A stack is stacks/Pulumi.NAME.yaml."),
        (
            {"prompts/routing/v2.promt": VARIANT},
            "prompts/routing/v2.promt: Nothing uses this file. Did you mean 'NAME.prompt'?",
        ),
        (
            {"prompts/routing/rolout.yaml": "x"},
            "prompts/routing/rolout.yaml: Nothing uses this file. Did you mean 'rollout.yaml'?",
        ),
        ({"models/small/weights.bin": "x"}, "models/small/weights.bin: Nothing uses this file."),
        ({"models/small/old/model.yaml": MODEL}, "models/small/old: Nothing uses this file."),
        ({"models/stray.yaml": MODEL}, "models/stray.yaml: A file stands among the folders of models/."),
        ({"models/Big_Model/model.yaml": MODEL}, "models/Big_Model: 'Big_Model' cannot be a name."),
        ({"prompts/routing/V_2.prompt": VARIANT}, "prompts/routing/V_2.prompt: 'V_2' cannot be a name."),
        ({"models/other/card.md": "x"}, "models/other: The file model.yaml is missing."),
        ({"prompts/routing/rollout.yaml": None}, "prompts/routing: The file rollout.yaml is missing."),
        ({"models/small/model.yaml": b"description: \xff\n"}, "models/small/model.yaml:1:1: The file is not UTF-8."),
        (
            {"models/small/model.yaml": "\ufeff" + MODEL},
            "models/small/model.yaml:1:1: The file starts with a byte order mark.",
        ),
        ({"models/small/model.yaml": MODEL + "\0"}, "models/small/model.yaml:19:1: The control character U+0000"),
        ({"models/small/model.yaml": MODEL + "#" * 1_100_000}, "models/small/model.yaml: The file is larger than"),
    ],
)
def test_a_mistake_is_named_with_its_place(
    tmp_path: Path, changes: dict[str, str | bytes | None], expected: str
) -> None:
    found = [str(problem) for problem in problems_of(tmp_path, changes)]
    assert any(line.startswith(expected) for line in found), found


def test_a_prompt_without_a_variant_is_refused(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, {"prompts/routing/v1.prompt": None})
    assert "prompts/routing: The prompt has no variant" in str(problems[0])


def test_every_problem_of_every_file_is_named_at_once(tmp_path: Path) -> None:
    changes: dict[str, str | bytes | None] = {
        "models/small/model.yaml": MODEL.replace("owner: us", "ownr: us"),
        "prompts/routing/v1.prompt": VARIANT.replace("{{ticket}}", "{{tiket}}"),
        "prompts/routing/evals.yaml": SUITE.replace("type: equals", "type: equal"),
        "stacks/Pulumi.dev.yaml": STACK.replace("local", "mars"),
    }
    paths = {problem.path for problem in problems_of(tmp_path, changes)}
    assert paths == set(changes)


def test_keys_of_other_programs_in_a_stack_are_left_alone(tmp_path: Path) -> None:
    text = "encryptionsalt: v1:x\n" + STACK + "  aws:region: eu-west-1\n  aws:secret:\n    secure: v1:abc\n"
    assert problems_of(tmp_path, {"stacks/Pulumi.dev.yaml": text}) == []


def test_what_can_be_read_is_there_for_scaffolding_whatever_else_is_wrong(tmp_path: Path) -> None:
    models, prompts = load_parts(write_files(tmp_path, {"models/bad/model.yaml": "x: ["}))
    assert (set(models), set(prompts)) == ({"small"}, {"routing"})


def test_layout_and_comments_do_not_change_a_digest_but_values_do(tmp_path: Path) -> None:
    plain = load_catalog(write_files(tmp_path / "a")).models["small"].digest
    commented = load_catalog(write_files(tmp_path / "b", {"models/small/model.yaml": "# hello\n" + MODEL}))
    changed = load_catalog(write_files(tmp_path / "c", {"models/small/model.yaml": MODEL.replace("512", "513")}))
    assert commented.models["small"].digest == plain
    assert changed.models["small"].digest != plain


_BITS = [
    "{{",
    "}}",
    ": ",
    "\n",
    "- ",
    "[",
    "]",
    '"',
    "'",
    "\0",
    "{",
    "}",
    "#",
    "&a ",
    "*a",
    "!!x ",
    "~",
    "1e999",
    "\t",
    ",",
    "file://",
    "..",
]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.floats(0, 1), st.sampled_from(_BITS), st.integers(0, 20))
def test_a_file_spoilt_anywhere_gives_a_catalogue_or_problems(path: str, place: float, bit: str, lost: int) -> None:
    text = FILES[path]
    at = int(place * len(text))
    with TemporaryDirectory() as folder:
        problems = problems_of(Path(folder), {path: text[:at] + bit + text[at + lost :]})
        assert all(str(problem).isprintable() for problem in problems)
