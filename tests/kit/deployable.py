"""The small repository as a git checkout that the real engine can update, in front of a gateway that may lie."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.loader import load_catalog
from gatehouse.checking import inputs, verdicts
from gatehouse.engine.pulumi import POLICY_PACK
from policies.verdict import Gate, GateVerdict, Outcome, Subject, SubjectKind, Verdict
from tests.kit.lying_gateway import LyingGateway, a_gateway, what_is_asked
from tests.kit.scratch_repository import ScratchRepository
from tests.kit.small_repository import write_small_repository

_ROOT = Path(__file__).parents[2]
# What the engine was asked to serve is copied to where the gateway reads it.
_PROGRAM = """
import os, pathlib, pulumi, shutil
here = pathlib.Path(__file__).parent
applied = here / ".gatehouse" / "applied"
if not pulumi.runtime.is_dry_run():
    shutil.rmtree(applied, ignore_errors=True)
    for name in ("models", "prompts", "stacks"):
        shutil.copytree(pathlib.Path(os.environ.get("GATEHOUSE_DATA_ROOT") or here) / name, applied / name)
pulumi.ComponentResource("test:endpoint:Endpoint", "tiny")
pulumi.export("gateway_url", (here / ".gatehouse" / "gateway_url").read_text())
"""


@dataclass
class Deployable:
    """A checkout, its commits, and the gateway of its stack `local`."""

    repository: ScratchRepository
    gateway: LyingGateway

    @property
    def root(self) -> Path:
        return self.repository.root

    def pass_gates(self, outcome: Outcome = Outcome.passed) -> None:
        """Keep a verdict on exactly the files as they are."""
        digest = inputs.stack_digest(load_catalog(self.root), "local", inputs.code_digest(self.root))
        subject = Subject(kind=SubjectKind.stack, name="local")
        gate = GateVerdict(gate=Gate.policy, subject=subject, outcome=outcome, headline="so it is")
        facts = {"created": "2026-11-23T00:00:00+00:00", "gatehouse_version": "0", "base": None, "head": "0" * 40}
        verdict = Verdict.of([gate], inputs_digest=digest, stack_digests={"local": digest}, **facts)
        verdicts.keep(self.root, verdict)

    def go_live(self, variant: str) -> None:
        """Edit the rollout."""
        self.repository.write("prompts/greet/rollout.yaml", f"live: {variant}\nowner: team-a\n")

    def applied(self) -> dict[str, Any]:
        """What a true gateway would serve: the tree that the engine last applied."""
        return what_is_asked(load_catalog(self.root / ".gatehouse/applied"))


@contextmanager
def a_deployable(folder: Path) -> Iterator[Deployable]:
    """Committed, with variant `a` live, and not yet deployed."""
    repository = ScratchRepository(write_small_repository(folder / "checkout"))
    pack = repository.write("policies/guardrails/pack/analyzer", f'#!/bin/sh\nexec "{_ROOT / POLICY_PACK}" "$@"\n')
    pack.chmod(0o755)
    repository.write("__main__.py", _PROGRAM)
    repository.write(".gitignore", ".gatehouse/\n")
    repository.commit()
    with a_gateway(dict) as gateway:
        deployable = Deployable(repository, gateway)
        gateway.served = deployable.applied
        repository.write(".gatehouse/gateway_url", gateway.url)
        yield deployable
