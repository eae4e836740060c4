"""One question to one model: measured, priced and written down, however it ends."""

from __future__ import annotations

import asyncio
import time
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING

from catalog.asking import price_usd
from gateway.predictions.record import LONGEST_TEXT, Prediction, Version, hash_of, hash_of_user, new_id
from gateway.refusal import Refusal

if TYPE_CHECKING:
    from gateway.answers import Told
    from gateway.call import Call
    from gateway.served import Endpoint


class Exchange:
    """A context in which a model is asked. Its end observes the metrics and hands the record to the log."""

    def __init__(
        self,
        call: Call,
        operation: str,
        endpoint: Endpoint,
        content: bytes,
        user: str | None,
        version: Version | None = None,
    ) -> None:
        self._call = call
        self._endpoint = endpoint
        self._entered = 0.0
        self.prediction = Prediction(
            id=new_id(),
            time=time.time(),
            operation=operation,
            model=endpoint.name,
            model_digest=endpoint.digest,
            input_hash=hash_of(content),
            user_hash=hash_of_user(user, call.gateway.salt),
            input_text=_kept(content) if call.served.log.content else None,
            prompt=version.prompt if version else None,
            variant=version.variant if version else None,
            assigned_by=version.assigned_by if version else None,
            prompt_digest=version.digest if version else None,
        )
        call.chose_model = True

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """What the client is told beside the answer."""
        prediction = self.prediction
        told = [
            (b"x-gatehouse-prediction-id", prediction.id.encode()),
            (b"x-gatehouse-model", prediction.model.encode()),
        ]
        if prediction.prompt and prediction.variant:
            told.append((b"x-gatehouse-prompt", prediction.prompt.encode()))
            told.append((b"x-gatehouse-variant", prediction.variant.encode()))
        return told

    def take(self, told: Told) -> None:
        """What the model server told."""
        prediction = self.prediction
        prediction.output_hash = told.text_hash
        prediction.input_tokens = told.input_tokens
        prediction.output_tokens = told.output_tokens
        prediction.time_to_first_token_ms = told.time_to_first_token_ms
        if self._call.served.log.content and told.text is not None:
            prediction.output_text = told.text[:LONGEST_TEXT]

    def elapsed_ms(self) -> float:
        """Milliseconds since the request came."""
        return (perf_counter() - self._call.started) * 1000

    def __enter__(self) -> Exchange:
        self._entered = self._call.gateway.busy.enter(perf_counter())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        gateway, prediction = self._call.gateway, self.prediction
        charged_seconds = gateway.busy.leave(perf_counter(), self._entered)
        prediction.latency_ms = self.elapsed_ms()
        prediction.outcome = _outcome(error)
        prediction.usd = self._usd(charged_seconds)
        gateway.metrics.observe(prediction)
        gateway.writer.keep(prediction)

    def _usd(self, charged_seconds: float) -> float | None:
        prediction, price = self.prediction, self._endpoint.price
        if price is not None:
            if prediction.input_tokens is None or prediction.output_tokens is None:
                return None
            return price_usd(price, prediction.input_tokens, prediction.output_tokens)
        machine = self._call.served.machine_usd_per_hour
        return None if machine is None else machine / 3600 * charged_seconds


def _outcome(error: BaseException | None) -> str:
    if error is None:
        return "ok"
    if isinstance(error, Refusal):
        return error.code
    return "cancelled" if isinstance(error, asyncio.CancelledError) else "internal_error"


def _kept(content: bytes) -> str:
    return content[:LONGEST_TEXT].decode("utf-8", "replace")
