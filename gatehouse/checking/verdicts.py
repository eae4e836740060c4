"""Keeps verdicts where `up` finds them: by the digest of what they are about."""

from __future__ import annotations

from pathlib import Path

from catalog.atomic import write
from policies.verdict import Verdict


def _file(root: Path, stack_digest: str) -> Path:
    return root / ".gatehouse" / "verdicts" / f"{stack_digest.removeprefix('sha256:')}.json"


def keep(root: Path, verdict: Verdict) -> None:
    """Remember the verdict for each stack that it is about."""
    for digest in verdict.stack_digests.values():
        write(_file(root, digest), verdict.model_dump_json())


def find(root: Path, stack_digest: str) -> Verdict | None:
    """The verdict on exactly these inputs, or none. A file that cannot be read is none."""
    try:
        verdict = Verdict.model_validate_json(_file(root, stack_digest).read_bytes())
    except (OSError, ValueError):
        return None
    return verdict if stack_digest in verdict.stack_digests.values() else None
