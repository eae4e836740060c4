"""What Pulumi calls for the configuration that a gateway serves. Its class is pickled into the state as a name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pulumi.dynamic import ConfigureRequest, CreateResult, DiffResult, ReadResult, ResourceProvider, UpdateResult

from components.process import served
from components.process.engine import leave_with_engine

INPUTS = ("stack", "gateway_url", "config", "path")


class ServedConfigProvider(ResourceProvider):
    """Create and update are the same: write, reload, and see that it is served."""

    serialize_as_secret_always = False

    def configure(self, req: ConfigureRequest) -> None:  # noqa: ARG002 Pulumi's signature
        """Called once in the process that works for the engine, which has to end with it."""
        leave_with_engine()

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Have the gateway serve it."""
        return CreateResult(f"{props['stack']}/served-config", _serve(props))

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Another configuration is a change, and so is a gateway that now serves something else."""
        differs = any(_olds.get(name) != _news.get(name) for name in INPUTS)
        return DiffResult(changes=differs or _now(_olds) != _olds.get("digest"))

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Have the gateway serve it. No process is restarted."""
        return UpdateResult(_serve(_news))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """The digest of what is served now, or that the gateway does not say."""
        return ReadResult(id_, {**props, "digest": _now(props) or "not served"})

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Remove the file; the gateway's process is a resource of its own."""
        Path(_props["path"]).unlink(missing_ok=True)


def _serve(props: dict[str, Any]) -> dict[str, Any]:
    digest = served.serve(Path(props["path"]), props["gateway_url"], props["config"])
    return {**{name: props[name] for name in INPUTS}, "digest": digest}


def _now(props: dict[str, Any]) -> str | None:
    return served.served_digest(props["gateway_url"], timeout_seconds=2)
