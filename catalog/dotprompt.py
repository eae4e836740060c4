"""A `.prompt` file: front matter and a Handlebars body, read, checked and rendered.

Text is never escaped as HTML. Inputs can neither open a message nor change its role: roles are taken
from the template before anything is rendered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from catalog.digest import digest_of
from catalog.entries import Variable, Variant
from catalog.json_schema import schema_complaint
from catalog.picoschema import Schema, is_json_schema, to_json_schema
from catalog.problem import CatalogError
from catalog.prompt import PromptSpec
from catalog.report import Mark, Report, nearest
from catalog.template import Template, read_template
from catalog.validation import Naming, validate
from catalog.yaml_source import Located, parse_yaml

NAMING = Naming("The front matter")
_FENCE = re.compile(r"---[ \t]*")
_OBJECT = {"type": "object", "additionalProperties": False}


@dataclass(frozen=True, slots=True)
class Message:
    """What a model is sent, in OpenAI's roles: system, user, assistant."""

    role: str
    text: str


@lru_cache(maxsize=4_096)
def parse_variant(source: str, *, prompt: str, name: str, path: str) -> Variant:
    """The variant in the text of a `.prompt` file. Raises CatalogError with every problem."""
    report = Report(path)
    variant = read_variant(source, report, prompt=prompt, name=name)
    if variant is None or report:
        raise CatalogError(report.problems)
    return variant


def read_variant(source: str, report: Report, *, prompt: str, name: str) -> Variant | None:
    """The same, with the problems in a report; none if the file cannot be used."""
    text = source.replace("\r\n", "\n")
    parts = _split(text, report)
    if parts is None:
        return None
    front, front_line, body, body_line = parts
    located = parse_yaml(front, report, first_line=front_line)
    spec = validate(PromptSpec, located, report, NAMING) if located else None
    template = read_template(body, report, first_line=body_line)
    if located is None or spec is None:
        return None
    if not template.segments:
        report.add(Mark(body_line, 1), "The prompt has no text.", fix="Write it below the front matter.")
    input_schema = _input_schema(located, spec, template, report)
    output_schema = _schema_at(located, ("output", "schema"), report)
    _check_uses(template, input_schema, report)
    if report:
        return None
    _compile_all(template, report, body_line)
    return Variant(
        prompt=prompt,
        name=name,
        path=report.path,
        spec=spec,
        template=body,
        digest=digest_of({"spec": spec.model_dump(mode="json", by_alias=True), "template": body}),
        source=source,
        input_schema=input_schema,
        output_schema=output_schema,
        variables=_variables(input_schema, spec),
    )


def _split(text: str, report: Report) -> tuple[str, int, str, int] | None:
    """Front matter and body, each with the number of its first line."""
    lines = text.split("\n")
    opening = next((i for i, line in enumerate(lines) if line.strip() and not line.startswith("#")), 0)
    if not _FENCE.fullmatch(lines[opening]):
        report.add(Mark(opening + 1, 1), "The front matter is missing.", fix="Start with '---', 'model: NAME', '---'.")
        return None
    closing = next((i for i in range(opening + 1, len(lines)) if _FENCE.fullmatch(lines[i])), None)
    if closing is None:
        report.add(Mark(opening + 1, 1), "The front matter does not end.", fix="Close it with a line '---'.")
        return None
    body = "\n".join(lines[closing + 1 :])
    leading = len(body) - len(body.lstrip()) if body.strip() else 0
    body_line = closing + 2 + body.count("\n", 0, leading)
    return "\n".join(lines[opening + 1 : closing]), opening + 2, body.strip(), body_line


def _schema_at(located: Located, path: tuple[str, str], report: Report) -> Schema | None:
    node = located.find(path)
    if node is None or not node.value:
        return None
    schema = to_json_schema(node, report)
    if is_json_schema(node.value) and (complaint := schema_complaint(json.dumps(schema), "2020-12")):
        report.add(node.mark, f"'{'.'.join(path)}' is no good JSON Schema: {complaint}.")
    return schema


def _input_schema(located: Located, spec: PromptSpec, template: Template, report: Report) -> Schema:
    """As declared; without a declaration, what the template prints is required and takes anything."""
    declared = _schema_at(located, ("input", "schema"), report)
    if declared is not None:
        _check_defaults(located, declared, report)
        return declared
    names = dict.fromkeys(use.name for use in template.uses)
    printed = {use.name for use in template.uses if use.printed} - set(spec.input.default)
    return {**_OBJECT, "properties": {name: {} for name in names}, "required": [n for n in names if n in printed]}


def _check_defaults(located: Located, schema: Schema, report: Report) -> None:
    names = tuple(schema.get("properties", {}))
    default = located.find(("input", "default"))
    if default is None or default.fields is None or schema.get("additionalProperties", True):
        return
    for name, (mark, _) in default.fields.items():
        if name not in names:
            report.add(mark, f"'input.default' names '{name}', which is no input.", allowed=names, given=name)


def _check_uses(template: Template, schema: Schema, report: Report) -> None:
    properties = schema.get("properties", {})
    for use in template.uses:
        if use.name not in properties:
            if not schema.get("additionalProperties", True):
                report.add(
                    use.mark,
                    f"The template uses '{use.name}', which 'input.schema' does not declare.",
                    allowed=tuple(properties),
                    given=use.name,
                    fix=None if nearest(use.name, properties) else f"Add '{use.name}: string' to 'input.schema'.",
                )
        elif use.whole and properties[use.name].get("type") in {"object", "array"}:
            report.add(
                use.mark, f"'{use.name}' is not text.", fix=f"Write {{{{json {use.name}}}}}, or a block with #each."
            )


def _variables(schema: Schema, spec: PromptSpec) -> tuple[Variable, ...]:
    required = set(schema.get("required", ())) - set(spec.input.default)
    properties = schema.get("properties", {})
    return tuple(Variable(name, name in required, part) for name, part in properties.items())


def _compile_all(template: Template, report: Report, line: int) -> None:
    for segment in template.segments:
        try:
            _compiled(segment.template)
        except (ValueError, LookupError, RecursionError) as error:
            report.add(Mark(line, 1), f"The template cannot be read: {error}.")


def render(variant: Variant, inputs: Mapping[str, Any]) -> tuple[Message, ...]:
    """The messages for these inputs; inputs that the prompt does not know are ignored.

    Raises ValueError, which names the input, if one is missing or cannot be printed.
    """
    values = {variable.name: None for variable in variant.variables if not variable.required}
    values |= {**variant.spec.input.default, **inputs}
    missing = [variable.name for variable in variant.variables if variable.required and variable.name not in values]
    if missing:
        raise ValueError(f"The prompt '{variant.prompt}' needs the input '{missing[0]}'. {_hint(missing[0], inputs)}")
    template = _template(variant.template)
    for use in template.uses:
        if use.whole and isinstance(values.get(use.name), list | dict):
            raise ValueError(f"The input '{use.name}' has to be text, a number or true or false.")
    return tuple(
        Message(segment.role, text)
        for segment in template.segments
        if (text := _rendered(segment.template, values)).strip()
    )


def _hint(name: str, inputs: Mapping[str, Any]) -> str:
    near = nearest(name, inputs)
    return f"Did you mean it by '{near}'?" if near else f"Given: {', '.join(sorted(inputs)) or 'none'}."


def _rendered(text: str, values: Mapping[str, Any]) -> str:
    from dotpromptz_handlebars import StrictModeError

    try:
        return _compiled(text)(values)
    except StrictModeError as error:
        raise ValueError(f"The template uses '{error.path}', which the inputs do not have.") from error
    except (LookupError, TypeError, RecursionError) as error:
        raise ValueError(f"The template cannot be rendered: {error}.") from error


@lru_cache(maxsize=4_096)
def _template(text: str) -> Template:
    return read_template(text, Report(""), first_line=1)


@lru_cache(maxsize=8_192)
def _compiled(text: str) -> Callable[[Mapping[str, Any]], str]:
    compiled: Callable[[Mapping[str, Any]], str] = _engine().compile(text)
    return compiled


@lru_cache(maxsize=1)
def _engine() -> Any:
    """Handlebars as prompts need it: nothing escaped, nothing missing passed over."""
    from dotpromptz_handlebars import Handlebars

    engine = Handlebars(escape_html=False, strict=True, max_depth=32)
    for helper in ("log", "lookup"):
        engine.unregister_helper(helper)
    engine.register_helper("json", lambda args, _: json.dumps(args[0] if args else None, ensure_ascii=False))
    engine.register_helper("ifEquals", lambda args, options: _choose(args, options, equal=True))
    engine.register_helper("unlessEquals", lambda args, options: _choose(args, options, equal=False))
    return engine


def _choose(args: list[Any], options: Any, *, equal: bool) -> Any:
    same = len(args) == 2 and args[0] == args[1]
    return options.fn() if same is equal else options.inverse()
