"""From a case to the request that asks it, and to the key under which its answer is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.asking import PATHS, Ask, read_answer, request_for
from catalog.digest import digest_of
from catalog.entries import Case, Model
from catalog.model import EngineName, Interface
from gatehouse.evaluation.store import Answered
from gatehouse.evaluation.trials import Side

RAW_PROMPT = "prompt"
_RAW_MAX_TOKENS = 256


@dataclass(frozen=True, slots=True)
class Source:
    """Who answers: a model by what decides its answers, and the address if a person gave one.

    Nobody can say what runs behind a given address, so its answers are kept apart from those of the pinned artefact.
    """

    digest: str
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One case, asked once (`repeat` counts from 0)."""

    key: str
    case: Case
    repeat: int
    ask: Ask

    @property
    def name(self) -> str:
        """The case, with the repeat after the first."""
        return self.case.id if self.repeat == 0 else f"{self.case.id}#{self.repeat + 1}"


class UnaskableError(ValueError):
    """A case that this side cannot be asked. The text says why, `case` which."""

    def __init__(self, case: Case, why: str) -> None:
        super().__init__(why)
        self.case = case


def answering_digest(model: Model) -> str:
    """Of what decides a model's answers: its artefact and its engine. Owner or description change nothing."""
    artifact = model.spec.artifact
    return digest_of(
        {"artifact": artifact.digest or artifact.source, "engine": model.spec.engine.model_dump(mode="json")}
    )


def source_of(model: Model, head_model: Model | None, addresses: Mapping[str, str]) -> Source:
    """A given address stands for head's model, and for base's when it is the same or hosted elsewhere anyway."""
    digest = answering_digest(model)
    address = addresses.get(model.name)
    if address is None or head_model is None:
        return Source(digest, address)
    is_the_same = digest == answering_digest(head_model) or model.spec.engine.name is EngineName.openai
    return Source(digest, address if is_the_same else None)


def questions(side: Side, source: Source, cases: tuple[Case, ...], repeats: int) -> Iterator[Question]:
    """Every case of a suite, as often as its gate says. Raises UnaskableError for the first that cannot be asked."""
    interface = side.model.spec.engine.interface
    prefix = json.dumps([source.digest, source.address, interface.value])
    for case in cases:
        ask = _ask(side, case, interface)
        for repeat in range(1 if interface is Interface.predict else repeats):
            repeated = _repeated(ask, repeat)
            yield Question(_key(prefix, repeated, repeat), case, repeat, repeated)


def _ask(side: Side, case: Case, interface: Interface) -> Ask:
    try:
        if side.variant is not None:
            return request_for(side.variant, case.vars, model=side.model.name, interface=interface)
        if interface is Interface.predict:
            return Ask(PATHS[interface], {"inputs": [dict(case.vars)]})
        return _raw(side.model, case, interface)
    except ValueError as error:
        raise UnaskableError(case, str(error)) from error


def _raw(model: Model, case: Case, interface: Interface) -> Ask:
    """A language model's own suite has no prompt: its cases bring the text."""
    text = case.vars.get(RAW_PROMPT)
    if not isinstance(text, str):
        raise ValueError(f"A case of a language model's own suite needs the variable '{RAW_PROMPT}' with the text.")
    messages = [{"role": "user", "content": text}]
    content = {"prompt": text} if interface is Interface.completions else {"messages": messages}
    return Ask(
        PATHS[interface],
        {"model": model.name, **content, "max_tokens": _RAW_MAX_TOKENS, "temperature": 0, "seed": 0},
    )


def _repeated(ask: Ask, repeat: int) -> Ask:
    """A repeat draws anew: the same seed would only say the same again."""
    if repeat == 0:
        return ask
    return Ask(ask.path, {**ask.body, "seed": ask.body.get("seed", 0) + repeat})


def _key(prefix: str, ask: Ask, repeat: int) -> str:
    text = f"{prefix}{ask.path}{repeat}{json.dumps(ask.body, sort_keys=True)}"
    return hashlib.sha256(text.encode()).hexdigest()


def read_text(interface: Interface, body: Mapping[str, Any], milliseconds: float) -> list[Answered]:
    """The answer of a language model. Raises ValueError for a shape that its interface does not have."""
    answer = read_answer(interface, body)
    return [Answered(well_formed(answer.text), answer.input_tokens, answer.output_tokens, milliseconds)]


def well_formed(text: str) -> str:
    """The text without lone surrogates, which JSON can carry and no file can."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def as_sent(ask: Ask) -> str:
    """What the model reads: the prompt, or its messages under their roles."""
    if "prompt" in ask.body:
        return str(ask.body["prompt"])
    if "messages" in ask.body:
        return "\n\n".join(f"[{message['role']}]\n{message['content']}" for message in ask.body["messages"])
    return json.dumps(ask.body, ensure_ascii=False)
