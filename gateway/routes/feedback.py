"""What people think of a prediction, and the right to have its content forgotten."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import Field

from catalog.spec import Spec
from gateway.predictions.store import rate, redact
from gateway.refusal import Refusal
from gateway.running import Gateway

_LOG_SECONDS = 5.0
PredictionId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="As the answer's `prediction_id` said.")]


class Feedback(Spec):
    """A later one replaces an earlier one."""

    score: float = Field(ge=-1, le=1, description="1 is good, -1 is bad.")
    comment: str | None = Field(default=None, max_length=2_000)


def feedback_routes(gateway: Gateway) -> APIRouter:
    """The routes of one gateway. Whoever knows a prediction's id, which cannot be guessed, may use them."""
    routes = APIRouter(prefix="/v1/predictions", tags=["predictions"])

    @routes.post("/{prediction}/feedback")
    async def give_feedback(prediction: PredictionId, feedback: Feedback) -> dict[str, Any]:
        """Keep a score from -1 to 1 and a comment with the prediction."""
        found = await _ask(gateway, lambda log: rate(log, prediction, feedback.score, feedback.comment, time.time()))
        if found is None:
            raise _unknown(prediction)
        gateway.metrics.rated(found[0], found[1], feedback.score)
        return {"prediction_id": prediction, "score": feedback.score}

    @routes.delete("/{prediction}/content")
    async def redact_content(prediction: PredictionId) -> dict[str, Any]:
        """Forget input, output, their hashes, the user and the comment; the numbers stay."""
        if not await _ask(gateway, lambda log: redact(log, prediction)):
            raise _unknown(prediction)
        return {"prediction_id": prediction, "redacted": True}

    return routes


async def _ask(gateway: Gateway, work: Callable[[sqlite3.Connection], Any]) -> Any:
    try:
        async with asyncio.timeout(_LOG_SECONDS):
            return await asyncio.wrap_future(gateway.writer.ask(work))
    except (TimeoutError, sqlite3.Error, OSError):
        raise Refusal(
            503, "log_unavailable", "The prediction log cannot be written now.", retry_after_seconds=5
        ) from None


def _unknown(prediction: str) -> Refusal:
    return Refusal(404, "prediction_not_found", f"There is no prediction {prediction}; old ones are dropped.")
