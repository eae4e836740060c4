"""The files gate: may these files be read at all, and do they hold what must not be in a repository?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from catalog.entries import Catalog, Model, Prompt
from catalog.loader import load_catalog
from catalog.problem import CatalogError, Problem
from policies.files.scan import scan
from policies.files.secrets import Secret, redact
from policies.verdict import Finding, Gate, GateVerdict, Outcome, Severity, Subject, SubjectKind

READABLE = "files-say-what-their-type-allows"
NO_SECRETS = "no-file-holds-a-secret"
NO_HIDDEN = "reviewers-see-what-models-read"
READ_WHOLE = "files-are-small-enough-to-read"
SAME_BYTES = "model-files-match-their-digest"
SAME_LICENSE = "licences-change-in-the-open"
SAME_INPUTS = "callers-keep-working"
_TOLD = (".prompt", ".yaml")
_SUBJECT = Subject(kind=SubjectKind.repository, name="files")


def judge_files(root: Path, base: Path | None) -> GateVerdict:
    """Judge the files of a checkout; `base` is the checkout that it is compared with.

    Mistakes make the verdict invalid; secrets, hidden text and wrong digests block. A changed licence and an input that
    callers do not send yet are shown as warnings. Text from files is shown with secrets taken out.
    """
    catalog, findings = _load(root)
    findings += _contents(root)
    if catalog is not None:
        findings += [finding for model in catalog.models.values() for finding in _wrong_bytes(model, root)]
        before = _load(base)[0] if base is not None else None
        if before is not None:
            findings += [*_new_terms(before, catalog, root), *_new_inputs(before, catalog, root)]
    return GateVerdict(
        gate=Gate.files,
        subject=_SUBJECT,
        outcome=_outcome(findings),
        headline=_headline(findings, catalog),
        findings=tuple(findings),
    )


def _load(root: Path) -> tuple[Catalog | None, list[Finding]]:
    try:
        return load_catalog(root), []
    except CatalogError as error:
        return None, [_finding(problem) for problem in error.problems]


def _finding(problem: Problem) -> Finding:
    message = str(problem).removeprefix(f"{problem.where}: ")
    if problem.fix:
        message = message.removesuffix(problem.fix).rstrip()
    return Finding(
        severity=Severity.block,
        rule=READABLE,
        message=redact(message),
        path=redact(problem.path),
        line=problem.line,
        fix=redact(problem.fix) if problem.fix else None,
    )


def _contents(root: Path) -> list[Finding]:
    found: list[Finding] = []
    for file in scan(root):
        found.extend(_secret(file.path, secret) for secret in file.secrets)
        found.extend(_hidden(file.path, line) for line in file.hidden)
        if file.cut:
            message = "The file is too large, or cannot be read: nobody knows what is in it."
            found.append(Finding(severity=Severity.block, rule=READ_WHOLE, message=message, path=file.path or None))
    return found


def _secret(path: str, secret: Secret) -> Finding:
    return Finding(
        severity=Severity.block,
        rule=NO_SECRETS,
        message=f"Looks like {secret.kind}, {secret.end - secret.start} characters long.",
        path=redact(path),
        line=secret.line,
        fix="Revoke it, then remove it: who can read the repository has it already.",
    )


def _hidden(path: str, line: int) -> Finding:
    """Blocks where the text is what a model is told; elsewhere, as in cases that customers wrote, it is shown."""
    severity = Severity.block if path.endswith(_TOLD) else Severity.warn
    message = "The line holds characters that nobody sees, but that a model reads."
    fix = "Type the line anew, without what turns the direction of text around."
    return Finding(severity=severity, rule=NO_HIDDEN, message=message, path=redact(path), line=line, fix=fix)


def _wrong_bytes(model: Model, root: Path) -> Iterator[Finding]:
    source, digest = model.spec.artifact.source, model.spec.artifact.digest
    if not source.startswith("file:"):
        return
    name = source.removeprefix("file:")
    path = model.folder / name
    actual = _digest(path)
    if actual == digest:
        return
    message = f"The file {name} is missing." if actual is None else f"The digest of {name} is {actual}, not {digest}."
    where = (model.folder / "model.yaml").relative_to(root.resolve()).as_posix()
    fix = (
        "Put the file beside model.yaml." if actual is None else "Correct the digest, if you meant to change the file."
    )
    yield Finding(severity=Severity.block, rule=SAME_BYTES, message=message, path=where, subject=model.name, fix=fix)


def _digest(path: Path) -> str | None:
    if path.is_symlink() or not path.is_file():
        return None
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def _new_terms(base: Catalog, head: Catalog, root: Path) -> Iterator[Finding]:
    for name, model in head.models.items():
        before = base.models.get(name)
        if before is not None and before.spec.license != model.spec.license:
            message = f"The licence changes from {before.spec.license.id} to {model.spec.license.id}."
            yield _warning(SAME_LICENSE, message, model, root, "model.yaml", "Have somebody read the new terms.")


def _new_inputs(base: Catalog, head: Catalog, root: Path) -> Iterator[Finding]:
    for name, prompt in head.prompts.items():
        before = base.prompts.get(name)
        if before is None:
            continue
        missing = sorted(_required(prompt) - _known(before))
        if missing:
            message = f"Callers of today do not send {', '.join(missing)}, which a served variant needs."
            fix = "Give it a value under 'input.default', or tell the callers first."
            yield _warning(SAME_INPUTS, message, prompt, root, f"{prompt.rollout.live}.prompt", fix)


def _required(prompt: Prompt) -> set[str]:
    served = [prompt.variants[name] for name in prompt.rollout.shares]
    return {variable.name for variant in served for variable in variant.variables if variable.required}


def _known(prompt: Prompt) -> set[str]:
    served = [prompt.variants[name] for name in prompt.rollout.shares]
    return {variable.name for variant in served for variable in variant.variables}


def _warning(rule: str, message: str, entry: Model | Prompt, root: Path, file_name: str, fix: str) -> Finding:
    path = (entry.folder / file_name).relative_to(root.resolve()).as_posix()
    return Finding(severity=Severity.warn, rule=rule, message=redact(message), path=path, subject=entry.name, fix=fix)


def _outcome(findings: Iterable[Finding]) -> Outcome:
    rules = {finding.rule for finding in findings if finding.severity is Severity.block}
    if rules - {READABLE}:
        return Outcome.blocked
    return Outcome.invalid if rules else Outcome.passed


def _headline(findings: list[Finding], catalog: Catalog | None) -> str:
    blocking = [finding for finding in findings if finding.severity is Severity.block]
    if blocking:
        secrets = sum(finding.rule == NO_SECRETS for finding in blocking)
        parts = [_count(secrets, "secret"), _count(len(blocking) - secrets, "problem")]
        files = len({finding.path for finding in blocking})
        return f"{' and '.join(part for part in parts if part)} in {_count(files, 'file')}"
    read = [(catalog.models, "model"), (catalog.prompts, "prompt"), (catalog.stacks, "stack")] if catalog else []
    counts = ", ".join(text for entries, word in read if (text := _count(len(entries), word)))
    warnings = _count(len(findings), "warning")
    return f"{counts or 'nothing'} read, no mistake" + (f", {warnings}" if warnings else "")


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}" if number else ""
