"""What has to hold between the fields of a model, beyond the type of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from catalog.model import EngineName, Interface, ModelSpec, Task
from catalog.report import nearest, shown


class Breach(NamedTuple):
    """A rule that does not hold: the field to mend, and what to do."""

    path: tuple[str, ...]
    message: str
    fix: str


_FITS = {
    EngineName.llama_cpp: (Task.text_generation, (Interface.completions, Interface.chat), "gguf"),
    EngineName.openai: (Task.text_generation, (Interface.completions, Interface.chat), "hosted"),
    EngineName.scikit_learn: (Task.tabular_classification, (Interface.predict,), "skops"),
}

# Those that published models mostly have, for a 'did you mean'.
_COMMON_LICENSES = (
    *("Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "MPL-2.0", "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0"),
    *("CC-BY-NC-4.0", "GPL-2.0-only", "GPL-3.0-only", "LGPL-3.0-only", "AGPL-3.0-only", "Unlicense"),
)


def model_breaches(spec: ModelSpec) -> Iterator[Breach]:
    """Every rule that the model breaks."""
    yield from _engine_breaches(spec)
    yield from _artifact_breaches(spec)
    yield from _license_breaches(spec)
    if spec.price is not None and spec.artifact.format != "hosted":
        yield Breach(
            ("price",), "A price is only for hosted models.", "Remove 'price'; a local model costs its machine."
        )


def _engine_breaches(spec: ModelSpec) -> Iterator[Breach]:
    engine = spec.engine
    task, interfaces, format_ = _FITS[engine.name]
    if spec.task is not task:
        yield Breach(("task",), f"The engine '{engine.name}' does not do '{spec.task}'.", f"Write '{task}'.")
    if engine.interface not in interfaces:
        allowed = " or ".join(f"'{interface}'" for interface in interfaces)
        message = f"The engine '{engine.name}' has no interface '{engine.interface}'."
        yield Breach(("engine", "interface"), message, f"Write {allowed}.")
    if spec.artifact.format != format_:
        message = f"The engine '{engine.name}' does not read the format '{spec.artifact.format}'."
        yield Breach(("artifact", "format"), message, f"Write '{format_}'.")


def _artifact_breaches(spec: ModelSpec) -> Iterator[Breach]:
    artifact = spec.artifact
    scheme = artifact.source.partition(":")[0]
    hosted = spec.engine.name is EngineName.openai
    if (scheme == "https") is not hosted:
        wanted = "the https address of its API" if hosted else "pypi:PACKAGE@VERSION or file:PATH"
        yield Breach(("artifact", "source"), f"The engine '{spec.engine.name}' needs {wanted}.", "Change the source.")
    if artifact.digest is None and not hosted:
        fix = "Add 'digest: sha256:…', as sha256sum prints it."
        yield Breach(("artifact",), "'artifact.digest' is missing; a model is pinned by it.", fix)
    if (artifact.file is not None) is not (scheme == "pypi"):
        if scheme == "pypi":
            yield Breach(("artifact",), "'artifact.file' is missing.", "Name the file inside of the package.")
        else:
            yield Breach(("artifact", "file"), "'artifact.file' is only for pypi: sources.", "Remove it.")
    if scheme == "file" and not _stays_inside(artifact.source.removeprefix("file:")):
        message = f"'{artifact.source}' leaves the folder of the model."
        yield Breach(("artifact", "source"), message, "Put the file beside model.yaml.")


def _license_breaches(spec: ModelSpec) -> Iterator[Breach]:
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    given = spec.license.id
    try:
        known: str | None = canonicalize_license_expression(given)
    except InvalidLicenseExpression:
        known = nearest(given, _COMMON_LICENSES)
    if known != given:
        fix = f"Write '{known}'" if known else "Write one of https://spdx.org/licenses"
        yield Breach(("license", "id"), f"'{shown(given)}' is no SPDX identifier.", f"{fix}, or LicenseRef-NAME.")


def _stays_inside(path: str) -> bool:
    parts = path.split("/")
    return not path.startswith("/") and all(part not in {"", ".", ".."} for part in parts)
