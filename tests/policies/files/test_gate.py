from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from policies.files.gate import judge_files
from policies.verdict import Outcome, Severity
from tests.kit.catalog_files import DIGEST, MODEL, STACK, VARIANT, write_files

KEY = "hf_" + "aB3dE5gH7jK9mN1pQ3sT5vX7" * 2


def test_good_files_pass_and_say_what_was_read(tmp_path: Path) -> None:
    verdict = judge_files(write_files(tmp_path), None)
    assert verdict.outcome is Outcome.passed
    assert verdict.headline == "1 model, 1 prompt, 1 stack read, no mistake"
    assert verdict.findings == ()


def test_a_mistake_makes_the_verdict_invalid_with_file_line_and_remedy(tmp_path: Path) -> None:
    root = write_files(tmp_path, {"models/small/model.yaml": MODEL.replace("owner: us\n", "")})
    verdict = judge_files(root, None)
    assert verdict.outcome is Outcome.invalid
    assert verdict.headline == "1 problem in 1 file"
    (finding,) = verdict.findings
    assert (finding.path, finding.line) == ("models/small/model.yaml", 1)
    assert finding.message == "'owner' is missing."
    assert finding.fix == "Add 'owner: …' (The team that answers for the model)."


@pytest.mark.parametrize(
    "path",
    [
        "models/small/card.md",
        "prompts/routing/README.md",
        "prompts/routing/.env",
        "stacks/README.md",
        "models/small/x/y.bin",
    ],
)
def test_a_secret_blocks_and_is_never_shown(tmp_path: Path, path: str) -> None:
    verdict = judge_files(write_files(tmp_path, {path: f"one\ntoken = {KEY}\n"}), None)
    assert verdict.outcome is Outcome.blocked
    found = [finding for finding in verdict.findings if finding.rule == "no-file-holds-a-secret"]
    assert [(finding.path, finding.line) for finding in found] == [(path, 2)]
    assert KEY not in verdict.model_dump_json()


def test_a_secret_in_a_refused_field_is_not_shown_by_the_refusal(tmp_path: Path) -> None:
    changes = {
        "models/small/model.yaml": MODEL.replace("name: llama.cpp", f"name: {KEY}"),
        "stacks/Pulumi.dev.yaml": STACK + f"  {KEY}: x\n",
        "prompts/routing/v1.prompt": VARIANT.replace("{{ticket}}", "{{" + KEY + "}}"),
        f"prompts/routing/{KEY}.txt": "x",
    }
    verdict = judge_files(write_files(tmp_path, changes), None)
    assert len(verdict.findings) >= 6
    assert KEY not in verdict.model_dump_json()
    assert "[a Hugging Face token]" in verdict.model_dump_json()


def test_text_that_a_reviewer_cannot_see_blocks(tmp_path: Path) -> None:
    verdict = judge_files(write_files(tmp_path, {"prompts/routing/v1.prompt": VARIANT + "\u202etxet\n"}), None)
    assert verdict.outcome is Outcome.blocked
    (finding,) = verdict.findings
    assert (finding.rule, finding.path, finding.line) == (
        "reviewers-see-what-models-read",
        "prompts/routing/v1.prompt",
        11,
    )


def test_hidden_text_in_a_case_is_shown_and_does_not_block(tmp_path: Path) -> None:
    changes = {
        "prompts/routing/evals.yaml": "tests: file://c.csv\n",
        "prompts/routing/c.csv": "ticket,__expected\n\u202ax,y\n",
    }
    verdict = judge_files(write_files(tmp_path, changes), None)
    assert verdict.outcome is Outcome.passed
    assert [(finding.severity, finding.line) for finding in verdict.findings] == [(Severity.warn, 2)]


def file_model(digest: str) -> dict[str, str | bytes | None]:
    text = MODEL.replace("pypi:some-model@1.0\n  file: model.gguf", "file:model.gguf").replace(DIGEST, digest)
    return {"models/small/model.yaml": text, "models/small/model.gguf": b"GGUF\0bytes"}


def test_a_model_file_with_the_digest_that_is_pinned_passes(tmp_path: Path) -> None:
    digest = "sha256:" + hashlib.sha256(b"GGUF\0bytes").hexdigest()
    assert judge_files(write_files(tmp_path, file_model(digest)), None).outcome is Outcome.passed


def test_a_model_file_with_other_bytes_blocks(tmp_path: Path) -> None:
    verdict = judge_files(write_files(tmp_path, file_model(DIGEST)), None)
    assert verdict.outcome is Outcome.blocked
    (finding,) = verdict.findings
    actual = "sha256:" + hashlib.sha256(b"GGUF\0bytes").hexdigest()
    assert finding.message == f"The digest of model.gguf is {actual}, not {DIGEST}."
    assert (finding.path, finding.subject) == ("models/small/model.yaml", "small")


def test_a_missing_model_file_blocks(tmp_path: Path) -> None:
    verdict = judge_files(write_files(tmp_path, {**file_model(DIGEST), "models/small/model.gguf": None}), None)
    assert verdict.outcome is Outcome.blocked
    assert verdict.findings[0].message == "The file model.gguf is missing."


def test_a_changed_licence_is_a_warning(tmp_path: Path) -> None:
    base = write_files(tmp_path / "base")
    head = write_files(tmp_path / "head", {"models/small/model.yaml": MODEL.replace("Apache-2.0", "LicenseRef-New")})
    verdict = judge_files(head, base)
    assert verdict.outcome is Outcome.passed
    assert verdict.headline.endswith("no mistake, 1 warning")
    (finding,) = verdict.findings
    assert finding.severity is Severity.warn
    assert finding.message == "The licence changes from Apache-2.0 to LicenseRef-New."


@pytest.mark.parametrize(("field", "warned"), [("urgent: boolean", True), ("urgent?: boolean", False)])
def test_an_input_that_callers_do_not_send_yet_is_a_warning(tmp_path: Path, field: str, warned: bool) -> None:
    base = write_files(tmp_path / "base")
    changed = VARIANT.replace("    ticket:", f"    {field}\n    ticket:")
    head = write_files(tmp_path / "head", {"prompts/routing/v1.prompt": changed, "prompts/routing/evals.yaml": None})
    messages = [finding.message for finding in judge_files(head, base).findings]
    assert messages == (["Callers of today do not send urgent, which a served variant needs."] if warned else [])


def test_a_base_that_cannot_be_read_does_not_matter(tmp_path: Path) -> None:
    base = write_files(tmp_path / "base", {"models/small/model.yaml": "["})
    assert judge_files(write_files(tmp_path / "head"), base).outcome is Outcome.passed


def test_the_files_of_this_repository_hold_no_secret() -> None:
    found = judge_files(Path(__file__).parents[3], None).findings
    assert [finding for finding in found if finding.rule != "files-say-what-their-type-allows"] == []
