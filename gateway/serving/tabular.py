"""The server of a tabular model: `POST /v1/predict` and `GET /health`."""

from __future__ import annotations

import os
from pathlib import Path

import fastapi
from starlette.concurrency import run_in_threadpool

from catalog.model import ModelSpec
from gateway.refusal import Refusal
from gateway.serving.artifacts import resolve
from gateway.serving.tabular_inputs import MAX_BODY_BYTES, read_rows
from gateway.serving.tabular_model import Classifier, load

_DRAIN_SECONDS = 10
# A few rows are multiplied with one short vector: threads would only take memory and wait for each other.
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def serve(model_folder: Path, spec: ModelSpec, *, host: str, port: int) -> None:
    """Serve the model until SIGTERM, then finish what was begun.

    Raises ArtifactError when the file is missing, is not the one that the digest names, or holds unknown types.
    """
    for name, value in _ONE_THREAD.items():
        os.environ.setdefault(name, value)
    import uvicorn

    app = application(load(resolve(model_folder, spec)), name=model_folder.name, digest=spec.artifact.digest or "")
    uvicorn.run(
        app, host=host, port=port, log_level="warning", access_log=False, timeout_graceful_shutdown=_DRAIN_SECONDS
    )


def application(classifier: Classifier, *, name: str, digest: str) -> fastapi.FastAPI:
    """The HTTP interface of a classifier. Refusals have the shape of OpenAI's errors, as the gateway's have."""
    app = fastapi.FastAPI(title=name, docs_url=None, redoc_url=None, openapi_url=None)

    @app.exception_handler(Refusal)
    async def refuse(_: fastapi.Request, refusal: Refusal) -> fastapi.Response:
        return fastapi.Response(refusal.body, refusal.status, dict(_text(refusal.headers)))

    async def health() -> dict[str, object]:
        return {"status": "ok", "model": name, "digest": digest, "features": classifier.features}

    async def predict(request: fastapi.Request) -> dict[str, object]:
        rows = read_rows(await _bounded_body(request), classifier.features)
        return {"predictions": await run_in_threadpool(classifier.predict, rows)}

    app.add_api_route("/health", health, response_model=None)
    app.add_api_route("/v1/predict", predict, methods=["POST"], response_model=None)
    return app


async def _bounded_body(request: fastapi.Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise Refusal(413, "request_too_large", f"The body is larger than {MAX_BODY_BYTES} bytes.")
    return bytes(body)


def _text(headers: list[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    return [(name.decode(), value.decode()) for name, value in headers]
