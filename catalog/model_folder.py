"""One model's folder, read without the rest of the checkout: for what serves it."""

from __future__ import annotations

from pathlib import Path

from catalog.model import ModelSpec
from catalog.problem import CatalogError
from catalog.reading import read_text
from catalog.report import Report
from catalog.validation import Naming, validate
from catalog.yaml_source import parse_yaml


def read_model(folder: Path) -> ModelSpec:
    """What `model.yaml` in this folder says. Raises CatalogError with every problem of that file."""
    path = folder / "model.yaml"
    report = Report(str(path))
    text = read_text(path, report)
    located = parse_yaml(text, report) if text is not None else None
    spec = validate(ModelSpec, located, report, Naming("A model")) if located else None
    if spec is None or report:
        raise CatalogError(report.problems)
    return spec
