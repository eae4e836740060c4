"""Checks located data against a type, and says each mistake where it stands, with what is allowed."""

from __future__ import annotations

import json
import types
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Annotated, Any, NamedTuple, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from catalog.report import Mark, Report, nearest, shown
from catalog.yaml_source import Located

S = TypeVar("S", bound=BaseModel)
Path = tuple[str | int, ...]


class Naming(NamedTuple):
    """How a file calls what it holds: its `kind` in messages, and a prefix of its first keys."""

    kind: str
    prefix: str = ""

    def of(self, path: Path) -> str:
        """A path as people write it: `engine.name`, `endpoints[0].model`."""
        text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
        return f"{self.prefix}{text}"


def validate(type_: type[S], located: Located, report: Report, naming: Naming) -> S | None:
    """The typed value; none, and every mistake in the report, if the data does not fit.

    Strict: text is no number and a number is no text. Lists and words stand for tuples and enums.
    """
    if located.fields is None:
        report.add(located.mark, f"{naming.kind} holds fields, as in 'name: value'; this is {_what(located)}.")
        return None
    try:
        return type_.model_validate_json(json.dumps(located.value), strict=True)
    except ValidationError as invalid:
        errors = invalid.errors(include_url=False)
        misspelt = _misspelt(type_, located, errors)
        for error in errors:
            if error["loc"] not in misspelt and not _is_echo(located, error):
                _add(type_, located, report, naming, error)
        return None


def _misspelt(type_: type[BaseModel], located: Located, errors: Sequence[Any]) -> set[Path]:
    """Missing fields that an unknown field was most likely meant to be; naming them twice helps nobody."""
    found: set[Path] = set()
    for error in errors:
        if error["type"] != "extra_forbidden":
            continue
        parent, key = error["loc"][:-1], str(error["loc"][-1])
        owner = model_at(type_, _data_path(located, parent))
        if owner is not None and (near := nearest(key, field_names(owner))):
            found.add((*parent, near))
    return {e["loc"] for e in errors if e["type"] == "missing" and e["loc"] in found}


def _is_echo(located: Located, error: Any) -> bool:
    """A list whose entries were all refused is then also called empty."""
    node = located.find(_data_path(located, error["loc"]))
    return error["type"] == "too_short" and node is not None and bool(node.items or node.fields)


def _add(type_: type[BaseModel], located: Located, report: Report, naming: Naming, error: Any) -> None:
    path = _data_path(located, error["loc"])
    kind = error["type"]
    if kind == "missing":
        _add_missing(type_, located, report, naming, path)
    elif kind == "extra_forbidden":
        _add_unknown(type_, located, report, naming, path)
    elif error["loc"] and error["loc"][-1] == "[key]":
        mark = (located.find(path[:-1]) or located).key_mark(str(path[-1]))
        message = f"'{naming.of(path[:-1])}' cannot have the name '{shown(path[-1])}'."
        report.add(mark, message, fix=_format_fix(type_, path[:-1], error["ctx"]))
    else:
        node = located.find(path)
        message, allowed, fix = _explain(type_, node, naming.of(path) or naming.kind, path, error)
        given = node.raw if node is not None and allowed else None
        report.add(_mark(located, path), message, allowed=allowed, given=given, fix=fix)


def _data_path(located: Located, loc: tuple[str | int, ...]) -> Path:
    """Pydantic's location without the names of union members and of dictionary keys."""
    path: list[str | int] = []
    node: Located | None = located
    for part in loc[:-1]:
        child = node.child(part) if node is not None else None
        if child is not None:
            path.append(part)
            node = child
    if loc:
        last = loc[-1]
        known = node is not None and node.child(last) is not None
        is_field = isinstance(last, str) and node is not None and node.fields is not None and "[" not in last
        if known or is_field:
            path.append(last)
    return tuple(path)


def _mark(located: Located, path: Path) -> Mark:
    for end in range(len(path), -1, -1):
        node = located.find(path[:end])
        if node is not None:
            return node.mark
    return located.mark


def _add_missing(type_: type[BaseModel], located: Located, report: Report, naming: Naming, path: Path) -> None:
    field = field_at(type_, path)
    parent = located.find(path[:-1]) or located
    mark = _key_of(located, path[:-1]) or parent.mark
    report.add(mark, f"'{naming.of(path)}' is missing.", fix=_advice(path, field))


def _advice(path: Path, field: FieldInfo | None) -> str:
    words = allowed_words(field.annotation) if field else ()
    wanted = " or ".join(words) if words else "…"
    described = f" ({field.description.rstrip('.')})" if field is not None and field.description else ""
    return f"Add '{path[-1]}: {wanted}'{described}."


def _add_unknown(type_: type[BaseModel], located: Located, report: Report, naming: Naming, path: Path) -> None:
    owner = model_at(type_, path[:-1]) or type_
    parent = located.find(path[:-1]) or located
    where = f"'{naming.of(path[:-1])}'" if len(path) > 1 else naming.kind
    key = str(path[-1])
    present = set(parent.fields or ())
    allowed = field_names(owner)
    report.add(
        parent.key_mark(key),
        f"{where} has no field '{shown(key)}'.",
        allowed=allowed,
        given=key if any(name not in present for name in allowed) else None,
    )


def _key_of(located: Located, path: Path) -> Mark | None:
    if not path or not isinstance(path[-1], str):
        return None
    parent = located.find(path[:-1])
    return parent.key_mark(path[-1]) if parent is not None else None


def field_names(type_: type[BaseModel]) -> tuple[str, ...]:
    """The names of a type's fields as files write them."""
    return tuple(field.alias or name for name, field in type_.model_fields.items())


def model_at(type_: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The type of the mapping at a path."""
    annotation: Any = type_
    for part in path:
        annotation = _step(annotation, part)
    return _as_model(annotation)


def field_at(type_: type[BaseModel], path: Path) -> FieldInfo | None:
    """The declaration of the field at a path."""
    if not path or not isinstance(path[-1], str):
        return None
    owner = model_at(type_, path[:-1])
    return _field(owner, path[-1]) if owner else None


def _field(owner: type[BaseModel], name: str) -> FieldInfo | None:
    by_name: Mapping[str, FieldInfo] = {f.alias or key: f for key, f in owner.model_fields.items()}
    return by_name.get(name)


def _step(annotation: Any, part: str | int) -> Any:
    model = _as_model(annotation)
    if model is not None and isinstance(part, str):
        field = _field(model, part)
        return field.annotation if field else None
    for member in _members(annotation):
        if get_origin(member) in {tuple, list, dict}:
            arguments = [argument for argument in get_args(member) if argument is not Ellipsis]
            return arguments[-1] if arguments else None
    return None


def _members(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) is Annotated:
        return _members(get_args(annotation)[0])
    if get_origin(annotation) in {Union, types.UnionType}:
        return tuple(member for argument in get_args(annotation) for member in _members(argument))
    return (annotation,)


def _as_model(annotation: Any) -> type[BaseModel] | None:
    for member in _members(annotation):
        if isinstance(member, type) and issubclass(member, BaseModel):
            return member
    return None


def allowed_words(annotation: Any) -> tuple[str, ...]:
    """The words that a field takes, if they are a closed list."""
    for member in _members(annotation):
        if isinstance(member, type) and issubclass(member, Enum):
            return tuple(str(word.value) for word in member)
        if member is bool:
            return ("true", "false")
    return ()


_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list, with one '- ' a line",
    "list_type": "a list, with one '- ' a line",
    "dict_type": "fields, as in 'name: value'",
    "model_type": "fields, as in 'name: value'",
    "model_attributes_type": "fields, as in 'name: value'",
}
_BOUNDS = {"greater_than": ("gt", "above"), "less_than": ("lt", "below")} | {
    "greater_than_equal": ("ge", "at least"),
    "less_than_equal": ("le", "at most"),
}
Explanation = tuple[str, tuple[str, ...], str | None]


def _explain(type_: type[BaseModel], node: Located | None, name: str, path: Path, error: Any) -> Explanation:
    kind, context = error["type"], error.get("ctx", {})
    if kind in _WANTED:
        return f"'{name}' has to be {_WANTED[kind]}; this is {_what(node)}.", (), _type_fix(kind, node)
    if kind == "enum":
        field = field_at(type_, path)
        return f"'{name}' cannot be {_what(node)}.", allowed_words(field.annotation) if field else (), None
    if kind == "string_pattern_mismatch":
        return f"'{name}' cannot be {_what(node)}.", (), _format_fix(type_, path, context)
    return f"'{name}'{_plainly(kind, context, node) or ': ' + error['msg']}.", (), None


def _plainly(kind: str, context: Mapping[str, Any], node: Located | None) -> str | None:
    if kind in _BOUNDS:
        key, word = _BOUNDS[kind]
        return f" has to be {word} {context[key]}; this is {_what(node)}"
    if kind in {"too_short", "string_too_short"}:
        return " must not be empty"
    if kind in {"too_long", "string_too_long"}:
        return f" holds more than {context['max_length']:,} {_counted(kind)}"
    return f": {context['error']}" if kind == "value_error" else None


def _counted(kind: str) -> str:
    return "characters" if kind.startswith("string") else "entries"


def _type_fix(kind: str, node: Located | None) -> str | None:
    if node is None or node.raw is None:
        return None
    if kind == "string_type" and node.value is not None:
        return f'Put it in quotes: "{shown(node.raw)}".'
    if kind.startswith("bool"):
        near = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
        word = near.get(node.raw.lower())
        return f"Write {word}; in YAML 1.2 '{node.raw}' is text." if word else None
    if isinstance(node.value, str) and not node.plain and kind.startswith(("int", "float", "decimal")):
        return "Remove the quotes."
    return None


def _format_fix(type_: type[BaseModel], path: Path, context: Mapping[str, Any]) -> str:
    field = field_at(type_, path)
    if field is not None and field.description:
        return f"{field.description.rstrip('.')}."
    described = _description_in(field.annotation) if field else None
    return described or f"It has to match {context['pattern']}."


def _description_in(annotation: Any) -> str | None:
    if get_origin(annotation) is Annotated:
        found = [part.description for part in get_args(annotation)[1:] if isinstance(part, FieldInfo)]
        return next((text for text in found if text), None)
    for argument in get_args(annotation):
        if text := _description_in(argument):
            return text
    return None


def _what(node: Located | None) -> str:
    if node is None or node.value is None:
        return "missing" if node is None else "empty"
    if node.fields is not None or node.items is not None:
        return "a list" if node.fields is None else "a group of fields"
    if isinstance(node.value, bool):
        return f"true or false ({node.raw})"
    return f"the number {node.raw}" if isinstance(node.value, int | float) else f"'{shown(node.value)}'"
