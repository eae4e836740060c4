"""What Pulumi calls for a supervised process.

Pulumi keeps a pickled provider in its state: keep the class importable under this name and without
attributes, so that the pickle is a name and nothing else, and no edit of the code changes it.
"""

from __future__ import annotations

from typing import Any

from pulumi.dynamic import ConfigureRequest, CreateResult, DiffResult, ReadResult, ResourceProvider, UpdateResult

from components.process import running
from components.process.engine import leave_with_engine
from components.process.wanted import IDENTITY, changed, kept_port, read, site_of


class ProcessProvider(ResourceProvider):
    """Create and update start the process and wait until it is well; delete ends all of it."""

    serialize_as_secret_always = False

    def configure(self, req: ConfigureRequest) -> None:  # noqa: ARG002 Pulumi's signature
        """Called once in the process that works for the engine, which has to end with it."""
        leave_with_engine()

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Start it; one that an interrupted create left behind is taken over."""
        try:
            port = running.ensure(read(props), fall_back=False)
        except running.StartError:
            _discard_copy(props)
            raise
        return CreateResult(f"{props['stack']}/{props['program']}", _outputs(props, port, running.HEALTHY))

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Another input is a change, and so is a process that is not well now, whatever the state remembers."""
        differing = changed(_olds, _news)
        moved = [name for name in differing if name in IDENTITY]
        unwell = not differing and _condition(_olds) != running.HEALTHY
        return DiffResult(
            changes=bool(differing) or unwell,
            replaces=moved,
            # The new one may want the port of the old one.
            delete_before_replace=bool(moved),
        )

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Restart it only if what runs differs or is not well. What ran before is put back if the new is not well."""
        other_copy = _olds.get("snapshot_target") != _news.get("snapshot_target")
        unused = _news
        try:
            port = running.ensure(read(_news), kept_port=kept_port(_olds), fall_back=True)
            unused = _olds
        finally:
            if other_copy:
                _discard_copy(unused)
        return UpdateResult(_outputs(_news, port, running.HEALTHY))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Its condition now. One that has vanished stays in the state, so that an update brings it back."""
        return ReadResult(id_, {**props, "state": _condition(props)})

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """End it and everything that it started; nothing if it is gone already."""
        running.remove(site_of(_props), _props["program"])
        _discard_copy(_props)


def _discard_copy(props: dict[str, Any]) -> None:
    if copy := props.get("snapshot_target"):
        running.discard_snapshot(copy)


def _condition(props: dict[str, Any]) -> str:
    port = kept_port(props)
    return "not running: it never had a port" if port is None else running.observe(read(props), port)


def _outputs(props: dict[str, Any], port: int, state: str) -> dict[str, Any]:
    wanted = read(props)
    return {
        **{name: value for name, value in props.items() if name != "__provider"},
        "port_bound": port,
        "url": wanted.url(port),
        "log_path": str(wanted.site.log_file(wanted.program)),
        "state": state,
    }
