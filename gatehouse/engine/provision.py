"""Set-up as a whole: every tool, then every model file, side by side where that ends sooner."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

import psutil

from catalog.locations import Tool, cache_dir
from gatehouse.engine.toolbox import Found, Recipe, look, provide
from gatehouse.errors import GatehouseError, OutsideError
from gatehouse.progress import Progress

# Compilers of both builds at once; with less the machine would swap, and one after the other ends sooner.
_BYTES_FOR_TWO_BUILDS = 6 << 30
_BEAT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model file whose digest is right."""

    model: str
    path: Path
    bytes: int
    license_id: str
    license_url: str


class SetupProgress(Progress):
    """Set-up takes minutes: where there is no terminal to draw in, it still writes a line every half minute."""

    def __init__(self, *, quiet: bool = False) -> None:
        super().__init__(quiet=quiet)
        self._lines = not quiet and not self._live
        self._beats: dict[str, float] = {}

    def update(self, part: str, state: str) -> None:
        """Say how far a part is."""
        super().update(part, state)
        now = time.monotonic()
        if self._lines and now - self._beats.get(part, 0.0) >= _BEAT_SECONDS:
            self._beats[part] = now
            self._line(part, state)


def provide_all(recipes: Sequence[Recipe], progress: Progress) -> list[Found]:
    """Every tool, found or made. All are tried before an OutsideError names those that could not be got.

    An interruption ends what was started, and leaves nothing half-made.
    """
    found = {recipe.tool: look(recipe) for recipe in recipes}
    missing = [recipe for recipe in recipes if found[recipe.tool] is None]
    if missing:
        found.update(_make_all(missing, progress))
    return [one for one in found.values() if one is not None]


def verify_models(root: Path) -> list[ModelFile]:
    """The file of every model that is served from here, put together and held against its digest."""
    from catalog.loader import load_catalog
    from gateway.serving.artifacts import ArtifactError, resolve

    files = []
    for name, model in load_catalog(root).models.items():
        if model.spec.artifact.source.startswith("https:"):
            continue
        try:
            path = resolve(model.folder, model.spec)
        except ArtifactError as error:
            raise OutsideError(error.problem, error.remedy) from None
        files.append(ModelFile(name, path, path.stat().st_size, model.spec.license.id, model.spec.license.url))
    return files


def _make_all(recipes: Sequence[Recipe], progress: Progress) -> dict[Tool, Found]:
    _refuse_unwritable_cache()
    stop = threading.Event()
    enough_memory = psutil.virtual_memory().available >= _BYTES_FOR_TWO_BUILDS
    with ThreadPoolExecutor(len(recipes) if enough_memory else 1) as pool:
        futures = {pool.submit(_make, recipe, progress, stop): recipe for recipe in recipes}
        try:
            _wait_for(list(futures))
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise
    errors = [error for future in futures if (error := future.exception()) is not None]
    _raise_together(errors)
    return {recipe.tool: future.result() for future, recipe in futures.items()}


def _make(recipe: Recipe, progress: Progress, stop: threading.Event) -> Found:
    name = recipe.tool.name
    progress.update(name, "is not here yet")
    try:
        found = provide(recipe, lambda state: progress.update(name, state), stop)
    except GatehouseError:
        progress.done(name, "could not be got")
        raise
    progress.done(name, f"ready, {found.origin}, {found.seconds:.0f} s")
    return found


def _wait_for(futures: Sequence[Future[Found]]) -> None:
    """Wait in short turns, so that an interruption is heard at once."""
    pending = set(futures)
    while pending:
        pending = wait(pending, timeout=0.5, return_when=FIRST_COMPLETED).not_done


def _raise_together(errors: Sequence[BaseException]) -> None:
    outside = [error for error in errors if isinstance(error, GatehouseError)]
    for error in errors:
        if not isinstance(error, GatehouseError):
            raise error
    if outside:
        problems = "\n".join(f"{error.problem}\n{error.remedy}" for error in outside)
        raise OutsideError(problems)


def _refuse_unwritable_cache() -> None:
    try:
        cache_dir().mkdir(parents=True, exist_ok=True)
        probe = cache_dir() / f".probe-{threading.get_ident()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise OutsideError(
            f"The cache {cache_dir()} cannot be written: {error.strerror}.",
            "Make it writable, or name another folder in GATEHOUSE_CACHE.",
        ) from None
