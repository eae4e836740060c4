"""What a model server told, read from its JSON or from its stream of events: text, tokens, time to the first one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from gateway.predictions.record import LONGEST_TEXT, hash_of

_LONGEST_LINE = 1_048_576
_LARGEST_COUNT = 2**53


@dataclass(slots=True)
class Told:
    """What is known of an answer; None where the server does not say."""

    text_hash: str | None = None
    text: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    time_to_first_token_ms: float | None = None


def read_object(content: bytes) -> dict[str, Any] | None:
    """A JSON object; None for anything else."""
    try:
        read = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return read if isinstance(read, dict) else None


def read_whole(answer: Mapping[str, Any], content: bytes) -> Told:
    """A whole answer of the completions or the chat interface; `content` are its bytes, hashed if there is no text."""
    text = _text_of(answer)
    told = Told(hash_of(content if text is None else text.encode("utf-8", "surrogatepass")), text)
    _count(told, answer)
    timings = answer.get("timings")
    if isinstance(timings, dict):
        told.time_to_first_token_ms = _first_token_ms(timings)
    return told


@dataclass(slots=True)
class StreamTally:
    """Reads along while a stream is passed on. Holds one unfinished line and a bounded text, whatever comes."""

    told: Told = field(default_factory=Told)
    first_text_at: float | None = None
    finished: bool = False
    _rest: bytes = b""
    _digest: Any = field(default_factory=hashlib.sha256)
    _text: list[str] = field(default_factory=list)
    _text_length: int = 0

    def feed(self, chunk: bytes, now: float) -> None:
        """Take bytes as they came, cut anywhere."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                self._event(line[5:].strip(), now)
        if len(self._rest) > _LONGEST_LINE:
            self._rest = b""

    def close(self) -> Told:
        """What was told until here."""
        self.told.text_hash = self._digest.hexdigest()
        self.told.text = "".join(self._text)
        return self.told

    def _event(self, data: bytes, now: float) -> None:
        if data == b"[DONE]":
            self.finished = True
            return
        event = read_object(data)
        if event is None:
            return
        _count(self.told, event)
        if text := _text_of(event):
            self._take(text, now)
        choices = event.get("choices")
        if isinstance(choices, list) and any(isinstance(one, dict) and one.get("finish_reason") for one in choices):
            self.finished = True

    def _take(self, text: str, now: float) -> None:
        if self.first_text_at is None:
            self.first_text_at = now
        self._digest.update(text.encode("utf-8", "surrogatepass"))
        if self._text_length < LONGEST_TEXT:
            self._text.append(text[: LONGEST_TEXT - self._text_length])
            self._text_length += len(text)


def _text_of(answer: Mapping[str, Any]) -> str | None:
    choices = answer.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        return None
    first = choices[0]
    part = first.get("message") or first.get("delta")
    text = part.get("content") if isinstance(part, dict) else first.get("text")
    return text if isinstance(text, str) else None


def _count(told: Told, answer: Mapping[str, Any]) -> None:
    usage, timings = answer.get("usage"), answer.get("timings")
    if isinstance(usage, dict):
        told.input_tokens = _number(usage.get("prompt_tokens"))
        told.output_tokens = _number(usage.get("completion_tokens"))
    elif isinstance(timings, dict):
        # llama.cpp's own words, in the last event of a stream for which nobody asked the usage.
        read, cached = _number(timings.get("prompt_n")), _number(timings.get("cache_n"))
        told.input_tokens = None if read is None else read + (cached or 0)
        told.output_tokens = _number(timings.get("predicted_n"))


def _first_token_ms(timings: Mapping[str, Any]) -> float | None:
    parts = [timings.get("prompt_ms"), timings.get("predicted_per_token_ms")]
    if all(isinstance(part, (int, float)) and 0 <= part < 1e9 for part in parts):
        return float(sum(parts))  # type: ignore[arg-type]  # all() checked them
    return None


def _number(given: object) -> int | None:
    if isinstance(given, bool) or not isinstance(given, int):
        return None
    return given if 0 <= given < _LARGEST_COUNT else None
