"""Gets the answers to all questions of a run: out of the store, from given addresses, from servers started here."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial

from catalog.entries import Model
from catalog.model import EngineName
from gatehouse.errors import OutsideError
from gatehouse.evaluation.asking import Refused, Request, Server, ask_all
from gatehouse.evaluation.patience import DEAD_SECONDS
from gatehouse.evaluation.questions import Question, Source, read_text
from gatehouse.evaluation.scoring import AskedSide
from gatehouse.evaluation.store import Answered, AnswerStore
from gatehouse.evaluation.tabular import batches
from gatehouse.evaluation.trials import is_text

# A model may take three times as long as it promises at its 95th percentile before it counts as silent.
_PROMISES = 3
# One at a time and in the suite's order. Two at once share llama.cpp's batches, whose size moves the last digits: 5 to
# 8 of 252 answers at temperature 0 then differ from run to run, and like this none. On one CPU it is no slower.
_TEXT_REQUESTS = 1
_TABULAR_REQUESTS = 2
_BUSY_SECONDS = 60.0

Progress = Callable[[int, int, str], None]
Start = Callable[[Model], AbstractContextManager[str]]


@dataclass
class _Group:
    """What one source is asked in this run."""

    model: Model
    questions: dict[str, Question] = field(default_factory=dict)


@dataclass
class Gathered:
    """The answers; which of them are new; what failed, and how long each source took."""

    answers: dict[str, Answered | Refused] = field(default_factory=dict)
    fresh: set[str] = field(default_factory=set)
    failures: dict[Source, OutsideError] = field(default_factory=dict)
    seconds: dict[Source, float] = field(default_factory=dict)
    asked: Counter[Source] = field(default_factory=Counter)

    def model_seconds(self, side: AskedSide) -> float:
        """This side's share of the time that was spent waiting for its source."""
        mine = sum(question.key in self.fresh for question in side.questions)
        return self.seconds.get(side.source, 0.0) * mine / max(self.asked[side.source], 1)

    def failure(self, sides: Iterable[AskedSide]) -> OutsideError | None:
        """Why a side has no answers, if one has none."""
        return next(
            (
                self.failures[side.source]
                for side in sides
                if side.source in self.failures and any(q.key not in self.answers for q in side.questions)
            ),
            None,
        )


def gather(
    subjects: Mapping[str, Sequence[AskedSide]],
    store: AnswerStore,
    *,
    key: str | None,
    start: Start,
    progress: Progress | None,
) -> Gathered:
    """Every answer that can be had for these subjects (by the label of their progress)."""
    gathered = Gathered()
    sides = [side for group in subjects.values() for side in group]
    gathered.answers.update(store.find([*{question.key: None for side in sides for question in side.questions}]))
    groups = _groups(sides, gathered.answers)
    for source, group in groups.items():
        gathered.asked[source] = len(group.questions)
    count = _counter(subjects, gathered.answers, progress)

    def on_answer(answered_key: str, answer: Answered | Refused) -> None:
        if isinstance(answer, Answered):
            store.keep(answered_key, answer)
        gathered.answers[answered_key] = answer
        gathered.fresh.add(answered_key)
        count(answered_key)

    if remote := {source: group for source, group in groups.items() if source.address is not None}:
        asyncio.run(_ask_remote(remote, gathered, key, on_answer))
    for source, group in groups.items():
        if source.address is None:
            _timed(gathered, source, partial(_ask_local, group, start, on_answer))
    return gathered


def _groups(sides: Iterable[AskedSide], known: Mapping[str, object]) -> dict[Source, _Group]:
    groups: dict[Source, _Group] = {}
    for side in sides:
        for question in side.questions:
            if question.key not in known:
                group = groups.setdefault(side.source, _Group(side.side.model))
                group.questions[question.key] = question
    return groups


def _counter(
    subjects: Mapping[str, Sequence[AskedSide]], known: Mapping[str, object], progress: Progress | None
) -> Callable[[str], None]:
    """Tells the progress of every subject that waits for a key."""
    if progress is None:
        return lambda _key: None
    owners: defaultdict[str, list[str]] = defaultdict(list)
    totals: Counter[str] = Counter()
    done: Counter[str] = Counter()
    for label, sides in subjects.items():
        for key in {question.key for side in sides for question in side.questions}:
            owners[key].append(label)
            totals[label] += 1
            done[label] += key in known
    tell = progress

    def count(key: str) -> None:
        for label in owners[key]:
            done[label] += 1
            tell(done[label], totals[label], label)

    return count


async def _ask_remote(
    groups: Mapping[Source, _Group], gathered: Gathered, key: str | None, on_answer: Callable[..., None]
) -> None:
    """All given addresses at once, so that several dead ones take no longer than one."""

    async def one(source: Source, group: _Group) -> None:
        started = time.monotonic()
        try:
            server = Server(group.model.name, source.address or "", silence_seconds=_silence(group.model), api_key=key)
            await ask_all(server, _requests(group), on_answer)
        except OutsideError as error:
            gathered.failures[source] = error
        gathered.seconds[source] = time.monotonic() - started

    await asyncio.gather(*(one(source, group) for source, group in groups.items()))


def _ask_local(group: _Group, start: Start, on_answer: Callable[..., None]) -> None:
    model = group.model
    if model.spec.engine.name is EngineName.openai:
        raise OutsideError(
            f"The model {model.name} is hosted, and its address was not given.",
            f"Give it with --url {model.name}={model.spec.artifact.source}, and its key with --api-key-env.",
        )
    concurrency = _TEXT_REQUESTS if is_text(model) else _TABULAR_REQUESTS
    with start(model) as address:
        # It was healthy a moment ago and is at most slow; where it ended, refused connections end the wait sooner.
        server = Server(model.name, address, concurrency, silence_seconds=max(_BUSY_SECONDS, _silence(model)))
        asyncio.run(ask_all(server, _requests(group), on_answer))


def _timed(gathered: Gathered, source: Source, job: Callable[[], None]) -> None:
    started = time.monotonic()
    try:
        job()
    except OutsideError as error:
        gathered.failures[source] = error
    gathered.seconds[source] = time.monotonic() - started


def _requests(group: _Group) -> list[Request]:
    asked = list(group.questions.values())
    if not is_text(group.model):
        return list(batches(asked))
    read = partial(read_text, group.model.spec.engine.interface)
    return [Request((q.key,), q.ask.path, json.dumps(q.ask.body).encode(), read) for q in asked]


def _silence(model: Model) -> float:
    return max(DEAD_SECONDS, _PROMISES * model.spec.objectives.latency_p95_ms / 1_000)
