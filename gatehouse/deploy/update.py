"""`up` and `rollback`: an update that is proven, or taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from catalog.entries import Catalog, Stack
from catalog.loader import load_catalog
from catalog.problem import CatalogError
from gatehouse.checking import inputs, verdicts
from gatehouse.checking.tree import head_of
from gatehouse.deploy.proof import Proof, prove
from gatehouse.deploy.releases import Release, Releases
from gatehouse.engine.pulumi import Engine
from gatehouse.engine.state import back_up, dangling_creates
from gatehouse.errors import BlockedError, GatehouseError, OutsideError, UsageError
from policies.verdict import Outcome

_Line = Callable[[str], None]


class NotProvenError(OutsideError):
    """The running stack does not serve what was asked for."""


@dataclass(frozen=True)
class Updated:
    """A proven update: the release that now runs, and the one before it."""

    release: Release
    before: Release | None
    proof: Proof
    gateway_url: str


def find_stack(catalog: Catalog, name: str) -> Stack:
    """The stack of this name. `UsageError` names those that there are."""
    if name not in catalog.stacks:
        raise UsageError(f"There is no stack '{name[:80]}'.", f"Stacks: {', '.join(sorted(catalog.stacks))}.")
    return catalog.stacks[name]


def refuse_unless_passed(root: Path, stack: str, stack_digest: str) -> None:
    """Stop unless the gates passed exactly these inputs. A verdict of other inputs says nothing about them."""
    verdict = verdicts.find(root, stack_digest)
    if verdict is None:
        raise BlockedError(
            f"No verdict on what stack {stack} would be made of ({stack_digest[:19]}…): "
            "the gates did not run, or a file changed after they ran.",
            "Run `gatehouse check`, or with `--base REF` what differs from REF; then this again.",
        )
    if verdict.outcome is not Outcome.passed:
        raise BlockedError(
            f"The gates did not pass stack {stack}: {verdict.outcome.value}.",
            "Read .gatehouse/check/comment.md, mend it, and check again.",
        )


def up(root: Path, name: str, line: _Line) -> Updated:
    """Update a stack to the checkout's files.

    Refuses what the gates did not pass, backs the state up, runs the engine, proves what is served, and puts the
    last release back when the engine or the proof fails. Raises `BlockedError`, `NotProvenError`, `OutsideError`.
    """
    catalog = load_catalog(root)
    stack = find_stack(catalog, name)
    digest = inputs.stack_digest(catalog, name, inputs.code_digest(root))
    refuse_unless_passed(root, name, digest)
    releases = Releases(root, name)
    before = releases.last()
    _secure_state(root, name)
    with _taken_back_on_failure(root, name, releases, before, line):
        proof, gateway_url = _apply(root, root, catalog, stack, line)
    release = releases.keep(root, digest, head_of(root), _live(catalog, stack))
    return Updated(release, before, proof, gateway_url)


def roll_back(root: Path, name: str, line: _Line, *, to: str | None = None) -> Updated:
    """Put an earlier release back, the one before the last unless `to` names it, and prove it."""
    releases = Releases(root, name)
    last = releases.last()
    target = releases.get(to) if to else releases.before_last()
    if target is None:
        raise UsageError(f"Stack {name} has no earlier release to go back to.", "`gatehouse up` makes releases.")
    tree = releases.tree(target)
    catalog = load_catalog(tree)
    stack = find_stack(catalog, name)
    _secure_state(root, name)
    proof, gateway_url = _apply(root, tree, catalog, stack, line)
    release = releases.keep(tree, target.stack_digest, target.commit, target.live, back_to=target.id)
    return Updated(release, last, proof, gateway_url)


def _apply(root: Path, data_root: Path, catalog: Catalog, stack: Stack, line: _Line) -> tuple[Proof, str]:
    engine = Engine(root, data_root=None if data_root == root else data_root)
    engine.up(stack.name, line=line)
    gateway_url = engine.outputs(stack.name).get("gateway_url")
    if not isinstance(gateway_url, str):
        raise NotProvenError(f"Stack {stack.name} exports no gateway_url, so nobody can ask what it serves.")
    proof = prove(catalog, stack, gateway_url)
    if not proof.holds:
        listed = "\n".join(f"  - {text}" for text in proof.differences)
        raise NotProvenError(f"Stack {stack.name} does not serve what was asked for:\n{listed}")
    return proof, gateway_url


def _secure_state(root: Path, stack: str) -> None:
    """A copy of the state before it changes; and no update over creates that could be made twice."""
    engine = Engine(root)
    engine.ensure_stack(stack)
    state = engine.export(stack)
    back_up(state, root / ".gatehouse" / "backups" / stack)
    if dangling := dangling_creates(state):
        raise OutsideError(
            f"An interrupted update may have created these, and the state does not know: {', '.join(dangling)}.",
            "Look whether they exist; then `pulumi refresh --import-pending-creates` or `--clear-pending-creates`.",
        )


@contextmanager
def _taken_back_on_failure(
    root: Path, name: str, releases: Releases, before: Release | None, line: _Line
) -> Iterator[None]:
    try:
        yield
    except (OutsideError, UsageError) as failure:
        if before is None:
            raise _with_ending(failure, "There is no earlier release to put back.") from None
        line(f"Putting release {before.id} back.")
        try:
            _put_back(root, name, releases.tree(before), line)
        except (GatehouseError, CatalogError) as again:
            raise OutsideError(
                f"{failure.problem}\nRelease {before.id} could not be put back either: {again}", failure.remedy
            ) from None
        raise _with_ending(failure, f"Release {before.id} was put back and serves again.") from None


def _put_back(root: Path, name: str, tree: Path, line: _Line) -> None:
    catalog = load_catalog(tree)
    _secure_state(root, name)
    _apply(root, tree, catalog, find_stack(catalog, name), line)


def _with_ending(failure: OutsideError | UsageError, ending: str) -> OutsideError:
    """The failure, and what became of the stack."""
    return NotProvenError(f"{failure.problem}\n{ending}", failure.remedy)


def _live(catalog: Catalog, stack: Stack) -> dict[str, str]:
    return {name: catalog.prompts[name].rollout.live for name in stack.spec.prompts}
