"""Trains the breast-cancer model: `python -m gateway.serving.train_tabular`.

Writes `models/breast-cancer/model.skops` and, from the patients that training never saw, `cases.csv`.
The same data and library give the same bytes, so that the digest in `model.yaml` can be checked by anybody.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MODEL_FOLDER = Path(__file__).parents[2] / "models" / "breast-cancer"
SEED = 20_240_601
HELD_OUT_SHARE = 1 / 3
# The last bits of a fit differ between processors; no prediction here depends on them.
_DECIMALS = 8
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Trained:
    """The files of the model."""

    model: bytes
    cases: str

    @property
    def digest(self) -> str:
        """As `artifact.digest` in `model.yaml`."""
        return f"sha256:{hashlib.sha256(self.model).hexdigest()}"


def train() -> Trained:
    """Fit on two thirds of the patients, chosen once and for all; the others become the suite's cases."""
    import numpy as np
    import skops.io
    from sklearn.datasets import load_breast_cancer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import train_test_split
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    data = load_breast_cancer()
    # The first ten are the means; the rest, their errors and extremes, adds little and triples what a caller sends.
    features = [str(name).replace(" ", "_") for name in data.feature_names[:10]]
    diagnoses = data.target_names[data.target]
    seen, unseen, seen_truth, unseen_truth = train_test_split(
        data.data[:, :10], diagnoses, test_size=HELD_OUT_SHARE, random_state=SEED, stratify=diagnoses
    )
    scaler, regression = StandardScaler(), LogisticRegression(C=1.0, max_iter=1_000)
    pipeline = make_pipeline(scaler, regression).fit(seen, seen_truth)
    scaler.feature_names_in_ = np.array(features)
    for estimator, fitted in ((scaler, "mean_"), (scaler, "scale_"), (scaler, "var_"), (regression, "coef_")):
        setattr(estimator, fitted, getattr(estimator, fitted).round(_DECIMALS))
    regression.intercept_ = regression.intercept_.round(_DECIMALS)
    return Trained(_same_bytes_every_time(skops.io.dumps(pipeline)), _cases(features, unseen, unseen_truth))


def _cases(features: list[str], rows: Any, truths: Any) -> str:
    """CSV in promptfoo's words. Slices are the thirds of the tumours by size, where a model may be unevenly good."""
    import numpy as np

    radii = rows[:, features.index("mean_radius")]
    small, medium = np.quantile(radii, (1 / 3, 2 / 3))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*features, "__expected", "__metadata:slice", "__description"])
    for number, (row, truth, radius) in enumerate(zip(rows.tolist(), truths, radii, strict=True), 1):
        size = "small" if radius <= small else "medium" if radius <= medium else "large"
        writer.writerow([*map(repr, row), str(truth), f"{size} tumour", f"tumour {number}, mean radius {radius}"])
    return text.getvalue()


def _same_bytes_every_time(skops_file: bytes) -> bytes:
    """skops names objects by their address in memory, and zip files hold the time of day: both are put in order."""
    with zipfile.ZipFile(io.BytesIO(skops_file)) as archive:
        entries = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    schema = entries.pop("schema.json").decode()
    order: dict[str, str] = {}
    schema = re.sub(
        r'(?<="__id__": )\d+|(?<="file": ")\d+(?=\.npy")',
        lambda found: order.setdefault(found.group(), str(len(order) + 1)),
        schema,
    )
    named = {f"{order[name.removesuffix('.npy')]}.npy": content for name, content in entries.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in [
            *sorted(named.items()),
            ("schema.json", schema.encode()),
        ]:
            archive.writestr(zipfile.ZipInfo(name, _ZIP_EPOCH), content)
    return buffer.getvalue()


def write(trained: Trained, folder: Path) -> None:
    """Put the files into the model's folder, each whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("model.skops", trained.model), ("cases.csv", trained.cases.encode())):
        new = folder / f".{name}.new"
        new.write_bytes(content)
        new.replace(folder / name)


def main() -> None:
    """Train, write, and print the digest that belongs into `model.yaml`."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    trained = train()
    write(trained, MODEL_FOLDER)
    print(trained.digest)  # noqa: T201 - what the command is for


if __name__ == "__main__":
    main()
