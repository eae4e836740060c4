"""Answers the engine's analyzer protocol with the rules.

The SDK's own PolicyPack would decode every resource once for each rule, and hands rules the plain text of secrets,
so that they could not tell a secret that Pulumi encrypts from one that stands in a file. Here a resource is decoded
once, and a secret stays marked as one.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc, plugin_pb2

from policies.guardrails.rule import SECRET_VALUE, Resource, Rule
from policies.guardrails.rules import RULES, Breach, breaches

PACK_NAME = "gatehouse"
# How the engine marks a value that is more than its JSON: see resource.SigKey in Pulumi's Go SDK.
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a mark of the protocol

_LEVELS = {"block": analyzer_pb2.MANDATORY, "warn": analyzer_pb2.ADVISORY}


class AnalyzerService(analyzer_pb2_grpc.AnalyzerServicer):
    """Judges each resource before the engine touches it. A mandatory breach stops the update."""

    def __init__(self) -> None:
        self._version = _version()

    def Analyze(self, request: Any, context: Any) -> Any:
        """One resource, one pass over the rules of its type."""
        del context
        resource = Resource(
            urn=request.urn,
            type=request.type,
            name=request.name,
            inputs=_plain_struct(request.properties),
            stack=stack_of(request.urn),
        )
        return analyzer_pb2.AnalyzeResponse(diagnostics=[self._diagnostic(breach) for breach in breaches(resource)])

    def AnalyzeStack(self, request: Any, context: Any) -> Any:
        """No rule looks at the stack as a whole."""
        del request, context
        return analyzer_pb2.AnalyzeResponse()

    def Remediate(self, request: Any, context: Any) -> Any:
        """No rule changes what a person wrote."""
        del request, context
        return analyzer_pb2.RemediateResponse()

    def GetAnalyzerInfo(self, request: Any, context: Any) -> Any:
        """The rules, for those who list them."""
        del request, context
        return analyzer_pb2.AnalyzerInfo(
            name=PACK_NAME,
            displayName="Gatehouse guardrails",
            version=self._version,
            policies=[_policy_info(rule) for rule in RULES],
        )

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        """The version."""
        del request, context
        return plugin_pb2.PluginInfo(version=self._version)

    def Configure(self, request: Any, context: Any) -> Any:
        """Rules are not configured from outside: what may be served is decided in the repository."""
        del request, context
        return empty_pb2.Empty()

    def ConfigureStack(self, request: Any, context: Any) -> Any:
        """The stack is taken from each resource's URN."""
        del request, context
        return analyzer_pb2.AnalyzerStackConfigureResponse()

    def _diagnostic(self, breach: Breach) -> Any:
        rule = breach.rule
        return analyzer_pb2.AnalyzeDiagnostic(
            policyName=rule.id,
            policyPackName=PACK_NAME,
            policyPackVersion=self._version,
            description=rule.why,
            message=f"{breach.message} {rule.fix}" if breach.decided else f"{breach.message} It is judged when it is.",
            enforcementLevel=_LEVELS[rule.severity] if breach.decided else analyzer_pb2.ADVISORY,
            urn=breach.resource.urn,
        )


def stack_of(urn: str) -> str:
    """The stack in `urn:pulumi:STACK::PROJECT::TYPE::NAME`."""
    return urn.split("::", 1)[0].removeprefix("urn:pulumi:")


def _policy_info(rule: Rule) -> Any:
    return analyzer_pb2.PolicyInfo(
        name=rule.id,
        description=rule.why,
        enforcementLevel=_LEVELS[rule.severity],
        policy_type=analyzer_pb2.POLICY_TYPE_RESOURCE,
        remediation_steps=rule.fix,
        url=rule.reference,
    )


def _plain_struct(struct: struct_pb2.Struct) -> dict[str, Any]:
    return {key: _plain(value) for key, value in struct.fields.items()}


def _plain(value: struct_pb2.Value) -> Any:
    """As a preview shows it: a secret is its mark, and nothing of it reaches a rule."""
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        fields = _plain_struct(value.struct_value)
        return SECRET_VALUE if fields.get(_SIGNATURE) == _SECRET_SIGNATURE else fields
    if kind == "list_value":
        return [_plain(each) for each in value.list_value.values]
    return None if kind in {None, "null_value"} else getattr(value, kind)


def _version() -> str:
    try:
        return version("gatehouse")
    except PackageNotFoundError:
        return "0.0.0"
